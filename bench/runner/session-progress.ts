// Shows a session as it goes on: the run that begins, the medians of its scenario so far, and a line for each
// completed run. Main thread of the runner.

import type { Stage } from '../../src/present/estimate-duration.js';
import type { InterimTable, RunProgress } from '../../src/present/progress.js';
import { describeSample } from '../report/terminal.js';
import { listKnownValues } from '../stats/scenario-data.js';
import { median } from '../stats/statistics.js';
import { countPlannedRuns, type Plan } from './plan.js';
import {
  countRounds,
  METRICS,
  type MetricName,
  nameVariant,
  type Sample,
  type Scenario,
} from './scenario.js';
import { planScenario, type RunPosition, type SessionWatcher, type StartedSession } from './session.js';

type SessionPlan = Pick<StartedSession, 'scenarios' | 'plan'>;

/** Starting and ending a server and a generator, and the probes of the machine. */
const AROUND_SECONDS = 0.7;

export function planStages({ scenarios, plan }: SessionPlan): readonly Stage[] {
  return scenarios.map(([name, scenario]) => {
    const runs = scenario.variants(plan).length * countRounds(scenario, plan);
    const loaded = scenario.loadSeconds?.(plan) ?? plan.warmSeconds + plan.seconds;
    return { name, runs, expectedSeconds: loaded + AROUND_SECONDS };
  });
}

/** What is going to be measured: `63 runs (variants x rounds): dispatch (9 x 7)`. */
export function describePlan({ scenarios, plan }: SessionPlan): string {
  const planned = scenarios.map((one) => planScenario(one, plan));
  const parts = planned.map(({ scenario, variants, rounds }) => `${scenario} (${variants} x ${rounds})`);
  return `${countPlannedRuns(planned)} runs (variants x rounds): ${parts.join(', ')}`;
}

export function watchSession(
  { scenarios, plan }: SessionPlan,
  progress: RunProgress,
  signal: AbortSignal,
): SessionWatcher {
  const samples: Sample[] = [];
  const byName = new Map<string, Scenario>(scenarios);
  const makeTable = ({ scenario, variant }: RunPosition) => {
    const own = samples.filter((sample) => sample.scenario === scenario);
    const found = byName.get(scenario);
    return found && makeInterimTable(found, plan, own, variant);
  };
  return {
    signal,
    tell: progress.say,
    onStart(place) {
      const { scenario, variant, round, rounds } = place;
      progress.beginRun(`${scenario}: ${variant}, round ${round} of ${rounds}`, makeTable(place));
    },
    onSample(sample) {
      samples.push(sample);
      progress.endRun(sample.scenario, describeSample(sample), { stay: sample.discardReason !== undefined });
    },
  };
}

/** More than these fit no terminal beside a name. */
const METRICS_MAX = 4;

/** Medians without intervals: they judge nothing. `samples` are those of this scenario. */
export function makeInterimTable(
  scenario: Scenario,
  plan: Plan,
  samples: readonly Sample[],
  current: string,
): InterimTable {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const measured = new Set(valid.flatMap(({ values }) => Object.keys(values)));
  const metrics = (Object.keys(METRICS) as MetricName[])
    .filter((metric) => measured.has(metric) && METRICS[metric].isContext !== true)
    .slice(0, METRICS_MAX);
  const names = scenario.variants(plan).map(nameVariant);
  const rows = names.map((name) => {
    const own = valid.filter(({ variant }) => variant === name);
    const medians = metrics.map((metric) => {
      const known = listKnownValues(own, metric);
      return known.length === 0 ? '' : median(known).toFixed(METRICS[metric].digits);
    });
    return [name, `${own.length}`, ...medians];
  });
  const titles = metrics.map((metric) => {
    const { says, unit } = METRICS[metric];
    return unit === '' ? says : `${says}, ${unit}`;
  });
  return { titles: ['medians so far', 'n', ...titles], rows, current: names.indexOf(current) };
}
