// The order of measuring: scenario after scenario; within one, rounds in which every variant is
// measured once, in seeded random order, so that a slow minute of the machine hits all alike.
// Whoever calls it gets each sample as it comes and decides what becomes of it.

import { random, shuffled } from '../src/check/random.js';
import type { Plan } from './plan.js';
import type { Context, Measured, Sample, Scenario } from './scenario.js';
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
          const measured = await watched(spinner, plan, () =>
            scenario.measure(row, context, round),
          );
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

/** A run between two pieces of fixed work; what is void for a reason of its own keeps that. */
async function watched(
  spinner: Spinner,
  { limits }: Plan,
  measure: () => Promise<Measured>,
): Promise<Measured & Pick<Sample, 'spins'>> {
  const beforeMs = await spinner.spin();
  const measured = await measure();
  const afterMs = await spinner.spin();
  const spins = { beforeMs, afterMs, bestMs: spinner.bestMs() };
  return { ...measured, spins, void: measured.void ?? spinVoidReason(spins, limits) };
}
