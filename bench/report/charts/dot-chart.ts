// A chart of dots: a row for each label, with a dot at the median and a line over the interval. Wide, labels
// are left of the plot and notes right of it; narrow, both are above their row.

import * as Plot from '@observablehq/plot';
import { chooseTicks, fitScale } from '../../../src/present/scale.js';
import type { DotChart, DotRow } from '../model.js';
import {
  breakLines,
  type ChartPlan,
  describeScale,
  drawHorizontalAxis,
  drawLabels,
  drawPoints,
  drawSegments,
  EDGE_PX,
  findIntervalProblem,
  type Label,
  measureLines,
  pixels,
  type Size,
} from './chart-parts.js';
import { INK, LINE, SEEDED_FAULT_DASH, SOFT, shapeColour } from './series-style.js';

const GAP_PX = 14;
/** The parts of the width that labels and notes may take. */
const LABEL_PART = 0.34;
const NOTE_PART = 0.24;
/** A larger dot would hide short intervals. */
const DOT_PX = { wide: 6, narrow: 5 } as const;

type RowLayout = ReturnType<typeof layOutRow>;

interface Columns {
  readonly left: number;
  readonly right: number;
}

interface Stack {
  readonly rows: readonly (RowLayout & { readonly y: number })[];
  readonly labels: readonly Label[];
  readonly separators: readonly number[];
  readonly bottom: number;
}

export function planDotChart(chart: DotChart, size: Size): ChartPlan {
  const { widthPx, fontPx, linePx } = size;
  const rows = chart.rows.map((row) => layOutRow(row, chart.scale, size));
  const widest = (texts: readonly (readonly string[])[]) =>
    size.name === 'wide' ? Math.max(0, ...texts.map((lines) => measureLines(lines, size))) : 0;
  const labelPx = widest(rows.map(({ label }) => label));
  const notePx = widest(rows.map(({ note }) => note));
  const left = EDGE_PX + labelPx;
  const right = widthPx - Math.max(notePx + GAP_PX, EDGE_PX + fontPx);

  const intervals = rows.flatMap(({ row, problem }) => (problem === null ? [row.interval] : []));
  const values = intervals.flatMap(({ median, low, high }) => [median, low, high]);
  // A single value shows its size by its distance from zero.
  if (chart.scale === 'linear' && intervals.length === 1) values.push(0);
  const scale = fitScale(values, chart.scale);
  const space = { lengthPx: right - left, fontPx, isHorizontal: true };

  const stack = stackRows(rows, { left, right }, size);
  const title = breakLines(chart.axis, widthPx - 2 * EDGE_PX, fontPx, 3);
  const half = measureLines(title, size) / 2 + EDGE_PX;
  const x = Math.max(half, Math.min((left + right) / 2, widthPx - half));
  const y = stack.bottom + linePx * 2 + 4;
  const axisTitle: Label = { x, y, lines: title, anchor: 'middle', colour: SOFT };
  const height = y + linePx * (title.length - 0.5) + 4;
  const separators = stack.separators.map((at) => ({ x1: 0, y1: at, x2: widthPx, y2: at }));
  return {
    omissions: rows.flatMap(({ row, problem }) => (problem ? [`${row.label}: ${problem}`] : [])),
    options: {
      ...{ width: widthPx, height, marginLeft: left, marginRight: widthPx - right },
      ...{ marginTop: 6, marginBottom: height - stack.bottom, x: describeScale(scale) },
      marks: [
        ...drawHorizontalAxis(values.length === 0 ? [] : chooseTicks(scale, space), size),
        drawSegments(separators, { stroke: LINE }),
        ...drawRows(stack, size),
        ...drawLabels([...stack.labels, axisTitle], size),
      ],
    },
  };
}

/** `problem`: why the scale cannot show it; null where it can. */
function layOutRow(row: DotRow, kind: DotChart['scale'], size: Size) {
  const problem = findIntervalProblem(row.interval, kind);
  const note = [row.note ?? '', problem ?? ''].filter((part) => part !== '').join('; ');
  const roomPx = (part: number) => size.widthPx * (size.name === 'wide' ? part : 1) - 2 * EDGE_PX;
  return {
    ...{ row, problem },
    label: breakLines(row.label, roomPx(LABEL_PART), size.fontPx, 2),
    note: breakLines(note, roomPx(NOTE_PART), size.fontPx, 3),
  };
}

