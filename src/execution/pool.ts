// The executor that scores each request as one Piscina task, one at a time in each task worker: the
// plain way to use a pool, and what `batched` is measured against. A policy of the dispatcher.

import { createDispatcher } from './dispatcher.js';
import type { Executor, ExecutorOptions } from './executor.js';
import { PLACE_ITEMS_MAX } from './jobs.js';
import type { Policy } from './policy.js';

const POOL: Policy = {
  kind: 'pool',
  depth: 1,
  gathers: false,
  sliceMs: Number.POSITIVE_INFINITY,
  stopMs: Number.POSITIVE_INFINITY,
  /** Of one submission at a time, as much as shares a place in the queue. */
  batch: ({ front }) => Math.min(front, PLACE_ITEMS_MAX),
};

export function createPool(options: ExecutorOptions): Promise<Executor> {
  return createDispatcher(POOL, options);
}
