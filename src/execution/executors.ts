// The table of executors. Adding one is a file and a row here. Main thread; what an executor
// promises stands in `executor.ts`.

import { createBatched } from './batched.js';
import type { Executor, ExecutorKind, ExecutorOptions } from './executor.js';
import { createInline } from './inline.js';
import { createPool } from './pool.js';

type Create = (options: ExecutorOptions) => Promise<Executor>;

const EXECUTORS: Readonly<Record<ExecutorKind, Create>> = {
  inline: createInline,
  pool: createPool,
  batched: createBatched,
};

/** @throws Error with one line when the scorer cannot be loaded or a thread does not start */
export function createExecutor(options: ExecutorOptions): Promise<Executor> {
  return EXECUTORS[options.kind](options);
}
