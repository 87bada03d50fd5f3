// The ticks of an axis of time: at round numbers, as many as have room for their labels; and how
// much room a label takes. Pure; the fonts of whoever reads the page are not known.

import { displayWidth, formatNumber } from '../../present/text.js';
import type { Stretch } from './timeline-window.js';

export interface Tick {
  readonly x: number;
  /** Null where it would stand in the way of another. */
  readonly label: string | null;
}

interface Axis {
  readonly x: number;
  readonly width: number;
}

/** Of the font's size: wider than most letters of most fonts. */
const LETTER_EM = 0.64;
const GAP_EM = 1.6;
/** A label may reach so far over the end of its axis. */
const OVER_END_PX = 12;
const TICKS_MAX = 50;

export function textPx(text: string, fontPx: number): number {
  return displayWidth(text) * fontPx * LETTER_EM;
}

export function ticksOf(stretch: Stretch, axis: Axis, fontPx: number): Tick[] {
  const spanMs = stretch.toMs - stretch.fromMs;
  if (!(spanMs > 0)) return [];
  for (let exponent = Math.floor(Math.log10(spanMs)) - 1; ; exponent += 1) {
    for (const factor of [1, 2, 5]) {
      const stepMs = factor * 10 ** exponent;
      const decimals = Math.max(0, -exponent);
      const text = formatNumber(stretch.toMs, decimals);
      const roomPx = (stepMs / spanMs) * axis.width;
      const isLast = stepMs > spanMs;
      if (!isLast && roomPx < textPx(text, fontPx) + fontPx * GAP_EM) continue;
      const ticks = ticksAt(stretch, stepMs, decimals, axis, fontPx);
      if (ticks.some(({ label }) => label !== null)) return ticks;
      if (isLast) return [middleOf(stretch, axis)];
    }
  }
}

function ticksAt(
  { fromMs, toMs }: Stretch,
  stepMs: number,
  decimals: number,
  { x, width }: Axis,
  fontPx: number,
): Tick[] {
  const first = Math.ceil(fromMs / stepMs);
  const count = Math.min(Math.floor(toMs / stepMs) - first + 1, TICKS_MAX);
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const ms = (first + at) * stepMs;
    const tickX = x + ((ms - fromMs) / (toMs - fromMs)) * width;
    const label = formatNumber(ms, decimals);
    const half = textPx(label, fontPx) / 2;
    const hasRoom = tickX - half >= x - OVER_END_PX && tickX + half <= x + width + OVER_END_PX;
    return { x: tickX, label: hasRoom ? label : null };
  });
}

/** No round number has room: the moment in the middle, whatever it is. */
function middleOf({ fromMs, toMs }: Stretch, { x, width }: Axis): Tick {
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(toMs - fromMs)));
  return { x: x + width / 2, label: formatNumber((fromMs + toMs) / 2, decimals) };
}
