// The task workers: a Piscina pool of a fixed size that says when every thread is ready, replaces
// threads that die, and tells the tally which thread is gone. Main thread. It queues nothing: its
// caller gives it at most one task for each thread.

import type { Worker } from 'node:worker_threads';
import { FixedQueue, Piscina } from 'piscina';
import { COUNTED } from '../score/levels.js';
import { thrownText } from '../score/thrown.js';
import type { ExecutorOptions } from './executor.js';
import type { Started, Task, TaskResult, TaskWorkerData } from './messages.js';

export interface TaskWorkers {
  /** Rejects only when the thread died (or none could be started): scoring itself never throws. */
  run(task: Task): Promise<TaskResult>;
  /** True once no thread will ever score again. */
  isOver(): boolean;
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
    async run(task) {
      if (health.isOver()) throw new Error('no task worker can be started');
      const result: TaskResult | null = await pool.run(task);
      // Piscina takes a thread that ended with `throw null` for one that answered null.
      if (result === null) throw new Error('the task worker ended with null');
      return result;
    },
    isOver: health.isOver,
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
    filename: new URL('./score.worker.cjs', import.meta.url).href,
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
 * gives up for good on one that dies while it loads: a task without any thread would then wait
 * for ever, and a thread started later, for a task, would die unwatched.
 */
function superviseThreads(pool: Piscina, options: ExecutorOptions) {
  const watched = new WeakSet<Worker>();
  const loading = createLoading(refuse);
  const start = createStart();
  let failedStarts = 0;
  let ended: Promise<void> | undefined;

  function watchNewThreads(): void {
    for (const worker of pool.threads) {
      if (watched.has(worker)) continue;
      watched.add(worker);
      const { threadId } = worker; // it reads -1 once the thread has ended
      loading.add(worker);
      // Behind Piscina's own listeners: the thread that they start is watched in the same turn.
      worker.once('error', heal);
      worker.once('exit', () => died(threadId));
    }
  }

  /** Its end then counts as a failed start. Left alive it would draw tasks and fail them all. */
  function refuse(worker: Worker, reason: string): void {
    if (!start.fail(reason)) options.onTrouble(reason);
    void worker.terminate();
  }

  function died(threadId: number): void {
    failedStarts = loading.remove(threadId) ? failedStarts + 1 : 0;
    options.tally.recover(threadId);
    if (ended !== undefined) return;
    options.onTrouble(`task worker ${threadId} died; a new one takes its place`);
    if (failedStarts >= FAILED_STARTS_MAX) giveUp();
    else heal();
  }

  /** Only a task makes Piscina start a thread, and only once no idle thread can take it. */
  function heal(): void {
    const isShort = () => !ended && pool.threads.length < options.threads;
    for (let tries = 0; tries < options.threads && isShort(); tries++) {
      void pool.run([]).catch(() => {});
    }
    watchNewThreads();
  }

  /** Once only: Piscina, told twice at the same time, takes the ends of its threads for deaths. */
  const end = (): Promise<void> => (ended ??= pool.destroy());

  function giveUp(): void {
    start.fail('Task workers die while they load the scorer');
    options.onTrouble(`gave up: ${failedStarts} task workers in a row died while loading`);
    void end(); // answers, by rejecting them, the tasks that wait for a thread
  }

  pool.on('message', (message: Started) => {
    if (message?.started !== true) return;
    watchNewThreads(); // a new thread may be ready before the one it replaces has ended
    const worker = loading.find(message.threadId);
    if (message.error !== undefined && worker) return refuse(worker, message.error);
    loading.remove(message.threadId);
    if (loading.isEmpty() && pool.threads.length === options.threads) start.succeed();
  });
  // A thread that dies between two tasks, of any value thrown; its exit is seen above.
  pool.on('error', (error: unknown) => {
    options.onTrouble(`a task worker failed: ${thrownText(error)}`);
  });
  watchNewThreads();

  return { isOver: () => ended !== undefined, allStarted: start.promise, destroy: end };
}

/** The threads that still load, each with the deadline at which it is refused. */
function createLoading(refuse: (worker: Worker, reason: string) => void) {
  const threads = new Map<number, { readonly worker: Worker; readonly overdue: NodeJS.Timeout }>();
  return {
    add(worker: Worker): void {
      const reason = `A task worker did not start within ${START_DEADLINE_MS / 1000} s`;
      const overdue = setTimeout(refuse, START_DEADLINE_MS, worker, reason);
      threads.set(worker.threadId, { worker, overdue });
    },
    find: (threadId: number) => threads.get(threadId)?.worker,
    /** True when it was loading until now. */
    remove(threadId: number): boolean {
      clearTimeout(threads.get(threadId)?.overdue);
      return threads.delete(threadId);
    },
    isEmpty: () => threads.size === 0,
  };
}

/** A promise that is settled from outside; `fail` says whether it was still open. */
function createStart() {
  let isOpen = true;
  let succeed = () => {};
  let reject = (_reason: Error) => {};
  const promise = new Promise<void>((resolve, refuse) => {
    succeed = resolve;
    reject = refuse;
  });
  return {
    promise,
    succeed() {
      isOpen = false;
      succeed();
    },
    fail(reason: string): boolean {
      const wasOpen = isOpen;
      isOpen = false;
      if (wasOpen) reject(new Error(reason));
      return wasOpen;
    },
  };
}
