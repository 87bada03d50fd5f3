// When a benchmark run does not count. Pure: what was sent, answered, counted and timed in; the
// reason, or nothing, out. A figure from a run that lost or invented counts would measure a
// different service.

import type { Level } from '../../src/scoring/rules.js';

/** The level of the one transaction that all benchmarks send, unless they are told another. */
export const LEVEL: Level = 'CRITICAL';

/** What the service is to say of what is posted; `any`: its scorer does not always say the same. */
export type ExpectedLevel = Level | 'any';

export interface Ledger {
  /** Left out: that of the transaction that all benchmarks send. */
  readonly expected?: ExpectedLevel;
  /** What one request was answered before any was timed. */
  readonly level: string | undefined;
  /** Answers with status 200 and another body than expected. */
  readonly wrong: number;
  /** Other answers, broken connections and timeouts; the first of them in words. */
  readonly failed: number;
  readonly fault: string | undefined;
  /** Transactions that were answered right. */
  readonly ok: number;
  /** What the service's own counters grew by; undefined: this server counts nothing. */
  readonly counted: number | undefined;
  readonly connections: number;
}

/**
 * Why a run does not count. Its end cuts off at most one request a connection, which may have been
 * counted without an answer; and so may those that the warm-up had left behind.
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
  /** Requests that came to an end of any kind. */
  readonly ended: number;
  /** 99 % of the starts were at most this late. */
  readonly latenessP99Ms: number;
  /** CPU time of the generator, as a share of one core. */
  readonly cpuShare: number;
  readonly terms: LittleTerms;
}

/** Beyond these a run does not count, or a value of it is unknown. */
export interface Limits {
  /** For the lateness of 99 % of the starts of an open loop. */
  readonly latenessMsMax: number;
  /** Of one core: an open loop is void above it, a closed loop gets a note. */
  readonly cpuShareMax: number;
  /** How far the number in flight may be from rate times latency, as a share of it. */
  readonly littleErrorMax: number;
  /** A percentile is known when so many samples lie above it. */
  readonly samplesAboveMin: number;
  /** How many times its best time in the session a fixed piece of work may take. */
  readonly probeSlowdownMax: number;
  /** How many times the quicker of before and after a run the other may take. */
  readonly probeDriftMax: number;
  /** Threads that add are to do so at the same time for this share of it. */
  readonly togetherShareMin: number;
}

/** Why an open loop was none: its latencies would be those of the generator. */
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

/** How many were in flight at a time, and the rate and latency that should explain it. */
export interface LittleTerms {
  /** In a closed loop the connections; in an open loop the mean over time, counted by itself. */
  readonly inFlight: number;
  readonly perSecond: number;
  /** From the real start. */
  readonly meanMs: number;
  /**
   * The part of it, from 0 to 1, that latencies may not cover or reach beyond: what is under way at
   * the end of the run is cut off, or answered after it, and a generator takes its time between an
   * answer and the next request.
   */
  readonly edge: number;
}

/**
 * J. Little (1961): in flight = rate x latency, whatever the service does. It breaks when latencies
 * leave out a wait, when a clock or a unit is wrong, or when connections stood idle. Over a run of
 * length T with N in flight all latencies add up to N x T but for the requests at its end, each at
 * most as long as the longest, and for the time that a generator, which does one thing at a time,
 * keeps one of the N waiting for its next start: at most its CPU time. These parts are `edge`.
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

/** Milliseconds of one fixed piece of work on every core at once; `bestMs` is of the session. */
export interface ProbeTimes {
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly bestMs: number;
}

/** Why the machine was not ours alone: something else made the same work slower. */
export function checkProbeTimes(
  { beforeMs, afterMs, bestMs }: ProbeTimes,
  { probeSlowdownMax, probeDriftMax }: Limits,
): string | undefined {
  const slowdown = Math.max(beforeMs, afterMs) / bestMs;
  const drift = Math.max(beforeMs, afterMs) / Math.min(beforeMs, afterMs);
  const when = afterMs > beforeMs ? 'after' : 'before';
  const work = `a fixed piece of work ${when} the run took`;
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
  /** Whether it is to lose nothing. */
  readonly isCorrect: boolean;
  /** Of the time from the first start to the last end: the share in which all were adding. */
  readonly togetherShare: number;
}

/** Why adds of several threads do not count: what is honest lost some, or they met too little. */
export function checkAdds(adding: ThreadAdds, { togetherShareMin }: Limits): string | undefined {
  const { threads, added, counted, isCorrect, togetherShare } = adding;
  if (counted > added) return `${counted - added} counted without an add`;
  if (isCorrect && counted < added) return `${added - counted} of ${added} adds were lost`;
  if (threads > 1 && togetherShare < togetherShareMin) {
    return `all threads added at the same time for ${(togetherShare * 100).toFixed(0)} % only`;
  }
  return undefined;
}

/** What the report is to say of a closed loop: it is no fault, but the generator was measured. */
export function noteSaturation(cpuShare: number, { cpuShareMax }: Limits): string | undefined {
  if (!(cpuShare > cpuShareMax)) return undefined;
  const share = (cpuShareMax * 100).toFixed(0);
  return `the generator was the limit: it used more than ${share} % of a core`;
}
