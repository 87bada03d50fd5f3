// A chart of curves: a line through the medians with a band over the intervals, or a fitted law as a thin
// line with the measured points and bars. Each curve ends with its name.

import * as Plot from '@observablehq/plot';
import { type AxisTick, chooseTicks, computeFraction, formatTicks } from '../../../src/present/scale.js';
import type { CurveChart } from '../model.js';
import {
  breakLines,
  type ChartPlan,
  describeScale,
  drawHorizontalAxis,
  drawLabels,
  drawPoints,
  drawSegments,
  drawVerticalAxis,
  EDGE_PX,
  type Label,
  measureLines,
  pixels,
  placeLabels,
  type Size,
} from './chart-parts.js';
import { type CurveData, type PlottedCurve, type PlottedPoint, readCurves } from './curve-data.js';
import { INK, SEEDED_FAULT_DASH, SOFT, shapeColour, textColour } from './series-style.js';

const HEIGHT_PX = { wide: 300, narrow: 250 } as const;
const EMPTY_PX = 60;
/** From the plot to the names at the ends: a leader, then the symbol of the curve. */
const LEADER_PX = 16;
const SYMBOL_PX = 20;
/** The part of the width that the names of curves may take. */
const NAME_PART = 0.27;
const REPEATED_TONE_DASH = '1.5,3';
const REFERENCE = { stroke: SOFT, strokeWidth: 1.25, strokeDasharray: '8,4,2,4' } as const;

interface EndName {
  /** Null for a reference line. */
  readonly curve: PlottedCurve | null;
  readonly lines: readonly string[];
  readonly heightPx: number;
  /** The end of the line, as values. */
  readonly x: number;
  readonly y: number;
}

