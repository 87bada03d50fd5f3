// Scores transactions through a session of the checker: what each answer assessed, and the
// checker's verdict on the counter. Main thread; it prints nothing.

import { performance } from 'node:perf_hooks';
import { formatCount, formatNumber } from '../../present/text.js';
import { type Verdict, worst } from '../../verdict.js';
import { checkCounter } from '../check-counter.js';
import { sumValues } from '../history.js';
import { type AssessmentAnswer, LEVELS, parseAssessment } from './assessment.js';
import type { Attempt, CheckRun } from './check-run.js';
import { parseTicket } from './response-outcome.js';
import { conclude } from './run-check.js';
import { type CheckSession, type CompletedAdd, openSession } from './session.js';
import { isClientError } from './target.js';
import { createOwnTarget } from './target-options.js';
import { readTxId, type SourceTransaction } from './transactions.js';

/** One transaction and what became of it; the names are those of `score --json`. */
export interface ScoredItem {
  /** Its place in the transactions given, from 0. */
  readonly index: number;
  readonly transaction: SourceTransaction;
  /**
   * - `ok`: a well-formed 200: counted exactly once;
   * - `refused`: answered, and not counted;
   * - `unknown`: counted at most once;
   * - `unsent`: no connection was made, so it was not counted.
   */
  readonly outcome: 'ok' | 'refused' | 'unknown' | 'unsent';
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** Null unless the outcome is `ok`. */
  readonly assessment: AssessmentAnswer | null;
  /** The response header `Ticket`; null where the answer has none. */
  readonly ticket: string | null;
  /** What went wrong, in one line; null when nothing did. */
  readonly error: string | null;
  /** The status is 2xx, and the answer is not an assessment of this transaction. */
  readonly malformed: boolean;
  /** Since the first request was sent. */
  readonly startMs: number;
  readonly latencyMs: number;
}

/** The verdict on the counter; null where the service has no counters to read. */
export type CounterAccount = {
  readonly verdict: Verdict;
  /** The answer in a sentence, then the findings, the gravest first. */
  readonly evidence: readonly string[];
} | null;

export interface ScoreResult {
  /** In the order given; a transaction that was not sent before the end is missing. */
  readonly items: readonly ScoredItem[];
  /** The number of transactions given. */
  readonly total: number;
  readonly durationMs: number;
  /** Some transactions were not sent, for the reason given. */
  readonly partial: boolean;
  readonly stopReason: 'stopped' | 'no connection' | null;
  readonly account: CounterAccount;
  /** Why the count is not judged, with what `GET /stats` has instead; null where it is judged. */
  readonly unjudged: string | null;
}

