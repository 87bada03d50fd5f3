// The table of executors. A new executor is a file and a row here. Main thread or listening thread.

import { createBatchedPolicy, POOL_POLICY } from './batching-policy.js';
import { createDispatcher } from './dispatcher.js';
import type { Executor, ExecutorKind, ExecutorOptions } from './executor.js';
import { createInline } from './inline.js';

type Create = (options: ExecutorOptions) => Promise<Executor>;

const EXECUTORS: Readonly<Record<ExecutorKind, Create>> = {
  inline: createInline,
  pool: (options) => createDispatcher(POOL_POLICY, options),
  batched: (options) => createDispatcher(createBatchedPolicy(options.sliceUs), options),
};

/** @throws Error with one line when the scorer cannot be loaded or a thread does not start */
export function createExecutor(options: ExecutorOptions): Promise<Executor> {
  return EXECUTORS[options.kind](options);
}
