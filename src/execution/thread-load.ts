// The load of a thread since its start: the active time of its event loop and, where the runtime
// reports it, its CPU time. Runs on the main thread, or on the measured thread itself.

import type { Worker } from 'node:worker_threads';

export interface ThreadLoad {
  /** `listener`, `task worker 1`, `task worker 2` ... */
  readonly thread: string;
  /** Seconds in which its event loop did not wait for events. */
  readonly activeSeconds: number;
  /** Undefined where the runtime does not report it: Node 20, early releases of 22 and 24. */
  readonly cpuSeconds: number | undefined;
}

/** Newer than the oldest Node that is supported. */
type CpuOfThread = { threadCpuUsage?: () => NodeJS.CpuUsage };
type CpuOfWorker = { cpuUsage?: () => Promise<NodeJS.CpuUsage> };

/** Measures the thread that calls it. */
export function measureThisThread(thread: string): ThreadLoad {
  const { active } = performance.eventLoopUtilization();
  const cpu = (process as CpuOfThread).threadCpuUsage?.();
  return { thread, activeSeconds: active / 1000, cpuSeconds: toSeconds(cpu) };
}

/** From another thread the time sometimes falls by microseconds, which a counter must not. */
const highestMs = new WeakMap<Worker, number>();

export async function measureWorker(worker: Worker, thread: string): Promise<ThreadLoad> {
  const { active: seenMs } = worker.performance.eventLoopUtilization();
  const active = Math.max(seenMs, highestMs.get(worker) ?? 0);
  highestMs.set(worker, active);
  // It rejects when the thread has ended meanwhile.
  const cpu = await (worker as CpuOfWorker).cpuUsage?.().catch(() => undefined);
  return { thread, activeSeconds: active / 1000, cpuSeconds: toSeconds(cpu) };
}

function toSeconds(cpu: NodeJS.CpuUsage | undefined): number | undefined {
  return cpu === undefined ? undefined : (cpu.user + cpu.system) / 1e6;
}
