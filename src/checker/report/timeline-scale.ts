// The scale of a timeline: its size, where the stretches of time are, the pixel of a moment, ticks at
// round numbers, and where the names of the evidence fit. Pure; main thread.

import { estimateTextPx } from '../../present/scale.js';
import { formatNumber } from '../../present/text.js';
import type { TimeSpan } from '../history.js';
import type { TimelineOperation } from './timeline.js';
import { overlaps } from './timeline-window.js';

export interface TimelineSize {
  readonly widthPx: number;
  /** For the names of the lanes. */
  readonly gutterPx: number;
  readonly fontPx: number;
  readonly barPx: number;
  /** Between two stretches. */
  readonly breakPx: number;
}

export const WIDE = { widthPx: 1000, gutterPx: 96, fontPx: 14, barPx: 24, breakPx: 52 };
export const NARROW = { widthPx: 340, gutterPx: 66, fontPx: 11, barPx: 15, breakPx: 30 };

export const RIGHT_PX = 12;
export const BAR_PX_MIN = 4;
/** Bars that begin or end outside reach this far over the edge, and are clipped there. */
const OVER_EDGE_PX = 10;
/** Space between two labels on the axis, in units of the font size. */
const TICK_GAP_EM = 1.6;
/** How far a label may reach over the end of its axis. */
const OVER_END_PX = 12;
const TICKS_MAX = 50;
/** Space between two names of evidence. */
const NAME_GAP_PX = 12;
/** How far a name may move aside to stay in the nearest row, as a share of its width. */
const ASIDE_MAX = 0.6;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TimeTick {
  readonly x: number;
  /** Null where it does not fit. */
  readonly label: string | null;
}

/** A stretch of time with its place on the figure. */
export interface Panel extends TimeSpan, Box {
  readonly ticks: readonly TimeTick[];
}

/** Panels side by side at one scale; the layout sets their height later. */
export function createPanels(stretches: readonly TimeSpan[], size: TimelineSize): Panel[] {
  const gaps = (stretches.length - 1) * size.breakPx;
  const plotPx = size.widthPx - size.gutterPx - RIGHT_PX - gaps;
  const shownMs = stretches.reduce((sum, { beginMs, endMs }) => sum + endMs - beginMs, 0);
  const pxPerMs = shownMs > 0 ? plotPx / shownMs : 0;
  let x = size.gutterPx;
  return stretches.map((stretch) => {
    const width = pxPerMs === 0 ? plotPx : (stretch.endMs - stretch.beginMs) * pxPerMs;
    const panel = { ...stretch, x, y: 0, width, height: 0 };
    x += width + size.breakPx;
    return { ...panel, ticks: chooseTimeTicks(panel, size.fontPx) };
  });
}

export function toX(panel: TimeSpan & Box, ms: number): number {
  const share = (ms - panel.beginMs) / (panel.endMs - panel.beginMs || 1);
  const x = panel.x + share * panel.width;
  const right = panel.x + panel.width + OVER_EDGE_PX;
  return Math.min(Math.max(x, panel.x - OVER_EDGE_PX), right);
}

/** Ticks at round numbers, as many as have room for their labels; at least one has a label. */
function chooseTimeTicks(panel: TimeSpan & Box, fontPx: number): TimeTick[] {
  const { beginMs, endMs, x, width } = panel;
  const rangeMs = endMs - beginMs;
  if (!(rangeMs > 0)) return [];
  for (let exponent = Math.floor(Math.log10(rangeMs)) - 1; ; exponent += 1) {
    for (const factor of [1, 2, 5]) {
      const stepMs = factor * 10 ** exponent;
      const decimals = Math.max(0, -exponent);
      const labelPx = estimateTextPx(formatNumber(endMs, decimals), fontPx);
      const isLast = stepMs > rangeMs;
      if (!isLast && (stepMs / rangeMs) * width < labelPx + fontPx * TICK_GAP_EM) continue;
      const ticks = createTicks(panel, stepMs, decimals, fontPx);
      if (ticks.some(({ label }) => label !== null)) return ticks;
      if (!isLast) continue;
      // No round number has room: label the middle, whatever it is.
      const middle = (beginMs + endMs) / 2;
      const digits = Math.max(0, 1 - Math.floor(Math.log10(rangeMs)));
      return [{ x: x + width / 2, label: formatNumber(middle, digits) }];
    }
  }
}

