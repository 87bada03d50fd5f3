// The tally: the counters that `GET /stats` serves, and the table of its kinds. Every thread that
// scores creates one on the same region. The file of each kind says what blocks and what sends
// messages. A tally knows counters by index and name, not levels. A new kind is one file and one
// row here; the contract suite then tests it. Seeded faults have their own table.

import { atomic, striped } from './atomic.js';
import type {
  CellTicket,
  CounterStrategy,
  Snapshot,
  StrategyFactory,
  StrategyOptions,
} from './counter-strategy.js';
import { SEEDED_FAULTS, type SeededFaultName } from './faults/seeded-faults.js';
import { mutex } from './mutex.js';
import { owner } from './owner.js';
import type { RegionPlan } from './region.js';

export type { AddOne, CellTicket, Snapshot } from './counter-strategy.js';

export const TALLY_KINDS = ['atomic', 'striped', 'mutex', 'owner'] as const;
export type TallyKind = (typeof TALLY_KINDS)[number];

/** The values of `--tally`: a correct kind or a seeded fault. */
export type TallyName = TallyKind | SeededFaultName;

const KINDS: Readonly<Record<TallyName, StrategyFactory>> = {
  atomic,
  striped,
  mutex,
  owner,
  ...SEEDED_FAULTS,
};

export interface Tally extends CounterStrategy {
  readonly kind: TallyName;
  /**
   * Adds one to exactly one cell of the counter and returns the ticket of this add.
   * @throws RangeError (or rejects with one) for no such counter, or a value above 2^53-1. Rejects with an
   * Error when the tally was closed, or its owner ended, first: unknown, it may have counted
   */
  add(counter: number): CellTicket | Promise<CellTicket>;
  /**
   * The cell that this thread's adds to the counter go to, as their tickets name it.
   * @throws RangeError for no such counter
   */
  cellOf(counter: number): string;
  /** Errors as for `add`. */
  snapshot(): Snapshot | Promise<Snapshot>;
  /**
   * Frees what an ended thread held. The thread that supervises calls it after the thread's `exit`
   * event, never before: a lock taken from a living holder would let two threads in.
   */
  recover(threadId: number): void;
  /** Releases handles so that the process can end; what is still waiting rejects. */
  close(): void;
}

/** The slices of a tally, all named `tally.*`, for the plan of one region. */
export function tallyPlan(kind: TallyName, names: readonly string[]): RegionPlan {
  checkNames(names);
  return KINDS[kind].plan(names);
}

/** @throws RangeError for bad names or starts, or a region without the slices of `tallyPlan` */
export function createTally(options: StrategyOptions & { readonly kind: TallyName }): Tally {
  const { kind, names, start } = options;
  checkNames(names);
  if (start !== undefined) checkStart(start, names);
  return { kind, ...KINDS[kind].create(options) };
}

// Names go into headers as `NAME:17`: a colon, a comma or a space in them could not be read back.
function checkNames(names: readonly string[]): void {
  const bad = names.find((name) => !/^[\w.@/-]+$/.test(name));
  if (bad !== undefined) throw new RangeError(`tally: '${bad}' cannot be a counter's name`);
  if (names.length === 0 || new Set(names).size !== names.length) {
    throw new RangeError('tally: it needs at least one counter, and each name only once');
  }
}

function checkStart(start: readonly number[], names: readonly string[]): void {
  const inRange = start.every((count) => Number.isSafeInteger(count) && count >= 0);
  if (!inRange || start.length !== names.length) {
    throw new RangeError(`tally: a start is ${names.length} whole numbers from 0 to 2^53-1`);
  }
}
