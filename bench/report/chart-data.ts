// Builds a section's charts and tables as data. It leaves out values that a scale cannot show, and names
// them. Pure; charts/ draws them.

import type { MetricName } from '../runner/scenario.js';
import type { MeasuredVariant, Ratio, ScenarioData } from '../stats/scenario-data.js';
import { type ConfidenceInterval, isKnown } from '../stats/statistics.js';
import {
  type Chart,
  type CurveChart,
  type DotChart,
  type DotRow,
  type Series,
  type Table,
  TONES,
  type Tone,
} from './model.js';
import { formatCell, formatRatioCell, formatWithUnit, joinNames } from './wording.js';

const ROWS_DESCRIBED_MAX = 20;
/** Of a table: another version's file may have any number of rows. */
const ROWS_MAX = 400;

export function chooseTone(topology: string): Tone {
  return (TONES as readonly string[]).includes(topology) ? (topology as Tone) : 'other';
}

type Format = (interval: ConfidenceInterval) => string;

type Dots = Omit<DotChart, 'kind' | 'description' | 'caption'> & {
  readonly format: Format;
  /** Which rows the description names, where there are too many. */
  readonly isDescribed?: (row: DotRow) => boolean;
  /** Part of the caption. */
  readonly note?: string;
};

/** Empty where no row can be drawn: a logarithmic scale has no place for zero. */
export function buildDots({ format, isDescribed, note = '', ...chart }: Dots): readonly Chart[] {
  const isDrawn = ({ interval }: DotRow) => canDraw(interval, chart.scale);
  const rows = chart.rows.filter(isDrawn);
  if (rows.length === 0) return [];
  const formatName = ({ label, group }: DotRow) => (group === '' ? label : `${group}, ${label}`);
  const isLong = rows.length > ROWS_DESCRIBED_MAX && isDescribed !== undefined;
  const described = (isLong ? rows.filter(isDescribed) : rows).slice(0, ROWS_DESCRIBED_MAX);
  const parts = described.map(
    (row) => `${formatName(row)}: ${format(row.interval)}${row.note === undefined ? '' : `, ${row.note}`}`,
  );
  const more = rows.length - described.length;
  const rest = more > 0 ? [`and ${more} more in the table`] : [];
  const left = chart.rows.filter((row) => !isDrawn(row)).map(formatName);
  const caption = [
    describeBars(chart.rows.map(({ interval }) => interval)),
    note,
    left.length === 0 ? '' : `Not drawn, because unknown or zero: ${joinNames(left)}.`,
  ];
  return [
    {
      kind: 'dots',
      ...chart,
      rows,
      description: `${chart.title}. ${[...parts, ...rest].join('; ')}.`,
      caption: caption.filter((text) => text !== '').join(' '),
    },
  ];
}

function canDraw(interval: ConfidenceInterval, scale: 'linear' | 'log' | 'steps'): boolean {
  return isKnown(interval) && (scale !== 'log' || interval.low > 0);
}

export function buildMedianDots(
  data: ScenarioData,
  metric: MetricName,
  chart: Pick<Dots, 'id' | 'title' | 'axis' | 'scale' | 'note'>,
  findGroup: (variant: MeasuredVariant) => string = () => '',
): readonly Chart[] {
  const rows = data.variants.map((one): DotRow => {
    const interval = data.median(one.variant, metric);
    return { label: one.label, group: findGroup(one), interval, tone: chooseTone(one.topology) };
  });
  return buildDots({ ...chart, rows, format: (interval) => formatWithUnit(interval, metric) });
}

type Curves = Omit<CurveChart, 'kind' | 'description' | 'caption'> & {
  /** A place on x in words: `at 60 kB`. */
  readonly formatX: (x: number) => string;
  readonly format: Format;
  readonly note?: string;
};

