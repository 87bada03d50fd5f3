// What `--help` says below the options of each command: two examples, and what the exit codes mean.

interface CommandHelp {
  /** What to type after `npx two-callers`, and what it does. */
  readonly examples: readonly (readonly [words: string, does: string])[];
  /** The meanings of 0, 1 and 2, empty for a code that is not used; 130 is the same everywhere. */
  readonly exits: readonly [string, string, string];
}

const HELP: Readonly<Record<string, CommandHelp>> = {
  serve: {
    examples: [
      ['serve', 'the rules, in batches on all cores, at http://127.0.0.1:5000'],
      ['serve --topology inline --tally await-race', 'a service that loses counts, for check to refute'],
    ],
    exits: [
      'ended in order',
      'accepted requests were cut off, or it ended without a signal',
      'it could not start',
    ],
  },
  score: {
    examples: [
      ['score http://127.0.0.1:5000', 'ten transactions, one caller'],
      ['score http://127.0.0.1:5000 --count 10000 --concurrency 64', 'many, by 64 callers'],
    ],
    exits: [
      'all answered and counted',
      'a request was refused, unknown or miscounted',
      'nothing could be done',
    ],
  },
  ask: {
    examples: [
      ['ask http://127.0.0.1:5000', 'two callers at the same moment, 2,000 times'],
      [
        "ask http://127.0.0.1:8000 --do 'POST /hit' --count 'GET /count' --field total",
        'of your own counter',
      ],
    ],
    exits: ['ok', 'violated', 'unknown, or nothing could be done'],
  },
  check: {
    examples: [
      ['check http://127.0.0.1:5000 --html check.html', 'prove or refute a counter, with a page'],
      ['check --self-test --seeds 1', 'check the checker with every seeded fault'],
    ],
    exits: ['ok', 'violated', 'unknown, or nothing could be done'],
  },
  bench: {
    examples: [
      ['bench overhead --out results.ndjson', 'one scenario, kept in a file'],
      ['bench compare before.ndjson after.ndjson', 'what improved, what regressed'],
    ],
    exits: ['measured', 'a run was discarded, or a target was clearly missed', 'it could not be done'],
  },
  advise: {
    examples: [
      ['advise --scorer rules --quick', 'a first look with the built-in rules'],
      ['advise --scorer ./mine.mjs --p99-ms 50 --rps 500', 'your scorer and your demands'],
    ],
    exits: ['advised', 'no topology meets the demands', 'it could not be done'],
  },
  report: {
    examples: [
      ['report study.ndjson --html report.html', 'a page'],
      ['report before.ndjson after.ndjson --md report.md', 'two files as one, as Markdown'],
    ],
    exits: ['written', '', 'a file cannot be read or written'],
  },
  study: {
    examples: [
      ['study', 'the answer on this machine, in about three minutes'],
      ['study --out mine.ndjson --html mine.html', 'the same, with files of your choice'],
    ],
    exits: [
      'all is well',
      'a correct tally was refuted, a seeded fault was missed, or there was a false alarm',
      'it could not be done',
    ],
  },
};

/** The lines below the options of this command; empty for an unknown one. */
export function formatHelp(name: string): string {
  const help = HELP[name];
  if (help === undefined) return '';
  const examples = help.examples.flatMap(([words, does]) => [`  npx two-callers ${words}`, `      ${does}`]);
  const exits = help.exits.flatMap((meaning, code) => (meaning === '' ? [] : [`  ${code}    ${meaning}`]));
  if (name !== 'serve') exits.push('  130  interrupted; what was done is marked partial');
  return ['', 'Examples:', ...examples, '', 'Exit codes:', ...exits].join('\n');
}
