// One run of the checker: its target, everything that happened, and the verdict. Types only: the
// driver makes a run, and the text, the JSON and the page show it.

import type { Verdict } from '../../verdict.js';
import type { Add, CounterModel, History, Read } from '../history.js';
import type { Judgement } from '../judgement.js';
import type { CheckTarget } from './target.js';

/** An add as its caller saw it. */
export interface Attempt extends Add {
  /** From 0. Each caller has a connection and one request at a time. */
  readonly caller: number;
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** What went wrong, in one line; null when nothing did. */
  readonly error: string | null;
  /** A short name of the body, such as `TX00017`; null where it has none. */
  readonly name: string | null;
}

export interface RunRead extends Read {
  /** No request of ours was in flight: it was before the first add, or after the last. */
  readonly isAtRest: boolean;
  /** The sum of the last two values, as the service reports it. */
  readonly subtotal?: number;
}

export interface RunHistory extends History {
  readonly adds: readonly Attempt[];
  readonly reads: readonly RunRead[];
}

/** Reads that gave no values: they prove nothing. */
export interface FailedReads {
  readonly count: number;
  /** Why the first one failed; null for none. */
  readonly first: string | null;
}

export interface CheckRun {
  readonly target: CheckTarget;
  readonly model: CounterModel;
  readonly history: RunHistory;
  readonly judgement: Judgement;
  /** The judgement's verdict, or a worse one where the run itself proves nothing. */
  readonly verdict: Verdict;
  /** The verdict in a sentence, with the gravest evidence. */
  readonly answer: string;
  /** What the run adds to the judgement, in sentences: other clients seen, reads that failed. */
  readonly remarks: readonly string[];
  readonly callers: number;
  /** Reads of the counter during the load. */
  readonly readsPerSecond: number;
  readonly seed: number;
  readonly durationMs: number;
  /** It was stopped before it was complete. */
  readonly partial: boolean;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
}
