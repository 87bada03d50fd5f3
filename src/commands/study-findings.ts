// What the study came to: the verdict, what refutes it, and the medians that it shows. Pure; it
// reads results as they stand in the file.

import type { Result } from '../../bench/runner/result-lines.js';
import type { Results } from '../../bench/runner/results-file.js';
import { type MetricName, nameVariant, type Scenario } from '../../bench/runner/scenario.js';
import { SCENARIOS, type ScenarioName } from '../../bench/scenarios/scenarios.js';
import { isHonestLoss } from '../../bench/scenarios/tallies.js';
import { numbersOf } from '../../bench/stats/conclusion.js';
import { bootstrapMedian, type ConfidenceInterval } from '../../bench/stats/statistics.js';
import { random } from '../checker/random.js';
import { formatCount } from '../present/text.js';
import { type Verdict, worst } from '../verdict.js';
import type { Study } from './study-run.js';

export interface Findings {
  readonly verdict: Verdict;
  /** What was refuted: an honest tally, or the checker itself. */
  readonly refuted: readonly string[];
  readonly medians: readonly StudyMedians[];
  readonly voids: readonly Result[];
  /** Runs of benchmarks, made and planned. */
  readonly made: number;
  readonly planned: number;
}

export interface StudyMedians {
  readonly scenario: ScenarioName;
  readonly metrics: readonly MetricName[];
  readonly rows: readonly StudyRow[];
}

interface StudyRow {
  readonly variant: string;
  /** Valid rounds. */
  readonly n: number;
  /** For each metric; null where it is unknown, or was not measured. */
  readonly intervals: readonly (ConfidenceInterval | null)[];
}

/** What is shown of a scenario; of another one, nothing. */
const SHOWN: Readonly<Partial<Record<ScenarioName, readonly MetricName[]>>> = {
  dispatch: ['perSecond', 'p99Ms'],
  isolation: ['healthP50Ms', 'healthP99Ms'],
  tallies: ['nsPerAdd', 'lostPercent'],
  exhibit: ['p50Ms', 'maxMs', 'samples', 'requests'],
};

export function findingsOf({ plan, results, isPartial, failure }: Study): Findings {
  const { asks, selfTests, runs } = results;
  const refuted = refutedBy(results);
  const isWhole = !isPartial && failure === undefined;
  const parts: Verdict[] = [
    ...asks.map(({ asked }) => asked.verdict),
    ...selfTests.map(({ selfTest }) => selfTest.verdict),
    ...(refuted.length > 0 ? (['violated'] as const) : []),
    ...(isWhole ? [] : (['unknown'] as const)),
    ...(plan.missing.length > 0 ? (['unavailable'] as const) : []),
  ];
  const planned = plan.names.reduce((sum, name) => sum + plannedOf(name, results), 0);
  return {
    verdict: worst(parts),
    refuted,
    medians: plan.names.flatMap((name) => mediansOf(name, { plan, results })),
    voids: runs.filter((run) => run.discardReason !== undefined),
    made: runs.length,
    planned,
  };
}

function plannedOf(name: ScenarioName, { sessions }: Results): number {
  const row = sessions[0]?.planned.find(({ scenario }) => scenario === name);
  return row === undefined ? 0 : row.variants * row.rounds;
}

function refutedBy({ asks, selfTests, runs }: Results): string[] {
  const asked = asks.filter(({ asked }) => asked.verdict === 'violated');
  const tests = selfTests.map(({ selfTest }) => selfTest);
  return [
    ...asked.map(({ topology, asked }) => `${topology}: ${asked.answer}`),
    ...runs.filter(isLoss).map(({ variant, round, values: { lostPercent = 0 } }) => {
      const what = lostPercent > 0 ? 'lost' : 'counted without an add';
      const share = `${Math.abs(lostPercent)} % of the adds were ${what}`;
      return `tallies: ${variant}, round ${round}: ${share}`;
    }),
    ...tests.flatMap(({ missed, falseAlarms }) => [
      ...(missed > 0 ? [`the checker missed ${formatCount(missed, 'planted fault')}`] : []),
      ...(falseAlarms > 0 ? [`the checker raised ${formatCount(falseAlarms, 'false alarm')}`] : []),
    ]),
  ];
}

/** Also of a run that is void: that it lost some is why. */
function isLoss({ scenario, variant, values }: Result): boolean {
  const [counter = ''] = variant.split(' ');
  return scenario === 'tallies' && isHonestLoss(counter, values);
}

function mediansOf(name: ScenarioName, { plan, results }: Pick<Study, 'plan' | 'results'>) {
  const metrics = SHOWN[name] ?? [];
  const own = results.runs.filter((run) => run.scenario === name);
  if (metrics.length === 0 || own.length === 0) return [];
  const scenario: Scenario = SCENARIOS[name];
  const next = random(plan.bench.seed);
  const rows = scenario.variants(plan.bench).map((row): StudyRow => {
    const variant = nameVariant(row);
    const valid = own.filter((run) => run.variant === variant && run.discardReason === undefined);
    const intervals = metrics.map((metric) => {
      const known = numbersOf(valid, metric);
      return known.length === 0 ? null : bootstrapMedian(known, next);
    });
    return { variant, n: valid.length, intervals };
  });
  return [{ scenario: name, metrics, rows }];
}
