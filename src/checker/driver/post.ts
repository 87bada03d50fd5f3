// Posts transactions to a service as a closed loop of concurrent callers, on the main thread, and
// keeps of every attempt what it proves about the counter. Nothing is ever sent twice: a retry
// could be counted twice, and then the ledger would prove nothing. It reads no counter (stats.ts).

import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { StallTolerantTimeout } from '../../stall-tolerant-timeout.js';
import { type Judgement, judgeAnswer, judgeFailure } from './answer.js';
import { clientError } from './client-error.js';
import { serverUrl } from './target.js';
import { type SourceTransaction, txIdOf } from './transactions.js';

export interface PostOptions {
  readonly url: string;
  readonly transactions: readonly SourceTransaction[];
  /** Callers, each with a connection and one request at a time: 1 to 1024. */
  readonly concurrency: number;
  /** Of one request, from its begin to the last byte of its answer: 1 to 600000. */
  readonly timeoutMs: number;
  /** Stop after so many attempts in a row found no connection: 1 or more, or Infinity. */
  readonly unsentInARowMax: number;
  /** Aborting keeps what was done and marks it partial; requests on their way become unknown. */
  readonly signal: AbortSignal | null;
  readonly onProgress: (done: number, total: number) => void;
}

export const POST_DEFAULTS: Omit<PostOptions, 'url' | 'transactions'> = {
  concurrency: 10,
  timeoutMs: 10_000,
  unsentInARowMax: 100,
  signal: null,
  onProgress: () => {},
};

const CONCURRENCY_MAX = 1024;
const TIMEOUT_MS_MAX = 600_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** One attempt. Times are those of one monotonic clock. */
export interface PostItem extends Judgement {
  /** In the transactions given, from 0. */
  readonly index: number;
  readonly transaction: SourceTransaction;
  /** Since the run began. */
  readonly startMs: number;
  readonly latencyMs: number;
}

export interface PostResult {
  /** Those attempted, in the order given. */
  readonly items: readonly PostItem[];
  /** Of the transactions given. */
  readonly total: number;
  readonly durationMs: number;
  /** Some were never attempted, for the reason given. */
  readonly partial: boolean;
  readonly stopReason: 'stopped' | 'no connection' | null;
}

/** Why a request was cut short, as the reason of its signal. */
const TIMED_OUT = 'timed out';
const STOPPED = 'stopped';

/** The state of one run, shared by its callers: they interleave on one thread. */
interface Run {
  readonly pool: Pool;
  readonly path: string;
  readonly options: PostOptions;
  readonly beginMs: number;
  readonly inFlight: Set<AbortController>;
  readonly items: (PostItem | undefined)[];
  next: number;
  done: number;
  unsentInARow: number;
  stopReason: PostResult['stopReason'];
}

/** Throws a ClientError for a bad URL or option; every failure of a request is in the result. */
export async function postAll(options: PostOptions): Promise<PostResult> {
  checkOptions(options);
  const url = new URL(serverUrl(options.url));
  const run: Run = {
    pool: new Pool(url.origin, {
      connections: options.concurrency,
      pipelining: 1,
      connect: { timeout: options.timeoutMs },
      // One timer of our own bounds the whole request: those of undici count in half seconds.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: ANSWER_BYTES_MAX,
    }),
    path: `${url.pathname.replace(/\/$/, '')}/score`,
    options,
    beginMs: performance.now(),
    inFlight: new Set(),
    items: [],
    next: 0,
    done: 0,
    unsentInARow: 0,
    stopReason: null,
  };
  const stop = (): void => {
    run.stopReason = 'stopped';
    for (const controller of run.inFlight) controller.abort(STOPPED);
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    const callers = Math.min(options.concurrency, options.transactions.length);
    await Promise.all(Array.from({ length: callers }, () => caller(run)));
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await run.pool.destroy();
  }
  const durationMs = performance.now() - run.beginMs;
  const items = run.items.filter((item) => item !== undefined);
  const total = options.transactions.length;
  const partial = items.length < total;
  // Stopped after the last request began, nothing is missing, though some may be unknown.
  return { items, total, durationMs, partial, stopReason: partial ? run.stopReason : null };
}

function checkOptions(options: PostOptions): void {
  const { concurrency, timeoutMs, unsentInARowMax } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > CONCURRENCY_MAX) {
    const range = `a whole number from 1 to ${CONCURRENCY_MAX}`;
    throw clientError('bad-option', `concurrency must be ${range}, not ${concurrency}`);
  }
  if (!(timeoutMs >= 1 && timeoutMs <= TIMEOUT_MS_MAX)) {
    const range = `from 1 to ${TIMEOUT_MS_MAX} milliseconds`;
    throw clientError('bad-option', `the timeout must be ${range}, not ${timeoutMs}`);
  }
  if (!(unsentInARowMax >= 1)) {
    throw clientError('bad-option', `unsentInARowMax must be 1 or more, not ${unsentInARowMax}`);
  }
}

async function caller(run: Run): Promise<void> {
  const { transactions, unsentInARowMax, onProgress } = run.options;
  while (run.stopReason === null) {
    const index = run.next++;
    const transaction = transactions[index];
    if (transaction === undefined) return;
    const beganMs = performance.now();
    const judgement = await attempt(run, transaction);
    const latencyMs = performance.now() - beganMs;
    const startMs = beganMs - run.beginMs;
    run.items[index] = { ...judgement, index, transaction, startMs, latencyMs };
    run.unsentInARow = judgement.outcome === 'unsent' ? run.unsentInARow + 1 : 0;
    if (run.unsentInARow >= unsentInARowMax) run.stopReason ??= 'no connection';
    run.done++;
    onProgress(run.done, transactions.length);
  }
}

async function attempt(run: Run, transaction: SourceTransaction): Promise<Judgement> {
  const { timeoutMs } = run.options;
  const controller = new AbortController();
  const overdue = new StallTolerantTimeout(timeoutMs, () => controller.abort(TIMED_OUT));
  run.inFlight.add(controller);
  try {
    const response = await run.pool.request({
      path: run.path,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: transaction.text,
      signal: controller.signal,
    });
    const header = response.headers.ticket;
    const ticket = typeof header === 'string' ? header : null;
    const text = await readText(response);
    return judgeAnswer(response.statusCode, ticket, text, txIdOf(transaction));
  } catch (error) {
    const { reason } = controller.signal;
    if (reason === TIMED_OUT) return judgeFailure(`no answer within ${timeoutMs} ms`);
    if (reason === STOPPED) return judgeFailure('stopped before an answer came');
    return judgeFailure(error);
  } finally {
    overdue.cancel();
    run.inFlight.delete(controller);
  }
}

/** A status other than 200 says what it says even when its body breaks off. */
async function readText(response: Awaited<ReturnType<Pool['request']>>): Promise<string> {
  try {
    return await response.body.text();
  } catch (error) {
    if (response.statusCode === 200) throw error;
    return '';
  }
}
