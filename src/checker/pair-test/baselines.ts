// What is known between two pairs: the baseline of each cell, which is the greatest number that a
// caller observed, and the quiescent reads, each compared with the one before. Main thread; no I/O.

import { clientError, parseJsonPath } from '../driver/target.js';
import { sumValues, type Ticket } from '../history.js';
import type { Baseline, Known, Pair, PairCall, PairOutcome } from './pair-outcome.js';

export interface Baselines extends Known {
  /** Learns from a pair after it was classified. */
  learn(pair: Pair, outcome: PairOutcome): void;
  /** Learns from a single add before the first pair. */
  learnOne(call: PairCall): void;
  /** Learns from a read with no call of ours in flight. */
  learnRest(values: readonly number[]): void;
}

/** The limit of memory for a service that names a new cell in every answer. */
const CELLS_MAX = 4096;

/** `isRead`: callers read the whole counter, and it is the only cell. */
export function createBaselines(fields: readonly string[], isRead: boolean): Baselines {
  const bases = new Map<string, Baseline>();
  // `levels.LOW` is the cell LOW; the only field of a plain counter is the cell without a name.
  const named = fields.map((field) => parseJsonPath(field).at(-1) ?? '');
  let untold = 0;

  function raise(cell: string, value: number, isExact: boolean): void {
    const before = bases.get(cell);
    bases.set(cell, { value: Math.max(value, before?.value ?? 0), isExact });
    if (bases.size <= CELLS_MAX) return;
    throw clientError('bad-answer', `its tickets name more than ${CELLS_MAX} cells`);
  }

  /** The service may have restarted: the next pair is compared with the numbers of this one. */
  function fallBack(told: readonly Ticket[]): void {
    for (const { cell } of told) {
      const values = told.filter((other) => other.cell === cell).map(({ value }) => value);
      bases.set(cell, { value: Math.min(...values), isExact: false });
    }
  }

  /** An add without a number can have gone to any cell. */
  function doubt(calls: readonly PairCall[]): void {
    const count = calls.filter(({ outcome, observed }) => outcome !== 'failed' && observed === null).length;
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
      const told = [a.observed, b.observed].filter((ticket) => ticket !== null);
      if (kind === 'backwards') fallBack(told);
      else for (const { cell, value } of told) raise(cell, value, true);
      if (kind === 'late') untold -= leftOut;
      doubt([a, b]);
    },
    learnOne(call) {
      if (call.observed !== null) raise(call.observed.cell, call.observed.value, true);
      doubt([call]);
    },
    learnRest(values) {
      const sum = sumValues(values);
      if (isRead) bases.set('', { value: sum, isExact: true });
      else if (values.length === 1) raise('', sum, true);
      if (isRead) return;
      for (const [at, cell] of named.entries()) raise(cell, values[at] ?? 0, true);
    },
  };
}

export type QuiescentKind = 'rest-even' | 'rest-more' | 'rest-fewer';

export interface QuiescentFinding {
  readonly kind: QuiescentKind;
  /** Since the previous read. */
  readonly acknowledged: number;
  readonly from: number;
  readonly to: number;
}

/** Between two reads at rest, the counter must grow by the acknowledged adds. */
export interface QuiescentReads {
  acknowledge(adds: number): void;
  /** Adds without an answer: each can be counted once, now or later. */
  doubt(adds: number): void;
  /** The whole counter; null for the first read. */
  read(total: number): QuiescentFinding | null;
  /** Acknowledged, and not counted at the last read. */
  readonly lost: number;
  /** Counted, and neither acknowledged nor without an answer. */
  readonly surplus: number;
}

export function createQuiescentReads(): QuiescentReads {
  let last: number | null = null;
  let acknowledged = 0;
  let unanswered = 0;
  let lost = 0;
  let surplus = 0;
  return {
    acknowledge(adds) {
      acknowledged += adds;
    },
    doubt(adds) {
      unanswered += adds;
    },
    read(total) {
      if (last === null) {
        last = total;
        return null;
      }
      const finding = { acknowledged, from: last, to: total };
      let more = total - last - acknowledged;
      last = total;
      acknowledged = 0;
      if (more < 0) {
        lost -= more;
        return { ...finding, kind: 'rest-fewer' };
      }
      // A stale read has caught up, or an add without an answer was counted later.
      const caughtUp = Math.min(more, lost);
      lost -= caughtUp;
      more -= caughtUp;
      const late = Math.min(more, unanswered);
      unanswered -= late;
      more -= late;
      surplus += more;
      return { ...finding, kind: more > 0 ? 'rest-more' : 'rest-even' };
    },
    get lost() {
      return lost;
    },
    get surplus() {
      return surplus;
    },
  };
}
