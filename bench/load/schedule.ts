// When the requests of an open loop start, whatever the service does: at a constant, stepped or rising rate,
// evenly spaced or at random. Pure: randomness is seeded, and the caller reads the clock.

import { random } from '../../src/checker/random.js';

/** A stretch of time over which the rate stays, or changes in a straight line. */
export interface Stretch {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly seconds: number;
}

/**
 * How starts are spaced. `poisson`: at random, as independent callers arrive; then the number of
 * starts is random too.
 */
export type Arrivals = 'even' | { readonly poisson: { readonly seed: number } };

export interface Schedule {
  readonly count: number;
  /** As long as the rates last. */
  readonly seconds: number;
  /** When start number `index` is due, in milliseconds from the beginning. */
  intendedMs(index: number): number;
  /** How many starts are due at this time. */
  dueAt(elapsedMs: number): number;
}

/** Each start takes 8 bytes; a greater number is a mistake in the rate. */
export const STARTS_MAX = 10_000_000;

export function steady(perSecond: number, seconds: number): readonly Stretch[] {
  return [{ fromPerSecond: perSecond, toPerSecond: perSecond, seconds }];
}

/** One rate after another, each for `seconds`. */
export function steps(rates: readonly number[], seconds: number): readonly Stretch[] {
  return rates.flatMap((perSecond) => steady(perSecond, seconds));
}

export function ramp(from: number, to: number, seconds: number): readonly Stretch[] {
  return [{ fromPerSecond: from, toPerSecond: to, seconds }];
}

/**
 * Places starts on a line with one expected start per unit: at 0, 1, 2 ..., or with exponentially
 * distributed gaps of mean 1. Then bends the line to the rates (time rescaling of a Poisson
 * process), so that a changing rate needs no special formula.
 * @throws Error in one line when the rates make no schedule
 */
export function createSchedule(stretches: readonly Stretch[], arrivals: Arrivals = 'even'): Schedule {
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

/** Maps each unit to the time by which that many starts are expected. */
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
