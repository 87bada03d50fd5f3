// The test runner: `node dist/test/run.js [part of a file name ...]`. It finds the compiled test
// files, gives each a process of its own and says what failed; its last line is `N passed, N
// failed, N skipped`. Stricter than uvu's own runner on purpose: see test/runner.test.ts for what
// it refuses. It runs no test in its own process.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import pc from 'picocolors';
import { isCI } from './runner/ci.js';
import { FileRunner } from './runner/file.js';
import type { FileReport } from './runner/judge.js';
import { HELP, parseOptions, type RunnerOptions } from './runner/options.js';
import { closing, fileLine, summarise } from './runner/report.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const useColors =
  !process.env.NO_COLOR && (process.stdout.isTTY || Boolean(process.env.FORCE_COLOR));
const colors = pc.createColors(useColors);

/** Names relative to the root, sorted: the order of starts never depends on the disk. */
function findFiles({ root, suffix }: RunnerOptions): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').includes('fixtures'))
    .toSorted();
}

/** A filter that fits no file is an error even beside one that does: it is a misspelling. */
function choose(names: readonly string[], filters: readonly string[]): string[] | string {
  const idle = filters.find((filter) => !names.some((name) => name.includes(filter)));
  if (idle !== undefined) return `no test file matches '${idle}'`;
  if (names.length === 0) return 'there are no test files';
  if (filters.length === 0) return [...names];
  return names.filter((name) => filters.some((filter) => name.includes(filter)));
}

async function runAll(
  names: readonly string[],
  options: RunnerOptions,
  runner: FileRunner,
): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  const waiting = [...names];
  const runSome = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const report = await runner.run(join(options.root, name), name);
      reports.push(report);
      if (options.format === 'text') console.log(fileLine(report, colors));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, runSome));
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

async function main(): Promise<number> {
  const jobs = Math.max(2, availableParallelism());
  const options = parseOptions(process.argv.slice(2), { root: import.meta.dirname, jobs });
  if (typeof options === 'string') {
    console.error(options);
    return EXIT_USAGE;
  }
  if (options.isHelping) {
    console.log(HELP);
    return 0;
  }
  const names = choose(findFiles(options), options.filters);
  if (typeof names === 'string') {
    console.error(names);
    return EXIT_FAILED;
  }
  if (options.isListing) {
    console.log(names.join('\n'));
    return 0;
  }
  const runner = new FileRunner({ fileMs: options.fileMs, graceMs: options.graceMs });
  endChildrenOnSignal(runner);
  const summary = summarise(await runAll(names, options, runner), isCI());
  console.log(options.format === 'json' ? JSON.stringify(summary) : closing(summary, colors));
  return summary.ok ? 0 : EXIT_FAILED;
}

process.exitCode = await main();
