// The variants of scenarios, without the topologies that the service cannot start here.

import { isTopologyName, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import type { Plan } from '../runner/plan.js';
import { type Claim, nameVariant, type Setting, type Variant } from '../runner/scenario.js';

export function variant(
  topology: string,
  threads: number,
  workUs: number,
  flags: readonly string[] = [],
  at?: Setting,
): Variant {
  const row = { topology: topology as TopologyName, threads, workUs, flags };
  return at === undefined ? row : { ...row, at };
}

export function isAvailable(topology: string): boolean {
  return isTopologyName(topology) && unavailable(topology) === undefined;
}

/** Those that the service can start here. */
export function rows(candidates: readonly Variant[]): readonly Variant[] {
  return candidates.filter(({ topology }) => topology === 'bare' || isAvailable(topology));
}

/** The name of a row, available or not. */
export function rowName(topology: string, threads: number, workUs: number, at?: Setting): string {
  return nameVariant(variant(topology, threads, workUs, [], at));
}

/** The ways to compute in one process, with as many task workers as the plan has at most. */
export function executors({ taskWorkers, scale }: Plan): [topology: string, threads: number][] {
  const threads = Math.max(...taskWorkers);
  const pooled = scale === 'smoke' ? ['batched'] : ['pool', 'batched'];
  return [['inline', 0], ...pooled.map((name): [string, number] => [name, threads])];
}

/** The claims whose variants are all measured. */
export function claimsOn(variants: readonly Variant[], claims: readonly Claim[]): readonly Claim[] {
  const names = variants.map(nameVariant);
  return claims.filter(({ of, against }) => [of, ...against].every((name) => names.includes(name)));
}
