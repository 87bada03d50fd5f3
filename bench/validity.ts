// When a benchmark run does not count. Pure: what was sent, answered and counted in; the reason, or
// nothing, out. A figure from a run that lost or invented counts would measure a different service.

/** The level of the one transaction that all benchmarks send. */
export const LEVEL = 'CRITICAL';

export interface Ledger {
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
export function voidReason(ledger: Ledger): string | undefined {
  const { level, wrong, failed, fault, ok, counted, connections } = ledger;
  if (level !== LEVEL) return `wrong answer: ${level}`;
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
}

export interface OpenLoopLimits {
  /** For the lateness of 99 % of the starts. */
  readonly latenessMsMax: number;
  readonly cpuShareMax: number;
}

/** Why an open loop was none: its latencies would be those of the generator. */
export function openLoopVoidReason(
  course: OpenLoopCourse,
  { latenessMsMax, cpuShareMax }: OpenLoopLimits,
): string | undefined {
  const { due, ended, latenessP99Ms, cpuShare } = course;
  if (ended !== due) return `${ended} of ${due} requests came to an end`;
  if (latenessP99Ms > latenessMsMax) {
    return `the generator was late: p99 ${latenessP99Ms.toFixed(1)} ms`;
  }
  if (cpuShare > cpuShareMax) {
    return `the generator was saturated: ${(cpuShare * 100).toFixed(0)} % of a core`;
  }
  return undefined;
}

export interface Adding {
  readonly threads: number;
  /** Adds that threads made, and what the counters grew by. */
  readonly added: number;
  readonly counted: number;
  /** Whether it is to lose nothing. */
  readonly isHonest: boolean;
  /** Of the time from the first start to the last end: the share in which all were adding. */
  readonly togetherShare: number;
}

/** Why adds of several threads do not count: what is honest lost some, or they met too little. */
export function addingVoidReason(adding: Adding, togetherShareMin: number): string | undefined {
  const { threads, added, counted, isHonest, togetherShare } = adding;
  if (counted > added) return `${counted - added} counted without an add`;
  if (isHonest && counted < added) return `${added - counted} of ${added} adds were lost`;
  if (threads > 1 && togetherShare < togetherShareMin) {
    return `all threads added at the same time for ${(togetherShare * 100).toFixed(0)} % only`;
  }
  return undefined;
}
