// A line: the operations of one counter whose place is fixed by a number, in the order of these
// numbers. An add with ticket t made t of t - 1; a read of v stands between tickets v and v + 1.
// Between neighbours there may be slots: values that somebody made and nobody holds. Pure.

import type { Operations } from './operations.js';
import { sortedOrder } from './sorted-order.js';

/** Runs of values that nobody holds, ascending. Each lies right before a fixed operation. */
export interface Slots {
  readonly count: number;
  /** Place in the line of the operation after it. */
  readonly next: Uint32Array;
  /** Its first value. */
  readonly first: Float64Array;
  /** How many values; never counted one by one. */
  readonly capacity: Float64Array;
  /** Who fills it began at or before this: the least end of all that comes after it. */
  readonly beginMax: Float64Array;
  /** Who fills it ended at or after this: the greatest begin of all that comes before it. */
  readonly endMin: Float64Array;
}

export interface Line {
  /** For the evidence; null where it is about all cells. */
  readonly name: string | null;
  /** What it began with. */
  readonly start: number;
  /** Ids of the fixed operations, adds before reads of the same value. */
  readonly ids: Uint32Array;
  readonly values: Float64Array;
  readonly slots: Slots;
  /** Who follows the last fixed operation ended at or after this. */
  readonly endMin: number;
  /** No fixed operation ended before one began that must come earlier. */
  readonly isOrdered: boolean;
  /** Adds that hold a ticket twice, each with the one that holds it too. */
  readonly twins: readonly (readonly [first: number, second: number])[];
  /** Adds with a ticket that the counter had passed when it began. */
  readonly below: readonly number[];
  readonly hasReadBelow: boolean;
}

export interface LineParts {
  readonly name: string | null;
  /** Null where it is not known: then it is taken to be one less than the least ticket. */
  readonly start: number | null;
  readonly ticketed: Uint32Array;
  /** Ids of reads, and what each read of the history shows of this counter. */
  readonly reads: Uint32Array;
  readonly shown: Float64Array;
}

function sortedValues(parts: LineParts, operations: Operations) {
  const { ticketed, reads, shown } = parts;
  const ids = new Uint32Array(ticketed.length + reads.length);
  ids.set(ticketed);
  ids.set(reads, ticketed.length);
  const values = new Float64Array(ids.length);
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    const { addCount, ticket } = operations;
    values[index] = (id < addCount ? ticket[id] : shown[id - addCount]) ?? 0;
  }
  // Stable, and adds stand before reads: so they do where the values are equal.
  const order = sortedOrder(values);
  return { ids, values, order };
}

/** The line without its misplaced adds, which have no place of their own. */
function place(parts: LineParts, operations: Operations) {
  const { ids, values, order } = sortedValues(parts, operations);
  const { addCount } = operations;
  const start = parts.start ?? (values[order[0] ?? 0] ?? 1) - 1;
  const twins: [number, number][] = [];
  const below: number[] = [];
  // The order is overtaken by the ids in it: no place is written before it was read.
  const placedIds = order;
  const placedValues = new Float64Array(ids.length);
  let count = 0;
  for (let index = 0; index < order.length; index++) {
    const which = order[index] ?? 0;
    const id = ids[which] ?? 0;
    const value = values[which] ?? 0;
    const before = placedIds[count - 1] ?? addCount;
    if (id < addCount && value <= start) below.push(id);
    else if (id < addCount && before < addCount && placedValues[count - 1] === value) {
      twins.push([before, id]);
    } else {
      placedIds[count] = id;
      placedValues[count++] = value;
    }
  }
  const hasReadBelow = (placedValues[0] ?? start) < start && count > 0;
  const placed = { ids: placedIds.subarray(0, count), values: placedValues.subarray(0, count) };
  return { ...placed, start, twins, below, hasReadBelow };
}

/** The values right before each operation that nobody holds: only these need a slot. */
function gaps(ids: Uint32Array, values: Float64Array, start: number, addCount: number) {
  const next: number[] = [];
  let top = start;
  for (let index = 0; index < ids.length; index++) {
    const isAdd = (ids[index] ?? 0) < addCount;
    const value = values[index] ?? 0;
    if (value - (isAdd ? 1 : 0) > top) next.push(index);
    if (value > top) top = value;
  }
  return Uint32Array.from(next);
}

/**
 * The line in its order, with its slots. Two fixed operations are in order when the one with the
 * smaller number begins at or before the other's end; two reads of one value always are.
 */
export function lineOf(parts: LineParts, operations: Operations): Line {
  const { ids, values, start, ...rest } = place(parts, operations);
  const { begin, end, addCount } = operations;
  const next = gaps(ids, values, start, addCount);
  const numbers = () => new Float64Array(next.length);
  const slots = { count: next.length, next, first: numbers(), capacity: numbers() };
  const limits = { beginMax: numbers(), endMin: numbers() };
  let isOrdered = true;
  let slot = 0;
  /** The greatest begin below this operation, and what reads of its own value add to that. */
  let latest = Number.NEGATIVE_INFINITY;
  let pending = latest;
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    const isTie = id >= addCount && (ids[index - 1] ?? 0) >= addCount;
    if (!(isTie && values[index] === values[index - 1])) latest = pending;
    if (next[slot] === index) {
      slots.first[slot] = Math.max(start, values[index - 1] ?? start) + 1;
      const last = (values[index] ?? 0) - (id < addCount ? 1 : 0);
      slots.capacity[slot] = last - (slots.first[slot] ?? 0) + 1;
      limits.endMin[slot++] = latest;
    }
    if ((end[id] ?? 0) < latest) isOrdered = false;
    if ((begin[id] ?? 0) > pending) pending = begin[id] ?? 0;
  }
  let earliest = Number.POSITIVE_INFINITY;
  for (let index = ids.length - 1; index >= 0; index--) {
    const id = ids[index] ?? 0;
    if ((end[id] ?? 0) < earliest) earliest = end[id] ?? 0;
    if (next[slot - 1] === index) limits.beginMax[--slot] = earliest;
  }
  const all = { name: parts.name, ids, values, start, ...rest };
  return { ...all, slots: { ...slots, ...limits }, endMin: pending, isOrdered };
}
