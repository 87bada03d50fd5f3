// What a run says at its end: a table of verdicts, one of what was measured, and the runs that do
// not count. Pure: samples and plans in, lines out; it never measures.

import type { Figure, MetricName, Sample, Target } from './figure.js';
import { METRICS } from './figure.js';
import type { Plan } from './plan.js';
import { bootstrapMedian, type Interval } from './statistics.js';
import { judge, type Verdict } from './verdicts.js';

type Figures = readonly (readonly [name: string, figure: Figure])[];

interface Report {
  readonly lines: readonly string[];
  /** Whether a target was clearly missed. */
  readonly isMissed: boolean;
}

const HEAD = ['figure', 'target', 'measured [95 % interval]', 'n', 'met', 'seen'];

/** `next` is the random source of the intervals. */
export function report(
  figures: Figures,
  samples: readonly Sample[],
  plan: Plan,
  next: () => number,
): Report {
  const verdicts = figures.flatMap(([name, figure]) => {
    const own = samples.filter((sample) => sample.figure === name);
    return figure.claims(plan).map((claim) => ({ name, verdict: judge(claim, own, next) }));
  });
  const summaries = figures.flatMap(([name, { summary }]) => {
    const own = samples.filter((sample) => sample.figure === name);
    const lines = summary?.(own, plan, next) ?? [];
    return lines.length === 0 ? [] : ['', ...lines.map((line) => `${name}: ${line}`)];
  });
  const missing = figures.flatMap(([name, figure]) => [
    ...(figure.unavailable?.() ?? []).map(([what, why]) => `unavailable: ${name}: ${what}: ${why}`),
    ...(figure.variants(plan).length === 0
      ? [`unavailable: ${name}: the service has none of its topologies`]
      : []),
  ]);
  const voids = samples.filter((sample) => sample.void !== undefined);
  return {
    lines: [
      ...table([HEAD, ...verdicts.map(({ name, verdict }) => verdictCells(name, verdict))]),
      ...missing,
      ...summaries,
      '',
      ...table(rawCells(samples, next)),
      '',
      ...voids.map((sample) => `void: ${describe(sample)}`),
    ],
    isMissed: verdicts.some(({ verdict }) => verdict.met === 'no'),
  };
}

function verdictCells(name: string, { claim, against, measured, met, words }: Verdict): string[] {
  const of = against === undefined ? claim.says : `${claim.says} / ${against}`;
  const best = claim.against.length > 1 ? ` (the best of ${claim.against.length})` : '';
  const digits = claim.interval === undefined ? 3 : METRICS[claim.metric].digits;
  const shown = measured.n === 0 ? 'not measured' : interval(measured, digits);
  return [`${name}: ${of}${best}`, targetText(claim.target), shown, `${measured.n}`, met, words];
}

function targetText(target: Target | undefined): string {
  if (target === undefined) return '';
  if ('atLeast' in target) return `>= ${target.atLeast}`;
  if ('atMost' in target) return `<= ${target.atMost}`;
  if ('always' in target) return `= ${target.always} always`;
  return `growth ${target.growth}`;
}

/** Medians over the valid rounds of every variant, with units. */
function rawCells(samples: readonly Sample[], next: () => number): string[][] {
  const nameOfRow = ({ figure, variant }: Sample) => `${figure}: ${variant}`;
  const names = [...new Set(samples.map(nameOfRow))];
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return names.map((name) => {
    const own = samples.filter((sample) => nameOfRow(sample) === name);
    const valid = own.filter((sample) => sample.void === undefined);
    const metrics = Object.keys(valid[0]?.values ?? {}) as MetricName[];
    const cells = metrics.map((metric) => {
      const { says, unit, digits } = METRICS[metric];
      const all = valid.map(({ values }) => values[metric] ?? Number.NaN);
      const known = all.filter((value) => !Number.isNaN(value));
      const why = valid.map(({ unknown }) => unknown?.[metric]).find((one) => one !== undefined);
      if (known.length === 0) return `${says} ${unknownFor(why)}`;
      const fewer = known.length < all.length ? ` (n = ${known.length}: ${why})` : '';
      return `${says} ${interval(bootstrapMedian(known, next), digits)} ${unit}`.trimEnd() + fewer;
    });
    return [name, `n = ${valid.length}`, cells.join('; ')];
  });
}

/** One line for a sample, for whoever waits. */
export function describe(sample: Sample): string {
  const { figure, variant, round, values, unknown, void: reason } = sample;
  const shown = (Object.entries(values) as [MetricName, number][]).map(([metric, value]) => {
    const { says, unit, digits } = METRICS[metric];
    if (Number.isNaN(value)) return `${says} ${unknownFor(unknown?.[metric])}`;
    return `${says} ${value.toFixed(digits)} ${unit}`.trimEnd();
  });
  const what = `${figure}, round ${round}: ${variant}: ${shown.join(', ')}`;
  return reason === undefined ? what : `${what}, VOID: ${reason}`;
}

function unknownFor(why: string | undefined): string {
  return why === undefined ? 'unknown' : `unknown (${why})`;
}

/** A single value has no interval to speak of. */
function interval({ median, low, high, n }: Interval, digits: number): string {
  if (Number.isNaN(median)) return 'unknown';
  const isAlone = n === 1 && low === median && high === median;
  if (isAlone) return median.toFixed(digits);
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
