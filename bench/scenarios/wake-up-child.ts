// A process with one Piscina task worker: gives it empty tasks one at a time, and sets timers in it while it
// is idle. Its main thread is the caller. The scenario `wake-up` forks it.

import { setTimeout as pause } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { serveJobs } from '../load/load-child.js';

export interface WakeupJob {
  /** Piscina's option: how a task worker waits for its next task. */
  readonly atomics: 'sync' | 'async' | 'disabled';
  readonly warmTasks: number;
  readonly tasks: number;
  /** From an answer to the next task; 0: at once. */
  readonly gapMs: number;
  /** How many timers are set in the idle task worker, one after the other. */
  readonly timers: number;
  /** What each is set to, and how long it is left alone before a task asks for it. */
  readonly timerMs: number;
  readonly leftAloneMs: number;
}

export interface WakeupCourse {
  /** Of each task: from the call until its answer was here. */
  readonly tripUs: readonly number[];
  /** Answers other than expected. */
  readonly wrong: number;
  /** CPU time of the whole process, gaps included. */
  readonly cpuUs: number;
  readonly timers: readonly TimerEnd[];
}

export interface TimerEnd {
  /** Behind the time it was set to: until it fired, or until the next task found it waiting. */
  readonly lateMs: number;
  readonly fired: boolean;
}

function createPool({ atomics }: WakeupJob): Piscina {
  return new Piscina({
    filename: new URL('./wake-up.worker.js', import.meta.url).href,
    name: 'next',
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    atomics,
    recordTiming: false,
    workerHistogram: false,
  });
}

async function sendTasks(pool: Piscina, tasks: number, gapMs: number) {
  const tripUs: number[] = [];
  let wrong = 0;
  for (let task = 0; task < tasks; task++) {
    if (gapMs > 0) await pause(gapMs);
    const startedAt = performance.now();
    const answer: number = await pool.run(task);
    tripUs.push((performance.now() - startedAt) * 1000);
    if (answer !== task + 1) wrong++;
  }
  return { tripUs, wrong };
}

async function watchTimers(pool: Piscina, job: WakeupJob): Promise<TimerEnd[]> {
  const ends: TimerEnd[] = [];
  // The first call imports the task's function; that turn of the loop would let timers fire.
  await pool.run(undefined, { name: 'readTimer' });
  for (let timer = 0; timer < job.timers; timer++) {
    await pool.run(job.timerMs, { name: 'setTimer' });
    await pause(job.leftAloneMs);
    ends.push((await pool.run(undefined, { name: 'readTimer' })) as TimerEnd);
  }
  return ends;
}

async function wake(job: WakeupJob): Promise<WakeupCourse> {
  const pool = createPool(job);
  try {
    await sendTasks(pool, job.warmTasks, 0);
    const cpuBefore = process.cpuUsage();
    const given = await sendTasks(pool, job.tasks, job.gapMs);
    const { user, system } = process.cpuUsage(cpuBefore);
    return { ...given, cpuUs: user + system, timers: await watchTimers(pool, job) };
  } finally {
    await pool.destroy();
  }
}

serveJobs(wake);
