// What the study is to do, in about three minutes on two cores: the question in each topology, the
// checker on itself, and the quick benchmarks. Pure, but for asking what this Node can.

import { PLAN_QUICK, PLAN_SMOKE, type Plan } from '../../bench/runner/plan.js';
import type { ScenarioName } from '../../bench/scenarios/scenarios.js';
import { PAIR_TEST_DEFAULTS } from '../checker/pair-test/pair-test.js';
import type { Stage } from '../present/estimate-duration.js';
import { planSelfTest, SELF_TEST_DEFAULTS, type SelfTestFlags } from '../self-test/plan.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../topologies/topology.js';

export interface StudyPlan {
  readonly topologies: readonly TopologyName[];
  /** Why the others cannot be had here. */
  readonly missing: readonly string[];
  /** How often two callers call in each. */
  readonly pairs: number;
  readonly selfTest: SelfTestFlags;
  readonly bench: Plan;
  readonly names: readonly ScenarioName[];
}

const NAMES = ['dispatch', 'isolation', 'tallies', 'exhibit'] as const;
/** Of a run of the self-test in which nothing is wrong; a fault is searched for as long as ever. */
const REQUESTS = 1_000;
const SMOKE_PAIRS = 20;
const SMOKE_REQUESTS = 200;

export function planStudy(seed: number, { isSmoke }: { readonly isSmoke: boolean }): StudyPlan {
  const reasons = TOPOLOGY_NAMES.map((name) => unavailable(name));
  const selfTest = { ...SELF_TEST_DEFAULTS, seeds: 1, seed, requests: REQUESTS };
  const whole = {
    topologies: TOPOLOGY_NAMES.filter((_, at) => reasons[at] === undefined),
    missing: reasons.filter((reason) => reason !== undefined),
    names: NAMES,
  };
  if (!isSmoke) {
    return { ...whole, pairs: PAIR_TEST_DEFAULTS.pairs, selfTest, bench: { ...PLAN_QUICK, seed } };
  }
  const small = { ...selfTest, topology: 'inline', requests: SMOKE_REQUESTS } as const;
  return { ...whole, pairs: SMOKE_PAIRS, selfTest: small, bench: { ...PLAN_SMOKE, seed } };
}

/** Starting and ending a service, and a pair: about a millisecond, with the reads between. */
const SERVICE_SECONDS = 0.9;
const PAIR_SECONDS = 0.001;

/** The parts before the benchmarks. */
export const STAGES = { ask: 'ask', selfTest: 'self-test' } as const;

export function stagesBefore({ topologies, pairs, selfTest }: StudyPlan): readonly Stage[] {
  const askSeconds = SERVICE_SECONDS + pairs * PAIR_SECONDS;
  const runs = planSelfTest(selfTest).runs.length;
  return [
    { name: STAGES.ask, runs: topologies.length, expectedSeconds: askSeconds },
    { name: STAGES.selfTest, runs, expectedSeconds: SERVICE_SECONDS + 0.3 },
  ];
}
