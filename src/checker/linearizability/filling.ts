// Who took the values that nobody holds: adds without a ticket fill the slots of a line, earliest
// deadline first, which finds a filling wherever there is one (F. Glover, Maximum matching in a
// convex bipartite graph, 1967). Pure; what a failure means is said elsewhere.

import { createHeap } from './heap.js';
import type { Line, Slots } from './line.js';
import type { Operations } from './operations.js';
import { sortedOrder } from './sorted-order.js';

/** An acknowledged add for which no value is left: all that it could have made are taken. */
export interface Late {
  readonly add: number;
  /** The slot before which it should have had one; the number of slots for after the last. */
  readonly slot: number;
}

export interface Filling {
  /** For each slot, how many of its values nobody can have made. */
  readonly missing: Float64Array;
  readonly missingCount: number;
  readonly lateCount: number;
  /** The first few of them. */
  readonly late: readonly Late[];
}

const LATE_MAX = 16;

function isInTime(begins: Float64Array, index: number, beginMax: number): boolean {
  return index < begins.length && (begins[index] ?? 0) <= beginMax;
}

/**
 * Fills the slots of one line. `floating` adds were counted, so each has to have a value, in a slot
 * or after the last; by ascending begin. `spareBegins` are the begins, ascending, of adds that may
 * have been counted here or not, and of whose end nothing is known.
 */
export function fillLine(
  line: Line,
  floating: Uint32Array,
  spareBegins: Float64Array,
  { begin, end }: Operations,
): Filling {
  const { slots } = line;
  const missing = new Float64Array(slots.count);
  const waiting = createHeap(floating.length, end);
  const late: Late[] = [];
  let lateCount = 0;
  let missingCount = 0;
  let arrived = 0;
  let spare = 0;

  function dropLate(slot: number, endMin: number): void {
    while (waiting.size() > 0 && (end[waiting.top()] ?? 0) < endMin) {
      if (lateCount++ < LATE_MAX) late.push({ add: waiting.top(), slot });
      waiting.pop();
    }
  }

  function arrive(beginMax: number): void {
    for (; arrived < floating.length; arrived++) {
      const add = floating[arrived] ?? 0;
      if ((begin[add] ?? 0) > beginMax) return;
      waiting.push(add);
    }
  }

  for (let slot = 0; slot < slots.count; slot++) {
    const beginMax = slots.beginMax[slot] ?? 0;
    let left = slots.capacity[slot] ?? 0;
    arrive(beginMax);
    dropLate(slot, slots.endMin[slot] ?? 0);
    for (; left > 0 && waiting.size() > 0; left--) waiting.pop();
    for (; left > 0 && isInTime(spareBegins, spare, beginMax); left--) spare++;
    missing[slot] = left;
    missingCount += left;
  }
  arrive(Number.POSITIVE_INFINITY);
  dropLate(slots.count, line.endMin);
  return { missing, missingCount, late, lateCount };
}

/**
 * Fills the slots of several lines from the same spare adds: who may fill a slot may fill all with
 * a later `beginMax`, so the slots are served in that order.
 */
export function fillTogether(all: readonly Slots[], spareBegins: Float64Array): Filling[] {
  const counts = all.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const beginMax = new Float64Array(total);
  const owner = new Uint32Array(total);
  const fillings = all.map(({ count }) => ({ missing: new Float64Array(count), missingCount: 0 }));
  let offset = 0;
  const offsets = all.map((slots, which) => {
    const from = offset;
    beginMax.set(slots.beginMax, from);
    offset += slots.count;
    owner.fill(which, from, offset);
    return from;
  });
  let spare = 0;
  for (const index of sortedOrder(beginMax)) {
    const which = owner[index] ?? 0;
    const slot = index - (offsets[which] ?? 0);
    const filling = fillings[which];
    if (filling === undefined) continue;
    let left = all[which]?.capacity[slot] ?? 0;
    const limit = beginMax[index] ?? 0;
    for (; left > 0 && isInTime(spareBegins, spare, limit); left--) spare++;
    filling.missing[slot] = left;
    filling.missingCount += left;
  }
  return fillings.map((filling) => ({ ...filling, late: [], lateCount: 0 }));
}
