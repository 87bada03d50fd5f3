// What a command says on standard error besides how far it is: a run that a held-up machine makes
// longer than two seconds says that too. For tests; it starts nothing.

/** `checking: 1,200 of 5,000 (24 %)`, as it is written where there is no terminal. */
const PROGRESS = /^[a-z -]+: [\d,]+ of [\d,]+ \(\d+ %\)\n/gm;

export function withoutProgress(stderr: string): string {
  return stderr.replace(PROGRESS, '');
}
