// The task workers: a Piscina pool of a fixed size that says when every thread is ready, replaces
// threads that die, and tells the tally which thread is gone. Main thread. It queues nothing: its
// caller gives it at most one task for each thread.

import type { Worker } from 'node:worker_threads';
import { FixedQueue, Piscina } from 'piscina';
import { COUNTED } from '../score/levels.js';
import type { ExecutorOptions } from './executor.js';
import type { Started, Task, TaskResult, TaskWorkerData } from './messages.js';

export interface TaskWorkers {
  /** Rejects only when the thread died (or none could be started): scoring itself never throws. */
  run(task: Task): Promise<TaskResult>;
  /** Ends every thread now, whatever it does. */
  destroy(): Promise<void>;
}

/** A thread that loads longer than this has failed to start. */
const START_DEADLINE_MS = 30_000;

/** Threads that may die while loading, one after the other, before the pool is given up. */
const FAILED_STARTS_MAX = 5;

/** Resolves when all threads are ready. @throws Error with one line when they cannot be */
export async function startTaskWorkers(options: ExecutorOptions): Promise<TaskWorkers> {
  const pool = createPiscina(options);
  const health = superviseThreads(pool, options);
  try {
    await health.allStarted;
  } catch (error) {
    await health.destroy();
    throw error;
  }
  return {
    run: (task) => {
      if (health.gaveUp()) return Promise.reject(new Error('no task worker can be started'));
      return pool.run(task);
    },
    destroy: health.destroy,
  };
}

/** Every option that matters is given: Piscina's defaults end and start threads with the load. */
function createPiscina(options: ExecutorOptions): Piscina {
  const data: TaskWorkerData = {
    region: options.region.handle,
    tally: options.tally.kind,
    counters: COUNTED,
    channel: options.channel,
    scorer: options.scorer,
    workIterations: options.workIterations,
  };
  return new Piscina({
    filename: new URL('./score.worker.js', import.meta.url).href,
    name: 'scoreTask',
    workerData: data,
    minThreads: options.threads,
    maxThreads: options.threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    maxQueue: Number.POSITIVE_INFINITY,
    taskQueue: new FixedQueue(),
    stricterFIFO: true,
    // The default, 'sync', freezes an idle thread: timers and sockets of a user's scorer stand
    // still until the next task.
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
}

/**
 * Watches each thread from its birth. Piscina replaces a thread that dies while it works, but
 * gives up for good on one that dies while it loads; a task without any thread would then wait
 * for ever, so an empty task is run after each death, which makes Piscina start a new thread.
 */
function superviseThreads(pool: Piscina, options: ExecutorOptions) {
  const watched = new WeakSet<Worker>();
  const startedIds = new Set<number>();
  let failedStarts = 0;
  let destroyed = false;
  const start = createStart();

  function watchNewThreads(): void {
    for (const worker of pool.threads) {
      if (watched.has(worker)) continue;
      watched.add(worker);
      const { threadId } = worker; // it reads -1 once the thread has ended
      worker.once('exit', () => died(threadId));
    }
  }

  function died(threadId: number): void {
    options.tally.recover(threadId);
    if (destroyed) return;
    options.onTrouble(`task worker ${threadId} died; a new one takes its place`);
    failedStarts = startedIds.delete(threadId) ? 0 : failedStarts + 1;
    if (gaveUp()) {
      start.fail('Task workers die while they load the scorer');
      options.onTrouble(`gave up: ${failedStarts} task workers in a row died while loading`);
      void pool.destroy(); // answers, by rejecting them, the tasks that wait for a thread
      return;
    }
    // Not at once: Piscina learns of the same death in another listener of the same event.
    setImmediate(() => {
      if (destroyed) return;
      if (pool.threads.length < options.threads) void pool.run([]).catch(() => {});
      watchNewThreads();
    });
  }

  function gaveUp(): boolean {
    return failedStarts >= FAILED_STARTS_MAX;
  }

  pool.on('message', (message: Started) => {
    if (message?.started !== true) return;
    if (message.error !== undefined) return start.fail(message.error);
    startedIds.add(message.threadId);
    if (startedIds.size === options.threads) start.succeed();
  });
  // A thread that dies between two tasks; its exit is seen above.
  pool.on('error', (error: Error) => options.onTrouble(`a task worker failed: ${error.message}`));
  watchNewThreads();

  return {
    gaveUp,
    allStarted: start.promise,
    async destroy() {
      destroyed = true;
      await pool.destroy();
    },
  };
}

/** A promise that is settled from outside, or by its deadline. */
function createStart() {
  let succeed = () => {};
  let fail = (_reason: string) => {};
  const promise = new Promise<void>((resolve, reject) => {
    succeed = resolve;
    fail = (reason) => reject(new Error(reason));
  });
  const overdue = setTimeout(() => {
    fail(`A task worker did not start within ${START_DEADLINE_MS / 1000} s`);
  }, START_DEADLINE_MS);
  return { promise: promise.finally(() => clearTimeout(overdue)), succeed, fail };
}
