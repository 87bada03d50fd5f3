// What the runner asks of a process in which threads add to a counter, what it is told, and what
// crosses to each thread. Types, and what can be said of spans of time; pure.

import type { RegionHandle } from '../../src/tally/region.js';
import type { TallyName } from '../../src/tally/tally.js';

/** `plain` is no tally: `cells[i]++` on shared memory. */
export type Counter = TallyName | 'plain';

export interface AddingJob {
  readonly counter: Counter;
  readonly threads: number;
  /** Cells that each thread adds to in turn: a power of two. */
  readonly cells: number;
  /** Of each thread, before all start together. */
  readonly warmAdds: number;
  /** Of each thread, timed. */
  readonly adds: number;
}

export interface AddingCourse {
  /** From the first thread's start to the last one's end. */
  readonly wallNs: number;
  readonly togetherShare: number;
  /** CPU time of the whole process meanwhile. */
  readonly cpuNs: number;
  readonly added: number;
  readonly counted: number;
}

/** The worker data of an adding thread. */
export interface AddingThread {
  readonly job: AddingJob;
  /** One 32-bit word: 0 while the threads are to wait. */
  readonly gate: Int32Array;
  /** Memory of `plain`. */
  readonly words: Int32Array;
  /** Memory and channel of a tally; undefined for `plain`. */
  readonly tally: { readonly region: RegionHandle; readonly channel: string } | undefined;
}

/** Nanoseconds on the clock that all threads of a machine share. */
export interface Span {
  readonly beginNs: number;
  readonly endNs: number;
}

/** 32-bit words from one cell of `plain` to the next: 128 bytes, as in every region. */
export const PLAIN_STRIDE = 32;

export function spanOf(spans: readonly Span[]): Pick<AddingCourse, 'wallNs' | 'togetherShare'> {
  const begins = spans.map(({ beginNs }) => beginNs);
  const ends = spans.map(({ endNs }) => endNs);
  const wallNs = Math.max(...ends) - Math.min(...begins);
  const together = Math.min(...ends) - Math.max(...begins);
  return { wallNs, togetherShare: Math.max(0, together) / wallNs };
}