export interface ScoreOptions {
  readonly url: string;
  readonly transactions: readonly SourceTransaction[];
  /** Callers, each with a connection and one request at a time. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Only these requests add to the counter: an overcount is then a violation. */
  readonly alone: boolean;
  /** Aborting keeps what was done; requests in flight become unknown. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export const SCORE_DEFAULTS: Omit<ScoreOptions, 'url' | 'transactions' | 'signal'> = {
  concurrency: 10,
  timeoutMs: 10_000,
  alone: false,
  onProgress: () => {},
};

/** A score is no search for other clients: a short look at the counter at rest is enough. */
const REST_MS = 20;

interface Completed {
  readonly item: ScoredItem;
  /** The add as the judge sees it. */
  readonly operation: Attempt;
}

/** Sends each transaction at most once. @throws ClientError `unreachable` without a service */
export async function scoreTransactions(options: ScoreOptions): Promise<ScoreResult> {
  const { url, transactions, concurrency, timeoutMs, alone, signal, onProgress } = options;
  const total = transactions.length;
  const bodies = transactions.map(({ text }) => text);
  // Tickets are read below: one that is unreadable must not end a score.
  const target = { ...createOwnTarget(url, timeoutMs, bodies), ticket: null, subtotal: 'high' };
  const completed: Completed[] = [];
  let beganMs = 0;
  const callers = Math.max(1, Math.min(concurrency, total));
  const how = { target, callers, readsPerSecond: 0, seed: 1, signal };
  const session = openSession({
    ...how,
    restMs: REST_MS,
    isLenient: true,
    onAdd(add) {
      const item = assessAdd(add, transactions, beganMs);
      if (item === undefined) return;
      completed.push({ item, operation: toOperation(add.attempt, item) });
      onProgress(completed.length, total);
    },
  });
  try {
    const startedAt = new Date().toISOString();
    const unjudged = await findReadFault(session);
    beganMs = performance.now() - session.openedAt;
    await session.load(total);
    const durationMs = performance.now() - session.openedAt - beganMs;
    const partial = completed.length < total;
    const stopReason = !partial ? null : signal.aborted ? 'stopped' : 'no connection';
    if (unjudged === null && stopReason !== 'no connection') await session.rest();
    const items = completed.map(({ item }) => item).toSorted((a, b) => a.index - b.index);
    const result = { items, total, durationMs, partial, stopReason, unjudged } as const;
    if (unjudged !== null) return { ...result, account: null };
    const adds = completed.map(({ operation }) => operation);
    const history = { adds, reads: session.history().reads };
    const source = { history: () => history, failedReads: session.failedReads };
    const run = conclude({ ...how, requests: total, seconds: Infinity, alone }, source, {
      startedAt,
      durationMs,
    });
    return { ...result, account: judgeCounter(run, completed) };
  } finally {
    await session.close();
  }
}

/** Why the counters cannot be read: a foreign service may have none. @throws ClientError `unreachable` */
async function findReadFault(session: CheckSession): Promise<string | null> {
  try {
    await session.rest();
    return null;
  } catch (error) {
    // `score` has no options for other counters.
    if (isClientError(error) && error.code === 'bad-answer') return error.message.replace(/; see --.*$/, '');
    throw error;
  }
}

function assessAdd(
  { attempt, answer, index }: CompletedAdd,
  transactions: readonly SourceTransaction[],
  beganMs: number,
): ScoredItem | undefined {
  const transaction = transactions[index];
  if (transaction === undefined) return undefined;
  const { status, error, beginMs, endMs } = attempt;
  const header = answer?.headers.ticket;
  const ticket = typeof header === 'string' ? header : null;
  const when = { startMs: beginMs - beganMs, latencyMs: endMs - beginMs };
  const base = { index, transaction, status, ticket, ...when };
  if (attempt.outcome === 'ok') {
    const assessment = parseAssessment(answer?.text ?? '', ticket, readTxId(transaction));
    if (typeof assessment !== 'string') {
      return { ...base, outcome: 'ok', assessment, error: null, malformed: false };
    }
    // A scoring service counted it exactly once; another kind of service did not count it.
    const why = `200, but ${assessment}`;
    return { ...base, outcome: 'unknown', assessment: null, error: why, malformed: true };
  }
  const refused = status === null ? 'unsent' : 'refused';
  const outcome = attempt.outcome === 'failed' ? refused : 'unknown';
  const malformed = status !== null && status < 300;
  return { ...base, outcome, assessment: null, error, malformed };
}

/** A malformed answer acknowledges nothing. */
function toOperation(attempt: Attempt, { outcome, ticket }: ScoredItem): Attempt {
  if (outcome === 'unknown') return { ...attempt, outcome };
  const isOk = outcome === 'ok' && ticket !== null;
  return { ...attempt, ticket: isOk ? parseTicket(ticket) : null };
}

function judgeCounter(run: CheckRun, completed: readonly Completed[]): CounterAccount {
  const faults = run.judgement.facts.ticketed === 0 ? findLevelLosses(run, completed) : [];
  faults.push(...findSubtotalFaults(run));
  const malformed = completed.filter(({ item }) => item.malformed).length;
  const answers = formatCount(malformed, 'answer is', 'answers are');
  const verdicts: Verdict[] = [run.verdict];
  if (faults.length > 0) verdicts.push('violated');
  if (malformed > 0) verdicts.push('unknown');
  // What the judge of the total did not see is the news.
  const [first, second] = run.verdict === 'violated' ? [[run.answer], faults] : [faults, [run.answer]];
  const evidence = [
    ...first,
    ...second,
    ...run.judgement.findings.map(({ text }) => text),
    ...(malformed === 0 ? [] : [`${answers} no assessment of the transaction that was sent`]),
    ...run.remarks,
  ];
  return { verdict: worst(verdicts), evidence: [...new Set(evidence)] };
}

/**
 * Without tickets the judge sees only the total, and an overcount at one level can hide a loss at
 * another. An assessment names its level, so each level is also judged as a counter.
 */
function findLevelLosses({ model, history }: CheckRun, completed: readonly Completed[]): string[] {
  return LEVELS.flatMap((level, at) => {
    const adds = completed
      .filter(({ item }) => item.outcome === 'unknown' || item.assessment?.risk_level === level)
      .map(({ operation }) => operation);
    const reads = history.reads.map((read) => {
      return { ...read, values: [read.values[at] ?? 0], sum: null };
    });
    const own = { fields: [level], start: [model.start[at] ?? 0], alone: model.alone };
    const { findings, facts } = checkCounter(own, { adds, reads });
    const acknowledged = `${formatCount(facts.acknowledged, 'acknowledged request')} of ${level}`;
    return findings
      .filter(({ condition }) => condition === 'lost-update')
      .map(({ count }) => `${formatNumber(count)} of ${acknowledged} ${count === 1 ? 'is' : 'are'} lost`);
  });
}

/** `high` is the sum of HIGH and CRITICAL; the judge knows no sum of some fields. */
function findSubtotalFaults({ history }: CheckRun): string[] {
  return history.reads.flatMap(({ values, subtotal, isSnapshot }) => {
    const sum = sumValues(values.slice(-2));
    if (!isSnapshot || subtotal === undefined || subtotal === sum) return [];
    return [`a read shows high ${formatNumber(subtotal)}, but HIGH + CRITICAL is ${formatNumber(sum)}`];
  });
}