/** The rectangle of the plot in pixels, with the scales in it. */
interface Layout extends CurveData {
  readonly size: Size;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function planCurveChart(chart: CurveChart, size: Size): ChartPlan {
  const { widthPx, fontPx, linePx } = size;
  const data = readCurves(chart);
  const names = listEndNames(data, size);
  const namesPx = names.reduce((sum, { heightPx }) => sum + heightPx, 0);
  const lengthPx = Math.max(names.length === 0 ? EMPTY_PX : HEIGHT_PX[size.name], namesPx);
  const ySpace = { lengthPx, fontPx, isHorizontal: false };
  const yTicks = names.length === 0 ? [] : chooseTicks(data.y, ySpace);
  const tickPx = measureLines(
    yTicks.map(({ label }) => label),
    size,
  );
  const namePx = Math.max(0, ...names.map(({ lines }) => measureLines(lines, size)));
  const left = tickPx + EDGE_PX;
  const right = widthPx - (namePx === 0 ? 24 : LEADER_PX + SYMBOL_PX + namePx + 4);
  const yTitle = breakLines(chart.y.title, widthPx - 2 * EDGE_PX, fontPx, 3);
  const top = (yTitle.length + data.xMarks.length) * linePx + 18;
  const layout: Layout = { ...data, size, left, right, top, bottom: top + lengthPx };

  const xTitle = breakLines(chart.x.title, widthPx - 2 * EDGE_PX, fontPx, 3);
  const xTitleY = layout.bottom + linePx * 1.5 + 12;
  const height = xTitleY + linePx * (xTitle.length - 0.5) + 4;
  const axisTitles: Label[] = [
    { x: 4, y: linePx / 2 + 2, lines: yTitle, anchor: 'start', colour: SOFT },
    labelInside((left + right) / 2, xTitleY, xTitle, SOFT, size),
  ];
  const middle = { x: (left + right) / 2, y: (top + layout.bottom) / 2 };
  const empty: Label = { ...middle, lines: ['Nothing to show.'], anchor: 'middle', colour: SOFT };
  const notes = [...axisTitles, ...labelMarks(layout), ...(names.length === 0 ? [empty] : [])];
  return {
    omissions: data.omissions,
    options: {
      ...{ width: widthPx, height, marginLeft: left, marginRight: widthPx - right },
      ...{ marginTop: top, marginBottom: height - layout.bottom },
      ...{ x: describeScale(data.x), y: describeScale(data.y) },
      marks: [
        ...drawHorizontalAxis(chooseXTicks(chart, layout), size),
        ...drawVerticalAxis(yTicks, size),
        ...data.curves.flatMap(drawIntervals),
        Plot.ruleX(data.xMarks, { ...REFERENCE, x: 'at' }),
        Plot.ruleY(data.yMarks, { ...REFERENCE, y: 'at' }),
        ...drawEnds(names, layout),
        ...data.curves.flatMap(drawLines),
        ...data.curves.map(drawMedians),
        ...drawLabels(notes, size),
      ],
    },
  };
}

/** Steps and the values of a log axis, often doublings, say more than round numbers. */
function chooseXTicks(chart: CurveChart, { x, xValues, left, right, size }: Layout): AxisTick[] {
  if (xValues.length === 0) return [];
  const isSteps = chart.x.scale === 'steps';
  const labels = formatTicks(xValues, 'log');
  const measured = xValues.map((value, index) => {
    return { at: isSteps ? index : value, label: labels[index] ?? '' };
  });
  const space = { lengthPx: right - left, fontPx: size.fontPx, isHorizontal: true };
  return chooseTicks(x, space, isSteps || x.kind === 'log' ? measured : []);
}

/** A band over a run of points; bars for a single point and beside a law. */
function drawIntervals({ tone, runs, law }: PlottedCurve): Plot.Markish[] {
  const hasBars = (run: readonly PlottedPoint[]) => law.length > 0 || run.length === 1;
  const ends = { x: 'x', y1: 'low', y2: 'high' };
  const colour = shapeColour(tone);
  const bars = runs.filter(hasBars).flat();
  return [
    ...runs
      .filter((run) => !hasBars(run))
      .map((run) => Plot.areaY(run, { ...ends, fill: colour, fillOpacity: 0.13 })),
    Plot.ruleX(bars, { ...ends, stroke: colour, strokeWidth: 1.75 }),
  ];
}

function drawLines({ tone, runs, law, isRepeat }: PlottedCurve): Plot.Markish[] {
  const repeated = isRepeat ? { strokeDasharray: REPEATED_TONE_DASH } : {};
  const dash = tone === 'broken' ? { strokeDasharray: SEEDED_FAULT_DASH } : repeated;
  const style = { x: 'x', stroke: shapeColour(tone), ...dash };
  if (law.length > 0) return [Plot.lineY(law, { ...style, y: 'y', strokeWidth: 1.25 })];
  return runs
    .filter((run) => run.length > 1)
    .map((run) => Plot.lineY(run, { ...style, y: 'median', strokeWidth: 2.25 }));
}

function drawMedians({ tone, runs, isRepeat }: PlottedCurve): Plot.Markish {
  const points = runs.flat().map((point) => ({ ...point, tone, isOpen: isRepeat }));
  return drawPoints(points, { x: 'x', y: 'median' });
}

function listEndNames({ curves, yMarks }: CurveData, size: Size): EndName[] {
  const breakName = (text: string) => {
    const lines = breakLines(text || '?', size.widthPx * NAME_PART, size.fontPx, 3);
    return { lines, heightPx: lines.length * size.linePx + 4 };
  };
  const ends = curves.flatMap((curve): EndName[] => {
    const point = curve.runs.at(-1)?.at(-1);
    const end = curve.law.at(-1) ?? (point && { x: point.x, y: point.median });
    return end === undefined ? [] : [{ curve, ...breakName(curve.name), ...end }];
  });
  if (ends.length === 0) return [];
  const x = Math.max(...ends.map((end) => end.x));
  return [...ends, ...yMarks.map(({ at: y, says }) => ({ curve: null, ...breakName(says), x, y }))];
}

/** Each line's end has a leader to its name; names at one height move apart. */
function drawEnds(names: readonly EndName[], layout: Layout): Plot.Markish[] {
  const { left, right, top, bottom, size } = layout;
  const toY = (value: number) => bottom - computeFraction(layout.y, value) * (bottom - top);
  const wishes = names.map(({ y, heightPx }) => ({ y: toY(y), heightPx }));
  const places = placeLabels(wishes, [top - 8, bottom + 8]);
  const ends = names.map(({ curve, lines, x, y }, at) => {
    const x1 = left + computeFraction(layout.x, x) * (right - left);
    const tone = curve?.tone ?? null;
    return { tone, isOpen: curve?.isRepeat ?? false, lines, x1, y1: toY(y), y2: places[at] ?? 0 };
  });
  const references = ends
    .filter(({ tone }) => tone === null)
    .map((end) => ({ ...end, x1: right, x2: right + LEADER_PX + SYMBOL_PX - 4 }));
  const curves = ends.flatMap(({ tone, ...end }) => {
    if (tone === null) return [];
    const symbolX = right + LEADER_PX + SYMBOL_PX / 2 - 2;
    return [{ ...end, tone, x2: right + LEADER_PX, symbolX, stroke: shapeColour(tone) }];
  });
  const labels = ends.map(({ tone, lines, y2 }): Label => {
    const x = right + LEADER_PX + SYMBOL_PX;
    const y = y2 - ((lines.length - 1) / 2) * size.linePx;
    const colour = tone === null ? SOFT : textColour(tone);
    return { x, y, lines, anchor: 'start', colour, isBold: tone !== null };
  });
  return [
    drawSegments(references, REFERENCE),
    drawSegments(curves, { stroke: 'stroke', strokeDasharray: '2,2' }),
    drawPoints(curves, { x: pixels('symbolX'), y: pixels('y2') }),
    ...drawLabels(labels, size),
  ];
}

function labelMarks({ xMarks, x, left, right, top, size }: Layout): Label[] {
  return xMarks.map(({ at, says }, row) => {
    const lines = breakLines(says, size.widthPx * 0.6, size.fontPx, 1);
    const middle = left + computeFraction(x, at) * (right - left);
    return labelInside(middle, top - size.linePx * (row + 0.5) - 5, lines, INK, size);
  });
}

function labelInside(middle: number, y: number, lines: readonly string[], colour: string, size: Size): Label {
  const half = measureLines(lines, size) / 2 + 4;
  const x = Math.max(half, Math.min(middle, size.widthPx - half));
  return { x, y, lines, anchor: 'middle', colour };
}
