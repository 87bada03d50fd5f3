// One listener, on the thread that starts it: the event loop of the main thread accepts, answers,
// and scores or hands scoring to its executor.

import type { ExecutorKind } from '../execution/executor.js';
import type { Log } from '../log-events.js';
import { listen } from './listen.js';
import type { ServeOptions } from './options.js';
import { type Running, running, waitMs } from './running.js';
import { buildService, createCounting } from './service.js';

/** @throws Error with one line when the address, the scorer or a thread cannot be had */
export async function startSingle(
  kind: ExecutorKind,
  options: ServeOptions,
  log: Log,
): Promise<Running> {
  const counting = createCounting(options, 1);
  const abandon = (error: unknown): never => {
    counting.tally.close();
    throw error;
  };
  const parts = { kind, options, log, counting, listener: 0 };
  const service = await buildService(parts).catch(abandon);
  const listening = await listen(options, service.attach).catch(async (error: unknown) => {
    await service.close(0);
    return abandon(error);
  });
  service.setReady(true);
  const close = async () => {
    service.setReady(false);
    const { readyDelayMs, closeDeadlineMs } = options;
    await waitMs(readyDelayMs);
    const startedAt = performance.now();
    const cutOff = await listening.close(closeDeadlineMs);
    // What is still running now has lost its client; it gets what is left of the time.
    await service.close(Math.max(0, closeDeadlineMs - (performance.now() - startedAt)));
    counting.tally.close();
    return cutOff;
  };
  const { threadStartMs } = service;
  const started = threadStartMs === 0 ? {} : { threadStartMs: Math.round(threadStartMs) };
  return running(listening.url, close, () => started);
}
