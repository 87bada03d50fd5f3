// Planted measurements for the advisor: runs of topologies with values that a test chooses, and
// what was measured of a scorer by itself. Pure; nothing is measured.

import type { Measurements } from '../../bench/advise/measure-advice.js';
import { getLimits } from '../../bench/advise/plan.js';
import type { ScorerProfile } from '../../bench/advise/scorer-profile.js';
import { nameRow } from '../../bench/advise/topology-scenario.js';
import { PLAN_DEFAULTS } from '../../bench/runner/plan.js';
import type { Sample, Values } from '../../bench/runner/scenario.js';
import { random } from '../../src/checker/random.js';
import type { TopologyName } from '../../src/topologies/topology.js';

/** What is planted for one topology; `noise` is the width of the rates, as a share. */
export interface Planted {
  readonly perSecond: number;
  readonly noise?: number;
  readonly values?: Values;
  readonly change?: (sample: Sample) => Sample;
}

const ROUNDS = 5;

export function createRuns(
  planted: Readonly<Partial<Record<TopologyName, Planted>>>,
  rounds = ROUNDS,
): Sample[] {
  const next = random(7);
  return Object.entries(planted).flatMap(([name, { perSecond, noise = 0.01, values, change }]) =>
    Array.from({ length: rounds }, (_, at): Sample => {
      const topology = name as TopologyName;
      const rate = perSecond * (1 + noise * (next() - 0.5));
      const own = { p99Ms: 20, healthP99Ms: 2, generatorCpu: 0.4, ...values };
      const place = { scenario: 'advise', variant: nameRow(topology, 2), topology };
      const kind = { threads: topology === 'inline' ? 0 : 2, workUs: 0, round: at + 1, order: 1 };
      const sample = { ...place, ...kind, values: { perSecond: rate, ...own }, discardReason: undefined };
      return change?.(sample) ?? sample;
    }),
  );
}

const interval = (median: number) => ({ median, low: median, high: median, n: 15 });

export const PROFILE: ScorerProfile = {
  n: 3_000,
  meanUs: 500,
  medianUs: 498,
  p99Us: 560,
  sdUs: 10,
  maxUs: 700,
  cpuShare: 1,
  isAsync: false,
  level: 'CRITICAL',
  isSame: true,
  bodyBytes: 85,
  answerBytes: 134,
  readUs: interval(0.5),
  printUs: interval(0.5),
  rulesUs: 0.1,
};

export function createMeasurements(samples: readonly Sample[], change: Partial<Measurements> = {}) {
  const environment = {
    cpu: 'a CPU',
    cores: 2,
    os: 'Linux 6.1.0 x64',
    memoryGB: 16,
    node: 'v24',
    commit: 'x',
    versions: {},
  };
  const found: Measurements = {
    scorer: 'mine',
    targets: {},
    threads: 2,
    environment,
    profile: PROFILE,
    roundTrip: { n: 5_000, p50Us: 25, p99Us: 60, cpuUs: 20 },
    plan: { ...PLAN_DEFAULTS, rounds: ROUNDS, seconds: 0.8, limits: getLimits('full') },
    samples,
    unavailable: [],
    curve: undefined,
  };
  return { ...found, ...change };
}
