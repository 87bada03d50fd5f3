// What the runs of a self-test show together: the verdict, how soon each fault is caught, and the
// document of `check --self-test --json`, which is also a line in a file of results. Pure.

import { CONDITIONS } from '../checker/judgement.js';
import { type Proportion, wilson } from '../checker/proportion.js';
import type { Verdict } from '../verdict.js';
import type { Combination, SelfTestFlags, SelfTestPlan } from './plan.js';
import { type SelfTestOutcome, type SelfTestResult, type SelfTestRun, STAGES } from './run.js';

/** How soon the runs of one fault in one topology were caught. */
export interface CaughtShares {
  readonly tally: string;
  readonly topology: string;
  readonly within: readonly (Proportion & { readonly requests: number })[];
  /** In how many runs each condition failed; the most frequent first. */
  readonly conditions: readonly (readonly [string, number])[];
  /** Runs that were caught by none of the conditions expected of the fault. */
  readonly otherwise: number;
}

export interface SelfTestJson
  extends Pick<SelfTestFlags, 'seeds' | 'seed' | 'requests'>,
    Omit<Readonly<Record<SelfTestOutcome, number>>, 'alarm'>,
    Pick<SelfTestPlan, 'unavailable'> {
  readonly verdict: Verdict;
  readonly falseAlarms: number;
  readonly partial: boolean;
  readonly planned: number;
  readonly faults: readonly CaughtShares[];
  readonly runs: readonly SelfTestRun[];
}

export function countOutcomes(runs: readonly SelfTestRun[]): Readonly<Record<SelfTestOutcome, number>> {
  const counts = { caught: 0, missed: 0, passed: 0, alarm: 0 };
  for (const { outcome } of runs) counts[outcome] += 1;
  return counts;
}

/** `violated`: a fault was missed or a false alarm raised; `unknown`: not all runs were made. */
export function judgeSelfTest({ runs, partial }: SelfTestResult): Verdict {
  const { missed, alarm } = countOutcomes(runs);
  if (missed + alarm > 0) return 'violated';
  return partial || runs.length === 0 ? 'unknown' : 'ok';
}

/** A row for each fault in each topology in which it can show. */
export function computeCaughtShares({ plan, runs }: SelfTestResult): CaughtShares[] {
  const combinations = plan.combinations.filter(({ expected }) => expected === 'violated');
  return combinations.map((one) => computeShares(one, runs));
}

/** The order of conditions that failed equally often. */
const ORDER: readonly string[] = Object.keys(CONDITIONS);

function computeShares(
  { tally, topology, conditions: expected }: Combination,
  runs: readonly SelfTestRun[],
): CaughtShares {
  const own = runs.filter((run) => run.tally === tally && run.topology === topology);
  const within = STAGES.map((requests) => {
    const caught = own.filter((run) => (run.caughtWithin ?? Infinity) <= requests);
    return { requests, ...wilson(caught.length, own.length) };
  });
  const caught = own.filter(({ outcome }) => outcome === 'caught');
  const counts = new Map<string, number>();
  for (const name of caught.flatMap(({ failures }) => Object.keys(failures))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const rank = ([name, count]: readonly [string, number]) => ORDER.indexOf(name) - 100 * count;
  const conditions = [...counts].toSorted((a, b) => rank(a) - rank(b));
  const otherwise = caught.filter(({ failures }) => !expected.some((name) => name in failures));
  return { tally, topology, within, conditions, otherwise: otherwise.length };
}

export function formatSelfTestJson(
  result: SelfTestResult,
  { seeds, seed, requests }: SelfTestFlags,
): SelfTestJson {
  const { plan, runs, partial } = result;
  const { alarm, ...counts } = countOutcomes(runs);
  return {
    verdict: judgeSelfTest(result),
    ...counts,
    falseAlarms: alarm,
    partial,
    planned: plan.runs.length,
    seeds,
    seed,
    requests,
    unavailable: plan.unavailable,
    faults: computeCaughtShares(result),
    runs,
  };
}
