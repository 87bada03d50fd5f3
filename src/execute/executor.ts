// The interface of every executor: where a score is computed, behind one call that takes
// transactions and promises what became of each. Main thread. It knows nothing of HTTP.

import type { Assessment } from '../score/assessment.js';
import type { Transaction } from '../score/transaction.js';
import type { Region } from '../shared/region.js';
import type { Tally } from '../shared/tally/tally.js';

export const EXECUTOR_KINDS = ['inline', 'pool'] as const;
export type ExecutorKind = (typeof EXECUTOR_KINDS)[number];

/**
 * What became of one transaction. A failed one fails alone; in a batch of which a part was begun,
 * the refused part is said item by item.
 */
export type Item =
  | { readonly ok: true; readonly assessment: Assessment; readonly ticket: string }
  | { readonly ok: false; readonly code: FailureCode | RefusalReason; readonly detail: string };

/**
 * - `SCORER_FAILED`: it threw or returned something that is no assessment; not counted;
 * - `COUNT_FAILED`: scored, but the tally refused the add; counted at most once;
 * - `THREAD_DIED`: its thread ended before it answered; counted at most once.
 */
export type FailureCode = 'SCORER_FAILED' | 'COUNT_FAILED' | 'THREAD_DIED';

/**
 * - `QUEUE_FULL`: there was no place for it; nothing was scored or counted;
 * - `CLOSING`: the executor takes no more work; as above;
 * - `CANCELLED`: its caller left while it waited; what had not begun was not scored or counted.
 */
export type RefusalReason = 'QUEUE_FULL' | 'CLOSING' | 'CANCELLED';

/** Times in milliseconds: waiting for a place, scoring itself, and the way there and back. */
export interface Timing {
  readonly queueMs: number;
  readonly scoreMs: number;
  readonly dispatchMs: number;
}

export type Completion =
  | { readonly state: 'done'; readonly items: readonly Item[]; readonly timing: Timing }
  | { readonly state: 'refused'; readonly reason: RefusalReason };

export interface Submission {
  readonly completion: Completion | Promise<Completion>;
  /** Gives up what has not begun; its place in the queue is free at once. */
  cancel(): void;
}

export interface Executor {
  readonly kind: ExecutorKind;
  /** Task workers it scores on; 0 when it scores on the thread that calls it. */
  readonly threads: number;
  /** Never throws and never rejects: whatever happens is said by the completion. */
  submit(transactions: readonly Transaction[]): Submission;
  /** Jobs that wait for a place. */
  waiting(): number;
  /** Jobs that are being scored now. */
  busy(): number;
  /** False once it can score nothing any more, for instance because no thread can be started. */
  alive(): boolean;
  /** Takes no more work, lets what was accepted finish for at most `deadlineMs`, ends threads. */
  close(deadlineMs: number): Promise<void>;
}

export interface ExecutorOptions {
  readonly kind: ExecutorKind;
  /** Task workers to start; inline has none and ignores it. */
  readonly threads: number;
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  /** Steps of added CPU work for each scoring; see `score/work.ts`. */
  readonly workIterations: number;
  /** Jobs that may wait; one more is refused. */
  readonly queueMax: number;
  /** The counters, as this thread sees them ... */
  readonly tally: Tally;
  /** ... and what a task worker needs to see the same ones. */
  readonly region: Region;
  readonly channel: string;
  /** Told of what an operator should know: a thread that died, a scorer that failed. */
  readonly onTrouble: (trouble: string) => void;
}
