// A stand-in until the sections are merged. Pure.

import { type Environment, inOneLine } from '../environment.js';
import type { Results } from '../result-file.js';

export interface EnvironmentSeen extends Environment {
  readonly scenarios: readonly string[];
  readonly startedAt: readonly string[];
}

export function environmentsOf({ sessions }: Results): readonly EnvironmentSeen[] {
  const seen = new Map<string, EnvironmentSeen>();
  for (const { cpu, cores, node, commit, versions, planned, startedAt } of sessions) {
    const environment = { cpu, cores, node, commit, versions };
    const key = inOneLine(environment);
    const known = seen.get(key) ?? { ...environment, scenarios: [], startedAt: [] };
    const scenarios = [...known.scenarios, ...planned.map(({ scenario }) => scenario)];
    seen.set(key, { ...known, scenarios, startedAt: [...known.startedAt, startedAt] });
  }
  return [...seen.values()];
}
