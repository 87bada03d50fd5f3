// The runner's command line: words in, options or a complaint out. Pure; it neither prints nor
// looks at the disk.

export interface RunnerOptions {
  /** Parts of file names; none means every file. */
  readonly filters: readonly string[];
  /** Directory to search; the default is the compiled test directory. */
  readonly root: string;
  readonly suffix: string;
  readonly jobs: number;
  readonly fileMs: number;
  readonly graceMs: number;
  readonly format: 'text' | 'json';
  readonly isListing: boolean;
  readonly isHelping: boolean;
}

const TAKES_VALUE = {
  '--root': 'directory to search (default: the compiled tests)',
  '--suffix': 'how the names of test files end (default: .test.js)',
  '--jobs': 'files at a time (default: the cores, at least 2)',
  '--timeout': 'seconds a file may take (default: 180)',
  '--grace': 'seconds a process may live after its tests (default: 3)',
} as const;

const FLAGS = {
  '--json': 'print one JSON summary instead of text',
  '--list': 'list the files and run none',
  '--help': 'print this',
} as const;

type ValueOption = keyof typeof TAKES_VALUE;

const NAMES: readonly string[] = [...Object.keys(TAKES_VALUE), ...Object.keys(FLAGS)];

export const HELP = [
  'node dist/test/run.js [options] [part of a file name ...]',
  ...Object.entries(TAKES_VALUE).map(([name, what]) => `  ${`${name} <value>`.padEnd(19)} ${what}`),
  ...Object.entries(FLAGS).map(([name, what]) => `  ${name.padEnd(19)} ${what}`),
].join('\n');

/** Levenshtein's distance, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function nearest(name: string): string {
  const ranked = NAMES.toSorted((a, b) => distance(name, a) - distance(name, b));
  return ranked[0] ?? '';
}

function isValueOption(name: string): name is ValueOption {
  return name in TAKES_VALUE;
}

/** Options, or one line saying what is wrong with the words. */
export function parseOptions(
  words: readonly string[],
  defaults: { root: string; jobs: number },
): RunnerOptions | string {
  const values = new Map<ValueOption, string>();
  const flags = new Set<string>();
  const filters: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [name = '', ...rest] = word.split('=');
    if (!word.startsWith('-')) filters.push(word);
    else if (isValueOption(name)) {
      const value = rest.length > 0 ? rest.join('=') : words[++index];
      if (value === undefined || value === '') return `option '${name}' needs a value`;
      values.set(name, value);
    } else if (word in FLAGS) flags.add(word);
    else return `unknown option '${word}' (did you mean ${nearest(name)}?)`;
  }
  const numbers = { '--jobs': defaults.jobs, '--timeout': 180, '--grace': 3 };
  for (const name of ['--jobs', '--timeout', '--grace'] as const) {
    const text = values.get(name);
    if (text !== undefined) numbers[name] = Number(text);
    if (!(numbers[name] > 0)) return `option '${name}' needs a number above 0, not '${text}'`;
  }
  return {
    filters,
    root: values.get('--root') ?? defaults.root,
    suffix: values.get('--suffix') ?? '.test.js',
    jobs: Math.ceil(numbers['--jobs']),
    fileMs: numbers['--timeout'] * 1000,
    graceMs: numbers['--grace'] * 1000,
    format: flags.has('--json') ? 'json' : 'text',
    isListing: flags.has('--list'),
    isHelping: flags.has('--help'),
  };
}
