// The task workers: a Piscina pool of a fixed size in which the caller names the thread for each
// task, and learns of a thread that died which items it had begun and counted. Main thread. It
// queues nothing: its caller gives a thread at most `TASKS_MAX` tasks at a time.

import { FixedQueue, Piscina } from 'piscina';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { describeThrown } from '../scoring/scorers.js';
import { type ItemState, TASKS_MAX } from '../tally/journal.js';
import { formatTicket } from '../tally/tally.js';
import type { ExecutorOptions, Failure } from './executor.js';
import type { Task, TaskResult, TaskWorkerData } from './messages.js';
import { Supervision, type TaskThread } from './supervise.js';
import { loadOf, type ThreadLoad } from './thread-load.js';

export type { TaskThread } from './supervise.js';

/** What became of the items of a task whose thread died; undefined: never begun, for any other. */
export type Remains = readonly (Failure | undefined)[];

export type TaskEnd =
  | { readonly state: 'done'; readonly result: TaskResult }
  | { readonly state: 'died'; readonly remains: Remains };

export interface TaskWorkers {
  /** Those that can be given tasks now. */
  threads(): readonly TaskThread[];
  /** Never rejects. */
  run(thread: TaskThread, task: Task): Promise<TaskEnd>;
  /** True once no thread will ever score again. */
  isOver(): boolean;
  /** How busy each of them has been, those that are still starting too. */
  loads(): Promise<readonly ThreadLoad[]>;
  /** How long the slowest thread took from its creation until it could score. */
  readonly threadStartMs: number;
  /** Ends every thread now, whatever it does. */
  destroy(): Promise<void>;
}

/**
 * Resolves when all threads are ready. `onChange` is called when a thread became ready later, or
 * when none ever will.
 * @throws Error with one line when they cannot be
 */
export async function startTaskWorkers(
  options: ExecutorOptions,
  onChange: () => void,
): Promise<TaskWorkers> {
  const { pool, choose } = createPiscina(options);
  const health = new Supervision(pool, options, onChange);
  try {
    await health.allStarted;
  } catch (error) {
    await health.destroy();
    throw error;
  }

  async function run(thread: TaskThread, task: Task): Promise<TaskEnd> {
    thread.journal.assign(task.number);
    if (thread.isGone()) return { state: 'died', remains: task.texts.map(() => undefined) };
    try {
      const result: TaskResult | null = await choose(thread.threadId, task);
      if (result !== null) return { state: 'done', result };
      // Piscina takes a thread that ended with `throw null` for one that answered null.
      return { state: 'died', remains: remainsOf(thread, task, 'the task worker ended with null') };
    } catch (error) {
      health.forget(thread.threadId); // or it would be given the same task again
      return { state: 'died', remains: remainsOf(thread, task, describeThrown(error)) };
    }
  }

  return {
    run,
    threads: () => health.threads(),
    isOver: () => health.isOver(),
    loads: () => Promise.all(pool.threads.map((one, at) => loadOf(one, `task worker ${at + 1}`))),
    threadStartMs: health.slowestStartMs,
    destroy: () => health.destroy(),
  };
}

/** Every option that matters is given: Piscina's defaults end and start threads with the load. */
function createPiscina(options: ExecutorOptions) {
  const data: TaskWorkerData = {
    region: options.region.handle,
    tally: options.tally.kind,
    counters: COUNTER_NAMES,
    channel: options.channel,
    scorer: options.scorer,
    workIterations: options.workIterations,
  };
  let wanted: number | undefined;
  let isTaken = false;
  const pool = new Piscina({
    filename: new URL('./score.worker.cjs', import.meta.url).href,
    name: 'scoreTask',
    workerData: data,
    minThreads: options.threads,
    maxThreads: options.threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: TASKS_MAX,
    maxQueue: Number.POSITIVE_INFINITY,
    taskQueue: new FixedQueue(),
    stricterFIFO: true,
    // Piscina asks while `run` is called, never later: nothing stays in its own queue.
    loadBalancer: (_task, workers) => {
      const found = workers.find(({ id }) => id === wanted) ?? null;
      isTaken = found !== null;
      return found;
    },
    // The default, 'sync', freezes an idle thread: timers and sockets of a user's scorer stand
    // still until the next task.
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
  return {
    pool,
    /** Rejects when the thread died. The thread must be one of Piscina's. */
    choose(threadId: number, task: Task): Promise<TaskResult | null> {
      wanted = threadId;
      isTaken = false;
      const result = pool.run(task);
      wanted = undefined;
      if (isTaken) return result;
      result.catch(() => {}); // nobody may be left to answer it
      throw new Error(`thread ${threadId} is none of the pool's`);
    },
  };
}

function remainsOf(thread: TaskThread, task: Task, detail: string): Remains {
  const traces = thread.journal.recover(task.number, task.texts.length);
  return traces.map((trace) => failureOf(trace, thread.cells, detail));
}

function failureOf(trace: ItemState, cells: readonly string[], why: string): Failure | undefined {
  if (trace.state === 'not claimed') return undefined;
  const failure = { ok: false, code: 'THREAD_DIED', detail: `${why}; ${trace.state}` } as const;
  if (trace.state === 'not counted') return { ...failure, isUncounted: true };
  if (trace.state !== 'counted') return failure;
  const cell = cells[trace.counter] ?? '';
  return { ...failure, ticket: formatTicket({ cell, value: trace.value }) };
}
