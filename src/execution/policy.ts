// What distinguishes the executors that score on task workers: how many texts make a task, and how
// many tasks a thread may have. The dispatcher does the rest. Types only.

import type { ExecutorKind } from './executor.js';

/** What a policy sees when it decides. */
export interface View {
  /** Texts that wait; at least one. */
  readonly waiting: number;
  /** Texts of the submission in front that wait. */
  readonly front: number;
  /** Threads there are. */
  readonly threads: number;
  /** Threads that have no task. */
  readonly idle: number;
  /** The queue is full: what a thread has room for makes room for another. */
  readonly isFull: boolean;
  /** What a text costs its thread, in microseconds, as measured. */
  readonly itemUs: number;
}

/** What an executor on task workers decides; everything else is common to them. */
export interface Policy {
  readonly kind: ExecutorKind;
  /** Tasks that a thread may have: one runs, the next waits at its door. */
  readonly depth: number;
  /** Sends at the end of the event loop's turn what came in it, and not each by itself. */
  readonly gathers: boolean;
  /** What a task should cost at most while little waits: for longer than that is overdue. */
  readonly sliceMs: number;
  /** Having worked for so long, a thread gives back what it has not begun. */
  readonly stopMs: number;
  /** How many texts make the next task; 0: none now, more may come until a thread is idle. */
  batch(view: View): number;
}
