// The inside of a load generator's process: takes one job at a time as a message, answers with its
// result, and ends with the process that forked it. Also what all generators record in the same
// way: latencies, outcomes and their own CPU time.

import { createHistogram } from 'node:perf_hooks';
import type { JobAnswer, Latency, Load, LoadJob } from './generator.js';

/** A request without an answer after this is a failed one. */
export const ANSWER_MS_MAX = 10_000;

/** Runs until the parent closes the channel. */
export function serveJobs<Job, Result>(run: (job: Job) => Promise<Result>): void {
  const answer = (message: JobAnswer<Result>) => process.send?.(message);
  process.on('message', (job: Job) => {
    run(job).then(
      (result) => answer({ result }),
      (error: unknown) => answer({ error: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
  process.on('SIGINT', () => {}); // Ctrl-C reaches the whole group; the parent decides
}

export interface LatencyRecord {
  add(ms: number): void;
  read(): Latency;
}

/** Holds three significant digits of microseconds, up to a minute. */
export function createLatencyRecord(): LatencyRecord {
  const histogram = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
  return {
    add(ms) {
      histogram.record(Math.min(60_000_000, Math.max(1, Math.round(ms * 1000))));
    },
    read() {
      const { count: samples, max, mean } = histogram;
      const inMs = (us: number) => (samples === 0 ? Number.NaN : us / 1000);
      return {
        samples,
        meanMs: inMs(mean),
        p50Ms: inMs(histogram.percentile(50)),
        p99Ms: inMs(histogram.percentile(99)),
        p999Ms: inMs(histogram.percentile(99.9)),
        maxMs: inMs(max),
      };
    },
  };
}

/** Outcomes of requests; it keeps the first failure in words. */
export function createOutcomes() {
  const counts = { ok: 0, wrong: 0, failed: 0 };
  let fault: string | undefined;
  return {
    counts,
    fail(why: string) {
      counts.failed++;
      fault ??= why;
    },
    readFault: () => fault,
  };
}

/** What a closed loop records. Create it when the load begins: its clocks start then. */
export function createClosedLoopRecord({ until, expect }: Pick<LoadJob, 'until' | 'expect'>) {
  const { counts, fail, readFault } = createOutcomes();
  const latency = createLatencyRecord();
  const readCpuShare = watchCpu();
  const startedAt = performance.now();
  const endsAt = 'seconds' in until ? startedAt + until.seconds * 1000 : Number.POSITIVE_INFINITY;
  let inTime = 0;
  return {
    startedAt,
    endsAt,
    fail,
    /** An answer with status 200 that came at `at`; returns whether it was right. */
    answer(body: string, ms: number, at: number): boolean {
      const isRight = body.includes(expect);
      if (!isRight) counts.wrong++;
      else {
        counts.ok++;
        latency.add(ms);
        if (at < endsAt) inTime++;
      }
      return isRight;
    },
    /** Answers after the end are in the counts and not in the rate. */
    read(seconds: number): Load {
      return {
        ...counts,
        fault: readFault(),
        seconds,
        perSecond: inTime / seconds,
        latency: latency.read(),
        cpuShare: readCpuShare(),
      };
    },
  };
}

/** CPU time since the call, as a share of one core. */
export function watchCpu(): () => number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / (performance.now() - startedAt);
  };
}
