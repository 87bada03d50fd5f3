// One session: writes its plan to the results file, then measures each scenario. A round measures every
// variant once, in seeded random order, so a slow minute of the machine hits all of them. A session that ends
// early keeps its samples. Main thread of the runner.

import { randomUUID } from 'node:crypto';
import { random, shuffled } from '../../src/checker/random.js';
import { type Environment, readEnvironment } from './environment.js';
import { createRepeater, type MachineProbe, startMachineProbe } from './machine-probe.js';
import { countPlannedRuns, type Plan, type Planned } from './plan.js';
import { resultLine, sessionLine } from './result-lines.js';
import type { WriteLine } from './results-file.js';
import { countRounds, type NamedScenario, nameVariant, type RunContext, type Sample } from './scenario.js';

export interface StartedSession {
  readonly session: string;
  readonly environment: Environment;
  readonly scenarios: readonly NamedScenario[];
  readonly plan: Plan;
  readonly planned: readonly Planned[];
  readonly write: WriteLine;
}

export interface RunPosition extends Pick<Sample, 'scenario' | 'variant' | 'round' | 'order'> {
  readonly rounds: number;
}

export interface SessionWatcher {
  /** Aborted by Ctrl-C: only the run under way is dropped. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
  readonly onStart: (place: RunPosition) => void;
  readonly onSample: (sample: Sample) => void;
}

export interface BenchSession extends Omit<StartedSession, 'write'> {
  readonly samples: readonly Sample[];
  /** Runs that were planned. */
  readonly total: number;
  /** Why it ended before all runs were made; undefined also where it was aborted. */
  readonly failure: unknown;
}

export function planScenario([name, scenario]: NamedScenario, plan: Plan): Planned {
  return {
    scenario: name,
    variants: scenario.variants(plan).length,
    rounds: countRounds(scenario, plan),
    unavailable: scenario.unavailable?.() ?? [],
  };
}

/**
 * Writes the plan before anything is measured. `command` repeats the session.
 * @throws Error when that cannot be written
 */
export function beginSession(
  scenarios: readonly NamedScenario[],
  plan: Plan,
  command: string,
  write: WriteLine,
): StartedSession {
  const environment = readEnvironment();
  const session = randomUUID();
  const planned = scenarios.map((one) => planScenario(one, plan));
  const { limits, ...shown } = plan;
  const startedAt = new Date().toISOString();
  write(sessionLine({ session, startedAt, command, plan: shown, planned, ...environment }));
  return { session, environment, scenarios, plan, planned, write };
}

export async function measureSession(begun: StartedSession, watch: SessionWatcher): Promise<BenchSession> {
  const { write, ...about } = begun;
  const { session, environment, scenarios, plan, planned } = about;
  const { signal, tell, onStart, onSample } = watch;
  const samples: Sample[] = [];
  let failure: unknown;
  const keep = (sample: Sample) => {
    samples.push(sample);
    write(resultLine(sample, plan, environment, session));
    onSample(sample);
  };
  const probe = await startMachineProbe();
  await measureAll(scenarios, { plan, signal, tell }, probe, keep, onStart)
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(probe.close);
  return { ...about, samples, total: countPlannedRuns(planned), failure };
}

/**
 * Resolves early on an abort, and drops the run under way.
 * @throws Error when a server or a generator cannot start
 */
export async function measureAll(
  scenarios: readonly NamedScenario[],
  context: RunContext,
  probe: MachineProbe,
  onSample: (sample: Sample) => void,
  onStart: (place: RunPosition) => void = () => {},
): Promise<void> {
  const { plan, signal } = context;
  const next = random(plan.seed);
  const repeat = createRepeater(probe, context);
  for (const [name, scenario] of scenarios) {
    const variants = scenario.variants(plan);
    const rounds = countRounds(scenario, plan);
    for (let round = 1; round <= rounds; round++) {
      for (const [index, row] of shuffled(variants, next).entries()) {
        if (signal.aborted) return;
        const { topology, threads, workUs, at } = row;
        const order = index + 1;
        const where = at === undefined ? {} : { at };
        const kind = { variant: nameVariant(row), topology, threads, workUs, ...where };
        const place = { scenario: name, ...kind, round, order };
        onStart({ scenario: name, variant: kind.variant, round, order, rounds });
        try {
          const measured = await repeat(() => scenario.measure(row, context, round));
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
