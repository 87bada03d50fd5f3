// Starts a topology: builds it, listens, and hands back the way to end it in order. Main thread.
// Loading this loads the whole service.

import type { ExecutorKind } from '../execution/executor.js';
import type { Log } from '../log-events.js';
import { startCluster } from './cluster.js';
import type { ServeOptions } from './options.js';
import type { Running } from './running.js';
import { startSingle } from './single.js';
import { startThreads } from './threads.js';
import { type ListenerKind, TOPOLOGIES, type TopologyName, unavailable } from './topology.js';

type Start = (kind: ExecutorKind, options: ServeOptions, log: Log) => Promise<Running>;

const LISTENERS: Readonly<Record<ListenerKind, Start>> = {
  single: startSingle,
  threads: startThreads,
  cluster: startCluster,
};

/**
 * @throws Error with one line when the topology is unavailable, or the address, the scorer, a
 * thread or a process cannot be had
 */
export async function start(name: TopologyName, options: ServeOptions, log: Log): Promise<Running> {
  const reason = unavailable(name);
  if (reason !== undefined) throw new Error(`${reason}; choose another with --topology`);
  const { listener, executor } = TOPOLOGIES[name];
  return LISTENERS[listener](executor, options, log);
}
