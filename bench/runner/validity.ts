// When a benchmark run is discarded: each check returns the reason, or undefined. A figure of a run that lost
// or invented counts would describe a different service. Pure.

import type { RiskLevel } from '../../src/scoring/rules.js';

/** The level of the transaction that all benchmarks send, unless a scenario sends another. */
export const LEVEL: RiskLevel = 'CRITICAL';

/** The level that the service must answer; `any`: its scorer may vary. */
export type ExpectedLevel = RiskLevel | 'any';

export interface Ledger {
  /** Default: `LEVEL`. */
  readonly expected?: ExpectedLevel;
  /** Of one answer, before any request was timed. */
  readonly level: string | undefined;
  readonly wrong: number;
  readonly failed: number;
  readonly fault: string | undefined;
  readonly ok: number;
  /** Growth of the service's own counters; undefined: this server counts nothing. */
  readonly counted: number | undefined;
  readonly connections: number;
}

/**
 * The end of a run cuts off at most one request per connection, which may be counted without an
 * answer. The warm-up may leave as many behind.
 */
export function checkLedger(ledger: Ledger): string | undefined {
  const { expected = LEVEL, level, wrong, failed, fault, ok, counted, connections } = ledger;
  const isRight = expected === 'any' ? level !== undefined : level === expected;
  if (!isRight) return `wrong answer: ${level}`;
  if (wrong > 0) return `${wrong} wrong answers`;
  if (failed > 0) return `${failed} requests failed${fault === undefined ? '' : `: ${fault}`}`;
  if (ok === 0) return 'nothing was answered';
  if (counted === undefined) return undefined;
  if (counted < ok) return `${ok - counted} answered requests were not counted`;
  if (counted > ok + 2 * connections) return `${counted - ok} counted without an answer`;
  return undefined;
}

export interface OpenLoopCourse {
  readonly due: number;
  readonly ended: number;
  readonly latenessP99Ms: number;
  readonly cpuShare: number;
  readonly terms: LittleTerms;
}

/** Beyond these a run is discarded, or a value of it is unknown. */
export interface Limits {
  /** For the lateness of 99 % of the starts of an open loop. */
  readonly latenessMsMax: number;
  /** Of one core: above it an open loop is discarded and a closed loop gets a note. */
  readonly cpuShareMax: number;
  /** How far the number in flight may be from rate times latency, as a share of it. */
  readonly littleErrorMax: number;
  /** A percentile is known when at least this many samples lie above it. */
  readonly samplesAboveMin: number;
  /** How many times its best time in the session the machine probe may take. */
  readonly probeSlowdownMax: number;
  /** The greatest ratio between the probes before and after a run. */
  readonly probeDriftMax: number;
  /** For at least this share of the time all adding threads must add. */
  readonly togetherShareMin: number;
}

/** A late or saturated generator would report its own latencies. */
export function checkOpenLoop(course: OpenLoopCourse, limits: Limits): string | undefined {
  const { latenessMsMax, cpuShareMax } = limits;
  const { due, ended, latenessP99Ms, cpuShare, terms } = course;
  if (ended !== due) return `${ended} of ${due} requests came to an end`;
  if (latenessP99Ms > latenessMsMax) {
    return `the generator was late: p99 ${latenessP99Ms.toFixed(1)} ms`;
  }
  if (cpuShare > cpuShareMax) {
    return `the generator was saturated: ${(cpuShare * 100).toFixed(0)} % of a core`;
  }
  return checkLittlesLaw(terms, limits);
}

/** Requests in flight, and the rate and latency that should explain them. */
export interface LittleTerms {
  /** In a closed loop the connections; in an open loop the mean over time, counted by itself. */
  readonly inFlight: number;
  readonly perSecond: number;
  /** From the real start. */
  readonly meanMs: number;
  /**
   * The share, from 0 to 1, that latencies may miss or exceed: each request at the end of the run at most as
   * long as the longest, and the generator's CPU time between an answer and the next request.
   */
  readonly edge: number;
}

/**
 * J. Little (1961): in flight = rate x latency, whatever the service does. It breaks when latencies leave out
 * a wait, when a clock or a unit is wrong, or when connections stood idle.
 */
export function checkLittlesLaw(
  { inFlight, perSecond, meanMs, edge }: LittleTerms,
  { littleErrorMax }: Limits,
): string | undefined {
  const explained = (perSecond * meanMs) / 1000;
  const error = Math.abs(explained / inFlight - 1);
  if (error <= littleErrorMax + edge) return undefined;
  const [seen, should] = [inFlight.toFixed(1), explained.toFixed(1)];
  return `Little's law is broken: ${seen} in flight, rate x mean latency says ${should}`;
}

/** Milliseconds of the machine probe; `bestMs` is of the session. */
export interface ProbeTimes {
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly bestMs: number;
}

/** Another program on the machine made the same work slower. */
export function checkProbeTimes(
  { beforeMs, afterMs, bestMs }: ProbeTimes,
  { probeSlowdownMax, probeDriftMax }: Limits,
): string | undefined {
  const slowdown = Math.max(beforeMs, afterMs) / bestMs;
  const drift = Math.max(beforeMs, afterMs) / Math.min(beforeMs, afterMs);
  const when = afterMs > beforeMs ? 'after' : 'before';
  const work = `the machine probe ${when} the run took`;
  if (slowdown > probeSlowdownMax) {
    return `the machine was busy: ${work} ${slowdown.toFixed(1)} times its best`;
  }
  if (drift > probeDriftMax) {
    const other = when === 'after' ? 'before' : 'after';
    return `the machine changed: ${work} ${drift.toFixed(1)} times as long as ${other} it`;
  }
  return undefined;
}

export interface ThreadAdds {
  readonly threads: number;
  /** Adds that threads made, and what the counters grew by. */
  readonly added: number;
  readonly counted: number;
  readonly isCorrect: boolean;
  /** Of the time from the first start to the last end. */
  readonly togetherShare: number;
}

/** A correct counter lost adds, or the threads added at the same time too rarely. */
export function checkAdds(adding: ThreadAdds, { togetherShareMin }: Limits): string | undefined {
  const { threads, added, counted, isCorrect, togetherShare } = adding;
  if (counted > added) return `${counted - added} counted without an add`;
  if (isCorrect && counted < added) return `${added - counted} of ${added} adds were lost`;
  if (threads > 1 && togetherShare < togetherShareMin) {
    return `all threads added at the same time for ${(togetherShare * 100).toFixed(0)} % only`;
  }
  return undefined;
}

/** A note for the report: it is no fault, but the run measured the generator. */
export function noteSaturation(cpuShare: number, { cpuShareMax }: Limits): string | undefined {
  if (!(cpuShare > cpuShareMax)) return undefined;
  const share = (cpuShareMax * 100).toFixed(0);
  return `the generator was the limit: it used more than ${share} % of a core`;
}
