// Validates a history once and turns it into columns of numbers: a million objects would not stay
// in the processor's caches. An operation's id is its index in `history.adds`, or its index in
// `history.reads` plus the number of adds. Pure; any thread.

import type { Add, CounterModel, History, Read } from '../history.js';

export interface Operations {
  readonly addCount: number;
  readonly readCount: number;
  /** Over all ids. An unknown add ends at Infinity, because it may take effect at any later time. */
  readonly begin: Float64Array;
  readonly end: Float64Array;
  readonly acknowledged: Uint32Array;
  readonly unknown: Uint32Array;
  readonly failedCount: number;
  /** For an acknowledged add: the index of its ticket's cell in `cells`, or -1. */
  readonly cell: Int32Array;
  readonly ticket: Float64Array;
  readonly cells: readonly string[];
  /** For each field, the value that each read shows. */
  readonly columns: readonly Float64Array[];
  /** For each read, the sum of its values. */
  readonly sums: Float64Array;
  /** When the last add ended, as its caller saw it. */
  readonly restMs: number;
}

/** Why the history is not valid; the indices name the add or the read at fault. */
export interface MalformedHistory {
  readonly adds: readonly number[];
  readonly reads: readonly number[];
  readonly reason: string;
}

const isWhole = Number.isSafeInteger;

function findIntervalFault({ beginMs, endMs }: Add | Read): string | undefined {
  if (!Number.isFinite(beginMs)) return `begins at ${beginMs}, which is not a time`;
  if (Number.isNaN(endMs)) return `ends at ${endMs}, which is not a time`;
  return endMs >= beginMs ? undefined : 'ends before it begins';
}

function findAddFault(add: Add): string | undefined {
  const { outcome, ticket } = add;
  if (outcome !== 'ok' && outcome !== 'failed' && outcome !== 'unknown') {
    return 'has an outcome other than ok, failed and unknown';
  }
  // A caller in JavaScript is not bound by the types.
  if (ticket === undefined) return 'has no ticket: use null for an add without one';
  if (ticket !== null && typeof ticket.cell !== 'string') return 'has a ticket without a cell';
  if (ticket !== null && !(isWhole(ticket.value) && ticket.value >= 0)) {
    return `has the ticket ${ticket.value}, which is not a whole number from 0 to 2^53 - 1`;
  }
  return findIntervalFault(add);
}

function findReadFault(read: Read, fieldCount: number): string | undefined {
  const { values, sum } = read;
  if (values.length !== fieldCount) {
    return `shows ${values.length} values, but the counter has ${fieldCount} fields`;
  }
  if (!values.every(isWhole)) return 'shows a value that is not a whole number up to 2^53 - 1';
  if (!isWhole(sumExactly(values))) return 'shows values whose sum is too large to be exact';
  if (sum !== null && !Number.isFinite(sum)) return 'shows a sum that is not a number';
  return findIntervalFault(read);
}

function findModelFault({ fields, start }: CounterModel): string | undefined {
  if (fields.length === 0) return 'the counter has no field';
  if (start.length !== fields.length) {
    return `the counter has ${fields.length} fields and ${start.length} start values`;
  }
  const isValid = start.every(isWhole) && isWhole(sumExactly(start));
  return isValid ? undefined : 'the counter has a start value that is not a whole number';
}

/** NaN where the sum cannot be exact. */
export function sumExactly(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
    if (!isWhole(sum)) return Number.NaN;
  }
  return sum;
}

export function parseHistory(model: CounterModel, history: History): Operations | MalformedHistory {
  const { adds, reads } = history;
  const modelFault = findModelFault(model);
  if (modelFault !== undefined) return { adds: [], reads: [], reason: modelFault };
  const begin = new Float64Array(adds.length + reads.length);
  const end = new Float64Array(adds.length + reads.length);
  const cellNumbers = new Map<string, number>();
  const cell = new Int32Array(adds.length).fill(-1);
  const ticket = new Float64Array(adds.length);
  // Acknowledged adds from the front, unknown adds from the back.
  const ids = new Uint32Array(adds.length);
  let acknowledgedCount = 0;
  let unknownCount = 0;
  let restMs = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < adds.length; id++) {
    const add = adds[id] as Add;
    const fault = findAddFault(add);
    if (fault !== undefined) return { adds: [id], reads: [], reason: `add ${id} ${fault}` };
    if (add.outcome === 'failed') continue;
    begin[id] = add.beginMs;
    end[id] = add.outcome === 'ok' ? add.endMs : Number.POSITIVE_INFINITY;
    if (add.endMs > restMs) restMs = add.endMs;
    if (add.outcome === 'unknown') {
      ids[adds.length - ++unknownCount] = id;
      continue;
    }
    ids[acknowledgedCount++] = id;
    if (add.ticket === null) continue;
    const number = cellNumbers.get(add.ticket.cell) ?? cellNumbers.size;
    cellNumbers.set(add.ticket.cell, number);
    cell[id] = number;
    ticket[id] = add.ticket.value;
  }
  const acknowledged = ids.subarray(0, acknowledgedCount);
  const unknown = ids.subarray(adds.length - unknownCount).reverse();
  const failedCount = adds.length - acknowledgedCount - unknownCount;
  const columns = model.fields.map(() => new Float64Array(reads.length));
  const sums = new Float64Array(reads.length);
  for (let index = 0; index < reads.length; index++) {
    const read = reads[index] as Read;
    const fault = findReadFault(read, model.fields.length);
    if (fault !== undefined) return { adds: [], reads: [index], reason: `read ${index} ${fault}` };
    begin[adds.length + index] = read.beginMs;
    end[adds.length + index] = read.endMs;
    for (let field = 0; field < columns.length; field++) {
      (columns[field] as Float64Array)[index] = read.values[field] as number;
    }
    sums[index] = sumExactly(read.values);
  }
  const counts = { addCount: adds.length, readCount: reads.length, failedCount };
  const ofAdds = { cell, ticket, cells: [...cellNumbers.keys()], acknowledged, unknown, restMs };
  return { ...ofAdds, ...counts, begin, end, columns, sums };
}
