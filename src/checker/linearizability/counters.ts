// From operations to counters: which adds and reads belong to which field, part or sum, and which
// adds may have been counted there besides. Each is then judged on a line of its own. Pure.

import type { CounterModel } from '../history.js';
import { placesOf } from './cells.js';
import { type Line, lineOf } from './line.js';
import type { Operations } from './operations.js';
import { sumOf } from './operations.js';
import { countingFrom, idsByKey } from './sorted-order.js';

/** A counter with what is known of its adds. */
export interface Counter {
  readonly line: Line;
  /** Adds that were certainly counted here, with or without a place. */
  readonly acknowledged: Uint32Array;
  /** Those of them without a place on the line, by ascending begin. */
  readonly floating: Uint32Array;
}

export interface Counters {
  readonly fields: readonly Counter[];
  /** Cells with tickets of their own that no read shows: parts of fields, and cells of no field. */
  readonly hidden: readonly Counter[];
  /** Null where each acknowledged add has its place in a field: then it would say nothing new. */
  readonly sum: Counter | null;
  /** Acknowledged adds that may have been counted in a field, it is not known in which. */
  readonly unassigned: Uint32Array;
  /** Acknowledged adds that may have been counted in a hidden cell. */
  readonly ticketless: Uint32Array;
  /** Indices of the reads that are snapshots. */
  readonly snapshots: Uint32Array;
}

const NONE = new Uint32Array(0);

/** For each cell the adds that hold its tickets; then those that hold none. */
function addsByCell({ acknowledged, cell, cells }: Operations): Uint32Array[] {
  const slotOf = (add: number) => {
    const own = cell[add] ?? -1;
    return own < 0 ? cells.length : own;
  };
  /** Where the next add of each slot goes; first, one further, how many there are. */
  const next = new Uint32Array(cells.length + 2);
  for (const add of acknowledged) next[slotOf(add) + 1] = (next[slotOf(add) + 1] ?? 0) + 1;
  for (let slot = 1; slot < next.length; slot++) {
    next[slot] = (next[slot] ?? 0) + (next[slot - 1] ?? 0);
  }
  const starts = next.slice();
  const adds = new Uint32Array(acknowledged.length);
  for (const add of acknowledged) {
    const slot = slotOf(add);
    const place = next[slot] ?? 0;
    adds[place] = add;
    next[slot] = place + 1;
  }
  return Array.from({ length: cells.length + 1 }, (_, slot) =>
    adds.subarray(starts[slot], starts[slot + 1]),
  );
}

export function joined(parts: readonly Uint32Array[]): Uint32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** What the cells of the tickets are to the fields. */
function sorted(model: CounterModel, operations: Operations) {
  const place = placesOf(model.fields);
  const groups = addsByCell(operations);
  const ticketless = groups[operations.cells.length] ?? NONE;
  const own: Uint32Array[][] = model.fields.map(() => []);
  const parts: Uint32Array[][] = model.fields.map(() => []);
  const strange: Uint32Array[] = [];
  const hidden: { name: string; ticketed: Uint32Array }[] = [];
  for (const [index, name] of operations.cells.entries()) {
    const ticketed = groups[index] ?? NONE;
    const found = place(name);
    if (found === null) strange.push(ticketed);
    else (found.isPart ? parts : own)[found.field]?.push(ticketed);
    // One ticket alone, of a cell that began with no one knows what, can be no fault.
    const isHidden = (found === null || found.isPart) && ticketed.length > 1;
    if (isHidden) hidden.push({ name, ticketed });
  }
  return { own, parts, unassigned: joined([ticketless, ...strange]), hidden, ticketless };
}

export function countersOf(
  model: CounterModel,
  snapshots: Uint32Array,
  operations: Operations,
): Counters {
  const { addCount, readCount, columns, sums, begin, acknowledged } = operations;
  const { own, parts, unassigned, hidden, ticketless } = sorted(model, operations);
  const isOne = model.fields.length === 1;
  const reads = countingFrom(addCount, readCount);
  const fields = model.fields.map((name, field): Counter => {
    const ticketed = joined(own[field] ?? []);
    // All that one field's counter has counted was counted in it.
    const adds = joined([...(parts[field] ?? []), ...(isOne ? [unassigned] : [])]);
    const shown = columns[field] as Float64Array;
    const start = model.start[field] ?? 0;
    const line = lineOf({ name, start, ticketed, reads, shown }, operations);
    return { line, acknowledged: joined([ticketed, adds]), floating: idsByKey(adds, begin) };
  });
  const unseen = hidden.map(({ name, ticketed }): Counter => {
    const parted = { name, start: null, ticketed, reads: NONE, shown: sums };
    return { line: lineOf(parted, operations), acknowledged: ticketed, floating: NONE };
  });
  const isPlaced = own.flat().reduce((sum, { length }) => sum + length, 0) === acknowledged.length;
  const sum = (): Counter => {
    const shots = snapshots.map((index) => addCount + index);
    const together = { name: null, start: sumOf(model.start), ticketed: NONE, reads: shots };
    const line = lineOf({ ...together, shown: sums }, operations);
    return { line, acknowledged, floating: idsByKey(acknowledged, begin) };
  };
  return {
    fields,
    hidden: unseen,
    sum: isOne || isPlaced ? null : sum(),
    unassigned: isOne ? NONE : unassigned,
    ticketless,
    snapshots,
  };
}
