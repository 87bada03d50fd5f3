// From what a session of measuring tells to what whoever waits sees: the run that begins, the
// medians of its scenario so far, a line for each run that was made. Main thread of the runner.

import { describe } from '../../report/summary.js';
import { type Stage, stageOf } from '../estimate-duration.js';
import { type Place, roundsOf } from '../rounds.js';
import type { Sample, Scenario } from '../scenario.js';
import type { Begun, Watch } from '../session.js';
import { interimTable } from './interim.js';
import type { Live } from './live.js';

type Asked = Pick<Begun, 'scenarios' | 'plan'>;

export function stagesOf({ scenarios, plan }: Asked): readonly Stage[] {
  return scenarios.map(([name, scenario]) => stageOf(name, scenario, plan));
}

export function watchSession({ scenarios, plan }: Asked, live: Live, signal: AbortSignal): Watch {
  const samples: Sample[] = [];
  const byName = new Map<string, Scenario>(scenarios);
  const tableFor = ({ scenario, variant }: Place) => {
    const own = samples.filter((sample) => sample.scenario === scenario);
    const found = byName.get(scenario);
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
      live.ends(sample.scenario, describe(sample), { stay: sample.discardReason !== undefined });
    },
  };
}

/** What is going to be measured: `dispatch and thin: 63 runs (7 rounds)`. */
export function announced(asked: Asked): string {
  const { scenarios, plan } = asked;
  const parts = scenarios.map(([name, scenario]) => {
    const variants = scenario.variants(plan).length;
    return `${name} (${variants} x ${roundsOf(scenario, plan)})`;
  });
  const runs = stagesOf(asked).reduce((sum, stage) => sum + stage.runs, 0);
  return `${runs} runs (variants x rounds): ${parts.join(', ')}`;
}
