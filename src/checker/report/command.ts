// The command that asks the same again: made from what a run says of itself, quoted for a shell.
// Pure. The values of header fields may be secrets and are left out; what an option's default
// already says is left out too.

import type { CheckRun } from '../driver/check-run.js';
import type { Endpoint, Target } from '../driver/target.js';
import { OWN } from '../driver/target-options.js';

const OK_STATUSES = '200';
/** A longer body is not repeated in a command. */
const BODY_CHARS_MAX = 1000;
const ELSEWHERE = 'BODIES.jsonl';

const PLAIN = /^[\w@%+=:,./-]+$/;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One line that a POSIX shell runs; with unprintable characters in it, bash or zsh. */
export function commandOf(run: CheckRun): string {
  const counts = [
    ...['--callers', String(run.callers)],
    ...['--requests', String(Math.max(1, run.history.adds.length))],
    ...['--reads-per-second', String(run.readsPerSecond)],
    ...['--seed', String(run.seed)],
    ...(run.model.alone ? ['--alone'] : []),
  ];
  const { origin } = run.target;
  return ['two-callers', 'check', origin, ...targetWords(run.target), ...counts]
    .map(quoted)
    .join(' ');
}

/** The word as a shell must be given it. */
export function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!UNPRINTABLE.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${Array.from(word, ansiC).join('')}'`;
}

function ansiC(char: string): string {
  if (char === '\\' || char === "'") return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (!UNPRINTABLE.test(char)) return char;
  const code = (char.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

function targetWords(target: Target): string[] {
  const { add, read, okStatuses, givenHeaders } = target;
  const isOwn = asked(add) === OWN.do && asked(read) === OWN.count;
  const ok = okStatuses.join(',');
  return [
    ...(isOwn ? [] : ['--do', asked(add)]),
    ...bodyWords(target, isOwn),
    ...(isOwn ? [] : ['--count', asked(read)]),
    ...fieldWords(target, isOwn),
    ...ticketWords(target, isOwn),
    ...(ok === OK_STATUSES ? [] : ['--ok', ok]),
    ...givenHeaders.flatMap((name) => ['--header', `${name}: …`]),
  ];
}

function asked({ method, path }: Endpoint): string {
  return `${method} ${path}`;
}

function fieldWords({ fields, sum }: Target, isOwn: boolean): string[] {
  const names = fields.join(',');
  if (isOwn && names === OWN.fields.join() && sum === OWN.sum) return [];
  return ['--field', names, ...(sum === null ? [] : ['--sum', sum])];
}

function ticketWords({ ticket }: Target, isOwn: boolean): string[] {
  if (ticket === null) return [];
  if ('field' in ticket) return ['--ticket-field', ticket.field];
  if (isOwn && !ticket.isRequired) return [];
  return ['--ticket-header', ticket.header];
}

function bodyWords({ bodies }: Target, isOwn: boolean): string[] {
  const [first] = bodies;
  if (first === undefined) return [];
  if (bodies.length === 1 && first.length <= BODY_CHARS_MAX) return ['--body', first];
  return isOwn ? [] : ['--file', ELSEWHERE];
}
