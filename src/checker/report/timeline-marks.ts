// Where the names of the operations in question stand: above their bars, near them, and clear of
// each other. Pure.

import { nameOf } from './operation-words.js';
import type { Operation } from './timeline.js';
import { BAR_PX_MIN, type Panel, RIGHT_PX, type Size, xOf } from './timeline-scale.js';
import { textPx } from './timeline-ticks.js';

export interface Mark {
  /** Rows of text above the bars; 0 is the nearest. */
  readonly row: number;
  readonly x: number;
  /** The middle of its bar. */
  readonly markX: number;
  readonly operation: Operation;
}

interface Taken {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

const APART_PX = 12;
/** So far, in parts of its width, a name may be moved aside to stay in the nearest row. */
const ASIDE_MAX = 0.6;

/** `operations` are those of one row, in order of time; only the evidence is named. */
export function marksOf(
  operations: readonly Operation[],
  panels: readonly Panel[],
  size: Size,
): Mark[] {
  const taken: Taken[] = [];
  return operations.flatMap((operation): Mark[] => {
    const markX = operation.isEvidence ? middleOf(operation, panels) : null;
    if (markX === null) return [];
    const widthPx = textPx(`${nameOf(operation)} ${operation.label}`, size.fontPx);
    const right = size.widthPx - RIGHT_PX;
    const within = (x: number) => Math.max(size.gutterPx, Math.min(x, right - widthPx));
    const middle = within(markX - widthPx / 2);
    const nearest = taken.filter(({ row }) => row === 0);
    const aside = within(Math.max(middle, ...nearest.map(({ to }) => to + APART_PX)));
    const isFree = (x: number, row: number) =>
      taken.every(
        (each) =>
          each.row !== row || x >= each.to + APART_PX || x + widthPx <= each.from - APART_PX,
      );
    const isNear = aside - middle <= widthPx * ASIDE_MAX && isFree(aside, 0);
    let row = 0;
    while (!isNear && !isFree(middle, row)) row += 1;
    const x = isNear ? aside : middle;
    taken.push({ row, from: x, to: x + widthPx });
    return [{ row, x, markX, operation }];
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
