// The order of measuring: scenario after scenario; within one, rounds in which every variant is
// measured once, in seeded random order, so that a slow minute of the machine hits all alike. A run
// that a busy machine spoiled is made again in its place. Whoever calls it gets each sample as it
// comes and decides what becomes of it.

import { random, shuffled } from '../../src/checker/random.js';
import type { Spinner } from './machine-probe.js';
import type { Plan } from './plan.js';
import type { Attempt, Context, Measured, Sample, Scenario } from './scenario.js';
import { nameOf } from './scenario.js';
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
  const machine = watchedBy(spinner, context);
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
          const measured = await machine.run(() => scenario.measure(row, context, round));
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
/** So many times it is seen whether the machine has become quiet, before a run is made anyway. */
const LOOKS_MAX = 20;
/** After so many runs in a row that were spoiled for all that, no time is spent on it any more. */
const SPOILED_MAX = 3;
const BUSY = 'the machine stays busy: until it is quiet, nothing is waited for or measured again';

/**
 * Runs on a machine that is watched: each between two pieces of fixed work, begun when nothing else
 * runs, or after waiting for that, and made again when the machine spoiled it: by the rule that
 * makes it void, which knows nothing of how it went. What is void for a reason of its own stays.
 */
function watchedBy(spinner: Spinner, { plan: { limits }, signal, tell }: Context) {
  let spoiledInARow = 0;

  const hasGivenUp = () => spoiledInARow >= SPOILED_MAX;

  /** The time of the fixed work, once nothing else is seen to run. */
  async function begun(): Promise<number> {
    for (let look = 1; ; look++) {
      const ms = await spinner.spin();
      const spins = { beforeMs: ms, afterMs: ms, bestMs: spinner.bestMs() };
      if (spinVoidReason(spins, limits) === undefined) {
        if (hasGivenUp()) spoiledInARow = 0;
        return ms;
      }
      if (look === LOOKS_MAX || hasGivenUp() || signal.aborted) return ms;
      await spinner.rest();
    }
  }

  async function attempt(measure: () => Promise<Measured>) {
    const beforeMs = await begun();
    const measured = await measure();
    const afterMs = await spinner.spin();
    const spins = { beforeMs, afterMs, bestMs: spinner.bestMs() };
    const reason = spinVoidReason(spins, limits);
    const isSpoiled = measured.discardReason === undefined && reason !== undefined;
    return {
      isSpoiled,
      made: { ...measured, spins, discardReason: measured.discardReason ?? reason },
    };
  }

  async function run(measure: () => Promise<Measured>): Promise<Attempt & Pick<Sample, 'earlier'>> {
    const earlier: Attempt[] = [];
    for (;;) {
      const { isSpoiled, made } = await attempt(measure);
      const isLast = hasGivenUp() || signal.aborted || earlier.length + 1 === ATTEMPTS_MAX;
      if (isSpoiled && !isLast) {
        earlier.push(made);
        tell(`measured again: ${made.discardReason}`);
        continue;
      }
      if (isSpoiled && !hasGivenUp()) {
        spoiledInARow++;
        if (hasGivenUp()) tell(BUSY);
      } else if (made.discardReason === undefined) spoiledInARow = 0;
      return earlier.length === 0 ? made : { ...made, earlier };
    }
  }

  return { run };
}
