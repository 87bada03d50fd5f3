// The messages between the runner, the process whose threads add to a counter, and each thread. Pure.

import type { RegionHandle } from '../../src/tally/region.js';
import { TALLY_KINDS, type TallyName } from '../../src/tally/tally.js';
import type { Values } from '../runner/scenario.js';

/** `plain` is no tally but `cells[i]++` on shared memory. */
export type Counter = TallyName | 'plain';

export interface AddingJob {
  readonly counter: Counter;
  readonly threads: number;
  /** Cells that each thread adds to in turn: a power of two. */
  readonly cells: number;
  /** Of each thread, before all start together. */
  readonly warmAdds: number;
  /** Of each thread. */
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

export interface AddingThread {
  readonly job: AddingJob;
  /** One 32-bit word: the threads wait while it is 0. */
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

/** A seeded fault and `plain` may lose adds. */
export function isCorrectCounter(counter: string): boolean {
  return (TALLY_KINDS as readonly string[]).includes(counter);
}

/** Whether a correct counter lost or invented adds. */
export function isCountWrong(counter: string, { lostPercent = 0 }: Values): boolean {
  return isCorrectCounter(counter) && Number.isFinite(lostPercent) && lostPercent !== 0;
}

/** 32-bit words from one cell of `plain` to the next: 128 bytes, as in every region. */
export const PLAIN_STRIDE = 32;

export function joinSpans(spans: readonly Span[]): Pick<AddingCourse, 'wallNs' | 'togetherShare'> {
  const begins = spans.map(({ beginNs }) => beginNs);
  const ends = spans.map(({ endNs }) => endNs);
  const wallNs = Math.max(...ends) - Math.min(...begins);
  const together = Math.min(...ends) - Math.max(...begins);
  return { wallNs, togetherShare: Math.max(0, together) / wallNs };
}
