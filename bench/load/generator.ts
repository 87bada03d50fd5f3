// The runner's end of a load generator: jobs and results as plain data, and the process that takes one job
// after another. Main thread of the runner.

import { type ChildProcess, fork } from 'node:child_process';
import type { Arrivals, OpenRate } from './schedule.js';

/** A closed loop: every connection sends its next request when its last one was answered. */
export interface LoadJob {
  /** With its path. */
  readonly url: string;
  /** Posted as JSON. */
  readonly body: string;
  /** What every right answer's body holds. */
  readonly expect: string;
  readonly connections: number;
  /** Each request opens a connection, which counts in its latency. Only the raw generator can do that. */
  readonly connectsAnew?: boolean;
  readonly until: { readonly seconds: number } | { readonly requests: number };
}

/** Milliseconds; NaN when nothing was answered. */
export interface Latency {
  /** With few of them a high percentile is unknown (percentiles.ts). */
  readonly samples: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface Load {
  /** Right answers, late ones included. */
  readonly ok: number;
  /** Answers with status 200 and another body than expected. */
  readonly wrong: number;
  /** Answers with another status, broken connections and timeouts. */
  readonly failed: number;
  /** The first failure. */
  readonly fault?: string | undefined;
  readonly seconds: number;
  /** Right answers per second, without late ones. */
  readonly perSecond: number;
  readonly latency: Latency;
  /** Of the generator, of one core. */
  readonly cpuShare: number;
}

export interface AutocannonJob extends LoadJob {
  /** Its `-R`, all connections together; undefined: none. */
  readonly perSecond?: number;
  /** As its `--ignoreCoordinatedOmission`: it invents no samples. */
  readonly isUncorrected?: boolean;
}

export interface AutocannonLoad extends Load {
  /** What autocannon itself prints: percentiles in whole milliseconds. */
  readonly printed: Latency;
}

/** An open loop: requests start when they are due. */
export interface OpenJob extends OpenRate {
  readonly url: string;
  /** Posted as JSON; null: a GET without a body. */
  readonly body: string | null;
  readonly expect: string;
  /** Default: even. */
  readonly arrivals?: Arrivals;
  /** Requests in flight at most; a request that finds every connection busy starts late. */
  readonly connections: number;
  /**
   * A path that every connection requests before the first job: libuv accepts few connections per turn of a
   * busy event loop, and a run must not measure that. Null: connections open when they are needed.
   */
  readonly opener: string | null;
}

export interface OpenLoad extends Omit<Load, 'seconds'> {
  /** Requests that were due. */
  readonly due: number;
  /** Answers with 503, which are no failures. */
  readonly shed: number;
  /** Of right answers, from the intended start; `perSecond` is while requests were due. */
  readonly latency: Latency;
  /** Of the same answers, from the real start. */
  readonly service: Latency;
  /** From the intended to the real start, of all requests. */
  readonly lateness: Latency;
  /** Of requests that found a free connection: the generator's own lateness. */
  readonly ownLateness: Latency;
  /** Time in flight of all other requests, added up. */
  readonly otherMs: number;
  /** Requests in flight, as a mean until the last one ended. */
  readonly inFlight: number;
  readonly tookSeconds: number;
}

/** The message that answers a job. */
export type JobAnswer<Result> = { readonly result: Result } | { readonly error: string };

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
  close(): void;
}

export function startClosedLoop(name: GeneratorName, signal: AbortSignal): Generator<LoadJob, Load> {
  return startJobs(CLOSED_LOOPS[name], signal);
}

export function startOpenLoop(signal: AbortSignal): Generator<OpenJob, OpenLoad> {
  return startJobs(OPEN_LOOP, signal);
}

/**
 * An open loop for the time of `body`. It must end before its server stops: the next step probes the
 * machine, and the end of many connections would make the machine look busy.
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

export function startAutocannon(signal: AbortSignal): Generator<AutocannonJob, AutocannonLoad> {
  return startJobs(CLOSED_LOOPS.autocannon, signal);
}

/** Starts a process for any kind of job; `entry` calls `serveJobs` of load-child.ts. */
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

/** One job in a process that ends with it. */
export async function runJob<Job, Result>(entry: URL, signal: AbortSignal, job: Job): Promise<Result> {
  const child = startJobs<Job, Result>(entry, signal);
  try {
    return await child.load(job);
  } finally {
    child.close();
  }
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
