// Where everything of a timeline stands, in pixels: stretches side by side at one scale, a lane per
// caller, labels that fit and do not touch each other. Numbers and words only, no markup. Pure.

import { formatNumber } from '../client/text.js';
import { durationText, nameOf, type Relation } from './operation-words.js';
import type { Excerpt, Lane, Operation } from './timeline.js';
import { type Tick, textPx, ticksOf } from './timeline-ticks.js';
import type { Stretch } from './timeline-window.js';

export interface Size {
  readonly widthPx: number;
  /** For the names of the lanes. */
  readonly gutterPx: number;
  readonly fontPx: number;
  readonly barPx: number;
  /** Where time is left out. */
  readonly breakPx: number;
}

export const WIDE: Size = { widthPx: 1000, gutterPx: 96, fontPx: 14, barPx: 24, breakPx: 52 };
export const NARROW: Size = { widthPx: 340, gutterPx: 66, fontPx: 11, barPx: 15, breakPx: 30 };

const RIGHT_PX = 12;
const BAR_PX_MIN = 4;
/** Bars that begin or end outside reach so far over the edge, where they are cut off. */
const OVER_EDGE_PX = 10;
const ROWS_MAX = 3;
const ROW_GAP_PX = 10;
/** Between a name and its bar: the mark has room there. */
const MARK_PX = 9;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Panel extends Stretch, Box {
  readonly ticks: readonly Tick[];
}

export interface Bar extends Box {
  readonly panel: number;
  readonly operation: Operation;
  /** Null where it does not fit. */
  readonly label: string | null;
  /** Where it has no known end: to here. */
  readonly openTo: number | null;
}

export interface Callout {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  /** Empty for nothing. */
  readonly got: string;
  /** The middle of its bar, and the bar's upper edge. */
  readonly markX: number;
  readonly markY: number;
}

interface LaneBox extends Box {
  readonly name: string;
  readonly nameY: number;
  readonly isInvolved: boolean;
}

export interface Layout {
  readonly size: Size;
  readonly heightPx: number;
  readonly panels: readonly Panel[];
  readonly breaks: readonly { readonly x: number; readonly label: string }[];
  readonly lanes: readonly LaneBox[];
  readonly bars: readonly Bar[];
  readonly callouts: readonly Callout[];
  readonly bands: readonly (Box & { readonly panel: number })[];
  readonly bandLabel: { readonly x: number; readonly y: number; readonly text: string } | null;
  readonly axisY: number;
}

export function layOut(excerpt: Excerpt, relation: Relation | null, size: Size): Layout {
  const topPx = relation === null ? 6 : size.fontPx + 14;
  const flat = panelsOf(excerpt.stretches, size);
  const lanes: LaneBox[] = [];
  const bars: Bar[] = [];
  const callouts: Callout[] = [];
  let y = topPx;
  for (const lane of excerpt.lanes) {
    const placed = placeLane(lane, flat, size, y);
    lanes.push(placed.box);
    bars.push(...placed.bars);
    callouts.push(...placed.callouts);
    y += placed.box.height;
  }
  const panels = flat.map((panel) => ({ ...panel, y: topPx, height: y - topPx }));
  const bands = relation === null ? [] : bandsOf(relation, panels);
  const breaks = panels.slice(1).map((panel, at) => {
    const before = panels[at] ?? panel;
    const label = durationText(panel.fromMs - before.toMs);
    return { x: (before.x + before.width + panel.x) / 2, label };
  });
  const bandLabel = relation === null ? null : bandLabelOf(relation, bands, size);
  const heightPx = y + size.fontPx * 3 + 18;
  return { size, heightPx, panels, breaks, lanes, bars, callouts, bands, bandLabel, axisY: y };
}

function panelsOf(stretches: readonly Stretch[], size: Size): Panel[] {
  const gaps = (stretches.length - 1) * size.breakPx;
  const plotPx = size.widthPx - size.gutterPx - RIGHT_PX - gaps;
  const shownMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const pxPerMs = shownMs > 0 ? plotPx / shownMs : 0;
  let x = size.gutterPx;
  return stretches.map((stretch) => {
    const width = pxPerMs === 0 ? plotPx : (stretch.toMs - stretch.fromMs) * pxPerMs;
    const panel = { ...stretch, x, y: 0, width, height: 0 };
    x += width + size.breakPx;
    return { ...panel, ticks: ticksOf(stretch, panel, size.fontPx) };
  });
}

function xOf(panel: Stretch & Box, ms: number): number {
  const share = (ms - panel.fromMs) / (panel.toMs - panel.fromMs || 1);
  const x = panel.x + share * panel.width;
  const right = panel.x + panel.width + OVER_EDGE_PX;
  return Math.min(Math.max(x, panel.x - OVER_EDGE_PX), right);
}

interface PlacedLane {
  readonly box: LaneBox;
  readonly bars: readonly Bar[];
  readonly callouts: readonly Callout[];
}

