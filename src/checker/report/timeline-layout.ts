// Where everything in a timeline is, in pixels: stretches side by side at one scale, a lane per
// caller, labels that fit and do not overlap. Numbers and text, no markup. Pure; main thread.

import { estimateTextPx } from '../../present/scale.js';
import { formatNumber } from '../../present/text.js';
import type { TimeSpan } from '../history.js';
import { formatDuration, type TimeRelation } from './evidence-text.js';
import type { Excerpt, Lane, TimelineOperation } from './timeline.js';
import {
  BAR_PX_MIN,
  type Box,
  clipToPanel,
  compareWidths,
  createPanels,
  type Panel,
  placeNames,
  RIGHT_PX,
  type TimelineSize,
  toX,
} from './timeline-scale.js';
import { overlaps } from './timeline-window.js';

const ROWS_MAX = 3;
const ROW_GAP_PX = 10;
/** Space for the mark between a name and its bar. */
const MARK_PX = 9;

export interface TimelineBar extends Box {
  readonly panel: number;
  readonly operation: TimelineOperation;
  /** Null where it does not fit. */
  readonly label: string | null;
  /** For an operation without a known end: the x to which its tail reaches. */
  readonly openTo: number | null;
}

export interface Callout {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  /** A ticket or a value; empty for nothing. */
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

export interface TimelineLayout {
  readonly size: TimelineSize;
  readonly heightPx: number;
  readonly panels: readonly Panel[];
  readonly breaks: readonly { readonly x: number; readonly label: string }[];
  readonly lanes: readonly LaneBox[];
  readonly bars: readonly TimelineBar[];
  readonly callouts: readonly Callout[];
  /** The time of the relation. */
  readonly bands: readonly Box[];
  readonly bandLabel: { readonly x: number; readonly y: number; readonly text: string } | null;
  readonly axisY: number;
}

export function layOutTimeline(
  excerpt: Excerpt,
  relation: TimeRelation | null,
  size: TimelineSize,
): TimelineLayout {
  const topPx = relation === null ? 6 : size.fontPx + 14;
  const flatPanels = createPanels(excerpt.stretches, size);
  const lanes: LaneBox[] = [];
  const bars: TimelineBar[] = [];
  const callouts: Callout[] = [];
  let y = topPx;
  for (const lane of excerpt.lanes) {
    const placed = placeLane(lane, flatPanels, size, y);
    lanes.push(placed.box);
    bars.push(...placed.bars);
    callouts.push(...placed.callouts);
    y += placed.box.height;
  }
  const panels = flatPanels.map((panel) => ({ ...panel, y: topPx, height: y - topPx }));
  const bands = relation === null ? [] : panels.flatMap((panel) => clipToPanel(relation, panel, 1));
  const breaks = panels.slice(1).map((panel, at) => {
    const before = panels[at] ?? panel;
    const label = formatDuration(panel.beginMs - before.endMs);
    return { x: (before.x + before.width + panel.x) / 2, label };
  });
  const bandLabel = relation === null ? null : placeBandLabel(relation.label, bands, size);
  const heightPx = y + (size.fontPx + 7) * (breaks.length === 0 ? 2 : 3) + 10;
  return { size, heightPx, panels, breaks, lanes, bars, callouts, bands, bandLabel, axisY: y };
}

/** The names of the evidence are above their row. */
function placeLane(lane: Lane, panels: readonly Panel[], size: TimelineSize, y: number) {
  const rows = assignRows(lane.operations);
  const bars: TimelineBar[] = [];
  const callouts: Callout[] = [];
  const rowCount = Math.max(1, ...rows.map((row) => row + 1));
  const linePx = size.fontPx + 5;
  let bottom = y;
  let nameY = 0;
  for (let row = 0; row < rowCount; row += 1) {
    const own = lane.operations.filter((_, at) => rows[at] === row);
    const names = placeNames(own, panels, size);
    const nameRows = Math.max(0, ...names.map((name) => name.row + 1));
    const barY = bottom + (nameRows === 0 ? 0 : nameRows * linePx + MARK_PX) + ROW_GAP_PX / 2;
    for (const { operation, row: nameRow, x, markX } of names) {
      const text = { name: `${operation.kind} ${operation.index}`, got: operation.label };
      callouts.push({ ...text, x, markX, y: bottom + 3 + (nameRows - nameRow) * linePx, markY: barY });
    }
    for (const operation of own) {
      for (const [index, panel] of panels.entries()) {
        const bar = placeBar(operation, panel, index, barY, size);
        if (bar !== null) bars.push(bar);
      }
    }
    if (row === 0) nameY = barY + size.barPx / 2 + size.fontPx * 0.35;
    bottom = barY + size.barPx + ROW_GAP_PX / 2;
  }
  const name = lane.caller === null ? 'reads' : `caller ${lane.caller}`;
  const isInvolved = lane.operations.some(({ isEvidence }) => isEvidence);
  const width = size.widthPx - RIGHT_PX;
  const box: LaneBox = { x: 0, y, width, height: bottom - y, name, nameY, isInvolved };
  return { box, bars, callouts };
}

/** Operations of one lane that overlap go into different rows. */
function assignRows(operations: readonly TimeSpan[]): number[] {
  const ends: number[] = [];
  return operations.map(({ beginMs, endMs }) => {
    const free = ends.findIndex((end) => end <= beginMs);
    const row = free >= 0 ? free : Math.min(ends.length, ROWS_MAX - 1);
    ends[row] = Math.max(ends[row] ?? 0, endMs);
    return row;
  });
}

function placeBar(
  operation: TimelineOperation,
  panel: Panel,
  index: number,
  y: number,
  size: TimelineSize,
): TimelineBar | null {
  const { beginMs, endMs, outcome, count } = operation;
  if (!overlaps(operation, panel)) return null;
  const x = toX(panel, beginMs);
  const width = Math.max(BAR_PX_MIN, toX(panel, endMs) - x);
  const right = panel.x + panel.width;
  const roomPx = Math.min(x + width, right) - Math.max(x, panel.x);
  const text = count > 1 ? `× ${formatNumber(count)}` : operation.label;
  const fits = text !== '' && estimateTextPx(text, size.fontPx) + 8 <= roomPx;
  const isOpen = outcome === 'unknown' && count === 1 && endMs <= panel.endMs;
  const label = fits && !operation.isEvidence ? text : null;
  const openTo = isOpen ? right : null;
  return { x, y, width, height: size.barPx, panel: index, operation, label, openTo };
}

function placeBandLabel(text: string, bands: readonly Box[], size: TimelineSize) {
  const [widest] = bands.toSorted(compareWidths);
  if (widest === undefined) return null;
  const half = estimateTextPx(text, size.fontPx) / 2;
  const middle = widest.x + widest.width / 2;
  const right = size.widthPx - RIGHT_PX;
  const x = Math.min(Math.max(middle, size.gutterPx + half), right - half);
  return { x, y: size.fontPx + 3, text };
}
