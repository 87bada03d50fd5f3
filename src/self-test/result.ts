// The result of a self-test as a document: of `check --self-test --json`, and of a line in a file
// of results. Pure.

import type { Verdict } from '../verdict.js';
import { type Caught, caughtOf, type SelfTestResult, verdictOf } from './lines.js';
import type { SelfTestFlags, SelfTestPlan } from './plan.js';
import type { Outcome, SelfTestRun } from './run.js';

type Count = Readonly<Record<Outcome, number>>;

export interface SelfTestJson
  extends Pick<SelfTestFlags, 'seeds' | 'seed' | 'requests'>,
    Omit<Count, 'alarm'>,
    Pick<SelfTestPlan, 'unavailable'> {
  readonly verdict: Verdict;
  readonly falseAlarms: number;
  readonly partial: boolean;
  readonly planned: number;
  readonly faults: readonly Caught[];
  readonly runs: readonly SelfTestRun[];
}

export function selfTestJson(
  result: SelfTestResult,
  { seeds, seed, requests }: SelfTestFlags,
): SelfTestJson {
  const { plan, runs, partial } = result;
  const count = { caught: 0, missed: 0, passed: 0, alarm: 0 };
  for (const { outcome } of runs) count[outcome] += 1;
  const { alarm, ...counts } = count;
  return {
    verdict: verdictOf(result),
    ...counts,
    falseAlarms: alarm,
    partial,
    planned: plan.runs.length,
    seeds,
    seed,
    requests,
    unavailable: plan.unavailable,
    faults: caughtOf(result),
    runs,
  };
}
