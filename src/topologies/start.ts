// Starts a topology: builds the service, listens, and returns the way to end it in order. Main
// thread. Loading this file loads the whole service.

import type { ExecutorKind } from '../execution/executor.js';
import { createMeters } from '../http/meters.js';
import type { Log } from '../log-events.js';
import { startCluster } from './cluster.js';
import { createServiceHandle, listen, type ServiceHandle, waitMs } from './listen.js';
import { closeInOrder } from './listener.js';
import type { ServeOptions } from './options.js';
import { createCounterMemory, createService } from './service.js';
import { startThreads } from './threads.js';
import { type ListenerKind, TOPOLOGIES, type TopologyName, unavailable } from './topology.js';

type StartListener = (kind: ExecutorKind, options: ServeOptions, log: Log) => Promise<ServiceHandle>;

const LISTENERS: Readonly<Record<ListenerKind, StartListener>> = {
  single: startSingle,
  threads: startThreads,
  cluster: startCluster,
};

/**
 * @throws Error with one line when the topology is unavailable here, or the address, the scorer, a
 * thread or a process fails to start
 */
export async function start(name: TopologyName, options: ServeOptions, log: Log): Promise<ServiceHandle> {
  const reason = unavailable(name);
  if (reason !== undefined) throw new Error(`${reason}; choose another with --topology`);
  const { listener, executor } = TOPOLOGIES[name];
  return LISTENERS[listener](executor, options, log);
}

/** The event loop of the main thread accepts and answers; it scores, or its executor does. */
async function startSingle(kind: ExecutorKind, options: ServeOptions, log: Log): Promise<ServiceHandle> {
  const memory = createCounterMemory(options, 1);
  log.onLost = () => createMeters(memory.region).increment('logLineLost');
  const abandon = (error: unknown): never => {
    memory.tally.close();
    throw error;
  };
  const parts = { kind, options, log, memory, listener: 0 };
  const service = await createService(parts).catch(abandon);
  const http = await listen(options, service.attach, 'single').catch(async (error: unknown) => {
    await service.close(0);
    return abandon(error);
  });
  service.setReady(true);
  const close = async () => {
    service.setReady(false);
    const { readyDelayMs, closeDeadlineMs } = options;
    await waitMs(readyDelayMs);
    const cutOff = await closeInOrder(http, service, closeDeadlineMs);
    memory.tally.close();
    return cutOff;
  };
  const threadStartMs = Math.round(service.threadStartMs);
  return createServiceHandle(http.url, close, () => (threadStartMs === 0 ? {} : { threadStartMs }));
}
