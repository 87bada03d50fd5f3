// When the requests of an open loop are to start, whatever the service does: at a rate that stays,
// steps or rises, evenly spaced or by chance. Pure: chance is seeded, and whoever uses it reads the
// clock.

import { random } from '../../src/checker/random.js';

/** A stretch of time over which the rate stays, or changes in a straight line. */
export interface Stretch {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly seconds: number;
}

/**
 * How starts are spaced. `poisson`: by chance, as callers come that know nothing of each other;
 * their number is then by chance, too.
 */
export type Arrivals = 'even' | { readonly poisson: { readonly seed: number } };

export interface Schedule {
  readonly count: number;
  /** As long as the rates last. */
  readonly seconds: number;
  /** When start number `index` is due, in milliseconds from the beginning. */
  intendedMs(index: number): number;
  /** How many starts are due once so many milliseconds have passed. */
  dueAt(elapsedMs: number): number;
}

/** Each start is 8 bytes; more than these are a mistake in the rate. */
export const STARTS_MAX = 10_000_000;

export function steady(perSecond: number, seconds: number): readonly Stretch[] {
  return [{ fromPerSecond: perSecond, toPerSecond: perSecond, seconds }];
}

/** One rate after another, so many seconds each. */
export function steps(rates: readonly number[], seconds: number): readonly Stretch[] {
  return rates.flatMap((perSecond) => steady(perSecond, seconds));
}

export function ramp(from: number, to: number, seconds: number): readonly Stretch[] {
  return [{ fromPerSecond: from, toPerSecond: to, seconds }];
}

/**
 * Starts are first placed on a line where one is expected a unit: at 0, 1, 2 ..., or with gaps that
 * are exponentially distributed with mean 1. Then the line is bent to the rates (time rescaling of
 * a Poisson process), so that a changing rate needs no formula of its own.
 * @throws Error in one line when the rates make no schedule
 */
export function createSchedule(
  stretches: readonly Stretch[],
  arrivals: Arrivals = 'even',
): Schedule {
  const total = stretches.reduce((sum, stretch) => sum + countExpected(stretch), 0);
  if (!(total > 0 && total <= STARTS_MAX)) {
    throw new Error(`the rates make ${total} starts: choose from 1 to ${STARTS_MAX}`);
  }
  const units = arrivals === 'even' ? evenUnits(total) : poissonUnits(total, arrivals.poisson.seed);
  const startsMs = bend(units, stretches);
  const count = startsMs.length;
  return {
    count,
    seconds: stretches.reduce((sum, { seconds }) => sum + seconds, 0),
    intendedMs: (index) => startsMs[index] ?? Number.NaN,
    dueAt: (elapsedMs) => countUpTo(startsMs, elapsedMs),
  };
}

function countExpected({ fromPerSecond, toPerSecond, seconds }: Stretch): number {
  const isSound = fromPerSecond >= 0 && toPerSecond >= 0 && seconds > 0;
  return isSound ? ((fromPerSecond + toPerSecond) / 2) * seconds : Number.NaN;
}

/** The first at once, and at least one. */
function evenUnits(total: number): Float64Array {
  return Float64Array.from({ length: Math.max(1, Math.round(total)) }, (_, index) => index);
}

function poissonUnits(total: number, seed: number): Float64Array {
  const next = random(seed);
  const gap = () => -Math.log(1 - next());
  const units: number[] = [];
  for (let at = gap(); at < total; at += gap()) units.push(at);
  return Float64Array.from(units);
}

/** Where on the clock so many starts are expected to lie behind. */
function bend(units: Float64Array, stretches: readonly Stretch[]): Float64Array {
  let index = 0;
  let before = 0;
  let beganMs = 0;
  const startsMs = new Float64Array(units.length);
  for (const [place, stretch] of stretches.entries()) {
    const expected = countExpected(stretch);
    const isLast = place === stretches.length - 1;
    for (; index < units.length; index++) {
      const within = (units[index] ?? 0) - before;
      if (within >= expected && !isLast) break;
      startsMs[index] = beganMs + 1000 * secondsTo(Math.min(within, expected), stretch);
    }
    before += expected;
    beganMs += 1000 * stretch.seconds;
  }
  return startsMs;
}

/** Solves `from * t + (to - from) / (2 * seconds) * t^2 = starts`, in the form that is stable. */
function secondsTo(starts: number, { fromPerSecond, toPerSecond, seconds }: Stretch): number {
  if (starts === 0) return 0;
  const growth = (toPerSecond - fromPerSecond) / seconds;
  const root = Math.sqrt(Math.max(0, fromPerSecond ** 2 + 2 * growth * starts));
  return (2 * starts) / (fromPerSecond + root);
}

/** By bisection: they stand in rising order. */
function countUpTo(startsMs: Float64Array, elapsedMs: number): number {
  let low = 0;
  let high = startsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startsMs[middle] ?? Number.NaN) <= elapsedMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
