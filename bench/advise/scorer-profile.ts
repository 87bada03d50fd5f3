// Profiles a scorer without a service: call time, parsing and printing, and a message's round trip to a task
// worker. Each runs in a separate process, which can be killed if it never ends. Main thread of the runner.

import { percentile } from '../../src/checker/report/score-text.js';
import { startJobs } from '../load/generator.js';
import type { ExpectedLevel, Limits } from '../runner/validity.js';
import { CHILD as DISPATCH_CHILD } from '../scenarios/wake-up.js';
import type { WakeupCourse, WakeupJob } from '../scenarios/wake-up-child.js';
import { percentileReason } from '../stats/percentiles.js';
import { bootstrapMedian, type ConfidenceInterval, median } from '../stats/statistics.js';

const CHILD = new URL('./scorer-child.js', import.meta.url);

export interface ScorerProfile
  extends Pick<ScorerCalls, 'cpuShare' | 'isAsync' | 'isSame' | 'bodyBytes' | 'answerBytes'> {
  readonly n: number;
  readonly meanUs: number;
  readonly medianUs: number;
  /** NaN with too few calls. */
  readonly p99Us: number;
  /** Standard deviation. */
  readonly sdUs: number;
  readonly maxUs: number;
  /** The level that each answer must have. */
  readonly level: ExpectedLevel;
  /** One transaction: parsing and checking, then printing. */
  readonly readUs: ConfidenceInterval;
  readonly printUs: ConfidenceInterval;
  /** The built-in rules, for the same transaction. */
  readonly rulesUs: number;
}

/** The work of a request that another thread could do, with this scorer or with the rules. */
export function estimateRequestUs({ readUs, printUs }: ScorerProfile, scorerUs: number): number {
  return readUs.median + scorerUs + printUs.median;
}

/** Messages to a task worker and back, one after the other. */
export interface RoundTrip {
  readonly n: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly cpuUs: number;
}

/** @throws Error in one line: it does not load, fails on this transaction, or never ends */
export async function profileScorer(
  job: ScorerJob,
  limits: Limits,
  limitMs: number,
  signal: AbortSignal,
  next: () => number,
): Promise<ScorerProfile> {
  const overdue = AbortSignal.timeout(limitMs);
  const child = startJobs<ScorerJob, ScorerReply>(CHILD, AbortSignal.any([signal, overdue]));
  try {
    const answer = await child.load(job).catch(() => {
      const never = `did not end within ${limitMs / 1000} s; it was killed`;
      const why = overdue.aborted ? never : 'ended its own process';
      throw new Error(signal.aborted ? 'interrupted' : `the scorer ${why}`);
    });
    if ('failed' in answer) throw new Error(failureText(answer.failed));
    return summarizeCalls(answer, limits, next);
  } finally {
    child.close();
  }
}

function failureText(why: string): string {
  return why.startsWith('Cannot load') || why.includes('has no scorer')
    ? why
    : `the scorer fails on this transaction: ${why}`;
}

export function summarizeCalls(course: ScorerCalls, limits: Limits, next: () => number): ScorerProfile {
  const { callUs, levels, readUs, printUs, rulesUs } = course;
  const { cpuShare, isAsync, isSame, bodyBytes, answerBytes } = course;
  const sorted = callUs.toSorted();
  const n = sorted.length;
  const meanUs = sorted.reduce((sum, us) => sum + us, 0) / n;
  const squares = sorted.reduce((sum, us) => sum + (us - meanUs) ** 2, 0);
  const [level, ...others] = levels;
  return {
    n,
    meanUs,
    medianUs: percentile(sorted, 50),
    p99Us: percentileReason(99, n, limits) === undefined ? percentile(sorted, 99) : Number.NaN,
    sdUs: Math.sqrt(squares / Math.max(1, n - 1)),
    maxUs: sorted.at(-1) ?? Number.NaN,
    level: level === undefined || others.length > 0 ? 'any' : (level as ExpectedLevel),
    ...{ cpuShare, isAsync, isSame, bodyBytes, answerBytes },
    readUs: bootstrapMedian(readUs, next),
    printUs: bootstrapMedian(printUs, next),
    rulesUs: median(rulesUs),
  };
}

/** Uses Piscina as the service does: an idle task worker does not block its event loop. */
export async function measureRoundTrip(tasks: number, signal: AbortSignal): Promise<RoundTrip> {
  const child = startJobs<WakeupJob, WakeupCourse>(DISPATCH_CHILD, signal);
  const warmTasks = Math.ceil(tasks / 5);
  const job = { warmTasks, tasks, gapMs: 0, timers: 0, timerMs: 0, leftAloneMs: 0 };
  try {
    const { tripUs, wrong, cpuUs } = await child.load({ atomics: 'disabled', ...job });
    if (wrong > 0) throw new Error(`${wrong} wrong answers of a task worker`);
    const sorted = Float64Array.from(tripUs).sort();
    const [p50Us, p99Us] = [percentile(sorted, 50), percentile(sorted, 99)];
    return { n: tasks, p50Us, p99Us, cpuUs: cpuUs / tasks };
  } finally {
    child.close();
  }
}

export interface ScorerJob {
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  /** One transaction as a JSON text. */
  readonly body: string;
  /** Time of the untimed calls before. */
  readonly warmMs: number;
  /** Calls are timed for this time, or until there are `callsMax`. */
  readonly measureMs: number;
  readonly callsMax: number;
}

export type ScorerReply = { readonly failed: string } | ScorerCalls;

export interface ScorerCalls {
  /** Microseconds of each call; an asynchronous call ends when its promise is fulfilled. */
  readonly callUs: Float64Array;
  /** CPU time over elapsed time of all calls, with parsing: about 1 where the scorer only computes. */
  readonly cpuShare: number;
  readonly isAsync: boolean;
  /** The distinct levels of its answers. */
  readonly levels: readonly string[];
  /** Whether all calls gave the same answer. */
  readonly isSame: boolean;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** Microseconds for one text; each is the mean of a block of them. */
  readonly readUs: readonly number[];
  readonly printUs: readonly number[];
  /** The built-in rules with the same transaction, in the same blocks. */
  readonly rulesUs: readonly number[];
}

/** `0.43 us`, `25 us`, `2.1 ms` */
export function formatMicroseconds(us: number): string {
  if (Number.isNaN(us)) return 'unknown';
  if (us < 10) return `${us.toFixed(us < 1 ? 2 : 1)} us`;
  return us < 1_000 ? `${us.toFixed(0)} us` : `${(us / 1_000).toFixed(us < 10_000 ? 1 : 0)} ms`;
}
