// `two-callers bench compare before.ndjson [after.ndjson]`: compares two result files, and judges
// thresholds on the last one. It measures nothing. Exit code 0: every threshold is met; 1: one is
// missed; 2: the comparison failed, or a threshold is undecided.

import type { Command } from 'commander';
import { type Comparison, comparisonJson, comparisonLines } from '../../bench/compare/lines.js';
import {
  compareRuns,
  differences,
  isOneSession,
  listMetrics,
  type Runs,
  selectValid,
  unmatched,
} from '../../bench/compare/runs.js';
import {
  type JudgedThreshold,
  judgeThreshold,
  metricNamed,
  parseThreshold,
} from '../../bench/compare/thresholds.js';
import { readResults, requireRuns } from '../../bench/runner/results-file.js';
import { random } from '../checker/random.js';
import { colors } from '../present/colours.js';
import { EXIT, type ExitCode, formatJson, wholeNumber } from './usage.js';

interface CompareFlags {
  readonly metric?: readonly string[];
  readonly threshold?: readonly string[];
  readonly seed: number;
  readonly json: boolean;
  readonly anyway: boolean;
}

function read(file: string): Runs {
  const results = readResults(file);
  return { file, results: requireRuns(results, file), sessions: results.sessions };
}

function compare(before: Runs, after: Runs | undefined, flags: CompareFlags): Comparison {
  const { seed, anyway, threshold = [], metric = [] } = flags;
  const thresholds = threshold.map(parseThreshold);
  const asked = metric.map(metricNamed);
  const next = random(seed);
  const last = after ?? before;
  const different = differences(before, last);
  if (different.length > 0 && !anyway) {
    const why = different.join('; ');
    throw new Error(`these runs cannot be compared: ${why}; --anyway compares them all the same`);
  }
  const judged = thresholds.flatMap((one) => judgeThreshold(one, selectValid(last), next));
  const own = { differences: different, thresholds: judged, seed };
  if (after === undefined) {
    return { files: [before], isPaired: false, rows: [], unmatched: [], ...own };
  }
  const files = [before, after];
  const metrics = asked.length > 0 ? asked : listMetrics(files);
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

function exitCode(thresholds: readonly JudgedThreshold[]): ExitCode {
  if (thresholds.some(({ met }) => met === 'no')) return EXIT.wrong;
  return thresholds.some(({ met }) => met === 'unclear') ? EXIT.unusable : EXIT.ok;
}

function action(before: string, after: string | undefined, flags: CompareFlags): void {
  if (after === undefined && flags.threshold === undefined) {
    throw new Error('name a second file to compare with, or a --threshold to hold this one to');
  }
  const comparison = compare(read(before), after === undefined ? undefined : read(after), flags);
  const text = () => `${comparisonLines(comparison, colors).join('\n')}\n`;
  process.stdout.write(flags.json ? formatJson(comparisonJson(comparison), 2) : text());
  process.exitCode = exitCode(comparison.thresholds);
}

const more = (word: string, words: readonly string[] = []) => [...words, word];

const EXITS = `
Exit code 0: compared, and every threshold is met; 1: one is missed; 2: none is missed and one
is undecided, or it could not be done.`;

/** @param bench the parent command */
export function addCompare(bench: Command): void {
  bench
    .command('compare')
    .description('compare two files of results, metric by metric, with bootstrap intervals')
    .argument('<before>', 'a file that bench --out wrote')
    .argument('[after]', 'another; without it only the thresholds are judged')
    .option('--metric <name>', 'only this one (repeatable); throughput, p99 ...', more)
    .option('--threshold <text>', 'dispatch.batched/pool.throughput>=2.3 (repeatable)', more)
    .option('--anyway', 'compare runs of different machines, versions of Node or plans', false)
    .option('--json', 'print JSON', false)
    .option('--seed <n>', 'of the intervals', wholeNumber(1, 2 ** 31), 1)
    .addHelpText('after', EXITS)
    .action(action);
}
