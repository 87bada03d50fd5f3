// What is measured in one go: scenarios by a plan, each run said as it comes and appended to a
// file, and at the end the samples, also of a session that was ended early. Main thread of the
// runner; it parses and prints nothing.

import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { type Environment, readEnvironment } from './environment.js';
import type { Plan } from './plan.js';
import { resultLine } from './result-line.js';
import { measureAll, type NamedScenario, roundsOf } from './rounds.js';
import type { Sample } from './scenario.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';
import { type Planned, sessionLine } from './session-line.js';
import { startSpinner } from './spin.js';

export interface SessionOptions {
  /** Of the table. */
  readonly names: readonly ScenarioName[];
  /** Scenarios that were made for this session, and stand in no table. */
  readonly made?: readonly NamedScenario[];
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
  readonly scenarios: readonly NamedScenario[];
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
  return plannedFor(named(names), plan);
}

function named(names: readonly ScenarioName[]): readonly NamedScenario[] {
  return names.map((name) => [name, SCENARIOS[name]]);
}

export function plannedFor(scenarios: readonly NamedScenario[], plan: Plan): readonly Planned[] {
  return scenarios.map(([name, scenario]) => {
    const variants = scenario.variants(plan).length;
    const unavailable = scenario.unavailable?.() ?? [];
    return { scenario: name, variants, rounds: roundsOf(scenario, plan), unavailable };
  });
}

/** @throws Error when the file cannot be written, before anything is measured */
export async function measureSession(options: SessionOptions): Promise<Session> {
  const { names, made = [], plan, out, command, signal, tell, onSample } = options;
  const environment = readEnvironment();
  const session = randomUUID();
  const scenarios = [...named(names), ...made];
  const planned = plannedFor(scenarios, plan);
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