function placeLane(lane: Lane, panels: readonly Panel[], size: Size, y: number): PlacedLane {
  const rows = rowsOf(lane.operations);
  const rowPx = size.barPx + ROW_GAP_PX;
  const evidence = lane.operations.filter(({ isEvidence }) => isEvidence);
  const marks = calloutsOf(evidence, panels, size);
  const markRows = Math.max(0, ...marks.map(({ row }) => row + 1));
  const markPx = markRows * (size.fontPx + 5) + (markRows === 0 ? 0 : MARK_PX);
  const rowCount = Math.max(1, ...rows.map((row) => row + 1));
  const barY = (row: number) => y + ROW_GAP_PX / 2 + markPx + row * rowPx;
  const bars = lane.operations.flatMap((operation, at) => {
    const top = barY(rows[at] ?? 0);
    return panels.flatMap((panel, index) => barIn(operation, panel, index, top, size) ?? []);
  });
  const callouts = marks.map(({ row, x, markX, operation }) => {
    const markY = barY(rows[lane.operations.indexOf(operation)] ?? 0);
    const words = { name: nameOf(operation), got: operation.label };
    return { ...words, x, markX, markY, y: y + 3 + (markRows - row) * (size.fontPx + 5) };
  });
  const height = markPx + rowCount * rowPx;
  const name = lane.caller === null ? 'reads' : `caller ${lane.caller}`;
  const nameY = barY(0) + size.barPx / 2 + size.fontPx * 0.35;
  const width = size.widthPx - RIGHT_PX;
  const box = { x: 0, y, width, height, name, nameY, isInvolved: evidence.length > 0 };
  return { box, bars, callouts };
}

/** The row of each: operations of one lane that overlap stand below each other. */
function rowsOf(operations: readonly Operation[]): number[] {
  const ends: number[] = [];
  return operations.map(({ beginMs, endMs }) => {
    const free = ends.findIndex((end) => end <= beginMs);
    const row = free >= 0 ? free : Math.min(ends.length, ROWS_MAX - 1);
    ends[row] = Math.max(ends[row] ?? 0, endMs);
    return row;
  });
}

function barIn(
  operation: Operation,
  panel: Panel,
  index: number,
  y: number,
  size: Size,
): Bar | null {
  const { beginMs, endMs, outcome, count } = operation;
  if (beginMs > panel.toMs || endMs < panel.fromMs) return null;
  const x = xOf(panel, beginMs);
  const width = Math.max(BAR_PX_MIN, xOf(panel, endMs) - x);
  const right = panel.x + panel.width;
  const roomPx = Math.min(x + width, right) - Math.max(x, panel.x);
  const text = count > 1 ? `× ${formatNumber(count)}` : operation.label;
  const fits = text !== '' && textPx(text, size.fontPx) + 8 <= roomPx;
  const isOpen = outcome === 'unknown' && count === 1 && endMs <= panel.toMs;
  const label = fits && !operation.isEvidence ? text : null;
  const openTo = isOpen ? right : null;
  return { x, y, width, height: size.barPx, panel: index, operation, label, openTo };
}

interface Mark {
  readonly row: number;
  readonly x: number;
  readonly markX: number;
  readonly operation: Operation;
}

/** Above the lane, each near its bar, in as many rows as keep them apart. */
function calloutsOf(
  evidence: readonly Operation[],
  panels: readonly Panel[],
  size: Size,
): readonly Mark[] {
  const taken: { row: number; from: number; to: number }[] = [];
  const right = size.widthPx - RIGHT_PX;
  return evidence.flatMap((operation): Mark[] => {
    const middle = middleOf(operation, panels);
    if (middle === null) return [];
    const widthPx = textPx(`${nameOf(operation)} ${operation.label}`, size.fontPx);
    const x = Math.max(size.gutterPx, Math.min(middle - widthPx / 2, right - widthPx));
    let row = 0;
    const isTaken = (each: (typeof taken)[number]) =>
      each.row === row && x < each.to + 10 && x + widthPx > each.from - 10;
    while (taken.some(isTaken)) row += 1;
    taken.push({ row, from: x, to: x + widthPx });
    return [{ row, x, markX: middle, operation }];
  });
}

/** Of the widest part of it that is seen. */
function middleOf({ beginMs, endMs }: Operation, panels: readonly Panel[]): number | null {
  let best: { middle: number; width: number } | null = null;
  for (const panel of panels) {
    if (beginMs > panel.toMs || endMs < panel.fromMs) continue;
    const from = Math.max(panel.x, xOf(panel, beginMs));
    const to = Math.min(panel.x + panel.width, Math.max(xOf(panel, endMs), from + BAR_PX_MIN));
    if (best === null || to - from > best.width) {
      best = { middle: (from + to) / 2, width: to - from };
    }
  }
  return best?.middle ?? null;
}

function bandsOf({ beginMs, endMs }: Relation, panels: readonly Panel[]) {
  return panels.flatMap((panel, index) => {
    if (beginMs > panel.toMs || endMs < panel.fromMs) return [];
    const from = Math.max(panel.x, xOf(panel, beginMs));
    const to = Math.min(panel.x + panel.width, xOf(panel, endMs));
    const { y, height } = panel;
    return [{ panel: index, x: from, y, width: Math.max(1, to - from), height }];
  });
}

function bandLabelOf(relation: Relation, bands: readonly Box[], size: Size) {
  const widest = bands.toSorted((a, b) => b.width - a.width)[0];
  if (widest === undefined) return null;
  const half = textPx(relation.label, size.fontPx) / 2;
  const middle = widest.x + widest.width / 2;
  const right = size.widthPx - RIGHT_PX;
  const x = Math.min(Math.max(middle, size.gutterPx + half), right - half);
  return { x, y: size.fontPx + 3, text: relation.label };
}
