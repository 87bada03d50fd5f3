// Threads that do not end when they are told to: nothing interrupts native code, which `execSync` is too.
// They may live on until it returns, and the service goes on without them. Main thread.

import type { Worker } from 'node:worker_threads';

/** A thread that has not ended after this time is inside native code. */
export const END_MS_MAX = 1_000;

/** Ends a thread; calls `onUnended` if it is inside native code. */
export function endThread(worker: Worker, onUnended: () => void): void {
  const overdue = setTimeout(onUnended, END_MS_MAX);
  worker.once('exit', () => clearTimeout(overdue));
  void worker.terminate();
}

/** A process waits for its threads before it exits. With one inside native code only a kill ends it. */
export function killAtExit(threads: readonly Worker[]): void {
  const isAlive = () => threads.some(({ threadId }) => threadId !== -1);
  if (isAlive()) process.once('exit', () => isAlive() && process.kill(process.pid, 'SIGKILL'));
}