function drawRows({ rows }: Stack, size: Size): Plot.Markish[] {
  const shown = rows
    .filter(({ problem }) => problem === null)
    .map(({ row: { interval, tone }, y }) => ({ ...interval, tone, y, colour: shapeColour(tone) }));
  const y = pixels('y');
  const [broken, sound] = [true, false].map((is) => shown.filter(({ tone }) => (tone === 'broken') === is));
  const interval = { x1: 'low', x2: 'high', y, stroke: 'colour', strokeWidth: 2.5 };
  return [
    Plot.ruleY(rows, { y, stroke: LINE, strokeDasharray: '1,3' }),
    Plot.ruleY(sound, interval),
    Plot.ruleY(broken, { ...interval, strokeDasharray: SEEDED_FAULT_DASH }),
    drawPoints(shown, { x: 'median', y, r: DOT_PX[size.name] }),
  ];
}

function stackRows(rows: readonly RowLayout[], columns: Columns, size: Size): Stack {
  const placed: Stack['rows'][number][] = [];
  const labels: Label[] = [];
  const separators: number[] = [];
  let top = 6;
  for (const group of new Set(rows.map(({ row }) => row.group))) {
    if (group !== '') {
      if (placed.length > 0) {
        top += 8;
        separators.push(top);
      }
      const lines = breakLines(group, size.widthPx - 2 * EDGE_PX, size.fontPx, 2);
      const y = top + size.linePx / 2 + 6;
      labels.push({ x: EDGE_PX, y, lines, anchor: 'start', colour: INK, isBold: true });
      top += lines.length * size.linePx + 8;
    }
    for (const row of rows.filter((one) => one.row.group === group)) {
      const place = size.name === 'wide' ? placeWideRow : placeNarrowRow;
      const { y, bottom, texts } = place(row, top, columns, size);
      placed.push({ ...row, y });
      labels.push(...texts);
      top = bottom;
    }
  }
  if (rows.length === 0) {
    const lines = ['Nothing to show.'];
    labels.push({ x: EDGE_PX, y: size.linePx, lines, anchor: 'start', colour: SOFT });
    top += size.linePx;
  }
  return { rows: placed, labels, separators, bottom: top + 4 };
}

interface PlacedRow {
  readonly y: number;
  readonly bottom: number;
  readonly texts: readonly Label[];
}

function placeWideRow(row: RowLayout, top: number, { left, right }: Columns, size: Size): PlacedRow {
  const { label, note } = row;
  const heightPx = Math.max(1, label.length, note.length) * size.linePx + 9;
  const y = top + heightPx / 2;
  const startY = (lines: readonly string[]) => y - ((lines.length - 1) / 2) * size.linePx;
  const texts: Label[] = [
    { x: left - GAP_PX, y: startY(label), lines: label, anchor: 'end', colour: INK },
    { x: right + GAP_PX, y: startY(note), lines: note, anchor: 'start', colour: SOFT },
  ];
  return { y, bottom: top + heightPx, texts };
}

/** Label and note share a line where both fit. */
function placeNarrowRow(row: RowLayout, top: number, { left, right }: Columns, size: Size): PlacedRow {
  const { label, note } = row;
  const bothPx = measureLines(label, size) + measureLines(note, size) + GAP_PX;
  const isBeside = label.length === 1 && note.length === 1 && bothPx <= right - left;
  const startY = top + size.linePx / 2 + 2;
  const noteAt: Pick<Label, 'x' | 'y' | 'anchor'> = isBeside
    ? { x: right, y: startY, anchor: 'end' }
    : { x: left, y: startY + label.length * size.linePx, anchor: 'start' };
  const texts: Label[] = [
    { x: left, y: startY, lines: label, anchor: 'start', colour: INK },
    { ...noteAt, lines: note, colour: SOFT },
  ];
  const y = top + (isBeside ? 1 : label.length + note.length) * size.linePx + 11;
  return { y, bottom: y + GAP_PX, texts };
}
