// Everything that crosses between the main thread and a task worker, and nothing else: each type
// here must survive a structured clone. Types only.

import type { Transaction } from '../score/transaction.js';
import type { RegionHandle } from '../shared/region.js';
import type { TallyKind } from '../shared/tally/tally.js';
import type { Item } from './executor.js';

/** Given to a task worker at its start. */
export interface TaskWorkerData {
  readonly region: RegionHandle;
  readonly tally: TallyKind;
  readonly counters: readonly string[];
  readonly channel: string;
  readonly scorer: string;
  readonly workIterations: number;
}

/** Said once by each task worker: it is ready, or why it never will be. */
export interface Started {
  readonly started: true;
  readonly threadId: number;
  /** From the first line of its own code to here, without the start of the thread itself. */
  readonly loadMs: number;
  readonly error: string | undefined;
}

/** One task: transactions to score in order ... */
export type Task = readonly Transaction[];

/** ... and its result: an item for each, in the same order. */
export interface TaskResult {
  readonly items: readonly Item[];
  readonly scoreMs: number;
}
