// When everything of a run happened, on the clock of its history. Read from the history
// once: a million operations are objects all over the memory, and a page asks for them many times.
// Pure.

import type { RunHistory } from '../driver/check-run.js';
import type { Interval, Stretch } from './timeline-window.js';

interface Times {
  readonly begins: Float64Array;
  readonly ends: Float64Array;
}

/** `fromMs` and `toMs` are the run's; all times are those of the history, as everywhere else. */
export interface Clock extends Stretch {
  readonly adds: Times;
  readonly reads: Times;
}

/** All zero for a history without operations; what has no time of its own is never seen. */
export function clockOf({ adds, reads }: RunHistory): Clock {
  const all = [timesOf(adds), timesOf(reads)] as const;
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const { begins, ends } of all) {
    for (const ms of begins) if (ms < fromMs && ms > -Infinity) fromMs = ms;
    for (const ms of ends) if (ms > toMs && ms < Infinity) toMs = ms;
  }
  if (!(fromMs <= toMs)) [fromMs, toMs] = [0, 0];
  return { fromMs, toMs, adds: all[0], reads: all[1] };
}

function timesOf(operations: readonly Interval[]): Times {
  const begins = new Float64Array(operations.length);
  const ends = new Float64Array(operations.length);
  let at = 0;
  for (const { beginMs, endMs } of operations) {
    begins[at] = beginMs;
    ends[at] = endMs;
    at += 1;
  }
  return { begins, ends };
}

export function intervalOf({ begins, ends }: Times, index: number): Interval {
  return { beginMs: begins[index] ?? Number.NaN, endMs: ends[index] ?? Number.NaN };
}

/** Places of what was under way in one of the stretches, which are in order. */
export function seenIn({ begins, ends }: Times, stretches: readonly Stretch[]): number[] {
  const firstMs = stretches[0]?.fromMs ?? 0;
  const lastMs = stretches.at(-1)?.toMs ?? 0;
  const seen: number[] = [];
  for (let index = 0; index < begins.length; index += 1) {
    const beginMs = begins[index] ?? 0;
    const endMs = ends[index] ?? 0;
    if (endMs < firstMs || beginMs > lastMs) continue;
    if (stretches.some(({ fromMs, toMs }) => beginMs <= toMs && endMs >= fromMs)) seen.push(index);
  }
  return seen;
}
