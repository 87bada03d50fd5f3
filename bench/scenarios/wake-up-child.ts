// A process with one Piscina task worker: it gives it empty tasks one at a time, and sets timers in it
// while it is idle. Its main thread is the caller. The scenario `wake-up` forks it, with the jobs of
// wake-up-job.ts.

import { setTimeout as pause } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { serveJobs } from '../load/load-child.js';
import type { TimerEnd, WakeupCourse, WakeupJob } from './wake-up-job.js';

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
