// What is measured in one go: scenarios by a plan, each run said as it comes and appended to a
// file, and at the end the samples, also of a session that was ended early. Main thread of the
// runner; it parses and prints nothing.

import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { type Environment, readEnvironment } from './environment.js';
import type { Plan } from './plan.js';
import { resultLine } from './result-line.js';
import { measureAll, roundsOf } from './rounds.js';
import type { Sample, Scenario } from './scenario.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';
import { type Planned, sessionLine } from './session-line.js';
import { startSpinner } from './spin.js';

export interface SessionOptions {
  readonly names: readonly ScenarioName[];
  readonly plan: Plan;
  /** Appended to; undefined: nothing is written. */
  readonly out: string | undefined;
  /** What repeats it. */
  readonly command: string;
  /** Aborted by Ctrl-C: what was under way is dropped, the rest is kept. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
  /** `made`: how many there are with it. */
  readonly onSample: (sample: Sample, made: number) => void;
}

export interface Session {
  readonly session: string;
  readonly environment: Environment;
  readonly scenarios: readonly (readonly [name: string, scenario: Scenario])[];
  readonly samples: readonly Sample[];
  /** Runs that were planned. */
  readonly total: number;
  /** Why it ended before all of them were made; undefined also where it was aborted. */
  readonly failure: unknown;
}

/** Runs that a plan asks for. */
export function totalOf(planned: readonly Planned[]): number {
  return planned.reduce((sum, { variants, rounds }) => sum + variants * rounds, 0);
}

export function plannedOf(names: readonly ScenarioName[], plan: Plan): readonly Planned[] {
  return names.map((name) => {
    const scenario: Scenario = SCENARIOS[name];
    const variants = scenario.variants(plan).length;
    const unavailable = scenario.unavailable?.() ?? [];
    return { scenario: name, variants, rounds: roundsOf(scenario, plan), unavailable };
  });
}

/** @throws Error when the file cannot be written, before anything is measured */
export async function measureSession(options: SessionOptions): Promise<Session> {
  const { names, plan, out, command, signal, tell, onSample } = options;
  const environment = readEnvironment();
  const session = randomUUID();
  const scenarios = names.map((name) => [name, SCENARIOS[name] as Scenario] as const);
  const planned = plannedOf(names, plan);
  const write = (line: string) => out !== undefined && appendFileSync(out, line);
  const { limits, ...shown } = plan;
  const startedAt = new Date().toISOString();
  write(sessionLine({ session, startedAt, command, plan: shown, planned, ...environment }));
  const samples: Sample[] = [];
  let failure: unknown;
  const spinner = await startSpinner();
  await measureAll(scenarios, { plan, signal, tell }, spinner, (sample) => {
    samples.push(sample);
    write(resultLine(sample, plan, environment, session));
    onSample(sample, samples.length);
  })
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(spinner.close);
  return { session, environment, scenarios, samples, total: totalOf(planned), failure };
}
