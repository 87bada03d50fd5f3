// Everything that crosses between the main thread and a task worker, and nothing else: each type
// here must survive a structured clone. Types only.

import type { RegionHandle } from '../tally/region.js';
import type { TallyName } from '../tally/tally.js';
import type { Failure } from './executor.js';

/** Given to a task worker at its start. */
export interface TaskWorkerData {
  readonly region: RegionHandle;
  readonly tally: TallyName;
  readonly counters: readonly string[];
  readonly channel: string;
  readonly scorer: string;
  readonly workIterations: number;
}

/** Said once by each task worker: it is ready, or why it never will be. */
export interface Started {
  readonly started: true;
  readonly threadId: number;
  readonly error: string | undefined;
  /** Where it writes how far it is. */
  readonly journal: SharedArrayBuffer;
  /** The cell that its adds to each counter go to, as tickets name it. */
  readonly cells: readonly string[];
}

/** One task: texts to score in order. */
export interface Task {
  /** Counts up for each thread. */
  readonly number: number;
  /** The last one that this thread had answered when it was sent; -1: none. */
  readonly answered: number;
  readonly texts: readonly string[];
  /** Of texts that were counted by a thread that died before it could answer. */
  readonly tickets?: readonly (string | undefined)[];
  /** Having worked for so long, it gives back what it has not begun. */
  readonly stopMs: number;
}

/**
 * Its result, as parallel lists over the texts that were scored, in order: strings and numbers
 * cross for a fraction of what an object for each would cost. Shorter than the texts when the
 * rest was given or taken back.
 */
export interface TaskResult {
  /** The assessment as JSON; an empty string for a failure. */
  readonly bodies: readonly string[];
  readonly tickets: readonly string[];
  readonly scoreMs: readonly number[];
  readonly failures: readonly (readonly [number, Failure])[];
}
