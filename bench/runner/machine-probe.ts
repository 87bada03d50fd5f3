// Whether the machine is as quick as it was: a fixed piece of work on every core at once, timed by
// the runner before and after each run, when nothing of the benchmark runs. It judges nothing.
// Main thread of the runner; the work is done on threads of its own, which sleep in between.

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const ENTRY = new URL('./machine-probe.worker.js', import.meta.url);
const REST_MS = 250;
/** For the compilers, and for a first best that is one. */
const FIRST = 5;

export interface Spinner {
  /** Milliseconds; of the slowest core. */
  spin(): Promise<number>;
  /** The best of the session so far. */
  bestMs(): number;
  /** A while in which whatever keeps the machine busy may end. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export async function startSpinner(cores = availableParallelism()): Promise<Spinner> {
  const threads = Array.from({ length: cores }, () => new Worker(ENTRY));
  let bestMs = Number.POSITIVE_INFINITY;
  const spin = async () => {
    const answers = threads.map(async (thread) => {
      const answer = once(thread, 'message');
      thread.postMessage('spin');
      const [ms] = (await answer) as [number];
      return ms;
    });
    const slowestMs = Math.max(...(await Promise.all(answers)));
    bestMs = Math.min(bestMs, slowestMs);
    return slowestMs;
  };
  const close = async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  try {
    for (let time = 0; time < FIRST; time++) await spin();
  } catch (error) {
    await close();
    throw error;
  }
  return { spin, bestMs: () => bestMs, rest: () => sleep(REST_MS), close };
}
