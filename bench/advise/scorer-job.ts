// What the runner asks of a process that runs a scorer by itself, and what it is told. Types only.

export interface ScorerJob {
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  /** One transaction as a JSON text. */
  readonly body: string;
  /** Calls before any is timed. */
  readonly warmMs: number;
  /** Calls are timed for so long, or until there are so many. */
  readonly measureMs: number;
  readonly callsMax: number;
}

/** Why nothing could be timed, in a line; or what was. */
export type ScorerAnswer = { readonly failed: string } | ScorerCourse;

export interface ScorerCourse {
  /** Microseconds of each call, until its promise was fulfilled if it gave one. */
  readonly callUs: Float64Array;
  /** CPU time of the process over the time of all calls, reading included. */
  readonly cpuShare: number;
  readonly isAsync: boolean;
  /** The levels it gave, each once. */
  readonly levels: readonly string[];
  /** Whether all calls gave the same answer. */
  readonly isSame: boolean;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** Microseconds for one text; each is the mean of a block of them. */
  readonly readUs: readonly number[];
  readonly printUs: readonly number[];
  /** What the built-in rules take for the same transaction, in the same blocks. */
  readonly rulesUs: readonly number[];
}
