// The topologies: named pairs of who accepts connections and where a score is computed. `start`
// builds one, listens, and hands back the way to end it in order. Main thread.

import type { ExecutorKind } from '../execute/executor.js';
import { listen } from './listen.js';
import type { Log, ServeOptions } from './options.js';
import { buildService } from './service.js';

interface Topology {
  readonly listener: 'single';
  readonly executor: ExecutorKind;
}

export const TOPOLOGIES = {
  inline: { listener: 'single', executor: 'inline' },
  pool: { listener: 'single', executor: 'pool' },
  batched: { listener: 'single', executor: 'batched' },
} as const satisfies Readonly<Record<string, Topology>>;

export type TopologyName = keyof typeof TOPOLOGIES;
export const TOPOLOGY_NAMES = Object.keys(TOPOLOGIES) as readonly TopologyName[];
export const TOPOLOGY_DEFAULT: TopologyName = 'batched';

export interface Running {
  readonly url: string;
  /**
   * Ends in order: `/ready` says 503, the port closes, what was accepted is answered, the threads
   * end. Resolves with the number of accepted requests that the deadline cut off. Calling it again
   * gives the same promise.
   */
  close(): Promise<number>;
}

/** @throws Error with one line when the address, the scorer or a thread cannot be had */
export async function start(name: TopologyName, options: ServeOptions, log: Log): Promise<Running> {
  const { executor } = TOPOLOGIES[name];
  const service = await buildService(executor, options, log);
  const listening = await listen(options, service.attach).catch(async (error: unknown) => {
    await service.close(0);
    throw error;
  });
  service.setReady(true);

  async function close(): Promise<number> {
    service.setReady(false);
    const { readyDelayMs, closeDeadlineMs } = options;
    if (readyDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, readyDelayMs));
    const startedAt = performance.now();
    const cutOff = await listening.close(closeDeadlineMs);
    // What is still running now has lost its client; it gets what is left of the time.
    await service.close(Math.max(0, closeDeadlineMs - (performance.now() - startedAt)));
    return cutOff;
  }

  let closing: Promise<number> | undefined;
  return {
    url: listening.url,
    close() {
      closing ??= close();
      return closing;
    },
  };
}
