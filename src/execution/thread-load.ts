// How busy a thread has been since it started, by its event loop's own account and, where the
// runtime can tell, by its CPU time. Asked from the main thread, or by a thread of itself.

import type { Worker } from 'node:worker_threads';

export interface ThreadLoad {
  /** `listener`, or `task worker 1` and so on. */
  readonly thread: string;
  /** Seconds in which its event loop was not waiting for events. */
  readonly activeSeconds: number;
  /** Undefined where the runtime cannot tell: Node 20, and early releases of 22 and 24. */
  readonly cpuSeconds: number | undefined;
}

interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** Newer than the oldest Node that is supported. */
type CpuOfThread = { threadCpuUsage?: () => CpuTime };
type CpuOfWorker = { cpuUsage?: () => Promise<CpuTime> };

/** Of the thread that calls it. */
export function loadOfThisThread(thread: string): ThreadLoad {
  const { active } = performance.eventLoopUtilization();
  const cpu = (process as CpuOfThread).threadCpuUsage?.();
  return { thread, activeSeconds: active / 1000, cpuSeconds: secondsOf(cpu) };
}

/** Read from another thread it falls by microseconds now and then, and a counter must not. */
const highestMs = new WeakMap<Worker, number>();

export async function loadOf(worker: Worker, thread: string): Promise<ThreadLoad> {
  const { active: seenMs } = worker.performance.eventLoopUtilization();
  const active = Math.max(seenMs, highestMs.get(worker) ?? 0);
  highestMs.set(worker, active);
  // It rejects where the thread has ended meanwhile.
  const cpu = await (worker as CpuOfWorker).cpuUsage?.().catch(() => undefined);
  return { thread, activeSeconds: active / 1000, cpuSeconds: secondsOf(cpu) };
}

function secondsOf(cpu: CpuTime | undefined): number | undefined {
  return cpu === undefined ? undefined : (cpu.user + cpu.system) / 1e6;
}
