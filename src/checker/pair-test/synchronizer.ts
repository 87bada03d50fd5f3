// Releases the two callers of a pair in one turn of the event loop, each first in turn. Where one caller
// is slower, it holds the faster one back, so that the two calls meet inside the service. It also
// measures how the calls overlap. It keeps state and does not wait.

import type { TimeSpan } from '../history.js';
import { random } from '../random.js';

export type CallerName = 'A' | 'B';

export interface PairStart {
  /** The caller that is released first. */
  readonly first: CallerName;
  /** How long the other caller is held back; 0: the same turn. */
  readonly holdMs: number;
}

export interface SynchronizerReport {
  /** The faster caller, which was held back in the end; null for neither. */
  readonly held: CallerName | null;
  /** How much slower the other caller was in the last block: a difference of medians. */
  readonly differenceMs: number;
  /** The first pair, from 1, with a caller held back; null for none. */
  readonly since: number | null;
  /** Share of the pairs whose middles met, before `since` and from then on; null without pairs. */
  readonly alignedBefore: number | null;
  readonly alignedSince: number | null;
}

export interface Synchronizer {
  next(): PairStart;
  /** Learns from the last pair, where both calls were answered. */
  learn(a: TimeSpan, b: TimeSpan, meeting: Meeting): void;
  report(): SynchronizerReport;
}

/** The number of pairs between two adaptations. */
export const SYNCHRONIZER_BLOCK = 50;
const ALIGNED_MIN = 0.5;
/** A smaller difference is noise of this client. */
const DIFFERENCE_MIN_MS = 0.1;

export function createSynchronizer(seed: number): Synchronizer {
  const chance = random(seed);
  let asked = 0;
  let block: { aMs: number; bMs: number; isAligned: boolean }[] = [];
  let held: CallerName | null = null;
  let differenceMs = 0;
  let since: number | null = null;
  const before = { pairs: 0, aligned: 0 };
  const after = { pairs: 0, aligned: 0 };

  function adapt(): void {
    const aligned = block.filter(({ isAligned }) => isAligned).length;
    const moreMs = median(block.map(({ aMs }) => aMs)) - median(block.map(({ bMs }) => bMs));
    block = [];
    if (since === null && aligned >= ALIGNED_MIN * SYNCHRONIZER_BLOCK) return;
    differenceMs = Math.abs(moreMs);
    held = differenceMs < DIFFERENCE_MIN_MS ? null : moreMs > 0 ? 'B' : 'A';
    if (held !== null) since ??= asked + 1;
  }

  return {
    next() {
      asked++;
      if (held === null) return { first: asked % 2 === 1 ? 'A' : 'B', holdMs: 0 };
      // The slower call may spend its time before the count, after it, or equally. Half of the pairs
      // assume the last; the others try every place.
      const part = asked % 2 === 1 ? 0.5 : chance();
      return { first: held === 'A' ? 'B' : 'A', holdMs: differenceMs * part };
    },
    learn(a, b, { isAligned }) {
      const part = since === null ? before : after;
      part.pairs++;
      if (isAligned) part.aligned++;
      block.push({ aMs: a.endMs - a.beginMs, bMs: b.endMs - b.beginMs, isAligned });
      if (block.length === SYNCHRONIZER_BLOCK) adapt();
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

export interface Meeting {
  /** How long both calls were in flight; 0 where one ended before the other began. */
  readonly overlapMs: number;
  /** The overlap as a share of the shorter call. */
  readonly share: number;
  /** The time between the two begins. */
  readonly gapMs: number;
  /** The middle of the longer call is inside the shorter one. */
  readonly isAligned: boolean;
}

export function measureMeeting(a: TimeSpan, b: TimeSpan): Meeting {
  const overlapMs = Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.beginMs, b.beginMs));
  const shorterMs = Math.min(a.endMs - a.beginMs, b.endMs - b.beginMs);
  const apartMs = Math.abs(a.beginMs + a.endMs - (b.beginMs + b.endMs)) / 2;
  return {
    overlapMs,
    share: shorterMs > 0 ? Math.min(1, overlapMs / shorterMs) : 0,
    gapMs: Math.abs(a.beginMs - b.beginMs),
    isAligned: overlapMs > 0 && apartMs <= shorterMs / 2,
  };
}

export interface OverlapReport {
  /** Pairs with two answers; the others have no end to compare. */
  readonly pairs: number;
  readonly overlapping: number;
  /** Pairs that overlap by at least half of the shorter call. */
  readonly byHalf: number;
  readonly aligned: number;
  /** Medians with an error of 1 %; null without pairs. */
  readonly overlapUs: number | null;
  readonly gapUs: number | null;
  /** Pairs whose numbers show which call was counted first. */
  readonly ordered: number;
  /** Of these, the pairs in which the call released second was counted first. */
  readonly overtaken: number;
}

export interface Overlap {
  /** `isFirstA`: A was counted before B; null where that is not known. */
  add(a: TimeSpan, b: TimeSpan, isFirstA: boolean | null): Meeting;
  report(): OverlapReport;
}

export function createOverlap(): Overlap {
  const overlapMs = createMedian();
  const gapMs = createMedian();
  const counts = { pairs: 0, overlapping: 0, byHalf: 0, aligned: 0, ordered: 0, overtaken: 0 };
  return {
    add(a, b, isFirstA) {
      const meeting = measureMeeting(a, b);
      counts.pairs++;
      if (meeting.overlapMs > 0) counts.overlapping++;
      if (meeting.share >= 0.5) counts.byHalf++;
      if (meeting.isAligned) counts.aligned++;
      if (isFirstA !== null) {
        counts.ordered++;
        if (isFirstA !== a.beginMs < b.beginMs) counts.overtaken++;
      }
      overlapMs.add(meeting.overlapMs);
      gapMs.add(meeting.gapMs);
      return meeting;
    },
    report: () => ({
      ...counts,
      overlapUs: convertToUs(overlapMs.value()),
      gapUs: convertToUs(gapMs.value()),
    }),
  };
}

function convertToUs(valueMs: number | null): number | null {
  return valueMs === null ? null : valueMs * 1000;
}

/** Steps of 2 %, from 0.01 µs up to a day. */
const STEP = Math.log(1.02);
const LEAST_MS = 1e-5;
const STEPS_MAX = Math.ceil(Math.log(86_400_000 / LEAST_MS) / STEP);

/** The median of any number of durations, in bounded memory. */
function createMedian(): { add(valueMs: number): void; value(): number | null } {
  const counts = new Float64Array(STEPS_MAX + 1);
  let total = 0;
  return {
    add(valueMs) {
      const step = valueMs <= LEAST_MS ? 0 : Math.ceil(Math.log(valueMs / LEAST_MS) / STEP);
      const at = Math.min(step, STEPS_MAX);
      counts[at] = (counts[at] ?? 0) + 1;
      total++;
    },
    value() {
      let before = 0;
      for (const [at, count] of counts.entries()) {
        before += count;
        if (total > 0 && before * 2 >= total) {
          return at === 0 ? 0 : LEAST_MS * Math.exp((at - 0.5) * STEP);
        }
      }
      return null;
    },
  };
}
