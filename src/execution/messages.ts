// Everything that crosses between the main thread and a task worker: each type here must survive a
// structured clone. Types only.

import type { RegionHandle } from '../tally/region.js';
import type { TallyName } from '../tally/tally.js';
import type { Input, ItemFailure } from './executor.js';

/** What a task worker receives at its start. */
export interface TaskWorkerData {
  readonly region: RegionHandle;
  readonly tally: TallyName;
  readonly counters: readonly string[];
  readonly channel: string;
  readonly scorer: string;
  readonly workIterations: number;
}

/** Each task worker sends it once: it is ready, or why it never will be. */
export interface StartMessage {
  readonly started: true;
  readonly threadId: number;
  readonly error: string | undefined;
  /** Where the task worker records its progress. */
  readonly journal: SharedArrayBuffer;
  /** The cell that its adds to each counter go to, as in its tickets. */
  readonly cells: readonly string[];
}

/** One task: inputs to score in order. */
export interface Task {
  /** Counts up for each thread. */
  readonly number: number;
  /** The last task that this thread had answered when this was sent; -1: none. */
  readonly answered: number;
  readonly inputs: readonly Input[];
  /** Tickets of inputs that a thread counted before it died without an answer. */
  readonly tickets?: readonly (string | undefined)[];
  /** After this time the thread returns the inputs that it has not begun. */
  readonly budgetMs: number;
}

/**
 * The result of a task, as parallel lists over the inputs that were scored, in order: strings and
 * numbers cross for a fraction of the cost of objects. Shorter than the inputs when the thread
 * returned the rest, or the main thread revoked it.
 */
export interface TaskResult {
  /** The assessment as JSON; an empty string for a failure. */
  readonly bodies: readonly string[];
  readonly tickets: readonly string[];
  readonly scoreMs: readonly number[];
  readonly failures: readonly (readonly [number, ItemFailure])[];
}
