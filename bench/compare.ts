// `node dist/bench/compare.js before.ndjson [after.ndjson]`: two result files against each other,
// and thresholds on the last one. It measures nothing. Exit code 0: compared, and every threshold
// met; 1: one was missed; 2: it could not be done, or a threshold could not be decided.

import { readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { random } from '../src/check/random.js';
import { EXIT, type ExitCode, oneLine, wholeNumber } from '../src/verbs/usage.js';
import { type Comparison, comparisonJson, comparisonLines } from './compare-lines.js';
import {
  compareRuns,
  differences,
  isOneSession,
  metricsOf,
  type Runs,
  unmatched,
  validOf,
} from './compare-runs.js';
import { type Judged, judgeThreshold, metricNamed, parseThreshold } from './compare-thresholds.js';
import { parseResults } from './result-line.js';

interface Flags {
  readonly metric: readonly string[];
  readonly threshold: readonly string[];
  readonly seed: number;
  readonly json: boolean;
  readonly anyway: boolean;
}

const FILE_BYTES_MAX = 256 * 1024 * 1024;

function read(file: string): Runs {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) throw new Error(`${file}: there is no such file`);
  if (bytes > FILE_BYTES_MAX) throw new Error(`${file}: more than ${FILE_BYTES_MAX} bytes`);
  return { file, results: parseResults(readFileSync(file, 'utf8'), file) };
}

function compare(before: Runs, after: Runs | undefined, flags: Flags): Comparison {
  const { seed, anyway } = flags;
  const thresholds = flags.threshold.map(parseThreshold);
  const asked = flags.metric.map(metricNamed);
  const next = random(seed);
  const last = after ?? before;
  const different = differences(before, last);
  if (different.length > 0 && !anyway) {
    const why = different.join('; ');
    throw new Error(`these runs cannot be compared: ${why}; --anyway compares them all the same`);
  }
  const judged = thresholds.flatMap((one) => judgeThreshold(one, validOf(last), next));
  const own = { differences: different, thresholds: judged, seed };
  if (after === undefined) {
    return { files: [before], isPaired: false, rows: [], unmatched: [], ...own };
  }
  const files = [before, after];
  const metrics = asked.length > 0 ? asked : metricsOf(files);
  return {
    files,
    isPaired: isOneSession(before, after),
    rows: compareRuns(before, after, metrics, next),
    unmatched: [
      ...unmatched(before, after).map((name) => [before.file, name] as const),
      ...unmatched(after, before).map((name) => [after.file, name] as const),
    ],
    ...own,
  };
}

function exitCode(thresholds: readonly Judged[]): ExitCode {
  if (thresholds.some(({ met }) => met === 'no')) return EXIT.wrong;
  return thresholds.some(({ met }) => met === 'unclear') ? EXIT.unusable : EXIT.ok;
}

function action(before: string, after: string | undefined, flags: Flags): void {
  if (after === undefined && flags.threshold.length === 0) {
    throw new Error('name a second file to compare with, or a --threshold to hold this one to');
  }
  const comparison = compare(read(before), after === undefined ? undefined : read(after), flags);
  const text = flags.json ? comparisonJson(comparison) : comparisonLines(comparison).join('\n');
  process.stdout.write(`${text}\n`);
  process.exitCode = exitCode(comparison.thresholds);
}

const more = (word: string, words: readonly string[]) => [...words, word];
const program = new Command('compare')
  .description('compares two files of results, metric by metric, with bootstrap intervals')
  .argument('<before>', 'a file that bench --out wrote')
  .argument('[after]', 'another; without it only the thresholds are judged')
  .option('--metric <name>', 'only this one (repeatable); throughput, p99, perSecond ...', more, [])
  .option('--threshold <text>', 'e.g. capacity.batched/pool.throughput>=2.3 (repeatable)', more, [])
  .option('--anyway', 'compare runs of different machines, versions of Node or plans', false)
  .option('--json', 'print JSON', false)
  .option('--seed <n>', 'of the intervals', wholeNumber(1, 2 ** 31), 1)
  .configureOutput({ outputError: (text, write) => write(`compare: ${oneLine(text)}\n`) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.unusable))
  .action(action);

try {
  program.parse();
} catch (error) {
  process.stderr.write(`compare: ${oneLine(error)}\n`);
  process.exitCode = EXIT.unusable;
}
