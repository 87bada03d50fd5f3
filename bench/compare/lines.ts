// Formats a comparison as lines and as JSON. Pure; it judges nothing and rounds only what people see.

import type { Colors } from '../../src/present/colours.js';
import { formatTable } from '../../src/present/table.js';
import { formatInterval } from '../../src/present/text.js';
import { shortCommit } from '../runner/environment.js';
import { METRICS } from '../runner/scenario.js';
import { type ConfidenceInterval, missChance } from '../stats/statistics.js';
import type { Change, MetricChange, Runs } from './runs.js';
import { countRuns } from './runs.js';
import type { JudgedThreshold } from './thresholds.js';

export interface Comparison {
  /** One, or two of which the second is judged. */
  readonly files: readonly Runs[];
  readonly isPaired: boolean;
  /** Why these files should not be compared; the comparison runs anyway. */
  readonly differences: readonly string[];
  readonly rows: readonly MetricChange[];
  readonly unmatched: readonly (readonly [file: string, variant: string])[];
  readonly thresholds: readonly JudgedThreshold[];
  readonly seed: number;
}

const MARKS = { yes: '✓', no: '✗', unclear: '?' } as const;
const CHANGES: readonly Change[] = [
  'improved',
  'regressed',
  'no change seen',
  'too few rounds to say',
  'no ratio',
];
/** Of intervals of 95 %. */
const BY_CHANCE = 0.05;

export function comparisonLines(comparison: Comparison, colors: Colors): string[] {
  const { files, differences, rows, unmatched, thresholds } = comparison;
  return [
    ...files.map(fileLine),
    ...files.flatMap(partialLines).map(colors.yellow),
    ...smokeLines(files),
    ...differences.map((what) => `DIFFERENT: ${what}`),
    ...(files.length > 1 ? ['', ...rowLines(comparison)] : []),
    ...unmatched.map(([file, variant]) => `only in ${file}: ${variant}`),
    ...(rows.length > 0 ? ['', ...summaryLines(comparison)] : []),
    ...(thresholds.length > 0 ? ['', ...thresholds.map((one) => thresholdLine(one, colors))] : []),
  ];
}

function fileLine(runs: Runs): string {
  const { file, results } = runs;
  const voids = voidIn(runs);
  const commits = [...new Set(results.map(({ commit }) => shortCommit(commit)))];
  const best = spinBestMs(runs);
  const speed = best === undefined ? '' : `, the machine probe at its best: ${best.toFixed(2)} ms`;
  const left = `${voids} discarded`;
  return `${file}: ${results.length} runs (${left}), commit ${commits.join(' and ')}${speed}`;
}

function voidIn({ results }: Runs): number {
  return results.filter((one) => one.discardReason !== undefined).length;
}

function partialLines(runs: Runs): string[] {
  const { made, planned } = countRuns(runs);
  return made < planned ? [`PARTIAL: ${runs.file}: ${made} of ${planned} runs were made`] : [];
}

/** The speed of the machine, because two machines of one name may differ. */
function spinBestMs({ results }: Runs): number | undefined {
  const all = results.flatMap(({ spins }) => (spins === undefined ? [] : [spins.bestMs]));
  return all.length === 0 ? undefined : Math.min(...all);
}

function smokeLines(files: readonly Runs[]): string[] {
  const isSmoke = files.some(({ results }) => results.some(({ conditions }) => conditions.scale === 'smoke'));
  return isSmoke ? ['SMOKE: these figures mean nothing'] : [];
}

function rowLines({ rows, files }: Comparison): string[] {
  if (rows.length === 0) return ['No variant has valid runs of the metrics in both.'];
  const [before, after] = files.map(({ file }) => file);
  const head = ['scenario: variant', 'metric', before ?? '', after ?? '', 'ratio [95 %]', 'n', 'seen'];
  return formatTable(
    head,
    rows.map((row) => {
      const { says, unit, digits } = METRICS[row.metric];
      const side = (interval: ConfidenceInterval) => `${formatInterval(interval, digits)} ${unit}`.trimEnd();
      const ratio = row.change === 'no ratio' ? '' : formatInterval(row.ratio, 3);
      const n = row.before.n === row.after.n ? `${row.after.n}` : `${row.before.n}/${row.after.n}`;
      const name = `${row.scenario}: ${row.variant}`;
      return [name, says, side(row.before), side(row.after), ratio, n, row.change];
    }),
  );
}

function summaryLines(comparison: Comparison): string[] {
  const { rows, isPaired, seed } = comparison;
  const by = `about ${byChanceIn(comparison).toFixed(1)}`;
  const counts = CHANGES.map((change) => {
    return [change, rows.filter((row) => row.change === change).length] as const;
  });
  const found = counts.filter(([, count]) => count > 0);
  const judged = selectJudged(rows);
  const how = isPaired ? 'paired by round: one session' : 'unpaired: each file is drawn anew by itself';
  return [
    found.map(([change, count]) => `${count} ${change}`).join(', '),
    ...(judged.length === 0
      ? []
      : [`Of ${judged.length} intervals judged, ${by} exclude 1 by chance alone.`]),
    `Ratios are of the second to the first, ${how}; seed ${seed}.`,
  ];
}

function selectJudged(rows: readonly MetricChange[]): readonly MetricChange[] {
  return rows.filter(({ change }) => CHANGES.indexOf(change) < 3);
}

/** How many judged intervals exclude 1 by chance: with few pairs, more than one in twenty. */
function byChanceIn({ rows, isPaired }: Comparison): number {
  const chances = selectJudged(rows).map(({ ratio }) => (isPaired ? missChance(ratio.n) : BY_CHANCE));
  const sum = chances.reduce((all, chance) => all + chance, 0);
  return Math.round(sum * 1_000) / 1_000;
}

function thresholdLine(judged: JudgedThreshold, { green, red, yellow }: Colors): string {
  const { text, of, against, metric, measured, met } = judged;
  const isRatio = against !== undefined;
  const { unit, digits } = METRICS[metric];
  const what = isRatio ? `${of} / ${against}` : of;
  const shown = measured.n === 0 ? 'not measured' : formatInterval(measured, isRatio ? 3 : digits);
  const seen = `${shown} ${isRatio ? '' : unit}`.trimEnd();
  const why = met === 'unclear' ? '; the interval does not decide it' : '';
  const mark = { yes: green, no: red, unclear: yellow }[met](MARKS[met]);
  return `${mark} ${text}: ${what}: ${seen} (n = ${measured.n})${why}`;
}

/** NaN becomes null, as everywhere in JSON. */
export function comparisonJson(comparison: Comparison): object {
  const { files, ...rest } = comparison;
  const shown = files.map((runs) => {
    const { made, planned } = countRuns(runs);
    return { file: runs.file, runs: made, void: voidIn(runs), planned, partial: made < planned };
  });
  return { files: shown, ...rest, byChance: byChanceIn(comparison) };
}
