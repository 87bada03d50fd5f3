// What happened, as the callers of a counter saw it: the input of the checker. Types only. Every
// operation has a closed interval on one monotonic clock: it took effect, if it did, at some moment
// from its begin to its end. Two operations that touch in one moment are concurrent.

/** One attempt to add one. */
export interface Add {
  /**
   * - `ok`: acknowledged, so it was counted exactly once, between its begin and its end;
   * - `failed`: known not to have been counted;
   * - `unknown`: counted at most once, at any moment from its begin on: no answer tells.
   */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  readonly beginMs: number;
  /** When its caller stopped waiting; of an `unknown` one no limit to its effect. */
  readonly endMs: number;
  /** The cell and the value that this very add produced; null where the service does not say. */
  readonly ticket: Ticket | null;
}

export interface Ticket {
  /** Such as `CRITICAL`, `LOW.3` or `HIGH@2`; empty for a counter of one unnamed cell. */
  readonly cell: string;
  /** A whole number from 1 up. */
  readonly value: number;
}

/** One answered read of the counter. A read without an answer proves nothing and is left out. */
export interface Read {
  readonly beginMs: number;
  readonly endMs: number;
  /** The value of each field of the model, in its order. */
  readonly values: readonly number[];
  /** What the service says is their sum; null where it says nothing. */
  readonly sum: number | null;
  /**
   * The values are claimed to have held at one same moment. False where the service itself says
   * that they need not have: then each is judged alone.
   */
  readonly isSnapshot: boolean;
}

export interface History {
  readonly adds: readonly Add[];
  readonly reads: readonly Read[];
}

/** What the counter is taken to be. */
export interface CounterModel {
  /** What a read shows: one field for a plain counter, several for a snapshot. */
  readonly fields: readonly string[];
  /** The value of each field when the history begins. */
  readonly start: readonly number[];
  /**
   * Nobody but the adds of the history adds. Otherwise others may add any number of times, and what
   * only they could explain is `unknown`.
   */
  readonly alone: boolean;
}
