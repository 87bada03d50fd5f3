// Orders the operations of one counter whose place a number fixes: an add with ticket t made t of t - 1, and
// a read of v comes between tickets v and v + 1. Between neighbours there may be gaps: values that some add
// produced and no ticket names. Also finds the pairs whose clocks contradict this order. Pure; any thread.

import type { Condition } from '../judgement.js';
import type { Operations } from './operations.js';
import { concatIds, sortIndices } from './sorting.js';

/** Runs of values without a ticket, ascending. Each gap lies right before an ordered operation. */
export interface Gaps {
  readonly count: number;
  /** Place in the order of the operation after the gap. */
  readonly next: Uint32Array;
  /** The first missing value. */
  readonly first: Float64Array;
  /** How many values are missing; never enumerated. */
  readonly capacity: Float64Array;
  /** An add that fills the gap began at or before this: the least end of all that comes later. */
  readonly beginMax: Float64Array;
  /** An add that fills the gap ended at or after this: the greatest begin of all before it. */
  readonly endMin: Float64Array;
}

export interface OrderedOperations {
  /** For the evidence; null where the counter is the sum of all fields. */
  readonly name: string | null;
  /** The counter's start value. */
  readonly start: number;
  /** Ids of the ordered operations; for one value, the add comes before the reads. */
  readonly ids: Uint32Array;
  readonly values: Float64Array;
  readonly gaps: Gaps;
  /** An add after the last ordered operation ended at or after this. */
  readonly endMin: number;
  /** False where an operation ended before an operation with a smaller number began. */
  readonly isOrdered: boolean;
  /** Pairs of adds that hold the same ticket. The second add has no place in the order. */
  readonly duplicates: readonly (readonly [first: number, second: number])[];
  /** Adds whose ticket is not above the start value. They have no place in the order. */
  readonly underflow: readonly number[];
  readonly hasReadBelowStart: boolean;
}

interface CounterParts {
  readonly name: string | null;
  /** Null where the start is unknown: the order then assumes one less than the least ticket. */
  readonly start: number | null;
  readonly ticketed: Uint32Array;
  /** Ids of the reads of this counter. */
  readonly reads: Uint32Array;
  /** What each read of the history shows of this counter. */
  readonly shown: Float64Array;
}

/** The order without duplicates and underflow, which have no place in it. */
function placeOperations(parts: CounterParts, operations: Operations) {
  const { ticketed, reads, shown } = parts;
  const { addCount, ticket } = operations;
  const ids = concatIds([ticketed, reads]);
  const values = new Float64Array(ids.length);
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    values[index] = (id < addCount ? ticket[id] : shown[id - addCount]) ?? 0;
  }
  // The sort is stable and adds come first, so they stay first where values are equal.
  const order = sortIndices(values);
  const start = parts.start ?? Math.max(1, values[order[0] ?? 0] ?? 1) - 1;
  const duplicates: [number, number][] = [];
  const underflow: number[] = [];
  // The ids overwrite the order in place: the loop reads each entry before it writes there.
  const placedIds = order;
  const placedValues = new Float64Array(ids.length);
  let count = 0;
  for (let index = 0; index < order.length; index++) {
    const which = order[index] ?? 0;
    const id = ids[which] ?? 0;
    const value = values[which] ?? 0;
    const before = placedIds[count - 1] ?? addCount;
    if (id < addCount && value <= start) underflow.push(id);
    else if (id < addCount && before < addCount && placedValues[count - 1] === value) {
      duplicates.push([before, id]);
    } else {
      placedIds[count] = id;
      placedValues[count++] = value;
    }
  }
  const hasReadBelowStart = (placedValues[0] ?? start) < start && count > 0;
  const placed = { ids: placedIds.subarray(0, count), values: placedValues.subarray(0, count) };
  return { ...placed, start, duplicates, underflow, hasReadBelowStart };
}

