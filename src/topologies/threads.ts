// Several listening threads on one port and one region of shared memory: the kernel spreads the
// connections, each thread answers and scores its own, and all count in the same cells. Main
// thread, which supervises and accepts nothing. What a thread does stands in threads.worker.ts.

import { Worker } from 'node:worker_threads';
import type { ExecutorKind } from '../execution/executor.js';
import { createMeters, NO_GAUGES } from '../http/meters.js';
import type { Log } from '../log-events.js';
import type { RegionHandle } from '../tally/region.js';
import { probe } from './listen.js';
import type { Command, Said } from './messages.js';
import type { ServeOptions } from './options.js';
import { type Running, running } from './running.js';
import { type Counting, createCounting } from './service.js';
import { type Events, type Member, supervise } from './supervise.js';

/** What a listening thread is started with. */
export interface ThreadData {
  readonly kind: ExecutorKind;
  readonly options: ServeOptions;
  readonly region: RegionHandle;
  readonly channel: string;
  /** Its place among those that share the region. */
  readonly listener: number;
}

/** @throws Error with one line when the address, the scorer or a thread cannot be had */
export async function startThreads(
  kind: ExecutorKind,
  options: ServeOptions,
  log: Log,
): Promise<Running> {
  await probe(options);
  const counting = createCounting(options, options.threads);
  const meters = createMeters(counting.region);
  const supervisor = supervise({
    count: options.threads,
    log,
    launch(listener, port, events) {
      const own = { ...options, port };
      return launchThread(
        { kind, options: own, counting, listener },
        {
          said: events.said,
          ended(how, error) {
            // What the dead thread showed is true of nobody any more.
            meters.setGauges(listener, NO_GAUGES);
            events.ended(how, error);
          },
        },
      );
    },
  });
  try {
    const url = await supervisor.start(options.port);
    const describe = () => ({ threadStartMs: supervisor.startMs() });
    return running(url, () => supervisor.close(options).finally(counting.tally.close), describe);
  } catch (error) {
    counting.tally.close();
    throw error;
  }
}

interface ThreadParts extends Pick<ThreadData, 'kind' | 'options' | 'listener'> {
  readonly counting: Counting;
}

function launchThread({ counting, ...rest }: ThreadParts, events: Events): Member {
  const { region, channel, tally } = counting;
  const workerData: ThreadData = { ...rest, region: region.handle, channel };
  const worker = new Worker(new URL('./threads.worker.js', import.meta.url), { workerData });
  const { threadId } = worker; // -1 once it has ended
  let error: unknown;
  worker.on('message', (said: Said) => events.said(said));
  worker.on('error', (thrown) => {
    error = thrown;
  });
  worker.once('exit', (code) => {
    tally.recover(threadId);
    events.ended(`exit code ${code}`, error);
  });
  return {
    listener: 'listening thread',
    id: threadId,
    tell: (command: Command) => worker.postMessage(command),
    end: () => void worker.terminate(),
  };
}
