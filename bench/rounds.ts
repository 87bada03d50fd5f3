// The order of measuring: scenario after scenario; within one, rounds in which every variant is
// measured once, in seeded random order, so that a slow minute of the machine hits all alike. A run
// that a busy machine spoiled is made again in its place. Whoever calls it gets each sample as it
// comes and decides what becomes of it.

import { random, shuffled } from '../src/check/random.js';
import type { Plan } from './plan.js';
import type { Attempt, Context, Measured, Sample, Scenario } from './scenario.js';
import { nameOf } from './scenario.js';
import type { Spinner } from './spin.js';
import { spinVoidReason } from './validity.js';

/** A run that is about to be made. */
export interface Place extends Pick<Sample, 'scenario' | 'variant' | 'round' | 'order'> {
  /** Of its scenario. */
  readonly rounds: number;
}

export type NamedScenario = readonly [name: string, scenario: Scenario];

export function roundsOf({ roundsMax }: Scenario, { rounds, scale }: Plan): number {
  return Math.min(rounds, roundsMax?.[scale] ?? rounds);
}

/**
 * Resolves early on an abort; what was under way is then dropped.
 * @throws Error when a server or a generator cannot be had
 */
export async function measureAll(
  scenarios: readonly NamedScenario[],
  context: Context,
  spinner: Spinner,
  onSample: (sample: Sample) => void,
  onStart: (place: Place) => void = () => {},
): Promise<void> {
  const { plan, signal } = context;
  const next = random(plan.seed);
  for (const [name, scenario] of scenarios) {
    const variants = scenario.variants(plan);
    const rounds = roundsOf(scenario, plan);
    for (let round = 1; round <= rounds; round++) {
      for (const [index, row] of shuffled(variants, next).entries()) {
        if (signal.aborted) return;
        const { topology, threads, workUs, at } = row;
        const order = index + 1;
        const where = at === undefined ? {} : { at };
        const kind = { variant: nameOf(row), topology, threads, workUs, ...where };
        const place = { scenario: name, ...kind, round, order };
        onStart({ scenario: name, variant: kind.variant, round, order, rounds });
        try {
          const measured = await repeated(context, () =>
            watched(spinner, context, () => scenario.measure(row, context, round)),
          );
          if (signal.aborted) return;
          onSample({ ...place, ...measured });
        } catch (error) {
          if (signal.aborted) return;
          const why = error instanceof Error ? error.message : String(error);
          throw new Error(`${name}: ${place.variant}: ${why}`);
        }
      }
    }
  }
}

/** Of one run, the first among them. */
const ATTEMPTS_MAX = 3;

/** Whether the machine alone spoiled a run says nothing of how it went: no result is picked. */
async function repeated(
  { signal, tell }: Context,
  measure: () => Promise<Attempt & { isSpoiled: boolean }>,
): Promise<Attempt & Pick<Sample, 'earlier'>> {
  const earlier: Attempt[] = [];
  for (;;) {
    const { isSpoiled, ...attempt } = await measure();
    if (!isSpoiled || signal.aborted || earlier.length + 1 === ATTEMPTS_MAX) {
      return earlier.length === 0 ? attempt : { ...attempt, earlier };
    }
    earlier.push(attempt);
    tell(`measured again: ${attempt.void}`);
  }
}

/** So many times it is seen whether the machine has become quiet, before a run is made anyway. */
const LOOKS_MAX = 20;

/**
 * A run between two pieces of fixed work, begun when nothing else runs, or after waiting for that;
 * what is void for a reason of its own keeps that.
 */
async function watched(
  spinner: Spinner,
  { plan: { limits }, signal }: Context,
  measure: () => Promise<Measured>,
): Promise<Attempt & { isSpoiled: boolean }> {
  let beforeMs = await spinner.spin();
  const isBusy = () =>
    spinVoidReason({ beforeMs, afterMs: beforeMs, bestMs: spinner.bestMs() }, limits) !== undefined;
  for (let look = 1; look < LOOKS_MAX && isBusy() && !signal.aborted; look++) {
    await spinner.rest();
    beforeMs = await spinner.spin();
  }
  const measured = await measure();
  const afterMs = await spinner.spin();
  const spins = { beforeMs, afterMs, bestMs: spinner.bestMs() };
  const reason = spinVoidReason(spins, limits);
  const isSpoiled = measured.void === undefined && reason !== undefined;
  return { ...measured, spins, void: measured.void ?? reason, isSpoiled };
}
