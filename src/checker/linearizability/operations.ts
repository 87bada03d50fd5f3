// A history as columns of numbers, read once and checked on the way: a million operations as
// objects would not stay in the processor's caches. An operation's id is its index in
// `history.adds`, or that in `history.reads` plus the number of adds. Pure.

import type { Add, CounterModel, History, Read } from '../history.js';

export interface Operations {
  readonly addCount: number;
  readonly readCount: number;
  /** Over all ids. The end of an unknown add is Infinity: no moment is too late for it. */
  readonly begin: Float64Array;
  readonly end: Float64Array;
  readonly acknowledged: Uint32Array;
  readonly unknown: Uint32Array;
  readonly failedCount: number;
  /** Of an acknowledged add: the index of its ticket's cell in `cells`, or -1. */
  readonly cell: Int32Array;
  readonly ticket: Float64Array;
  readonly cells: readonly string[];
  /** For each field a value of each read; then the sums of those values. */
  readonly columns: readonly Float64Array[];
  readonly sums: Float64Array;
  /** When the last of the adds had ended, as their callers saw it. */
  readonly restMs: number;
}

/** Why it is no history; the indices are of the add or the read to blame. */
export interface Malformed {
  readonly adds: readonly number[];
  readonly reads: readonly number[];
  readonly why: string;
}

const isWhole = Number.isSafeInteger;

/** Why the interval is none; undefined where it is one. */
function faultOfInterval({ beginMs, endMs }: Add | Read): string | undefined {
  if (!Number.isFinite(beginMs)) return `begins at ${beginMs}, which is no time`;
  return endMs >= beginMs ? undefined : 'does not end at or after its begin';
}

function faultOfAdd(add: Add): string | undefined {
  const { outcome, ticket } = add;
  if (outcome !== 'ok' && outcome !== 'failed' && outcome !== 'unknown') {
    return 'has an outcome other than ok, failed and unknown';
  }
  // Types do not hold for who calls it from JavaScript.
  if (ticket === undefined) return 'has no ticket: say null where there is none';
  if (ticket !== null && typeof ticket.cell !== 'string') return 'has a ticket without a cell';
  if (ticket !== null && !(isWhole(ticket.value) && ticket.value > 0)) {
    return `has the ticket ${ticket.value}, which is no whole number from 1 to 2^53 - 1`;
  }
  return faultOfInterval(add);
}

function faultOfRead(read: Read, fieldCount: number): string | undefined {
  const { values, sum } = read;
  if (values.length !== fieldCount) {
    return `shows ${values.length} values, where the counter has ${fieldCount} fields`;
  }
  if (!values.every(isWhole)) return 'shows a value that is no whole number up to 2^53 - 1';
  if (!isWhole(sumOf(values))) return 'shows values whose sum is too large to be exact';
  if (sum !== null && !Number.isFinite(sum)) return 'shows a sum that is no number';
  return faultOfInterval(read);
}

function faultOfModel({ fields, start }: CounterModel): string | undefined {
  if (fields.length === 0) return 'the counter has no field';
  if (start.length !== fields.length) {
    return `the counter has ${fields.length} fields and ${start.length} values to begin with`;
  }
  const isFine = start.every(isWhole) && isWhole(sumOf(start));
  return isFine ? undefined : 'the counter begins with a value that is no whole number';
}

/** NaN where it cannot be exact. */
export function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
    if (!isWhole(sum)) return Number.NaN;
  }
  return sum;
}

/** Cells by the order in which the tickets name them. */
function cellNumbers(): { numberOf(cell: string): number; names: string[] } {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const numberOf = (cell: string) => {
    const known = numbers.get(cell);
    if (known !== undefined) return known;
    numbers.set(cell, names.length);
    return names.push(cell) - 1;
  };
  return { numberOf, names };
}

type OfAdds = Omit<Operations, 'addCount' | 'readCount' | 'begin' | 'end' | 'columns' | 'sums'>;

function readAdds(
  adds: readonly Add[],
  begin: Float64Array,
  end: Float64Array,
): OfAdds | Malformed {
  const { numberOf, names } = cellNumbers();
  const cell = new Int32Array(adds.length).fill(-1);
  const ticket = new Float64Array(adds.length);
  // Acknowledged adds from the front, unknown ones from the back.
  const ids = new Uint32Array(adds.length);
  let acknowledgedCount = 0;
  let unknownCount = 0;
  let restMs = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < adds.length; id++) {
    const add = adds[id] as Add;
    const fault = faultOfAdd(add);
    if (fault !== undefined) return { adds: [id], reads: [], why: `add ${id} ${fault}` };
    if (add.outcome === 'failed') continue;
    begin[id] = add.beginMs;
    end[id] = add.outcome === 'ok' ? add.endMs : Number.POSITIVE_INFINITY;
    if (add.endMs > restMs) restMs = add.endMs;
    if (add.outcome === 'unknown') ids[adds.length - ++unknownCount] = id;
    else {
      ids[acknowledgedCount++] = id;
      if (add.ticket === null) continue;
      cell[id] = numberOf(add.ticket.cell);
      ticket[id] = add.ticket.value;
    }
  }
  const acknowledged = ids.subarray(0, acknowledgedCount);
  const unknown = ids.subarray(adds.length - unknownCount).reverse();
  const failedCount = adds.length - acknowledgedCount - unknownCount;
  return { cell, ticket, cells: names, acknowledged, unknown, failedCount, restMs };
}

export function readHistory(model: CounterModel, history: History): Operations | Malformed {
  const { adds, reads } = history;
  const broken = faultOfModel(model);
  if (broken !== undefined) return { adds: [], reads: [], why: broken };
  const begin = new Float64Array(adds.length + reads.length);
  const end = new Float64Array(adds.length + reads.length);
  const columns = model.fields.map(() => new Float64Array(reads.length));
  const sums = new Float64Array(reads.length);
  const ofAdds = readAdds(adds, begin, end);
  if ('why' in ofAdds) return ofAdds;
  for (let index = 0; index < reads.length; index++) {
    const read = reads[index] as Read;
    const fault = faultOfRead(read, model.fields.length);
    if (fault !== undefined) return { adds: [], reads: [index], why: `read ${index} ${fault}` };
    begin[adds.length + index] = read.beginMs;
    end[adds.length + index] = read.endMs;
    for (let field = 0; field < columns.length; field++) {
      (columns[field] as Float64Array)[index] = read.values[field] as number;
    }
    sums[index] = sumOf(read.values);
  }
  const counts = { addCount: adds.length, readCount: reads.length };
  return { ...ofAdds, ...counts, begin, end, columns, sums };
}
