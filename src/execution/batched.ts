// The executor that sends task workers as many requests at a time as are worth a message: what has
// gathered when a thread can take more, bounded by what it will cost. Light work crosses in large
// batches, heavy work one by one. A policy of the dispatcher; its figures are in
// docs/questions/what-batching-wins.md.

import { ITEMS_MAX, TASKS_MAX } from '../tally/journal.js';
import { createDispatcher } from './dispatcher.js';
import type { Executor, ExecutorOptions } from './executor.js';
import type { View } from './policy.js';

/**
 * Work that is worth a message of its own: about what sending one and taking its answer costs both
 * threads. Less than this is not shared out among idle threads, and does not go to a busy one.
 */
const WORTH_US = 50;

/** A batch may cost so many slices when much waits. */
const SLICES_MAX = 4;

export function createBatched(options: ExecutorOptions): Promise<Executor> {
  const { sliceUs } = options;
  return createDispatcher(
    {
      kind: 'batched',
      depth: TASKS_MAX,
      gathers: true,
      sliceMs: sliceUs / 1000,
      stopMs: (SLICES_MAX * sliceUs) / 1000,
      batch: (view) => batchSize(view, sliceUs),
    },
    options,
  );
}

/** How many of the waiting texts make the next task. */
export function batchSize(
  { waiting, threads, idle, isFull, itemUs }: View,
  sliceUs: number,
): number {
  const worthIt = Math.ceil(WORTH_US / itemUs);
  if (idle === 0 && waiting < worthIt && !isFull) return 0;
  const share = Math.max(Math.ceil(waiting / Math.max(1, idle)), worthIt);
  // Guided self-scheduling (Polychronopoulos and Kuck, 1987): half of what each thread will have to
  // do anyway. Whoever is at the end of a long queue waits no longer for it, and main thread and
  // task workers spend less on messages.
  const guidedUs = (waiting * itemUs) / (2 * threads);
  const budgetUs = Math.min(Math.max(sliceUs, guidedUs), SLICES_MAX * sliceUs);
  const affordable = Math.max(1, Math.floor(budgetUs / itemUs));
  return Math.min(waiting, share, affordable, ITEMS_MAX);
}
