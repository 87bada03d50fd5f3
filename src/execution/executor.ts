// The interface of every executor: it computes scores behind one call, which takes transactions and completes
// with a result for each. It knows nothing of HTTP, and its callers nothing of threads. Types only.

import type { Log } from '../log-events.js';
import type { JsonFault, Transaction, TransactionFault } from '../scoring/transaction.js';
import type { Region } from '../tally/region.js';
import type { Tally } from '../tally/tally.js';
import type { ScorerLimits } from './scorer-timeout.js';
import type { ThreadLoad } from './thread-load.js';

export type ExecutorKind = 'inline' | 'pool' | 'batched';

/** A JSON text, which the thread that scores parses, or a transaction that is parsed already. */
export type Input = string | Transaction;

/**
 * The result of one input. When an executor began a part of a submission, the inputs that it
 * refused have their own failures.
 */
export type ItemResult = ItemSuccess | ItemFailure;

export interface ItemSuccess {
  readonly ok: true;
  /** The assessment as JSON. */
  readonly body: string;
  readonly ticket: string;
}

/** The text is no JSON, nests too deep, or is no transaction; or scoring failed. */
export type ItemFailure = JsonFault | TransactionFault | ScoreFailure;

export interface ScoreFailure {
  readonly ok: false;
  readonly code: FailureCode | RefusalReason;
  readonly detail: string;
  /** For `THREAD_DIED`: the transaction was counted with this ticket; its assessment is lost. */
  readonly ticket?: string;
  /** For `THREAD_DIED` without a ticket: the transaction was certainly not counted. */
  readonly isUncounted?: true;
}

/**
 * - `SCORER_FAILED`: it threw or returned no assessment; not counted;
 * - `COUNT_FAILED`: scored, but the tally refused the add; counted at most once;
 * - `THREAD_DIED`: its thread ended before it answered; counted if there is a ticket, else at most once;
 * - `SCORER_HUNG`: its scorer did not return, and nobody waits for it any more; counted at most once.
 */
export type FailureCode = 'SCORER_FAILED' | 'COUNT_FAILED' | 'THREAD_DIED' | 'SCORER_HUNG';

/**
 * - `QUEUE_FULL`: the queue had no place; nothing was scored or counted;
 * - `CLOSING`: the executor takes no more work; as above;
 * - `CANCELLED`: the caller left while the input waited; it was not scored or counted.
 */
export type RefusalReason = 'QUEUE_FULL' | 'CLOSING' | 'CANCELLED';

/** Milliseconds: waiting in the queue, scoring, and the way to the thread and back. */
export interface Timing {
  readonly queueMs: number;
  readonly scoreMs: number;
  readonly dispatchMs: number;
}

export type Completion =
  | { readonly state: 'done'; readonly items: readonly ItemResult[]; readonly timing: Timing }
  | { readonly state: 'refused'; readonly reason: RefusalReason };

/** The executor calls it exactly once, perhaps before `submit` returns. */
export type OnCompletion = (completion: Completion) => void;

/**
 * Cancels the inputs that have not begun; their places in the queue are free at once. If no input
 * is being scored, the submission completes before this returns: as refused if none had begun.
 */
export type Cancel = () => void;

export interface Executor {
  readonly kind: ExecutorKind;
  /** The number of task workers; 0 when it scores on the thread that calls it. */
  readonly threads: number;
  /** How long the slowest task worker took until it could score; 0 without any. */
  readonly threadStartMs: number;
  /** Never throws: the completion has a result for each input, in order. */
  submit(inputs: readonly Input[], onCompletion: OnCompletion): Cancel;
  /** Places taken in the queue: one for each 64 waiting inputs of a submission. */
  waiting(): number;
  /** Inputs that a thread scores or has prefetched. */
  busy(): number;
  /** False once it can score nothing any more, for instance because no thread starts. */
  alive(): boolean;
  /** True while no scoring could begin for longer than the deadline. */
  isStuck(): boolean;
  /** The load of each task worker. */
  loads(): Promise<readonly ThreadLoad[]>;
  /** Takes no more work, lets work that a caller awaits finish for at most `deadlineMs`, ends threads. */
  close(deadlineMs: number): Promise<void>;
}

export interface ExecutorOptions extends ScorerLimits {
  readonly kind: ExecutorKind;
  /** Task workers to start; `inline` ignores it. */
  readonly threads: number;
  /** The name of a built-in scorer or the `file:` URL of a module. */
  readonly scorer: string;
  /** Iterations of added CPU work for each scoring; see work.ts. */
  readonly workIterations: number;
  /** Places in the queue; a submission that finds none is refused. */
  readonly queueMax: number;
  /** The target cost of one batch of `batched`, in microseconds. */
  readonly sliceUs: number;
  /** The counters, as this thread sees them ... */
  readonly tally: Tally;
  /** ... and what a task worker needs to see the same ones. */
  readonly region: Region;
  readonly channel: string;
  /** Events of the task workers go to the operator's log. */
  readonly log: Log;
  /** Called after a submission begins to be awaited, and before its completion. */
  readonly onLoadChange?: () => void;
  /** Called for each call of the scorer that did not return. */
  readonly onScorerHung?: () => void;
  /** Called several times per second, unless this thread is blocked or can begin no scoring. */
  readonly onProgress?: () => void;
}
