// Rows of variants that several scenarios share, without the topologies that the service cannot
// start here. Pure, but for the version and the platform.

import { isTopologyName, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import type { Plan } from '../runner/plan.js';
import { type Claim, nameVariant, type Setting, type Variant } from '../runner/scenario.js';

/** A row; undefined when the service has no such topology, or cannot start it here. */
export function variant(
  topology: string,
  threads: number,
  workUs: number,
  flags: readonly string[] = [],
  at?: Setting,
): Variant | undefined {
  if (topology !== 'bare' && !isAvailable(topology)) return undefined;
  const row: Variant = { topology, threads, workUs, flags };
  return at === undefined ? row : { ...row, at };
}

export function isAvailable(topology: string): topology is TopologyName {
  return isTopologyName(topology) && unavailable(topology) === undefined;
}

/** The ways to compute in one process, with as many task workers as the plan has at most. */
export function executors({
  taskWorkers,
  scale,
}: Plan): readonly (readonly [topology: string, threads: number])[] {
  const threads = Math.max(...taskWorkers);
  const pooled = scale === 'smoke' ? ['batched'] : ['pool', 'batched'];
  return [['inline', 0], ...pooled.map((name) => [name, threads] as const)];
}

/** Those that are known. */
export function rows(candidates: readonly (Variant | undefined)[]): readonly Variant[] {
  return candidates.filter((candidate) => candidate !== undefined);
}

/** The name that a row has, known or not. */
export function rowName(topology: string, threads: number, workUs: number, at?: Setting): string {
  const row = { topology: topology as TopologyName, threads, workUs, flags: [] };
  return nameVariant(at === undefined ? row : { ...row, at });
}

/** The claims whose variants are all measured. */
export function claimsOn(variants: readonly Variant[], claims: readonly Claim[]): readonly Claim[] {
  const names = variants.map(nameVariant);
  return claims.filter(({ of, against }) => [of, ...against].every((name) => names.includes(name)));
}
