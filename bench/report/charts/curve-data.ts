// The data of a curve chart as positions along its axes. It leaves out and names values that a scale cannot
// show; the line breaks there. Pure; it knows no pixels.

import {
  type AxisScale,
  findScaleProblem,
  fitScale,
  formatShort,
  type ScaleKind,
} from '../../../src/present/scale.js';
import type { CurveChart, Mark, Series, Tone } from '../model.js';
import { findIntervalProblem } from './chart-parts.js';

export interface PlottedPoint {
  /** On an axis of steps the index of the step, else the value. */
  readonly x: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface PlottedCurve {
  readonly name: string;
  readonly tone: Tone;
  /** An earlier curve has the same tone. */
  readonly isRepeat: boolean;
  /** The line breaks between two runs, where a value is missing. */
  readonly runs: readonly (readonly PlottedPoint[])[];
  /** Empty where the series has no fitted law. */
  readonly law: readonly { readonly x: number; readonly y: number }[];
}

export interface CurveData {
  readonly curves: readonly PlottedCurve[];
  /** Vertical reference lines, then horizontal ones. */
  readonly xMarks: readonly Mark[];
  readonly yMarks: readonly Mark[];
  /** The distinct values of x, sorted. */
  readonly xValues: readonly number[];
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly omissions: readonly string[];
}

interface Reader {
  readonly xKind: ScaleKind;
  readonly yKind: ScaleKind;
  /** The position of a value of x; null where the axis has none. */
  readonly locate: (x: number) => number | null;
  readonly omissions: string[];
}

export function readCurves(chart: CurveChart): CurveData {
  const [xKind, yKind] = [chart.x.scale, chart.y.scale].map((scale): ScaleKind => {
    return scale === 'log' ? 'log' : 'linear';
  }) as [ScaleKind, ScaleKind];
  const canShow = (x: number) => findScaleProblem(x, xKind) === null;
  const all = chart.series.flatMap(({ points }) => points.map(({ x }) => x)).filter(canShow);
  const xValues = [...new Set(all)].sort((a, b) => a - b);
  const locate = (x: number) => {
    if (chart.x.scale === 'steps') return xValues.includes(x) ? xValues.indexOf(x) : null;
    return canShow(x) ? x : null;
  };
  const reader: Reader = { xKind, yKind, locate, omissions: [] };
  const curves = chart.series.map((series, at): PlottedCurve => {
    const isRepeat = chart.series.slice(0, at).some(({ tone }) => tone === series.tone);
    const { name, tone } = series;
    return { name, tone, isRepeat, runs: readRuns(series, reader), law: readLaw(series, reader) };
  });
  const [xMarks, yMarks] = [readMarks(chart, 'x', reader), readMarks(chart, 'y', reader)];
  const points = curves.flatMap(({ runs }) => runs.flat());
  const laws = curves.flatMap(({ law }) => law);
  const xs = [...points.map(({ x }) => x), ...laws.map(({ x }) => x)];
  const ys = [...points.flatMap(({ low, median, high }) => [low, median, high]), ...laws.map(({ y }) => y)];
  const withMarks = (values: readonly number[], marks: readonly Mark[]) =>
    values.length === 0 ? [] : [...values, ...marks.map(({ at }) => at)];
  const x = chart.x.scale === 'steps' ? fitSteps(xValues) : fitScale(withMarks(xs, xMarks), xKind);
  const y = fitScale(withMarks(ys, yMarks), yKind);
  return { curves, xMarks, yMarks, xValues, x, y, omissions: reader.omissions };
}

function fitSteps(values: readonly number[]): AxisScale {
  const last = Math.max(0, values.length - 1);
  const pad = 0.15 + last * 0.02;
  return { kind: 'linear', domain: [-pad, last + pad] };
}

function readRuns({ name, points }: Series, reader: Reader): PlottedPoint[][] {
  const { xKind, yKind, locate, omissions } = reader;
  if (points.length === 0) omissions.push(`${name}: not measured`);
  const runs: PlottedPoint[][] = [[]];
  for (const { x, interval } of points.toSorted((a, b) => a.x - b.x)) {
    const at = locate(x);
    const problem = findScaleProblem(x, xKind) ?? findIntervalProblem(interval, yKind);
    const where = Number.isFinite(x) ? ` at ${formatShort(x)}` : '';
    if (problem !== null) omissions.push(`${name}${where}: ${problem}`);
    if (at === null) continue;
    if (problem === null) runs.at(-1)?.push({ ...interval, x: at });
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function readLaw({ law = [] }: Series, { yKind, locate }: Reader): { x: number; y: number }[] {
  const shown = law.flatMap(({ x, y }) => {
    const at = locate(x);
    return at === null || findScaleProblem(y, yKind) !== null ? [] : [{ x: at, y }];
  });
  return shown.sort((a, b) => a.x - b.x);
}

function readMarks({ marks = [] }: CurveChart, axis: Mark['axis'], reader: Reader): Mark[] {
  const { xKind, yKind, locate, omissions } = reader;
  return marks
    .filter((mark) => mark.axis === axis)
    .flatMap((mark): Mark[] => {
      const problem = findScaleProblem(mark.at, axis === 'x' ? xKind : yKind);
      const at = axis === 'x' ? locate(mark.at) : mark.at;
      if (problem === null && at !== null) return [{ ...mark, at }];
      omissions.push(`${mark.says}: ${problem ?? 'outside the axis'}`);
      return [];
    });
}
