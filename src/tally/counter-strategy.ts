// The interface of a tally's implementation, and its words: ticket, snapshot, counter names. Any thread; no
// state. The implementations import this file and tally.ts imports them, so that no import is circular.

import type { Region, RegionPlan } from './region.js';

/**
 * The cell of one add, and the value that this add produced. Within a cell the adds have the values
 * 1, 2, 3 ... (from `start` on), each once: two equal values are a lost update.
 */
export interface CellTicket {
  readonly cell: string;
  readonly value: number;
}

/**
 * One count for each counter name, in the order of the names. `exact`: all counts held at one moment between
 * the call and its answer. When false, each count held at some moment in between, but not necessarily all at
 * the same one. `collects`: how many times the snapshot read all cells.
 */
export interface Snapshot {
  readonly counts: readonly number[];
  readonly exact: boolean;
  readonly collects: number;
  /** Only from a seeded fault that counts the total separately; else the total is a sum. */
  readonly total?: number;
}

export type AddOne = (counter: number) => CellTicket | Promise<CellTicket>;
export type TakeSnapshot = () => Snapshot | Promise<Snapshot>;

/** `Tally` in tally.ts says what each method promises, and adds the name of the kind. */
export interface CounterStrategy {
  add: AddOne;
  /**
   * Only seeded faults have it. The service calls it before it computes a score, and then calls the
   * result in place of `add`. A correct add is one step, so nothing precedes it.
   */
  beforeScore?(): AddOne;
  cellOf(counter: number): string;
  snapshot: TakeSnapshot;
  /** Only seeded faults have it: replaces how /stats takes its snapshot. */
  wrapSnapshot?(take: TakeSnapshot): TakeSnapshot;
  recover(threadId: number): void;
  close(): void;
}

export interface StrategyOptions {
  readonly names: readonly string[];
  readonly region: Region;
  readonly role: 'owner' | 'member';
  /** Unique in the process: strategies that send messages name their channels after it. */
  readonly channel: string;
  /**
   * The initial count of each counter; default 0. For tests near 2^31, 2^32 and 2^53. Only the role
   * `owner` uses it, and the owner must exist before another thread adds.
   */
  readonly start?: readonly number[];
}

/** A row of the table in tally.ts. */
export interface StrategyFactory {
  plan(names: readonly string[]): RegionPlan;
  create(options: StrategyOptions): CounterStrategy;
}

/** The name of a counter. @throws RangeError when there is no such counter */
export function counterName(names: readonly string[], counter: number): string {
  const name = names[counter];
  if (name === undefined) {
    throw new RangeError(`tally: ${counter} is not one of its ${names.length} counters`);
  }
  return name;
}

/** The initial counts for this role: only the owner writes them. */
export function startCounts(options: StrategyOptions): readonly number[] {
  return options.role === 'owner' ? (options.start ?? []) : [];
}
