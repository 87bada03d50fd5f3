// A scorer by itself, without a service: what a call takes, what reading and printing its
// transaction cost, and what a message to a task worker and back costs on this machine. The work is
// done in processes of their own, so that a scorer that never ends is ended. Main thread of the
// runner.

import { percentile } from '../../src/checker/report/score-summary.js';
import { startJobs } from '../load/generator.js';
import type { ExpectedLevel, Limits } from '../runner/validity.js';
import { CHILD as DISPATCH_CHILD } from '../scenarios/wake-up.js';
import type { WakeupCourse, WakeupJob } from '../scenarios/wake-up-job.js';
import { percentileReason } from '../stats/percentiles.js';
import { bootstrapMedian, type ConfidenceInterval, median } from '../stats/statistics.js';
import type { ScorerAnswer, ScorerCourse, ScorerJob } from './scorer-job.js';

const CHILD = new URL('./scorer-child.js', import.meta.url);

export interface Alone {
  /** Calls that were timed. */
  readonly n: number;
  readonly meanUs: number;
  readonly medianUs: number;
  /** NaN with too few calls. */
  readonly p99Us: number;
  /** Standard deviation. */
  readonly sdUs: number;
  readonly maxUs: number;
  /** CPU time over time, about 1 for one that only computes. */
  readonly cpuShare: number;
  readonly isAsync: boolean;
  /** What every answer is to say. */
  readonly level: ExpectedLevel;
  readonly isSame: boolean;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** Parsing and checking; printing; of one transaction. */
  readonly readUs: ConfidenceInterval;
  readonly printUs: ConfidenceInterval;
  /** The built-in rules, for the same transaction. */
  readonly rulesUs: number;
}

/** What of a request could be done on another thread, with this scorer or with the rules. */
export function requestUs({ readUs, printUs }: Alone, scorerUs: number): number {
  return readUs.median + scorerUs + printUs.median;
}

/** There and back, one after the other. */
export interface Trip {
  readonly n: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly cpuUs: number;
}

/** @throws Error in one line: it cannot be loaded, fails on this transaction, or never ends */
export async function measureAlone(
  job: ScorerJob,
  limits: Limits,
  limitMs: number,
  signal: AbortSignal,
  next: () => number,
): Promise<Alone> {
  const overdue = AbortSignal.timeout(limitMs);
  const child = startJobs<ScorerJob, ScorerAnswer>(CHILD, AbortSignal.any([signal, overdue]));
  try {
    const answer = await child.load(job).catch(() => {
      const never = `did not come to an end within ${limitMs / 1000} s; it was ended`;
      const why = overdue.aborted ? never : 'ended its own process';
      throw new Error(signal.aborted ? 'interrupted' : `the scorer ${why}`);
    });
    if ('failed' in answer) throw new Error(failureText(answer.failed));
    return aloneOf(answer, limits, next);
  } finally {
    child.close();
  }
}

function failureText(why: string): string {
  return why.startsWith('Cannot load') || why.includes('has no scorer')
    ? why
    : `the scorer fails on this transaction: ${why}`;
}

export function aloneOf(course: ScorerCourse, limits: Limits, next: () => number): Alone {
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
    cpuShare,
    isAsync,
    level: level === undefined || others.length > 0 ? 'any' : (level as ExpectedLevel),
    isSame,
    bodyBytes,
    answerBytes,
    readUs: bootstrapMedian(readUs, next),
    printUs: bootstrapMedian(printUs, next),
    rulesUs: median(rulesUs),
  };
}

/** As the service uses Piscina: an idle task worker does not block its own event loop. */
export async function measureTrip(tasks: number, signal: AbortSignal): Promise<Trip> {
  const child = startJobs<WakeupJob, WakeupCourse>(DISPATCH_CHILD, signal);
  const warmTasks = Math.ceil(tasks / 5);
  const noTimers = { timers: 0, timerMs: 0, leftAloneMs: 0 };
  try {
    const { tripUs, wrong, cpuUs } = await child.load({
      atomics: 'disabled',
      warmTasks,
      tasks,
      gapMs: 0,
      ...noTimers,
    });
    if (wrong > 0) throw new Error(`${wrong} wrong answers of a task worker`);
    const sorted = Float64Array.from(tripUs).sort();
    const [p50Us, p99Us] = [percentile(sorted, 50), percentile(sorted, 99)];
    return { n: tasks, p50Us, p99Us, cpuUs: cpuUs / tasks };
  } finally {
    child.close();
  }
}