/** Places of the operations that have a gap right before them. */
function findGaps(ids: Uint32Array, values: Float64Array, start: number, addCount: number) {
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
 * Two operations are in order when the one with the smaller number begins at or before the other's
 * end. Two reads of the same value are always in order.
 */
export function orderOperations(parts: CounterParts, operations: Operations): OrderedOperations {
  const { ids, values, start, ...rest } = placeOperations(parts, operations);
  const { begin, end, addCount } = operations;
  const next = findGaps(ids, values, start, addCount);
  const numbers = () => new Float64Array(next.length);
  const sizes = { count: next.length, next, first: numbers(), capacity: numbers() };
  const gaps = { ...sizes, beginMax: numbers(), endMin: numbers() };
  let isOrdered = true;
  let gap = 0;
  /** The greatest begin below this operation, and with the reads of its own value. */
  let latest = Number.NEGATIVE_INFINITY;
  let pending = latest;
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    const isTie = id >= addCount && (ids[index - 1] ?? 0) >= addCount;
    if (!(isTie && values[index] === values[index - 1])) latest = pending;
    if (next[gap] === index) {
      gaps.first[gap] = Math.max(start, values[index - 1] ?? start) + 1;
      const last = (values[index] ?? 0) - (id < addCount ? 1 : 0);
      gaps.capacity[gap] = last - (gaps.first[gap] ?? 0) + 1;
      gaps.endMin[gap++] = latest;
    }
    if ((end[id] ?? 0) < latest) isOrdered = false;
    if ((begin[id] ?? 0) > pending) pending = begin[id] ?? 0;
  }
  let earliest = Number.POSITIVE_INFINITY;
  for (let index = ids.length - 1; index >= 0; index--) {
    const id = ids[index] ?? 0;
    if ((end[id] ?? 0) < earliest) earliest = end[id] ?? 0;
    if (next[gap - 1] === index) gaps.beginMax[--gap] = earliest;
  }
  return { name: parts.name, ids, values, start, ...rest, gaps, endMin: pending, isOrdered };
}

/** `blamed` is the place in the order of the faulty operation; `other` is the id of the witness. */
type ReportOrderFault = (
  condition: Extract<Condition, 'ticket-order' | 'phantom-count' | 'stale-read' | 'non-monotonic-read'>,
  blamed: number,
  other: number,
) => void;

/** Reports, for each operation out of order, the pair that shows it most clearly. */
export function findOrderFaults(
  { ids, values }: OrderedOperations,
  { begin, end, addCount }: Operations,
  report: ReportOrderFault,
): void {
  // Upwards: operations that ended before an add with a smaller number began.
  let latest = -1;
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    const isAdd = id < addCount;
    if (latest >= 0 && (end[id] ?? 0) < (begin[latest] ?? 0)) {
      report(isAdd ? 'ticket-order' : 'phantom-count', index, latest);
    }
    if (isAdd && (latest < 0 || (begin[id] ?? 0) > (begin[latest] ?? 0))) latest = id;
  }
  // Downwards: reads that began after an operation with a greater number had ended.
  let add = -1;
  let read = -1;
  /** The read of the current value that ended first: it counts for smaller values only. */
  let tied = -1;
  const pickEarlier = (one: number, other: number) =>
    other < 0 || (one >= 0 && (end[one] ?? 0) < (end[other] ?? 0)) ? one : other;
  for (let index = ids.length - 1; index >= 0; index--) {
    const id = ids[index] ?? 0;
    const areReads = id >= addCount && (ids[index + 1] ?? 0) >= addCount;
    if (!areReads || values[index] !== values[index + 1]) {
      read = pickEarlier(tied, read);
      tied = -1;
    }
    if (id < addCount) {
      add = pickEarlier(id, add);
      continue;
    }
    const at = begin[id] ?? 0;
    if (add >= 0 && (end[add] ?? 0) < at) report('stale-read', index, add);
    if (read >= 0 && (end[read] ?? 0) < at) report('non-monotonic-read', index, read);
    tied = pickEarlier(id, tied);
  }
}
