// A stand-in until the sections are merged: each scenario with its rows and nothing drawn. Pure.

import type { Results } from '../result-file.js';
import type { Section } from './model.js';

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
