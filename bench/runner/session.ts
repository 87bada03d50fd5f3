// What is measured in one go: scenarios by a plan, each run said as it comes and appended to a
// file, and at the end the samples, also of a session that was ended early. Main thread of the
// runner; it parses and prints nothing.

import { randomUUID } from 'node:crypto';
import { type Environment, readEnvironment } from './environment.js';
import { startSpinner } from './machine-probe.js';
import type { WriteLine } from './out-file.js';
import type { Plan } from './plan.js';
import { resultLine } from './result-line.js';
import { measureAll, type NamedScenario, type Place, roundsOf } from './rounds.js';
import type { Sample } from './scenario.js';
import { type Planned, sessionLine, totalOf } from './session-line.js';

/** What is measured in one go has one of these, with its line in the file. */
export interface Begun {
  readonly session: string;
  readonly environment: Environment;
  readonly scenarios: readonly NamedScenario[];
  readonly plan: Plan;
  readonly planned: readonly Planned[];
  /** To the file of results. */
  readonly write: WriteLine;
}

export interface Watch {
  /** Aborted by Ctrl-C: what was under way is dropped, the rest is kept. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
  readonly onStart: (place: Place) => void;
  readonly onSample: (sample: Sample) => void;
}

export interface Session extends Omit<Begun, 'write'> {
  readonly samples: readonly Sample[];
  /** Runs that were planned. */
  readonly total: number;
  /** Why it ended before all of them were made; undefined also where it was aborted. */
  readonly failure: unknown;
}

export function plannedOf(scenarios: readonly NamedScenario[], plan: Plan): readonly Planned[] {
  return scenarios.map(([name, scenario]) => {
    const variants = scenario.variants(plan).length;
    const unavailable = scenario.unavailable?.() ?? [];
    return { scenario: name, variants, rounds: roundsOf(scenario, plan), unavailable };
  });
}

/**
 * Writes what is planned, before anything is measured. `command` is what repeats it.
 * @throws Error when that cannot be written
 */
export function beginSession(
  scenarios: readonly NamedScenario[],
  plan: Plan,
  command: string,
  write: WriteLine,
): Begun {
  const environment = readEnvironment();
  const session = randomUUID();
  const planned = plannedOf(scenarios, plan);
  const { limits, ...shown } = plan;
  const startedAt = new Date().toISOString();
  write(sessionLine({ session, startedAt, command, plan: shown, planned, ...environment }));
  return { session, environment, scenarios, plan, planned, write };
}

export async function measureSession(begun: Begun, watch: Watch): Promise<Session> {
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
  const spinner = await startSpinner();
  await measureAll(scenarios, { plan, signal, tell }, spinner, keep, onStart)
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(spinner.close);
  return { ...about, samples, total: totalOf(planned), failure };
}
