// The task workers: a Piscina pool of a fixed size. The caller chooses the thread of each task, and
// learns which items a dead thread had begun and counted. Main thread. It queues nothing: the caller
// gives a thread at most `TASKS_MAX` tasks at a time.

import { FixedQueue, Piscina } from 'piscina';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { describeThrown } from '../scoring/scorers.js';
import { TASKS_MAX } from '../tally/journal.js';
import type { ExecutorOptions, ScoreFailure } from './executor.js';
import { formatTicket } from './in-flight.js';
import type { Task, TaskResult, TaskWorkerData } from './score-task.js';
import { measureWorker, type ThreadLoad } from './thread-load.js';
import { type PoolState, type TaskThread, WorkerSupervisor } from './worker-supervisor.js';

export type TaskEnd =
  | { readonly state: 'done'; readonly result: TaskResult }
  /** A failure for each item that the thread had begun; undefined for the others. */
  | { readonly state: 'died'; readonly failures: readonly (ScoreFailure | undefined)[] };

export interface TaskWorkers {
  readonly pool: PoolState;
  /** Never rejects. */
  run(thread: TaskThread, task: Task): Promise<TaskEnd>;
  /** The load of each task worker, including those that still start. */
  loads(): Promise<readonly ThreadLoad[]>;
  /** How long the slowest thread took from its creation until it could score. */
  readonly threadStartMs: number;
  /** Ends a thread whose scorer does not return; another takes its place. */
  endHung(thread: TaskThread, scoringMs: number): void;
  /** Ends every thread now, whatever it does. */
  destroy(): Promise<void>;
}

/**
 * Resolves when all threads are ready. It calls `onChange` when a thread becomes ready later, or
 * when none ever will.
 * @throws Error with one line when they cannot be
 */
export async function startTaskWorkers(options: ExecutorOptions, onChange: () => void): Promise<TaskWorkers> {
  const { pool, runOn } = createPiscina(options);
  const supervisor = new WorkerSupervisor(pool, options, onChange);
  try {
    await supervisor.allStarted;
  } catch (error) {
    await supervisor.destroy();
    throw error;
  }

  async function run(thread: TaskThread, task: Task): Promise<TaskEnd> {
    thread.journal.assign(task.number);
    if (thread.isGone) return { state: 'died', failures: task.inputs.map(() => undefined) };
    try {
      const result: TaskResult | null = await runOn(thread.threadId, task);
      if (result !== null) return { state: 'done', result };
      // Piscina reports a thread that ended with `throw null` as one that answered null.
      return died(thread, task, 'the task worker ended with null');
    } catch (error) {
      supervisor.forget(thread.threadId); // or the dispatcher would send it the same task again
      return died(thread, task, describeThrown(error));
    }
  }

  return {
    run,
    pool: supervisor,
    loads: () => Promise.all(pool.threads.map((one, at) => measureWorker(one, `task worker ${at + 1}`))),
    endHung: ({ threadId }, scoringMs) => supervisor.endHung(threadId, scoringMs),
    threadStartMs: supervisor.slowestStartMs,
    destroy: () => supervisor.destroy(),
  };
}

/** It sets every option that matters: by default Piscina starts and ends threads with the load. */
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
    // Piscina asks during `run`, never later: nothing stays in its own queue.
    loadBalancer: (_task, workers) => {
      const found = workers.find(({ id }) => id === wanted) ?? null;
      isTaken = found !== null;
      return found;
    },
    // The default, 'sync', freezes an idle thread: timers and sockets of a user's scorer stop until
    // the next task.
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
  return {
    pool,
    /** Rejects when the thread died. The thread must be one of Piscina's. */
    runOn(threadId: number, task: Task): Promise<TaskResult | null> {
      wanted = threadId;
      isTaken = false;
      const result = pool.run(task);
      wanted = undefined;
      if (isTaken) return result;
      result.catch(() => {}); // no other code handles it
      throw new Error(`thread ${threadId} is not in the pool`);
    },
  };
}

function died(thread: TaskThread, task: Task, why: string): TaskEnd {
  const states = thread.journal.recover(task.number, task.inputs.length);
  const failures = states.map((item): ScoreFailure | undefined => {
    if (item.state === 'not claimed') return undefined;
    const failure = { ok: false, code: 'THREAD_DIED', detail: `${why}; ${item.state}` } as const;
    if (item.state === 'not counted') return { ...failure, isUncounted: true };
    if (item.state !== 'counted') return failure;
    return { ...failure, ticket: formatTicket(thread, item) };
  });
  return { state: 'died', failures };
}
