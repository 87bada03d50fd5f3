// One run of the checker, whole: what was asked of what, everything that happened, and the verdict.
// Types only: the driver makes it, and the text, the JSON and the page are made of it.

import type { Verdict } from '../../verdict.js';
import type { Add, CounterModel, History, Read } from '../history.js';
import type { Judgement } from '../judgement.js';
import type { Target } from './target.js';

/** An add as its caller saw it. */
export interface Attempt extends Add {
  /** From 0; each has a connection of its own and one request at a time. */
  readonly caller: number;
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** What went wrong, in one line; null when nothing did. */
  readonly error: string | null;
  /** What was sent, in a few words, such as `TX00017`; null where it has no name. */
  readonly name: string | null;
}

export interface Reading extends Read {
  /** Nothing of ours was on its way: before the first add, or after the last. */
  readonly isAtRest: boolean;
}

export interface RunHistory extends History {
  readonly adds: readonly Attempt[];
  readonly reads: readonly Reading[];
}

/** Reads that gave no values: they prove nothing. */
export interface FailedReads {
  readonly count: number;
  /** Why the first did not; null for none. */
  readonly first: string | null;
}

export interface CheckRun {
  readonly target: Target;
  readonly model: CounterModel;
  readonly history: RunHistory;
  readonly judgement: Judgement;
  /** The judgement's, or graver where the run itself proves nothing. */
  readonly verdict: Verdict;
  /** The verdict in a sentence, the gravest evidence in it. */
  readonly answer: string;
  /** What the run adds to the judgement, in sentences: strangers seen, reads that failed. */
  readonly remarks: readonly string[];
  readonly callers: number;
  /** Of the counter, while the callers call. */
  readonly readsPerSecond: number;
  readonly seed: number;
  readonly durationMs: number;
  /** It was stopped before all was asked. */
  readonly partial: boolean;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
}
