// The scale of a timeline: how large it is drawn, where its stretches of time stand, and at which
// pixel a moment lies. Pure.

import { type Tick, ticksOf } from './timeline-ticks.js';
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

export const RIGHT_PX = 12;
export const BAR_PX_MIN = 4;
/** Bars that begin or end outside reach so far over the edge, where they are cut off. */
const OVER_EDGE_PX = 10;
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Panel extends Stretch, Box {
  readonly ticks: readonly Tick[];
}

/** Side by side, at one scale; how high they are is not known yet. */
export function panelsOf(stretches: readonly Stretch[], size: Size): Panel[] {
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

export function xOf(panel: Stretch & Box, ms: number): number {
  const share = (ms - panel.fromMs) / (panel.toMs - panel.fromMs || 1);
  const x = panel.x + share * panel.width;
  const right = panel.x + panel.width + OVER_EDGE_PX;
  return Math.min(Math.max(x, panel.x - OVER_EDGE_PX), right);
}
