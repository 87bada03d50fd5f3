// What the self-test runs: every tally, honest or broken on purpose, in every topology, once for
// each seed, in an order that the seed decides. Pure, but for asking what this Node can.

import { random, shuffled } from '../checker/random.js';
import { findSeededFault, SEEDED_FAULT_NAMES } from '../tally/faults/seeded-faults.js';
import { TALLY_KINDS, type TallyName } from '../tally/tally.js';
import { assessVisibility } from '../topologies/fault-visibility.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../topologies/topology.js';

export interface SelfTestFlags {
  /** How many, from `seed` on. */
  readonly seeds: number;
  readonly seed: number;
  /** Of a run in which nothing is wrong. */
  readonly requests: number;
  /** This one only. */
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

/**
 * Task workers, listening threads or processes. Two, wherever it runs: the fewest that can go
 * wrong, and the same on every machine.
 */
export const THREADS = 2;

/** One tally in one topology, and what the checker should say of it. */
export interface Combination {
  readonly topology: TopologyName;
  readonly tally: TallyName;
  readonly isHonest: boolean;
  /** `violated`: it is broken, and it can show here. */
  readonly expected: 'ok' | 'violated';
  /** How a fault shows here, or why it cannot; null for an honest tally. */
  readonly why: string | null;
  /** At least one of these should fail. */
  readonly conditions: readonly string[];
}

export interface PlannedRun extends Combination {
  readonly seed: number;
}

export interface SelfTestPlan {
  readonly combinations: readonly Combination[];
  readonly runs: readonly PlannedRun[];
  /** Topologies that cannot be had here, with the reason. */
  readonly unavailable: readonly { readonly topology: TopologyName; readonly reason: string }[];
}

type Asked = Pick<SelfTestFlags, 'seeds' | 'seed' | 'topology' | 'tally'>;

export function planSelfTest({ seeds, seed, topology, tally }: Asked): SelfTestPlan {
  const topologies = TOPOLOGY_NAMES.filter((name) => name === (topology ?? name));
  const missing = topologies.flatMap((name) => {
    const reason = unavailable(name);
    return reason === undefined ? [] : [{ topology: name, reason }];
  });
  const there = topologies.filter((name) => unavailable(name) === undefined);
  const tallies = TALLY_NAMES.filter((name) => name === (tally ?? name));
  const combinations = tallies.flatMap((each) => there.map((name) => combine(each, name)));
  const runs = Array.from({ length: seeds }, (_, at) => {
    const planned = combinations.map((one) => ({ ...one, seed: seed + at }));
    return shuffled(planned, random(seed + at));
  });
  return { combinations, runs: runs.flat(), unavailable: missing };
}

function combine(tally: TallyName, topology: TopologyName): Combination {
  const fault = findSeededFault(tally);
  const honest = { topology, tally, isHonest: true, expected: 'ok', why: null } as const;
  if (fault === undefined) return { ...honest, conditions: [] };
  const { isVisible, why, conditions } = assessVisibility(fault, topology, THREADS);
  return { ...honest, isHonest: false, expected: isVisible ? 'violated' : 'ok', why, conditions };
}

/** The seed of one run: the same, whatever else is run beside it (FNV-1a). */
export function seedOf({ topology, tally, seed }: PlannedRun): number {
  let hash = 0x811c9dc5;
  for (const letter of `${tally} ${topology} ${seed}`) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