export function buildCurves({ formatX, format, note = '', ...chart }: Curves): readonly Chart[] {
  const isX = (x: number) => Number.isFinite(x) && (chart.x.scale !== 'log' || x > 0);
  const series = chart.series
    .map((one) => {
      const points = one.points.filter(({ x, interval }) => isX(x) && canDraw(interval, chart.y.scale));
      return { ...one, points: points.toSorted((a, b) => a.x - b.x) };
    })
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return [];
  const parts = series.map(({ name, points }) => {
    const values = points.map(({ x, interval }) => `${format(interval)} ${formatX(x)}`);
    return `${name}: ${values.join(', ')}`;
  });
  const intervals = chart.series.flatMap(({ points }) => points.map(({ interval }) => interval));
  const description = `${chart.title}. ${parts.join('; ')}.`;
  const caption = `${describeBars(intervals)} ${note}`.trimEnd();
  return [{ kind: 'curves', ...chart, series, description, caption }];
}

/** A curve for each label, in the colour of its topology. */
export function buildSeries(
  groups: readonly (readonly [label: string, variants: readonly MeasuredVariant[]])[],
  findX: (variant: MeasuredVariant) => number,
  findInterval: (variant: MeasuredVariant) => ConfidenceInterval,
): readonly Series[] {
  return groups.map(([name, variants]) => {
    const points = variants.map((one) => ({ x: findX(one), interval: findInterval(one) }));
    return { name, tone: chooseTone(variants[0]?.topology ?? ''), points };
  });
}

/** `n = 7`, or `n = 5 to 7` where the rows differ. */
function formatRounds(intervals: readonly ConfidenceInterval[]): string {
  const all = intervals.filter(isKnown).map(({ n }) => n);
  if (all.length === 0) return 'n = 0';
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? `n = ${least}` : `n = ${least} to ${most}`;
}

function describeBars(intervals: readonly ConfidenceInterval[]): string {
  const isAlone = intervals.filter(isKnown).every(({ n }) => n === 1);
  if (isAlone) return 'One value each, without an interval (n = 1 round).';
  return `Medians with 95 % bootstrap intervals, ${formatRounds(intervals)} rounds.`;
}

export function buildTable(
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
  const cells = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '' && cell !== 'unknown');
  return cells.length > 0 && cells.every((cell) => /^-?\d/.test(cell));
}

export type MetricColumns = readonly (readonly [metric: MetricName, heading: string])[];

export function buildMediansTable(
  data: ScenarioData,
  columns: MetricColumns,
  heading = 'variant',
): readonly Table[] {
  const rows = data.variants.map(({ variant, label }) => {
    const intervals = columns.map(([metric]) => data.median(variant, metric));
    const cells = intervals.map((one, at) => formatCell(one, columns[at]?.[0] ?? 'perSecond'));
    return [label, ...cells, formatRounds(intervals).replace('n = ', '')];
  });
  const headings = columns.map(([, text]) => text);
  return buildTable('Medians over the rounds', [heading, ...headings, 'n'], rows);
}

export const RATE_AND_P99: MetricColumns = [
  ['perSecond', 'requests/s'],
  ['p99Ms', 'p99, ms'],
];

export function formatMedians(data: ScenarioData, variant: string, metrics: readonly MetricName[]): string[] {
  return metrics.map((metric) => formatCell(data.median(variant, metric), metric));
}

/** Empty for the base itself. */
export function formatRatioCells(ratio: Ratio | undefined): [ratio: string, seen: string] {
  return ratio === undefined ? ['', ''] : [formatRatioCell(ratio), ratio.words];
}

export interface VariantPair {
  readonly of: MeasuredVariant;
  readonly against: MeasuredVariant;
}

export function pairWithBase(
  { variants }: ScenarioData,
  isBase: (base: MeasuredVariant, of: MeasuredVariant) => boolean,
): readonly VariantPair[] {
  return variants.flatMap((of) => {
    const against = variants.find((one) => one !== of && isBase(one, of));
    return against === undefined ? [] : [{ of, against }];
  });
}

export function buildRatioTable(
  data: ScenarioData,
  pairs: readonly VariantPair[],
  columns: MetricColumns,
): readonly Table[] {
  const rows = pairs.flatMap(({ of, against }) =>
    columns.map(([metric, text]) => {
      const ratio = data.ratio(of.variant, against.variant, metric);
      const name = `${of.label} / ${against.label}`;
      return [name, text, ...formatRatioCells(ratio), `${ratio.n}`];
    }),
  );
  return buildTable('Ratios, paired by round', ['ratio', 'of', 'measured', 'seen', 'n'], rows);
}
