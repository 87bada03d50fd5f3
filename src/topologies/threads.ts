// Listening threads that share one port and one region of memory: the kernel spreads connections over
// them, each answers and scores its own, and all count in the same cells. The main thread
// supervises and accepts nothing. threads.worker.ts is the other side.

import { Worker } from 'node:worker_threads';
import type { ExecutorKind } from '../execution/executor.js';
import { endThread, killAtExit } from '../execution/unended-threads.js';
import { createMeters, NO_GAUGES } from '../http/meters.js';
import type { Log } from '../log-events.js';
import type { RegionHandle } from '../tally/region.js';
import { createServiceHandle, probe, type ServiceHandle } from './listen.js';
import type { ListenerCommand, ListenerEvent } from './listener.js';
import type { ServeOptions } from './options.js';
import { type CounterMemory, createCounterMemory } from './service.js';
import { type LaunchEvents, type ListenerHandle, Supervisor } from './supervisor.js';

/** The start data of a listening thread. */
export interface ThreadData {
  readonly kind: ExecutorKind;
  readonly options: ServeOptions;
  readonly region: RegionHandle;
  readonly channel: string;
  /** Its index among the threads that share the region. */
  readonly listener: number;
}

/** @throws Error with one line when the address, the scorer or a thread fails to start */
export async function startThreads(
  kind: ExecutorKind,
  options: ServeOptions,
  log: Log,
): Promise<ServiceHandle> {
  await probe(options);
  const memory = createCounterMemory(options, options.threads);
  const meters = createMeters(memory.region);
  log.onLost = () => meters.increment('logLineLost');
  const supervisor = new Supervisor({
    count: options.threads,
    log,
    limits: options,
    onHung: () => meters.increment('scorerHung'),
    launch(listener, port, { onEvent, onExit }) {
      const parts = { kind, options: { ...options, port }, memory, listener };
      return launchThread(parts, {
        onEvent,
        onExit(how, error) {
          meters.setGauges(listener, NO_GAUGES); // a dead thread has no gauges
          onExit(how, error);
        },
      });
    },
  });
  try {
    const url = await supervisor.start(options.port);
    const close = () => supervisor.close(options).finally(memory.tally.close);
    return createServiceHandle(url, close, () => ({ threadStartMs: supervisor.startMs() }));
  } catch (error) {
    memory.tally.close();
    throw error;
  }
}

interface ThreadParts extends Pick<ThreadData, 'kind' | 'options' | 'listener'> {
  readonly memory: CounterMemory;
}

function launchThread({ memory, ...rest }: ThreadParts, events: LaunchEvents): ListenerHandle {
  const { region, channel, tally } = memory;
  const workerData: ThreadData = { ...rest, region: region.handle, channel };
  const worker = new Worker(new URL('./threads.worker.js', import.meta.url), { workerData });
  const { threadId } = worker; // -1 once it has ended
  let error: unknown;
  worker.on('message', (event: ListenerEvent) => events.onEvent(event));
  worker.on('error', (thrown) => {
    error = thrown;
  });
  let isReported = false;
  const reportExit = (how: string) => {
    if (!isReported) events.onExit(how, error);
    isReported = true;
  };
  worker.once('exit', (code) => {
    tally.recover(threadId);
    reportExit(`exit code ${code}`);
  });
  return {
    listener: 'listening thread',
    id: threadId,
    send: (command: ListenerCommand) => worker.postMessage(command),
    kill: () =>
      endThread(worker, () => {
        killAtExit([worker]);
        reportExit('it is inside native code');
      }),
  };
}
