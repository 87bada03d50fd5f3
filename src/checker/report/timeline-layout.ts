// Where everything of a timeline stands, in pixels: stretches side by side at one scale, a lane per
// caller, labels that fit and do not touch each other. Numbers and words only, no markup. Pure.

import { formatNumber } from '../../present/text.js';
import { durationText, nameOf, type Relation } from './operation-words.js';
import type { Excerpt, Lane, Operation } from './timeline.js';
import { marksOf } from './timeline-marks.js';
import {
  BAR_PX_MIN,
  type Box,
  type Panel,
  panelsOf,
  RIGHT_PX,
  type Size,
  xOf,
} from './timeline-scale.js';
import { textPx } from './timeline-ticks.js';

const ROWS_MAX = 3;
const ROW_GAP_PX = 10;
/** Between a name and its bar: the mark has room there. */
const MARK_PX = 9;

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
  const heightPx = y + (size.fontPx + 7) * (breaks.length === 0 ? 2 : 3) + 10;
  return { size, heightPx, panels, breaks, lanes, bars, callouts, bands, bandLabel, axisY: y };
}

interface PlacedLane {
  readonly box: LaneBox;
  readonly bars: readonly Bar[];
  readonly callouts: readonly Callout[];
}

/** Each row has the names of its evidence above it. */
function placeLane(lane: Lane, panels: readonly Panel[], size: Size, y: number): PlacedLane {
  const rows = rowsOf(lane.operations);
  const bars: Bar[] = [];
  const callouts: Callout[] = [];
  const rowCount = Math.max(1, ...rows.map((row) => row + 1));
  let bottom = y;
  let nameY = 0;
  for (let row = 0; row < rowCount; row += 1) {
    const own = lane.operations.filter((_, at) => rows[at] === row);
    const marks = marksOf(own, panels, size);
    const linePx = size.fontPx + 5;
    const markRows = Math.max(0, ...marks.map((mark) => mark.row + 1));
    const markPx = markRows === 0 ? 0 : markRows * linePx + MARK_PX;
    const barY = bottom + markPx + ROW_GAP_PX / 2;
    for (const { operation, row: markRow, ...mark } of marks) {
      const words = { name: nameOf(operation), got: operation.label };
      callouts.push({
        ...words,
        ...mark,
        y: bottom + 3 + (markRows - markRow) * linePx,
        markY: barY,
      });
    }
    bars.push(
      ...own.flatMap((operation) =>
        panels.flatMap((panel, index) => barIn(operation, panel, index, barY, size) ?? []),
      ),
    );
    if (row === 0) nameY = barY + size.barPx / 2 + size.fontPx * 0.35;
    bottom = barY + size.barPx + ROW_GAP_PX / 2;
  }
  const name = lane.caller === null ? 'reads' : `caller ${lane.caller}`;
  const isInvolved = lane.operations.some(({ isEvidence }) => isEvidence);
  const width = size.widthPx - RIGHT_PX;
  const box = { x: 0, y, width, height: bottom - y, name, nameY, isInvolved };
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
