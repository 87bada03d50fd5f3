// The runner's end of a load generator: forks its process, hands it one job after another, and ends
// it. The runner shares no thread with it. Main thread of the runner.

import { type ChildProcess, fork } from 'node:child_process';
import type { JobAnswer } from './load-child.js';
import type {
  AutocannonJob,
  AutocannonLoad,
  Load,
  LoadJob,
  OpenJob,
  OpenLoad,
} from './load-job.js';

export const GENERATOR_NAMES = ['autocannon', 'raw'] as const;
export type GeneratorName = (typeof GENERATOR_NAMES)[number];

const CLOSED_LOOPS: Readonly<Record<GeneratorName, URL>> = {
  autocannon: new URL('./autocannon-load.js', import.meta.url),
  raw: new URL('./raw-load.js', import.meta.url),
};
const OPEN_LOOP = new URL('./open-load.js', import.meta.url);

export interface Generator<Job, Result> {
  /** One job at a time. Rejects when the process ends first, as it does on an abort. */
  load(job: Job): Promise<Result>;
  /** Ends the process. */
  close(): void;
}

export function startClosedLoop(
  name: GeneratorName,
  signal: AbortSignal,
): Generator<LoadJob, Load> {
  return startJobs(CLOSED_LOOPS[name], signal);
}

export function startOpenLoop(signal: AbortSignal): Generator<OpenJob, OpenLoad> {
  return startJobs(OPEN_LOOP, signal);
}

/**
 * An open loop for the time of `body`. It is to be over before its server is stopped: what comes
 * next measures how quick the machine is, and must not meet the end of many connections.
 */
export async function withOpenLoop<T>(
  signal: AbortSignal,
  body: (generator: Generator<OpenJob, OpenLoad>) => Promise<T>,
): Promise<T> {
  const generator = startOpenLoop(signal);
  try {
    return await body(generator);
  } finally {
    generator.close();
  }
}

/** autocannon alone, which may be given a rate and tells what it would print. */
export function startAutocannon(signal: AbortSignal): Generator<AutocannonJob, AutocannonLoad> {
  return startJobs(CLOSED_LOOPS.autocannon, signal);
}

/** A process of its own for any kind of job; `entry` calls `serveJobs` of load-child.ts. */
export function startJobs<Job, Result>(entry: URL, signal: AbortSignal): Generator<Job, Result> {
  // Its default would turn the NaN of "nothing was answered" into null.
  const child = fork(entry, { serialization: 'advanced', execArgv: [] });
  const abort = () => child.kill('SIGKILL');
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return {
    load: (job) => exchange<Result>(child, job),
    close() {
      signal.removeEventListener('abort', abort);
      if (child.connected) child.disconnect();
    },
  };
}

function exchange<Result>(child: ChildProcess, job: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const ended = () => settle(() => reject(new Error('the load generator ended early')));
    const broken = (error: Error) => settle(() => reject(error));
    const answered = (answer: JobAnswer<Result>) =>
      settle(() => ('result' in answer ? resolve(answer.result) : reject(new Error(answer.error))));
    const settle = (how: () => void) => {
      child.off('exit', ended).off('error', broken).off('message', answered);
      how();
    };
    child.on('exit', ended).on('error', broken).on('message', answered);
    if (child.exitCode !== null || child.signalCode !== null) return ended();
    child.send(job as object, (error) => error !== null && broken(error));
  });
}
