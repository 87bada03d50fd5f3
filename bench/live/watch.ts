// From what a session of measuring tells to what whoever waits sees: the run that begins, the
// medians of its scenario so far, a line for each run that was made. Main thread of the runner.

import { type Place, roundsOf } from '../rounds.js';

import type { Sample, Scenario } from '../scenario.js';
import { SCENARIOS } from '../scenarios.js';
import type { Begun, Watch } from '../session.js';
import { describe } from '../summary.js';
import { type Stage, stageOf } from '../takes.js';
import { interimTable } from './interim.js';
import type { Live } from './live.js';

export function stagesOf({ names, plan }: Pick<Begun, 'names' | 'plan'>): readonly Stage[] {
  return names.map((name) => stageOf(name, SCENARIOS[name], plan));
}

export function watchSession({ names, plan }: Begun, live: Live, signal: AbortSignal): Watch {
  const samples: Sample[] = [];
  const scenarios = new Map<string, Scenario>(names.map((name) => [name, SCENARIOS[name]]));
  const tableFor = ({ scenario, variant }: Place) => {
    const own = samples.filter((sample) => sample.scenario === scenario);
    const found = scenarios.get(scenario);
    return found && interimTable(found, plan, own, variant);
  };
  return {
    signal,
    tell: live.say,
    onStart(place) {
      const { scenario, variant, round, rounds } = place;
      const what = `${scenario}: ${variant}, round ${round} of ${rounds}`;
      live.begins(scenario, what, tableFor(place));
    },
    onSample(sample) {
      samples.push(sample);
      live.ends(sample.scenario, describe(sample), { stay: sample.void !== undefined });
    },
  };
}

/** What is going to be measured: `dispatch and thin: 63 runs (7 rounds)`. */
export function announced(begun: Pick<Begun, 'names' | 'plan'>): string {
  const { names, plan } = begun;
  const parts = names.map((name) => {
    const scenario: Scenario = SCENARIOS[name];
    const variants = scenario.variants(plan).length;
    return `${name} (${variants} x ${roundsOf(scenario, plan)})`;
  });
  const runs = stagesOf(begun).reduce((sum, stage) => sum + stage.runs, 0);
  return `${runs} runs (variants x rounds): ${parts.join(', ')}`;
}