function createTicks(
  { beginMs, endMs, x, width }: TimeSpan & Box,
  stepMs: number,
  decimals: number,
  fontPx: number,
): TimeTick[] {
  const first = Math.ceil(beginMs / stepMs);
  const count = Math.min(Math.floor(endMs / stepMs) - first + 1, TICKS_MAX);
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const ms = (first + at) * stepMs;
    const tickX = x + ((ms - beginMs) / (endMs - beginMs)) * width;
    const label = formatNumber(ms, decimals);
    const half = estimateTextPx(label, fontPx) / 2;
    const hasRoom = tickX - half >= x - OVER_END_PX && tickX + half <= x + width + OVER_END_PX;
    return { x: tickX, label: hasRoom ? label : null };
  });
}

/** The place of the name of one operation. */
export interface NamePlace {
  /** Rows of text above the bars; 0 is the nearest. */
  readonly row: number;
  readonly x: number;
  /** The middle of its bar. */
  readonly markX: number;
  readonly operation: TimelineOperation;
}

/** Places the names of the evidence; `operations` are those of one row, in order of time. */
export function placeNames(
  operations: readonly TimelineOperation[],
  panels: readonly Panel[],
  size: TimelineSize,
): NamePlace[] {
  const taken: { readonly row: number; readonly from: number; readonly to: number }[] = [];
  return operations.flatMap((operation): NamePlace[] => {
    const markX = operation.isEvidence ? findMiddle(operation, panels) : null;
    if (markX === null) return [];
    const { kind, index, label } = operation;
    const widthPx = estimateTextPx(`${kind} ${index} ${label}`, size.fontPx);
    const right = size.widthPx - RIGHT_PX;
    const clamp = (x: number) => Math.max(size.gutterPx, Math.min(x, right - widthPx));
    const isFree = (x: number, row: number) =>
      taken.every(
        (each) => each.row !== row || x >= each.to + NAME_GAP_PX || x + widthPx <= each.from - NAME_GAP_PX,
      );
    const middle = clamp(markX - widthPx / 2);
    const nearest = taken.filter(({ row }) => row === 0);
    const aside = clamp(Math.max(middle, ...nearest.map(({ to }) => to + NAME_GAP_PX)));
    const isNear = aside - middle <= widthPx * ASIDE_MAX && isFree(aside, 0);
    let row = 0;
    while (!isNear && !isFree(middle, row)) row += 1;
    const x = isNear ? aside : middle;
    taken.push({ row, from: x, to: x + widthPx });
    return [{ row, x, markX, operation }];
  });
}

/** The middle of the widest visible part of a bar. */
function findMiddle(operation: TimelineOperation, panels: readonly Panel[]): number | null {
  const [widest] = panels.flatMap((panel) => clipToPanel(operation, panel, BAR_PX_MIN)).sort(compareWidths);
  return widest === undefined ? null : widest.x + widest.width / 2;
}

/** The part of a span that a panel shows, over its whole height; empty where it shows nothing. */
export function clipToPanel(span: TimeSpan, panel: Panel, widthMin: number): Box[] {
  if (!overlaps(span, panel)) return [];
  const { y, height } = panel;
  const x = Math.max(panel.x, toX(panel, span.beginMs));
  const right = Math.min(panel.x + panel.width, Math.max(toX(panel, span.endMs), x + widthMin));
  return [{ x, y, width: right - x, height }];
}

/** The widest first. */
export function compareWidths(a: Box, b: Box): number {
  return b.width - a.width;
}
