// The topologies: named pairs of who accepts connections and where a score is computed. `start`
// builds one, listens, and hands back the way to end it in order. Main thread.

import type { ExecutorKind } from '../execute/executor.js';
import { startCluster } from './cluster.js';
import type { Log, ServeOptions } from './options.js';
import type { Running } from './running.js';
import { startSingle } from './single.js';
import { sharingOnePort, startThreads } from './threads.js';

export type { Running } from './running.js';

/** Connections are accepted by one event loop, by several threads, or by several processes. */
type ListenerKind = 'single' | 'threads' | 'cluster';

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

interface Listener {
  /** Why it cannot be had on this Node or this system; undefined when it can. */
  unavailable(): string | undefined;
  start(kind: ExecutorKind, options: ServeOptions, log: Log): Promise<Running>;
}

const always = () => undefined;
const LISTENERS: Readonly<Record<ListenerKind, Listener>> = {
  single: { unavailable: always, start: startSingle },
  threads: { unavailable: sharingOnePort, start: startThreads },
  cluster: { unavailable: always, start: startCluster },
};

/** Why this topology cannot be had here, in a sentence; undefined when it can. */
export function unavailable(name: TopologyName): string | undefined {
  const reason = LISTENERS[TOPOLOGIES[name].listener].unavailable();
  return reason === undefined ? undefined : `topology '${name}' is unavailable on ${reason}`;
}

/**
 * @throws Error with one line when the topology is unavailable, or the address, the scorer, a
 * thread or a process cannot be had
 */
export async function start(name: TopologyName, options: ServeOptions, log: Log): Promise<Running> {
  const reason = unavailable(name);
  if (reason !== undefined) throw new Error(`${reason}; choose another with --topology`);
  const { listener, executor } = TOPOLOGIES[name];
  return LISTENERS[listener].start(executor, options, log);
}
