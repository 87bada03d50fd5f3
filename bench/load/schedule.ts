// When the requests of an open loop start: at a constant rate, evenly spaced or at random. Pure.

import { random } from '../../src/checker/random.js';

export interface OpenRate {
  readonly perSecond: number;
  readonly seconds: number;
}

/** `poisson`: as independent callers arrive; then the number of starts is random, too. */
export type Arrivals = 'even' | { readonly poisson: { readonly seed: number } };

export interface Schedule {
  readonly count: number;
  /** When start number `index` is due, in milliseconds from the beginning. */
  intendedMs(index: number): number;
  /** How many starts are due at this time. */
  dueAt(elapsedMs: number): number;
}

/** Each start takes 8 bytes; a greater number is a mistake in the rate. */
export const STARTS_MAX = 10_000_000;

/** @throws Error in one line when the rate makes no schedule */
export function createSchedule({ perSecond, seconds }: OpenRate, arrivals: Arrivals = 'even'): Schedule {
  const expected = perSecond * seconds;
  if (!(perSecond > 0 && seconds > 0 && expected <= STARTS_MAX)) {
    throw new Error(`the rate makes ${expected} starts: choose from 1 to ${STARTS_MAX}`);
  }
  const startsMs =
    arrivals === 'even'
      ? Float64Array.from({ length: Math.max(1, Math.round(expected)) }, (_, index) => index)
      : scatter(expected, arrivals.poisson.seed);
  for (const [index, unit] of startsMs.entries()) startsMs[index] = 1000 * (unit / perSecond);
  return {
    count: startsMs.length,
    intendedMs: (index) => startsMs[index] ?? Number.NaN,
    dueAt: (elapsedMs) => countUpTo(startsMs, elapsedMs),
  };
}

/** Places on a line with one expected start per unit: exponentially distributed gaps of mean 1. */
function scatter(expected: number, seed: number): Float64Array {
  const next = random(seed);
  const gap = () => -Math.log(1 - next());
  const units: number[] = [];
  for (let at = gap(); at < expected; at += gap()) units.push(at);
  return Float64Array.from(units);
}

/** By bisection: the starts are in rising order. */
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
