// The interface of every executor: where a score is computed, behind one call that takes JSON texts
// and promises what became of each. It knows nothing of HTTP, and its callers nothing of threads.

import type { Log } from '../log-events.js';
import type { FieldError } from '../scoring/transaction.js';
import type { Region } from '../tally/region.js';
import type { Tally } from '../tally/tally.js';
import type { ThreadLoad } from './thread-load.js';

export const EXECUTOR_KINDS = ['inline', 'pool', 'batched'] as const;
export type ExecutorKind = (typeof EXECUTOR_KINDS)[number];

/**
 * What became of one text: its assessment as JSON, ready to be sent, or a failure of its own. When
 * a part of several was begun, the refused part is said item by item.
 */
export type Item = Scored | Failure;

export interface Scored {
  readonly ok: true;
  readonly body: string;
  readonly ticket: string;
}

export interface Failure {
  readonly ok: false;
  readonly code: InputCode | FailureCode | RefusalReason;
  readonly detail: string;
  /** Of `INVALID`: each field that is wrong. */
  readonly errors?: readonly FieldError[];
  /** Of `THREAD_DIED`: it was counted, and this is its ticket; only the assessment is lost. */
  readonly ticket?: string;
  /** Of `THREAD_DIED` without a ticket: it was certainly not counted. */
  readonly isUncounted?: true;
}

/** The text is no JSON, nests too deep, or is no transaction; nothing was scored or counted. */
export type InputCode = 'MALFORMED' | 'TOO_DEEP' | 'INVALID';

/**
 * - `SCORER_FAILED`: it threw or returned something that is no assessment; not counted;
 * - `COUNT_FAILED`: scored, but the tally refused the add; counted at most once;
 * - `THREAD_DIED`: its thread ended before it answered; counted if there is a ticket, else at most
 *   once.
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

/** Called exactly once, perhaps before `submit` returns. */
export type Settle = (completion: Completion) => void;

/**
 * Gives up what has not begun; its place in the queue is free at once. Where nothing is being
 * scored the submission is settled before this returns: as refused if nothing had begun.
 */
export type Cancel = () => void;

export interface Executor {
  readonly kind: ExecutorKind;
  /** Task workers it scores on; 0 when it scores on the thread that calls it. */
  readonly threads: number;
  /** How long the slowest task worker took from its creation until it could score; 0 without. */
  readonly threadStartMs: number;
  /** Never throws: whatever happens is said by the completion, an item for each text in order. */
  submit(texts: readonly string[], settle: Settle): Cancel;
  /** Places taken in the queue: one for each 64 texts of a submission that wait. */
  waiting(): number;
  /** Texts that are being scored, or wait at the door of a task worker. */
  busy(): number;
  /** False once it can score nothing any more, for instance because no thread can be started. */
  alive(): boolean;
  /** How busy each task worker has been. */
  loads(): Promise<readonly ThreadLoad[]>;
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
  /** Places in the queue; what finds none is refused. */
  readonly queueMax: number;
  /** What one batch of `batched` should cost its task worker, in microseconds. */
  readonly sliceUs: number;
  /** The counters, as this thread sees them ... */
  readonly tally: Tally;
  /** ... and what a task worker needs to see the same ones. */
  readonly region: Region;
  readonly channel: string;
  /** Events of the task workers go to the operator's log. */
  readonly log: Log;
}
