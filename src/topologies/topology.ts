// The topologies: named pairs of who accepts connections and where a score is computed. The table
// alone, which loads nothing; `start.ts` builds one.

import type { ExecutorKind } from '../execution/executor.js';
import { sharingOnePort } from './reuse-port.js';

/** Connections are accepted by one event loop, by several threads, or by several processes. */
export type ListenerKind = 'single' | 'threads' | 'cluster';

interface Topology {
  readonly listener: ListenerKind;
  readonly executor: ExecutorKind;
}

export const TOPOLOGIES = {
  inline: { listener: 'single', executor: 'inline' },
  pool: { listener: 'single', executor: 'pool' },
  batched: { listener: 'single', executor: 'batched' },
  threads: { listener: 'threads', executor: 'inline' },
  cluster: { listener: 'cluster', executor: 'inline' },
} as const satisfies Readonly<Record<string, Topology>>;

export type TopologyName = keyof typeof TOPOLOGIES;
export const TOPOLOGY_NAMES = Object.keys(TOPOLOGIES) as readonly TopologyName[];
export const TOPOLOGY_DEFAULT: TopologyName = 'batched';

/** Why a listener cannot be had on this Node or this system; undefined when it can. */
const MISSING: Readonly<Record<ListenerKind, () => string | undefined>> = {
  single: () => undefined,
  threads: sharingOnePort,
  cluster: () => undefined,
};

/** Why this topology cannot be had here, in a sentence; undefined when it can. */
export function unavailable(name: TopologyName): string | undefined {
  const reason = MISSING[TOPOLOGIES[name].listener]();
  return reason === undefined ? undefined : `topology '${name}' is unavailable on ${reason}`;
}
