// When the two callers of a pair are released: in one turn of the event loop, now one first and now
// the other; or, where one of them is answered more slowly, the faster one held back, so that the
// two meet inside the service. Pure but for its own state; it waits for nothing itself.

import { random } from '../random.js';
import type { Interval, Meeting } from './overlap.js';

export type Caller = 'A' | 'B';

export interface Start {
  /** Who is released first. */
  readonly first: Caller;
  /** How long the other one is held back after that; 0: the same turn. */
  readonly holdMs: number;
}

export interface ReleaseReport {
  /** Who was held back in the end, being answered faster; null where nobody was. */
  readonly held: Caller | null;
  /** How much slower the other one was answered when last measured: medians of a block. */
  readonly differenceMs: number;
  /** The first pair, from 1, that was released so; null where none was. */
  readonly since: number | null;
  /** Share of the pairs whose middles met, before anybody was held back, and since; null: none. */
  readonly alignedBefore: number | null;
  readonly alignedSince: number | null;
}

export interface Release {
  next(): Start;
  /** What the pair just released came to; only where both were answered. */
  learn(a: Interval, b: Interval, meeting: Meeting): void;
  report(): ReleaseReport;
}

/** Pairs after which it is looked at again. */
export const RELEASE_BLOCK = 50;
const ALIGNED_MIN = 0.5;
/** A smaller difference is the noise of this client. */
const DIFFERENCE_MIN_MS = 0.1;

export function createRelease(seed: number): Release {
  const chance = random(seed);
  let asked = 0;
  let block: { aMs: number; bMs: number; isAligned: boolean }[] = [];
  let held: Caller | null = null;
  let differenceMs = 0;
  let since: number | null = null;
  const before = { pairs: 0, aligned: 0 };
  const after = { pairs: 0, aligned: 0 };

  function adapt(): void {
    const aligned = block.filter(({ isAligned }) => isAligned).length;
    const moreMs = median(block.map(({ aMs }) => aMs)) - median(block.map(({ bMs }) => bMs));
    block = [];
    if (since === null && aligned >= ALIGNED_MIN * RELEASE_BLOCK) return;
    differenceMs = Math.abs(moreMs);
    held = differenceMs < DIFFERENCE_MIN_MS ? null : moreMs > 0 ? 'B' : 'A';
    if (held !== null) since ??= asked + 1;
  }

  return {
    next() {
      asked++;
      if (held === null) return { first: asked % 2 === 1 ? 'A' : 'B', holdMs: 0 };
      // The slower one may spend its time before it counts, after, or both alike. The last is
      // taken for half of the pairs; every other place is tried with the rest.
      const part = asked % 2 === 1 ? 0.5 : chance();
      return { first: held === 'A' ? 'B' : 'A', holdMs: differenceMs * part };
    },
    learn(a, b, { isAligned }) {
      const part = since === null ? before : after;
      part.pairs++;
      if (isAligned) part.aligned++;
      block.push({ aMs: a.endMs - a.beginMs, bMs: b.endMs - b.beginMs, isAligned });
      if (block.length === RELEASE_BLOCK) adapt();
    },
    report: () => ({
      held,
      differenceMs,
      since,
      alignedBefore: share(before),
      alignedSince: share(after),
    }),
  };
}

function share({ pairs, aligned }: { pairs: number; aligned: number }): number | null {
  return pairs === 0 ? null : aligned / pairs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
