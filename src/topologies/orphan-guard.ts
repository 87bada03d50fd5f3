// Starts the thread that ends this process when its parent has ended. Main thread of a process of a
// cluster, or of a service that another program started for itself.

import { Worker } from 'node:worker_threads';

export interface GuardData {
  readonly parentPid: number;
  /** The process has this long to end by itself. */
  readonly graceMs: number;
}

export function guardAgainstOrphaning(graceMs: number): void {
  const workerData: GuardData = { parentPid: process.ppid, graceMs };
  const url = new URL('./orphan-guard.worker.js', import.meta.url);
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 };
  const guard = new Worker(url, { workerData, resourceLimits, execArgv: [] });
  guard.on('error', () => {}); // a process without a guard still ends with its channel
  guard.unref();
}
