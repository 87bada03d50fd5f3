// The lines of a chart of curves, as positions along its axes: what cannot be shown is left out and
// said, and a line breaks there. Pure; it knows no pixels.

import type { CurveChart, Series, Tone } from '../model.js';
import { flawOf, type ScaleKind, shortNumber } from './numbers.js';
import { type Shown, shownOf } from './shown.js';

export interface CurvePoint {
  /** Along the axis: the number itself, or its place among the steps. */
  readonly at: number;
  readonly shown: Shown;
}

interface LawPoint {
  readonly at: number;
  readonly y: number;
}

export interface CurveLine {
  readonly name: string;
  readonly tone: Tone;
  /** Its tone was an earlier line's already. */
  readonly isRepeat: boolean;
  /** Points without a gap between them. */
  readonly runs: readonly (readonly CurvePoint[])[];
  /** Empty where no law was fitted. */
  readonly law: readonly LawPoint[];
}

interface PlacedMark {
  readonly at: number;
  readonly says: string;
}

export interface CurveLines {
  readonly lines: readonly CurveLine[];
  readonly xMarks: readonly PlacedMark[];
  readonly yMarks: readonly PlacedMark[];
  /** The values that stand one beside the other; empty on other scales. */
  readonly steps: readonly number[];
  /** Every x of a point. */
  readonly values: readonly number[];
  readonly leftOut: readonly string[];
}

interface Placing {
  readonly xKind: ScaleKind;
  readonly yKind: ScaleKind;
  readonly steps: readonly number[];
  readonly leftOut: string[];
}

export function kindOf(scale: CurveChart['x']['scale']): ScaleKind {
  return scale === 'log' ? 'log' : 'linear';
}

export function curveLines(chart: CurveChart): CurveLines {
  const xKind = kindOf(chart.x.scale);
  const values = distinct(
    chart.series.flatMap(({ points }) => points.map(({ x }) => x)),
    xKind,
  );
  const steps = chart.x.scale === 'steps' ? values : [];
  const placing = { xKind, yKind: kindOf(chart.y.scale), steps, leftOut: [] as string[] };
  const tones = new Set<Tone>();
  const lines = chart.series.map((series) => {
    const line = lineOf(series, tones.has(series.tone), placing);
    tones.add(series.tone);
    return line;
  });
  const marks = (axis: 'x' | 'y') =>
    (chart.marks ?? []).flatMap((mark): PlacedMark[] => {
      if (mark.axis !== axis) return [];
      const at = axis === 'x' ? positionOf(mark.at, placing) : mark.at;
      const flaw = at === null ? 'outside' : flawOf(mark.at, axis === 'x' ? xKind : placing.yKind);
      if (at !== null && flaw === null) return [{ at, says: mark.says }];
      placing.leftOut.push(`${mark.says}: ${flaw}`);
      return [];
    });
  const placed = { xMarks: marks('x'), yMarks: marks('y') };
  return { lines, ...placed, steps, values, leftOut: placing.leftOut };
}

function distinct(values: readonly number[], kind: ScaleKind): number[] {
  const shown = values.filter((value) => flawOf(value, kind) === null);
  return [...new Set(shown)].sort((a, b) => a - b);
}

/** Null where the axis has no place for it; between two steps for what is between their values. */
function positionOf(x: number, { xKind, steps }: Placing): number | null {
  if (flawOf(x, xKind) !== null) return null;
  if (steps.length === 0) return x;
  const after = steps.findIndex((step) => step >= x);
  const to = steps[after];
  if (to === undefined) return null;
  if (to === x) return after;
  const from = steps[after - 1];
  return from === undefined ? null : after - 1 + (x - from) / (to - from);
}

function lineOf(series: Series, isRepeat: boolean, placing: Placing): CurveLine {
  const { name, tone } = series;
  const runs: CurvePoint[][] = [[]];
  for (const { x, interval } of series.points.toSorted((a, b) => a.x - b.x)) {
    const at = positionOf(x, placing);
    const { shown, says } = shownOf(interval, placing.yKind);
    const flaws = [...(at === null ? [flawOf(x, placing.xKind)] : []), ...says];
    if (flaws.length > 0) {
      const where = Number.isFinite(x) ? ` at ${shortNumber(x)}` : '';
      placing.leftOut.push(`${name}${where}: ${flaws.join(', ')}`);
    }
    if (at !== null && shown !== null) runs.at(-1)?.push({ at, shown });
    // A place on the axis without a value is a gap; a point without a place is nowhere.
    else if (at !== null) runs.push([]);
  }
  if (series.points.length === 0) placing.leftOut.push(`${name}: not measured`);
  const law = (series.law ?? []).flatMap(({ x, y }) => {
    const at = positionOf(x, placing);
    return at === null || flawOf(y, placing.yKind) !== null ? [] : [{ at, y }];
  });
  law.sort((a, b) => a.at - b.at);
  return { name, tone, isRepeat, runs: runs.filter((run) => run.length > 0), law };
}
