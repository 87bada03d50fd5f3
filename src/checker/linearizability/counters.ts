// Splits the operations by counter: which adds and reads belong to which field, part or sum, and
// which adds may have been counted there as well. `levels.LOW` is the cell `LOW`; `LOW.3` and
// `LOW@2` are parts of it, and their values add up to its value. Pure; any thread.

import type { CounterModel } from '../history.js';
import { type Operations, sumExactly } from './operations.js';
import { type OrderedOperations, orderOperations } from './ordered-operations.js';
import { concatIds, makeRange, sortIdsByKey } from './sorting.js';

/** Which field of the model a cell belongs to. */
export interface CellPlace {
  /** Index of the field in the model. */
  readonly field: number;
  /** The tickets of a part cannot be compared with what a read shows of the whole field. */
  readonly isPart: boolean;
}

/** Characters between the name of a field and the rest of a part's name. */
const SEPARATORS = /[.@/-]/g;

/** Finds a cell's place by name; null for a cell that belongs to no field. */
export function createCellLookup(fields: readonly string[]): (cell: string) => CellPlace | null {
  /** By the last component of the path; null for a name that two fields share. */
  const names = new Map<string, number | null>();
  for (const [field, path] of fields.entries()) {
    const name = path.slice(path.lastIndexOf('.') + 1);
    names.set(name, names.has(name) ? null : field);
  }
  // A counter with a single field need not name it.
  if (fields.length === 1) names.set('', 0);
  return (cell) => {
    const own = names.get(cell);
    if (own !== undefined) return own === null ? null : { field: own, isPart: false };
    // The longest name wins: a field may itself be called `my-count`.
    const ends = [...cell.matchAll(SEPARATORS)].map(({ index }) => index).reverse();
    for (const end of ends) {
      const isInside = end > 0 && end < cell.length - 1;
      const field = isInside ? (names.get(cell.slice(0, end)) ?? null) : null;
      if (field !== null) return { field, isPart: true };
    }
    return null;
  };
}

/** One counter and what is known of its adds. */
export interface CounterRecord {
  readonly ordered: OrderedOperations;
  /** Adds that were certainly counted here, with or without a place in the order. */
  readonly acknowledged: Uint32Array;
  /** Acknowledged adds without a place in the order, by ascending begin. */
  readonly floating: Uint32Array;
}

export interface Counters {
  readonly fields: readonly CounterRecord[];
  /** Cells with tickets that no read shows: parts of fields, and cells of no field. */
  readonly hidden: readonly CounterRecord[];
  /** Null where every acknowledged add has its place in a field: the sum would say nothing new. */
  readonly sum: CounterRecord | null;
  /** Acknowledged adds whose field is unknown. */
  readonly unassigned: Uint32Array;
  /** Acknowledged adds that may have been counted in a hidden cell. */
  readonly ticketless: Uint32Array;
  /** Indices of the reads that are snapshots. */
  readonly snapshots: Uint32Array;
}

const NONE = new Uint32Array(0);

/** For each cell the adds that hold its tickets; last, the adds without a ticket. */
function groupAddsByCell({ acknowledged, cell, cells }: Operations): Uint32Array[] {
  const findGroup = (add: number) => {
    const own = cell[add] ?? -1;
    return own < 0 ? cells.length : own;
  };
  /** A counting sort: sizes first, shifted by one, then where the next add of each group goes. */
  const next = new Uint32Array(cells.length + 2);
  for (const add of acknowledged) {
    const after = findGroup(add) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let group = 1; group < next.length; group++) {
    next[group] = (next[group] ?? 0) + (next[group - 1] ?? 0);
  }
  const starts = next.slice();
  const adds = new Uint32Array(acknowledged.length);
  for (const add of acknowledged) {
    const group = findGroup(add);
    const place = next[group] ?? 0;
    adds[place] = add;
    next[group] = place + 1;
  }
  return Array.from({ length: cells.length + 1 }, (_, group) =>
    adds.subarray(starts[group], starts[group + 1]),
  );
}

function assignAdds(model: CounterModel, operations: Operations) {
  const findPlace = createCellLookup(model.fields);
  const groups = groupAddsByCell(operations);
  const ticketless = groups[operations.cells.length] ?? NONE;
  const own: Uint32Array[][] = model.fields.map(() => []);
  const parts: Uint32Array[][] = model.fields.map(() => []);
  const foreign: Uint32Array[] = [];
  const hidden: { name: string; ticketed: Uint32Array }[] = [];
  for (const [index, name] of operations.cells.entries()) {
    const ticketed = groups[index] ?? NONE;
    const place = findPlace(name);
    if (place === null) foreign.push(ticketed);
    else (place.isPart ? parts : own)[place.field]?.push(ticketed);
    // A single ticket of a cell with an unknown start value can be no fault.
    const isHidden = (place === null || place.isPart) && ticketed.length > 1;
    if (isHidden) hidden.push({ name, ticketed });
  }
  return { own, parts, unassigned: concatIds([ticketless, ...foreign]), hidden, ticketless };
}

export function buildCounters(model: CounterModel, snapshots: Uint32Array, operations: Operations): Counters {
  const { addCount, readCount, columns, sums, begin, acknowledged } = operations;
  const { own, parts, unassigned, hidden, ticketless } = assignAdds(model, operations);
  const isSingle = model.fields.length === 1;
  const reads = makeRange(addCount, readCount);
  const fields = model.fields.map((name, field): CounterRecord => {
    const ticketed = concatIds(own[field] ?? []);
    // With a single field, every acknowledged add was counted in it.
    const others = concatIds([...(parts[field] ?? []), ...(isSingle ? [unassigned] : [])]);
    const shown = columns[field] as Float64Array;
    const start = model.start[field] ?? 0;
    return {
      ordered: orderOperations({ name, start, ticketed, reads, shown }, operations),
      acknowledged: concatIds([ticketed, others]),
      floating: sortIdsByKey(others, begin),
    };
  });
  const hiddenCounters = hidden.map(({ name, ticketed }): CounterRecord => {
    const unread = { name, start: null, ticketed, reads: NONE, shown: sums };
    const ordered = orderOperations(unread, operations);
    return { ordered, acknowledged: ticketed, floating: NONE };
  });
  const placedCount = own.flat().reduce((sum, { length }) => sum + length, 0);
  const buildSum = (): CounterRecord => {
    const start = sumExactly(model.start);
    const snapshotIds = snapshots.map((index) => addCount + index);
    const whole = { name: null, start, ticketed: NONE, reads: snapshotIds, shown: sums };
    const ordered = orderOperations(whole, operations);
    return { ordered, acknowledged, floating: sortIdsByKey(acknowledged, begin) };
  };
  return {
    fields,
    hidden: hiddenCounters,
    sum: isSingle || placedCount === acknowledged.length ? null : buildSum(),
    unassigned: isSingle ? NONE : unassigned,
    ticketless,
    snapshots,
  };
}
