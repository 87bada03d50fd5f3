// What happened, as the callers of a counter saw it: the input of the checker. Every operation has
// a closed interval on one monotonic clock. It took effect, if at all, at some moment from its begin
// to its end. Two operations that touch in one moment are concurrent. Any thread.

/** A closed interval on one monotonic clock. */
export interface TimeSpan {
  readonly beginMs: number;
  readonly endMs: number;
}

/** One attempt to add one. Its caller stopped waiting at `endMs`. */
export interface Add extends TimeSpan {
  /**
   * - `ok`: acknowledged, so it was counted exactly once, between its begin and its end;
   * - `failed`: certainly not counted;
   * - `unknown`: counted at most once, at any moment from its begin on, also after its end.
   */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** The cell and the value that this add produced; null where the service does not name them. */
  readonly ticket: Ticket | null;
}

export interface Ticket {
  /** Such as `CRITICAL`, `LOW.3` or `HIGH@2`; empty for a counter with one unnamed cell. */
  readonly cell: string;
  /** A whole number. Adds produce 1 and up: a service that gives out 0 is refuted. */
  readonly value: number;
}

/** One answered read of the counter. A read without an answer proves nothing and is left out. */
export interface Read extends TimeSpan {
  /** The value of each field, in the order of the model's fields. */
  readonly values: readonly number[];
  /** The sum that the service reports; null where it reports none. */
  readonly sum: number | null;
  /**
   * Whether the service claims that the values held at one moment. The checker judges each value
   * alone where it does not.
   */
  readonly isSnapshot: boolean;
}

export interface History {
  readonly adds: readonly Add[];
  readonly reads: readonly Read[];
}

/** What the counter is assumed to be. */
export interface CounterModel {
  /** What a read shows: one field for a plain counter, several for a snapshot. */
  readonly fields: readonly string[];
  /** The value of each field when the history begins. */
  readonly start: readonly number[];
  /**
   * Whether only the adds of the history add. Otherwise third parties may add any number of times,
   * and what only they could explain is `unknown`.
   */
  readonly alone: boolean;
}

/** The total of a counter that is read in parts. */
export function sumValues(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
