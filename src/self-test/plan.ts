// The plan of the self-test: every tally, correct or with a seeded fault, in every topology, once per
// seed, in an order that the seed decides. Pure, except that it asks what this Node supports.

import { random, shuffled } from '../checker/random.js';
import { findSeededFault, SEEDED_FAULT_NAMES } from '../tally/faults/seeded-faults.js';
import { TALLY_KINDS, type TallyName } from '../tally/tally.js';
import { assessVisibility } from '../topologies/fault-visibility.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../topologies/topology.js';

export interface SelfTestFlags {
  /** The number of seeds, from `seed` on. */
  readonly seeds: number;
  readonly seed: number;
  /** Requests of a run without a fault. */
  readonly requests: number;
  /** Only this one; undefined for all. */
  readonly topology?: TopologyName;
  readonly tally?: TallyName;
  readonly json: boolean;
}

export const SELF_TEST_DEFAULTS: SelfTestFlags = {
  seeds: 20,
  seed: 1,
  requests: 2_000,
  json: false,
};

export const TALLY_NAMES: readonly TallyName[] = [...TALLY_KINDS, ...SEEDED_FAULT_NAMES];

/** Task workers, listening threads or processes: two on every machine, the fewest that can race. */
export const THREADS = 2;

/** One tally in one topology, and the verdict expected of the checker. */
export interface Combination {
  readonly topology: TopologyName;
  readonly tally: TallyName;
  /** The tally is correct; the name is that of the JSON. */
  readonly isHonest: boolean;
  /** `violated`: the tally has a fault, and the fault can show in this topology. */
  readonly expected: 'ok' | 'violated';
  /** How the fault shows here, or why it cannot; null for a correct tally. */
  readonly why: string | null;
  /** At least one of these conditions should fail. */
  readonly conditions: readonly string[];
}

export interface PlannedRun extends Combination {
  readonly seed: number;
}

export interface SelfTestPlan {
  readonly combinations: readonly Combination[];
  readonly runs: readonly PlannedRun[];
  /** Topologies that cannot run here, with the reason. */
  readonly unavailable: readonly { readonly topology: TopologyName; readonly reason: string }[];
}

type PlanFlags = Pick<SelfTestFlags, 'seeds' | 'seed' | 'topology' | 'tally'>;

export function planSelfTest({ seeds, seed, topology, tally }: PlanFlags): SelfTestPlan {
  const topologies = TOPOLOGY_NAMES.filter((name) => name === (topology ?? name));
  const missing = topologies.flatMap((name) => {
    const reason = unavailable(name);
    return reason === undefined ? [] : [{ topology: name, reason }];
  });
  const available = topologies.filter((name) => unavailable(name) === undefined);
  const tallies = TALLY_NAMES.filter((name) => name === (tally ?? name));
  const combinations = tallies.flatMap((each) => available.map((name) => combine(each, name)));
  const runs = Array.from({ length: seeds }, (_, at) => {
    const planned = combinations.map((one) => ({ ...one, seed: seed + at }));
    return shuffled(planned, random(seed + at));
  });
  return { combinations, runs: runs.flat(), unavailable: missing };
}

function combine(tally: TallyName, topology: TopologyName): Combination {
  const fault = findSeededFault(tally);
  const correct = { topology, tally, isHonest: true, expected: 'ok', why: null } as const;
  if (fault === undefined) return { ...correct, conditions: [] };
  const { isVisible, why, conditions } = assessVisibility(fault, topology, THREADS);
  return { ...correct, isHonest: false, expected: isVisible ? 'violated' : 'ok', why, conditions };
}

/** The seed of one run (FNV-1a). It does not depend on the other runs of the plan. */
export function computeRunSeed({ topology, tally, seed }: PlannedRun): number {
  let hash = 0x811c9dc5;
  for (const letter of `${tally} ${topology} ${seed}`) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
