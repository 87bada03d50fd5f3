// The runner's end of a load generator: forks its process, hands it one job after another, and ends
// it. The runner shares no thread with it. Main thread of the runner.

import { type ChildProcess, fork } from 'node:child_process';
import type { JobAnswer } from './load-child.js';
import type { Arrivals, Stretch } from './schedule.js';

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

// What the runner asks of a load generator, and what it is told: plain data, since it crosses to
// another process and back. Types and constants only.

/** A closed loop: every connection sends its next request when its last one was answered. */
export interface LoadJob {
  /** The whole address, path included. */
  readonly url: string;
  /** Posted as JSON by every request. */
  readonly body: string;
  /** What every right answer's body holds. */
  readonly expect: string;
  readonly connections: number;
  /**
   * Each request on a new connection, which is a part of its latency: for a server that closes each
   * after its answer. The raw generator alone can do that.
   */
  readonly connectsAnew?: boolean;
  /** Ends after a time, or after so many requests. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
}

/** Milliseconds; NaN when nothing was answered. */
export interface Latency {
  /** How many it is of: with few of them a high percentile is unknown (percentiles.ts). */
  readonly samples: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface Load {
  /** Right answers, with those that came after the time was over. */
  readonly ok: number;
  /** Answers with status 200 and another body than expected. */
  readonly wrong: number;
  /** Answers with another status, broken connections and timeouts. */
  readonly failed: number;
  /** What the first of the failed was; undefined when none. */
  readonly fault?: string | undefined;
  readonly seconds: number;
  /** Right answers a second, while the time lasted. */
  readonly perSecond: number;
  readonly latency: Latency;
  /** CPU time of the generator's process, as a share of one core. */
  readonly cpuShare: number;
}

export interface AutocannonJob extends LoadJob {
  /** Its `-R`, all connections together; undefined: none. */
  readonly perSecond?: number;
  /** As its `--ignoreCoordinatedOmission`: no samples are made up when it has a rate. */
  readonly isUncorrected?: boolean;
}

export interface AutocannonLoad extends Load {
  /** What autocannon itself prints: percentiles in whole milliseconds. */
  readonly printed: Latency;
}

/** An open loop: requests start when they are due, whatever became of the earlier ones. */
export type OpenJob = OpenRequest & (OpenRate | { readonly rates: readonly Stretch[] });

export interface OpenRate {
  readonly perSecond: number;
  readonly seconds: number;
}

interface OpenRequest {
  readonly url: string;
  /** Posted as JSON; null: a GET without a body. */
  readonly body: string | null;
  readonly expect: string;
  /** Even when it is not said. */
  readonly arrivals?: Arrivals;
  /** Requests in flight at most; one that is due and finds no place starts late. */
  readonly connections: number;
  /**
   * A path to ask for on every connection before the first job of a generator, so that they are
   * all open: libuv accepts few connections a turn of a busy event loop, and that is another
   * figure. Null: they open as they are needed.
   */
  readonly opener: string | null;
}

export interface OpenLoad {
  /** Requests that were due. */
  readonly due: number;
  /** Right answers. */
  readonly ok: number;
  /** Answers with 503. */
  readonly shed: number;
  readonly wrong: number;
  /** Answers with yet another status, broken connections and timeouts. */
  readonly failed: number;
  readonly fault?: string | undefined;
  /** Right answers a second, while requests were due. */
  readonly perSecond: number;
  /** Of right answers, from the intended start. */
  readonly latency: Latency;
  /** Of the same answers, from the real start: what a closed loop would have seen. */
  readonly service: Latency;
  /** From the intended to the real start, of all requests. */
  readonly lateness: Latency;
  /** The same of those that found a place when they were due: the generator's own lateness. */
  readonly ownLateness: Latency;
  /** Time in flight of all other requests, added up, for Little's law. */
  readonly otherMs: number;
  /** Requests in flight, as a mean over the time until the last one ended. */
  readonly inFlight: number;
  /** That time. */
  readonly tookSeconds: number;
  readonly cpuShare: number;
}
