// How many inputs make a task, and how many tasks a thread may have: the difference between the
// executors on task workers. `pool` sends one request for each task. `batched` sends as many as are
// worth a message: large batches of light work, single items of heavy work. Pure; main thread.
// docs/questions/what-batching-wins.md has the measurements.

import { ITEMS_MAX, TASKS_MAX } from '../tally/journal.js';
import type { ExecutorKind } from './executor.js';
import { PLACE_ITEMS_MAX } from './submission.js';

export interface QueueState {
  /** Inputs that wait; at least one. */
  readonly waiting: number;
  /** Waiting inputs of the first submission. */
  readonly front: number;
  readonly threads: number;
  /** Threads that have no task. */
  readonly idle: number;
  /** The queue is full: sending to a thread with room makes room for another submission. */
  readonly isFull: boolean;
  /** The measured cost of one input on its thread, in microseconds. */
  readonly itemUs: number;
}

export interface BatchingPolicy {
  readonly kind: ExecutorKind;
  /** Tasks that a thread may have: one runs, the next is prefetched. */
  readonly depth: number;
  /** Sends at the end of the event loop's turn what arrived in it, not each input alone. */
  readonly coalesce: boolean;
  /** The maximum cost of a task while few inputs wait; a longer task is overdue. */
  readonly sliceMs: number;
  /** After this time a thread returns the items that it has not begun. */
  readonly budgetMs: number;
  /** The size of the next task; 0: wait for more inputs or for an idle thread. */
  chooseBatchSize(queue: QueueState): number;
}

/** One Piscina task for each request: the plain way to use a pool, the baseline of `batched`. */
export const POOL_POLICY: BatchingPolicy = {
  kind: 'pool',
  depth: 1,
  coalesce: false,
  sliceMs: Number.POSITIVE_INFINITY,
  budgetMs: Number.POSITIVE_INFINITY,
  /** From one submission at a time, as many as share a place in the queue. */
  chooseBatchSize: ({ front }) => Math.min(front, PLACE_ITEMS_MAX),
};

/**
 * Work that is worth a message: about the cost of sending and receiving one, on both threads. Less
 * work is not shared among idle threads, and does not go to a busy one.
 */
const MESSAGE_US = 50;

/** The maximum cost of a batch, in slices, while many inputs wait. */
const SLICES_MAX = 4;

export function createBatchedPolicy(sliceUs: number): BatchingPolicy {
  return {
    kind: 'batched',
    depth: TASKS_MAX,
    coalesce: true,
    sliceMs: sliceUs / 1000,
    budgetMs: (SLICES_MAX * sliceUs) / 1000,
    chooseBatchSize({ waiting, threads, idle, isFull, itemUs }) {
      const worthSending = Math.ceil(MESSAGE_US / itemUs);
      if (idle === 0 && waiting < worthSending && !isFull) return 0;
      const share = Math.max(Math.ceil(waiting / Math.max(1, idle)), worthSending);
      // Guided self-scheduling (Polychronopoulos and Kuck, 1987): half of the work that each thread
      // will do anyway. The last input of a long queue waits no longer for it, and the threads
      // spend less on messages.
      const guidedUs = (waiting * itemUs) / (2 * threads);
      const budgetUs = Math.min(Math.max(sliceUs, guidedUs), SLICES_MAX * sliceUs);
      const affordable = Math.max(1, Math.floor(budgetUs / itemUs));
      return Math.min(waiting, share, affordable, ITEMS_MAX);
    },
  };
}

const TASKS_KEPT = 5;

/**
 * The cost of one item, in microseconds: the median of the means of the last tasks. One outlier
 * hardly moves it; a sudden change of cost is complete after three tasks.
 */
export class CostEstimate {
  itemUs: number;
  readonly #kept: number[] = [];
  #next = 0;

  constructor(initialUs: number) {
    this.itemUs = initialUs;
  }

  /** Adds the mean cost of the items of one task. */
  add(itemUs: number): void {
    this.#kept[this.#next] = itemUs;
    this.#next = (this.#next + 1) % TASKS_KEPT;
    const sorted = this.#kept.toSorted((a, b) => a - b);
    // Of an even number the greater one: when in doubt a batch should be short.
    this.itemUs = sorted[Math.floor(sorted.length / 2)] ?? itemUs;
  }
}
