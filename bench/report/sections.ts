// A stand-in until the sections are merged: each scenario with its rows and nothing drawn. Pure.

import { type Environment, inOneLine } from '../environment.js';
import type { Results } from '../result-file.js';
import type { Section } from './model.js';

export interface Measured {
  readonly environment: Environment;
  readonly scenarios: readonly string[];
}

export function sectionsOf({ runs, sessions }: Results, _seed: number): readonly Section[] {
  return [...new Set(runs.map(({ scenario }) => scenario))].map((scenario) => {
    const own = runs.filter((run) => run.scenario === scenario);
    const valid = own.filter((run) => run.void === undefined);
    const rows = valid.map((run) => [run.variant, String(run.round), String(run.values.perSecond)]);
    const head = ['variant', 'round', 'answered, 1/s'];
    const planned = sessions.flatMap((one) => one.planned).find((one) => one.scenario === scenario);
    const all = planned === undefined ? own.length : planned.variants * planned.rounds;
    return {
      scenario,
      title: `What of ${scenario}?`,
      says: [`${scenario} was measured ${own.length} times.`],
      charts: [],
      tables: [{ caption: 'All runs', head, rows, numeric: [1, 2] }],
      how: 'As the scenario says.',
      changes: 'Another machine.',
      command: `two-callers bench ${scenario}`,
      unavailable: [],
      voids: own.flatMap((run) => (run.void === undefined ? [] : [`${run.variant}: ${run.void}`])),
      partial: own.length < all ? `${own.length} of ${all} runs were made` : '',
    };
  });
}

export function environmentsOf({ runs, sessions }: Results): readonly Measured[] {
  const seen = new Map<string, { environment: Environment; scenarios: Set<string> }>();
  const say = (environment: Environment, scenarios: readonly string[]) => {
    const key = inOneLine(environment);
    const known = seen.get(key) ?? { environment, scenarios: new Set<string>() };
    for (const one of scenarios) known.scenarios.add(one);
    seen.set(key, known);
  };
  for (const one of sessions)
    say(
      one,
      one.planned.map(({ scenario }) => scenario),
    );
  for (const run of runs) say(run as unknown as Environment, [run.scenario]);
  return [...seen.values()].map(({ environment, scenarios }) => {
    return { environment, scenarios: [...scenarios] };
  });
}
