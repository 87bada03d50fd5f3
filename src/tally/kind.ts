// What one kind of tally provides, and the words all kinds share: ticket, snapshot, cell names.
// The kinds import this file and tally.ts imports the kinds, so that no import goes in a circle.
// Any thread; no state.

import type { Region, RegionPlan } from './region.js';

/**
 * The cell that one add touched and the value that this add produced. Within a cell the values of
 * all adds are 1, 2, 3 ... (after a `start`: from there), each once: two equal ones are a lost add.
 */
export interface Ticket {
  readonly cell: string;
  readonly value: number;
}

/**
 * One count for each counter name, in the order of the names.
 * `exact`: all counts held at one same moment between the call and its answer. When false, each
 * was right at some moment in between, but they may not all have been right at the same one.
 * `collects`: how many times the cells were read through.
 */
export interface Snapshot {
  readonly counts: readonly number[];
  readonly exact: boolean;
  readonly collects: number;
  /** Only of a planted fault that keeps it apart; otherwise the total is a sum of the counts. */
  readonly total?: number;
}

export type AddOne = (counter: number) => Ticket | Promise<Ticket>;
export type TakeSnapshot = () => Snapshot | Promise<Snapshot>;

/** The shapes and errors are those of `Tally` in tally.ts, which adds the name of the kind. */
export interface Counting {
  add: AddOne;
  /**
   * Only planted faults have it: called before a score is computed, it gives what is then called
   * in place of `add`. An honest add is one step and has no beginning.
   */
  open?(): AddOne;
  cellOf(counter: number): string;
  snapshot: TakeSnapshot;
  /** Only planted faults have it: what /stats takes, made of what would be taken. */
  answering?(take: TakeSnapshot): TakeSnapshot;
  recover(threadId: number): void;
  close(): void;
}

export interface CountingOptions {
  readonly names: readonly string[];
  readonly region: Region;
  readonly role: 'owner' | 'member';
  /** Unique in the process to this tally: kinds that send messages name their channels after it. */
  readonly channel: string;
  /**
   * What each counter starts at, 0 when left out; for tests near 2^31, 2^32 and 2^53. Only the role
   * `owner` uses it, and must be created before any other thread adds.
   */
  readonly start?: readonly number[];
}

/** A row of the table in tally.ts. */
export interface Kind {
  plan(names: readonly string[]): RegionPlan;
  create(options: CountingOptions): Counting;
}

/** A row of the table in planted.ts. */
export interface PlantedKind extends Kind {
  /** What it does wrong, as the end of a sentence that begins with its name. */
  readonly does: string;
  /** Of several processes none speaks for the others: each answers with its own counts. */
  readonly isEachItsOwn?: true;
}

/** The name of a counter. @throws RangeError when there is no such counter */
export function nameOf(names: readonly string[], counter: number): string {
  const name = names[counter];
  if (name === undefined) {
    throw new RangeError(`tally: ${counter} is not one of its ${names.length} counters`);
  }
  return name;
}

/** What each counter starts at for this role: only the owner's cells are written. */
export function startOf(options: CountingOptions): readonly number[] {
  return options.role === 'owner' ? (options.start ?? []) : [];
}
