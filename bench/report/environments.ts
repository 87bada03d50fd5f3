// Where the runs of a report were made: a file may hold sessions of several machines, versions of
// Node and commits, and a reader must see which section is of which. Pure.

import type { Environment } from '../runner/environment.js';
import type { SessionLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { chosenOf, sessionIds } from './sections/chosen.js';

/** A machine, a Node and a commit, and what of the report was measured there. */
export interface EnvironmentSeen extends Environment {
  readonly scenarios: readonly string[];
  /** When the sessions began: ISO 8601, UTC. */
  readonly startedAt: readonly string[];
}

/** Of all sessions, also of those that no section shows; more than one is to be told. */
export function environmentsOf(results: Results): readonly EnvironmentSeen[] {
  const shown = chosenOf(results);
  const found = new Map<string, EnvironmentSeen>();
  for (const id of sessionIds(results)) {
    const line = results.sessions.find(({ session }) => session === id);
    for (const environment of environmentsIn(results, id, line)) {
      const key = JSON.stringify(Object.entries(environment).sort());
      const known = found.get(key) ?? { ...environment, scenarios: [], startedAt: [] };
      const own = shown.filter(({ runs }) => runs.some((run) => run.session === id));
      const scenarios = [...new Set([...known.scenarios, ...own.map(({ scenario }) => scenario)])];
      const startedAt = line === undefined ? [] : [line.startedAt];
      found.set(key, { ...known, scenarios, startedAt: [...known.startedAt, ...startedAt] });
    }
  }
  return [...found.values()];
}

/** Every line of a session says it; without a session line its runs do. */
function environmentsIn({ runs }: Results, id: string, line: SessionLine | undefined) {
  if (line !== undefined) return [environmentIn(line)];
  return runs.filter(({ session }) => session === id).map(environmentIn);
}

function environmentIn(line: Environment): Environment {
  const { cpu, cores, os, memoryGB, node, commit, versions } = line;
  return { cpu, cores, os, memoryGB, node, commit, versions };
}
