// What is known of each cell between two pairs: the greatest number that was told or read. It grows
// with what callers are told, and is looked up before the next pair. Main thread; no I/O.

import { clientError } from '../driver/error.js';
import { parsePath } from '../driver/json-path.js';
import type { Ticket } from '../history.js';
import { totalOf } from '../total.js';
import type { Base, Call, Known, Outcome, Pair } from './outcomes.js';

export interface Bases extends Known {
  /** What a pair teaches, once it has been judged. */
  learn(pair: Pair, outcome: Outcome): void;
  /** One add on its own, before the first pair. */
  learnOne(call: Call): void;
  /** A read while nobody of us was calling. */
  learnRest(values: readonly number[]): void;
}

/** A service whose every answer names a new cell would otherwise fill the memory. */
const CELLS_MAX = 4096;

/** `isRead`: callers read the whole counter, which is then the only cell. */
export function createBases(fields: readonly string[], isRead: boolean): Bases {
  const bases = new Map<string, Base>();
  // `levels.LOW` is the cell LOW; the only field of a plain counter is the cell without a name.
  const named = fields.map((field) => parsePath(field).at(-1) ?? '');
  let untold = 0;

  function raise(cell: string, value: number, isExact: boolean): void {
    const before = bases.get(cell);
    bases.set(cell, { value: Math.max(value, before?.value ?? 0), isExact });
    if (bases.size <= CELLS_MAX) return;
    throw clientError('bad-answer', `its tickets name more than ${CELLS_MAX} cells`);
  }

  /** A service may have begun anew: what comes next is compared with where it is now. */
  function fallBack(told: readonly Ticket[]): void {
    for (const { cell } of told) {
      const values = told.filter((other) => other.cell === cell).map(({ value }) => value);
      bases.set(cell, { value: Math.min(...values), isExact: false });
    }
  }

  /** Nobody knows which cell an add without a number went to. */
  function doubt(calls: readonly Call[]): void {
    const count = calls.filter(({ outcome, told }) => outcome !== 'failed' && told === null).length;
    if (count === 0) return;
    untold += count;
    for (const [cell, { value }] of bases) bases.set(cell, { value, isExact: false });
  }

  return {
    bases,
    get untold() {
      return untold;
    },
    learn({ a, b }, { kind, leftOut }) {
      const told = [a.told, b.told].filter((ticket) => ticket !== null);
      if (kind === 'backwards') fallBack(told);
      else for (const { cell, value } of told) raise(cell, value, true);
      if (kind === 'late') untold -= leftOut;
      doubt([a, b]);
    },
    learnOne(call) {
      if (call.told !== null) raise(call.told.cell, call.told.value, true);
      doubt([call]);
    },
    learnRest(values) {
      const sum = totalOf(values);
      if (isRead) bases.set('', { value: sum, isExact: true });
      else if (values.length === 1) raise('', sum, true);
      if (isRead) return;
      for (const [at, cell] of named.entries()) raise(cell, values[at] ?? 0, true);
    },
  };
}
