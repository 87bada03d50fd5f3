// The test runner: `node dist/test/run.js [options] [part of a file name ...]`. It runs each compiled
// test file in a process, slow files first, and prints what failed; its last line is `N passed, N
// failed, N skipped`. It is stricter than uvu's runner: test/runner.test.ts shows what it refuses.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { closest } from 'fastest-levenshtein';
import pc from 'picocolors';
import { isCI } from './runner/ci.js';
import { FileRunner } from './runner/file.js';
import type { FileReport } from './runner/judge.js';
import { closing, fileLine, summarise } from './runner/report.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

/** One more than the cores: many tests wait for a process or a timer. */
const JOBS = Math.max(2, availableParallelism()) + 1;

/**
 * Files that take longest, the longest first. A long file that starts last keeps one core idle.
 * The list affects speed only; the runner prints the ten slowest files of each run.
 */
const SLOW_FIRST: readonly string[] = [
  'commands/study',
  'topologies/process',
  'bench/smoke',
  'execution/pool-starts',
  'execution/task-deaths',
  'topologies/',
  'foreign/',
  'runner.test',
  'commands/advise',
  'http/slow',
  'tally/',
  'commands/',
];

/** Options that take a value: what it is, and the default. */
const VALUES = {
  root: { what: 'directory to search', fallback: import.meta.dirname },
  suffix: { what: 'end of the names of test files', fallback: '.test.js' },
  jobs: { what: 'files at a time', fallback: JOBS },
  timeout: { what: 'seconds that a file may take', fallback: 180 },
  grace: { what: 'seconds that a process may live after its tests', fallback: 3 },
} as const;

const FLAGS = {
  'renew-golden': 'write the golden files again instead of comparing with them',
  thorough: 'repeat races and properties many more times',
  json: 'print one JSON summary instead of text',
  list: 'list the files and run none',
  help: 'print this',
} as const;

const HELP = [
  'node dist/test/run.js [options] [part of a file name ...]',
  ...Object.entries(VALUES).map(
    ([name, { what, fallback }]) => `  ${`--${name} <value>`.padEnd(19)} ${what} (${fallback})`,
  ),
  ...Object.entries(FLAGS).map(([name, what]) => `  ${`--${name}`.padEnd(19)} ${what}`),
].join('\n');

const useColors = !process.env.NO_COLOR && (process.stdout.isTTY || Boolean(process.env.FORCE_COLOR));
const colors = pc.createColors(useColors);

interface Options {
  /** Parts of file names; none means every file. */
  readonly filters: readonly string[];
  readonly root: string;
  readonly suffix: string;
  readonly jobs: number;
  readonly timeout: number;
  readonly grace: number;
  readonly flags: ReadonlySet<string>;
}

/** @throws Error whose message is one line for the person who typed the words */
function parseOptions(words: readonly string[]): Options {
  const names = [...Object.keys(VALUES), ...Object.keys(FLAGS)].map((name) => `--${name}`);
  for (const word of words) {
    const [name = ''] = word.split('=');
    if (word.startsWith('-') && !names.includes(name)) {
      throw new Error(`unknown option '${word}' (did you mean ${closest(name, names)}?)`);
    }
  }
  const string = Object.keys(VALUES).map((name) => [name, { type: 'string' }] as const);
  const boolean = Object.keys(FLAGS).map((name) => [name, { type: 'boolean' }] as const);
  const options = Object.fromEntries([...string, ...boolean]);
  const parsed = parseArgs({ args: [...words], options, allowPositionals: true });
  const values = parsed.values as Record<string, string | boolean | undefined>;
  const parseNumber = (name: 'jobs' | 'timeout' | 'grace') => {
    const value = Number(values[name] ?? VALUES[name].fallback);
    if (!(value > 0)) throw new Error(`option '--${name}' needs a number above 0`);
    return value;
  };
  return {
    filters: parsed.positionals,
    root: String(values.root ?? VALUES.root.fallback),
    suffix: String(values.suffix ?? VALUES.suffix.fallback),
    jobs: Math.ceil(parseNumber('jobs')),
    timeout: parseNumber('timeout'),
    grace: parseNumber('grace'),
    flags: new Set(Object.keys(FLAGS).filter((name) => values[name] === true)),
  };
}

/** Names relative to the root, sorted: the order of starts never depends on the disk. */
function findFiles({ root, suffix }: Options): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').includes('fixtures'))
    .toSorted();
}

/** A filter that fits no file is an error even beside one that does: it is a misspelling. */
function selectFiles(names: readonly string[], filters: readonly string[]): string[] {
  const unmatched = filters.find((filter) => !names.some((name) => name.includes(filter)));
  if (unmatched !== undefined) throw new Error(`no test file matches '${unmatched}'`);
  if (names.length === 0) throw new Error('there are no test files');
  if (filters.length === 0) return [...names];
  return names.filter((name) => filters.some((filter) => name.includes(filter)));
}

function rankSlow(name: string): number {
  const rank = SLOW_FIRST.findIndex((part) => name.includes(part));
  return rank < 0 ? SLOW_FIRST.length : rank;
}

async function runAll(
  names: readonly string[],
  { root, jobs, flags }: Options,
  runner: FileRunner,
): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  const waiting = names.toSorted((a, b) => rankSlow(a) - rankSlow(b));
  const runSome = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const report = await runner.run(join(root, name), name);
      reports.push(report);
      if (!flags.has('json')) console.log(fileLine(report, colors));
    }
  };
  await Promise.all(Array.from({ length: jobs }, runSome));
  return reports.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function endChildrenOnSignal(runner: FileRunner): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      runner.killAll();
      console.error(`\ninterrupted by ${signal}: the test processes were ended`);
      process.exit(EXIT_INTERRUPTED);
    });
  }
}

/** Runs `task`, or prints its error and returns nothing. */
function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = attempt(() => parseOptions(process.argv.slice(2)));
  if (options === undefined) return EXIT_USAGE;
  const { flags, filters, timeout, grace } = options;
  if (flags.has('help')) {
    console.log(HELP);
    return 0;
  }
  const names = attempt(() => selectFiles(findFiles(options), filters));
  if (names === undefined) return EXIT_FAILED;
  if (flags.has('list')) {
    console.log(names.join('\n'));
    return 0;
  }
  if (flags.has('renew-golden')) process.env.TWO_CALLERS_RENEW_GOLDEN = '1';
  if (flags.has('thorough')) process.env.TWO_CALLERS_THOROUGH = '1';
  const runner = new FileRunner({ fileMs: timeout * 1000, graceMs: grace * 1000 });
  endChildrenOnSignal(runner);
  const summary = summarise(await runAll(names, options, runner), isCI());
  console.log(flags.has('json') ? JSON.stringify(summary) : closing(summary, colors));
  return summary.ok ? 0 : EXIT_FAILED;
}

process.exitCode = await main();
