// Reads the counters of a service from GET /stats, on the main thread. It checks their shape and
// not their sense: a total that is not the sum of its levels is evidence, for reconcile.ts to
// judge.

import { performance } from 'node:perf_hooks';
import { Client } from 'undici';
import { sanitize } from '../../present/text.js';
import { StallTolerantTimeout } from '../../stall-tolerant-timeout.js';
import { failureText, LEVELS, type Level, parseObject, problemText } from './answer.js';
import { clientError } from './client-error.js';
import { serverUrl } from './target.js';

export interface Stats {
  readonly total: number;
  /** HIGH and CRITICAL together. */
  readonly high: number;
  readonly levels: Readonly<Record<Level, number>>;
  /** Refused as invalid, and not in the total; null where the service does not say. */
  readonly rejected: number | null;
}

export interface ReadStatsOptions {
  readonly timeoutMs: number;
}

export const READ_STATS_DEFAULTS: ReadStatsOptions = { timeoutMs: 5_000 };

const ANSWER_BYTES_MAX = 64 * 1024;

/** Throws a ClientError: `bad-url`, `unreachable` or `bad-answer`. */
export async function readStats(
  url: string,
  options: ReadStatsOptions = READ_STATS_DEFAULTS,
): Promise<Stats> {
  const base = serverUrl(url);
  const { status, text } = await get(`${base}/stats`, options.timeoutMs);
  if (status !== 200) {
    throw clientError('bad-answer', `GET ${base}/stats: ${problemText(status, text)}`);
  }
  const stats = parseStats(text);
  if (typeof stats !== 'string') return stats;
  throw clientError('bad-answer', `GET ${base}/stats: ${stats}: is that a scoring service?`);
}

async function get(url: string, timeoutMs: number): Promise<{ status: number; text: string }> {
  const { origin, pathname } = new URL(url);
  const client = new Client(origin, {
    connect: { timeout: timeoutMs },
    maxResponseSize: ANSWER_BYTES_MAX,
  });
  const controller = new AbortController();
  const { signal } = controller;
  const overdue = new StallTolerantTimeout(timeoutMs, () => controller.abort());
  const beganMs = performance.now();
  try {
    const response = await client.request({ path: pathname, method: 'GET', signal });
    return { status: response.statusCode, text: await response.body.text() };
  } catch (error) {
    const waitedMs = Math.round(performance.now() - beganMs);
    const why = signal.aborted ? `no answer in ${waitedMs} ms` : failureText(error);
    const message = `cannot read ${url}: ${sanitize(why, 120)}`;
    throw clientError('unreachable', `${message}; is the service running?`);
  } finally {
    overdue.cancel();
    await client.destroy();
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The counters, or what is wrong with them. */
function parseStats(text: string): Stats | string {
  const body = parseObject(text);
  if (body === null) return 'the answer is not a JSON object';
  const { total, high, levels, rejected } = body;
  if (!isCount(total)) return "its 'total' is not a count";
  if (!isCount(high)) return "its 'high' is not a count";
  if (typeof levels !== 'object' || levels === null) return "it has no 'levels'";
  const read: Record<Level, number> = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const level of LEVELS) {
    const count: unknown = Reflect.get(levels, level);
    if (!isCount(count)) return `its 'levels' has no count for ${level}`;
    read[level] = count;
  }
  return { total, high, levels: read, rejected: isCount(rejected) ? rejected : null };
}
