// The inside of a load generator's process: takes one job at a time as a message, and ends with the process
// that forked it. Also what all generators record, and the reader of raw answers.

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

/** Holds three significant digits of microseconds, up to a minute. */
export function createLatencyRecord() {
  const histogram = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
  return {
    add(ms: number): void {
      histogram.record(Math.min(60_000_000, Math.max(1, Math.round(ms * 1000))));
    },
    read(): Latency {
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

/** Create it when the load begins: its clocks start then. */
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

type Reading =
  | { readonly state: 'more' }
  | { readonly state: 'answer'; readonly status: number; readonly body: string }
  | { readonly state: 'broken'; readonly why: string };

const HEAD_END = '\r\n\r\n';
const HEAD_BYTES_MAX = 16 * 1024;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})[ \r]/;
const LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;
const CLOSES = /\r\nconnection: *close\r\n/i;

/**
 * Reads the answers of one connection, one outstanding request at a time. What it does not know (chunked
 * bodies, more bytes than declared) is broken. Give it Latin-1, so that a character is a byte.
 * @param isLast the connection may be closed after the answer
 */
export function createResponseReader(isLast = false): (chunk: string) => Reading {
  let held = '';
  return (chunk) => {
    held = held === '' ? chunk : held + chunk;
    const headLength = held.indexOf(HEAD_END);
    if (headLength < 0) {
      return held.length > HEAD_BYTES_MAX ? broken('an endless head') : { state: 'more' };
    }
    const head = held.slice(0, headLength + 2);
    const [, minor, status] = STATUS_LINE.exec(head) ?? [];
    if (status === undefined) return broken(`no status line: ${head.slice(0, 40)}`);
    const [, length] = LENGTH.exec(head) ?? [];
    if (length === undefined) return broken('no Content-Length');
    if (!isLast && (minor === '0' || CLOSES.test(head))) {
      return broken(`the server closes the connection (status ${status})`);
    }
    const from = headLength + HEAD_END.length;
    const missing = from + Number(length) - held.length;
    if (missing > 0) return { state: 'more' };
    if (missing < 0) return broken(`${-missing} bytes more than the Content-Length says`);
    const body = held.slice(from);
    held = '';
    return { state: 'answer', status: Number(status), body };
  };
}

function broken(why: string): Reading {
  return { state: 'broken', why };
}
