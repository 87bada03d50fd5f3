// Starts the server of a variant in its own process, as users start the service, and reads its counters,
// metrics and one answer. Main thread of the runner.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readStats } from '../../src/checker/driver/assessment.js';
import { describeFailure } from '../../src/checker/driver/response-outcome.js';
import { startService } from '../../src/self-test/started-service.js';
import { ONE, type Post } from '../load/transaction.js';
import { startPeer } from '../peers/peers.js';
import { type MetricsReading, readMetricsText } from './anatomy.js';
import type { Variant } from './scenario.js';
import { type ExpectedLevel, LEVEL } from './validity.js';

/** Longer than any run: an open loop holds idle connections until it needs them. */
const KEPT_OPEN = ['--keep-alive-timeout-ms', '600000'];

/** A machine that stalls for some seconds must not end a session. */
const COUNTERS_TIMEOUT_MS = 60_000;

export interface Server {
  readonly url: string;
  /** Transactions counted so far; undefined: this server counts nothing. */
  counted(): Promise<number | undefined>;
  /** It closes every connection after one answer. */
  readonly connectsAnew?: boolean;
  stop(): Promise<unknown>;
}

/** `level`: which counter to read. @throws Error in one line when it does not start */
export async function startServer(variant: Variant, level: ExpectedLevel = LEVEL): Promise<Server> {
  const { topology, threads, workUs, flags, peer } = variant;
  if (topology === 'bare') return startBare();
  if (peer !== undefined) return startPeer(peer, workUs);
  const sizes = threads === 0 ? [] : ['--threads', `${threads}`];
  const words = ['--topology', topology, ...sizes, '--work-us', `${workUs}`, ...KEPT_OPEN, ...flags];
  const { url, stop } = await startService(words);
  const counted = async () => {
    const { total, levels } = await readStats(url, COUNTERS_TIMEOUT_MS);
    return level === 'any' ? total : levels[level];
  };
  return { url, counted, stop };
}

async function startBare(): Promise<Server> {
  const child = fork(new URL('./bare.js', import.meta.url), { execArgv: [] });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exited;
  };
  return { url, counted: async () => undefined, stop };
}

/** The level that the service answers; of several items the first unexpected one. */
export async function classifyScore(url: string, post: Post = ONE): Promise<string | undefined> {
  const { path, body, items } = post;
  const headers = { 'content-type': 'application/json' };
  const text = await fetchText(`${url}${path}`, { method: 'POST', headers, body });
  const found = JSON.parse(text) as Assessed | readonly Assessed[];
  if (!Array.isArray(found)) return (found as Assessed).risk_level;
  const levels = (found as readonly Assessed[]).map(({ risk_level: level }) => level);
  if (levels.length !== items) return `${levels.length} answers for ${items} transactions`;
  return levels.find((level) => level !== LEVEL) ?? LEVEL;
}

interface Assessed {
  readonly risk_level?: string;
}

export async function readMetrics(url: string): Promise<MetricsReading> {
  return readMetricsText(await fetchText(`${url}/metrics`), performance.now());
}

/** @throws Error with the cause, which `fetch` alone does not name */
async function fetchText(url: string, request: RequestInit = {}): Promise<string> {
  try {
    return await (await fetch(url, request)).text();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(`${request.method ?? 'GET'} ${url}: ${describeFailure(cause)}`);
  }
}

/** The sum of a metric over its labels, from `GET /metrics`. */
export async function readMetric(url: string, ...names: readonly string[]): Promise<number[]> {
  const reading = await readMetrics(url);
  return names.map((name) => requireSum(reading, name));
}

/** @throws Error when there is no such metric */
export function requireSum({ sums }: MetricsReading, name: string): number {
  const sum = sums.get(name);
  if (sum === undefined) throw new Error(`/metrics has no ${name}`);
  return sum;
}
