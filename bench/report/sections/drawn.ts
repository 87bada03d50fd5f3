// Charts and tables made from intervals: what cannot be drawn is left out and said, and every chart
// is told in words with its numbers. Pure data; charts/ draws them.

import type { MetricName } from '../../runner/scenario.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import {
  type Chart,
  type CurveChart,
  type DotChart,
  type DotRow,
  type Series,
  type Table,
  TONES,
  type Tone,
} from '../model.js';
import { isKnown } from './view.js';
import { bare, listed } from './words.js';

const ROWS_TOLD_MAX = 20;
/** Of a table: a file from elsewhere may have any number. */
const ROWS_MAX = 400;

export function toneOf(topology: string): Tone {
  return (TONES as readonly string[]).includes(topology) ? (topology as Tone) : 'other';
}

type Dots = Omit<DotChart, 'kind' | 'description'> & {
  /** A value in words, with its unit. */
  readonly told: (interval: ConfidenceInterval) => string;
  /** Which rows the description tells, where they are too many. */
  readonly isTold?: (row: DotRow) => boolean;
};

/** None where no row can be drawn; a logarithm has no place for zero. */
export function dots({ told, isTold, ...chart }: Dots): readonly Chart[] {
  const isDrawn = ({ interval }: DotRow) => canDraw(interval, chart.scale);
  const rows = chart.rows.filter(isDrawn);
  if (rows.length === 0) return [];
  const left = chart.rows.filter((row) => !isDrawn(row));
  const main = rows.length > ROWS_TOLD_MAX && isTold !== undefined ? rows.filter(isTold) : rows;
  const lines = main.slice(0, ROWS_TOLD_MAX).map(({ label, group, interval, note }) => {
    const name = group === '' ? label : `${group}, ${label}`;
    return `${name}: ${told(interval)}${note === undefined ? '' : `, ${note}`}`;
  });
  const more = rows.length - lines.length;
  const rest = more > 0 ? [`and ${more} more in the table`] : [];
  const description = `${chart.title}. ${[...lines, ...rest].join('; ')}.`;
  return [{ kind: 'dots', ...chart, rows, description, caption: captionOf(chart.caption, left) }];
}

function canDraw({ low, ...rest }: ConfidenceInterval, scale: 'linear' | 'log' | 'steps'): boolean {
  return isKnown({ low, ...rest }) && (scale !== 'log' || low > 0);
}

function captionOf(caption: string, left: readonly DotRow[]): string {
  if (left.length === 0) return caption;
  const names = left.map(({ label, group }) => (group === '' ? label : `${group}, ${label}`));
  return `${caption} Not drawn, since unknown or zero: ${listed(names)}.`;
}

type Curves = Omit<CurveChart, 'kind' | 'description'> & {
  /** A place on x in words. */
  readonly place: (x: number) => string;
  /** A value of y in words. */
  readonly told: (interval: ConfidenceInterval) => string;
};

export function curves({ place, told, ...chart }: Curves): readonly Chart[] {
  const isX = (x: number) => Number.isFinite(x) && (chart.x.scale !== 'log' || x > 0);
  const series = chart.series
    .map((one) => {
      const points = one.points.filter(({ x, interval }) => {
        return isX(x) && canDraw(interval, chart.y.scale);
      });
      return { ...one, points: points.toSorted((a, b) => a.x - b.x) };
    })
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return [];
  const lines = series.map(({ name, points }: Series) => {
    const values = points.map(({ x, interval }) => `${told(interval)} ${place(x)}`);
    return `${name}: ${values.join(', ')}`;
  });
  return [
    { kind: 'curves', ...chart, series, description: `${chart.title}. ${lines.join('; ')}.` },
  ];
}

/** n of all rows, where it is the same, or from the least to the most. */
function nText(intervals: readonly ConfidenceInterval[]): string {
  const all = intervals.filter(isKnown).map(({ n }) => n);
  if (all.length === 0) return 'n = 0';
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? `n = ${least}` : `n = ${least} to ${most}`;
}

export function barsText(intervals: readonly ConfidenceInterval[]): string {
  const isAlone = intervals.filter(isKnown).every(({ n }) => n === 1);
  if (isAlone) return 'One value each, without an interval (n = 1 round).';
  return `Medians with 95 % bootstrap intervals, ${nText(intervals)} rounds.`;
}

/** None where there is no row. The first column names the row and is no number. */
export function tableOf(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly Table[] {
  if (rows.length === 0) return [];
  const kept = rows.slice(0, ROWS_MAX).map((row) => head.map((_, at) => row[at] ?? ''));
  const more = rows.length - kept.length;
  const numeric = head.flatMap((_, at) => (at > 0 && isNumeric(kept, at) ? [at] : []));
  const rest = more > 0 ? ` The first ${ROWS_MAX} of ${rows.length} rows.` : '';
  return [{ caption: caption + rest, head, rows: kept, numeric }];
}

function isNumeric(rows: readonly (readonly string[])[], at: number): boolean {
  const cells = rows
    .map((row) => row[at] ?? '')
    .filter((cell) => cell !== '' && cell !== 'unknown');
  return cells.length > 0 && cells.every((cell) => /^-?\d/.test(cell));
}

/** A table of medians: a row for each variant, a column for each metric. */
export function mediansTable(
  caption: string,
  first: string,
  metrics: readonly (readonly [metric: MetricName, head: string])[],
  rows: readonly (readonly [name: string, of: (metric: MetricName) => ConfidenceInterval])[],
): readonly Table[] {
  const cells = rows.map(([name, of]) => {
    const intervals = metrics.map(([metric]) => [metric, of(metric)] as const);
    const n = nText(intervals.map(([, interval]) => interval)).replace('n = ', '');
    return [name, ...intervals.map(([metric, interval]) => bare(interval, metric)), n];
  });
  return tableOf(caption, [first, ...metrics.map(([, head]) => head), 'n'], cells);
}
