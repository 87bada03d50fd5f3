// One measurement as most figures make it: a fresh server, one checked answer, a warm-up, a closed
// loop between two readings of the counters, and the reasons why it may not count. Main thread of
// the runner.

import type { Context, Measured, Values, Variant } from './figure.js';
import { type Generator, startClosedLoop } from './generator.js';
import type { Load, LoadJob, OpenLoad } from './load-job.js';
import { percentilesOf } from './percentiles.js';
import type { Plan } from './plan.js';
import { levelOf, type Server, startServer } from './server.js';
import { EXPECT, ONE, type Post } from './transaction.js';
import { openLoopVoidReason, voidReason } from './validity.js';

export interface Stand {
  readonly server: Server;
  readonly generator: Generator<LoadJob, Load>;
  /** Of the one answer that was checked. */
  readonly level: string | undefined;
  readonly warm: Load;
  /** Loads the service and judges what came of it, the warm-up included. */
  score(until: LoadJob['until']): Promise<{ load: Load; reason: string | undefined }>;
}

/** A server that was asked once and warmed up, for the time of `body`; it is stopped afterwards. */
export async function withServer<T>(
  variant: Variant,
  { plan, signal }: Context,
  body: (stand: Stand) => Promise<T>,
  post: Post = ONE,
): Promise<T> {
  const { connections } = plan;
  const server = await startServer(variant);
  const generator = startClosedLoop(plan.generator, signal);
  const job = { url: server.url + post.path, body: post.body, expect: EXPECT, connections };
  const loadScore = (until: LoadJob['until']) => generator.load({ ...job, until });
  try {
    const level = await levelOf(server.url, post);
    const warm = await loadScore({ seconds: plan.warmSeconds });
    const score: Stand['score'] = async (until) => {
      const before = await server.counted();
      const load = await loadScore(until);
      const counted = growth(before, await server.counted());
      const ledger = ledgerOf(level, [warm, load], counted, connections, post);
      return { load, reason: voidReason(ledger) };
    };
    return await body({ server, generator, level, warm, score });
  } finally {
    generator.close();
    await server.stop();
  }
}

export function growth(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}

/** The faults of all loads, and the right answers of the last, as transactions. */
function ledgerOf(
  level: string | undefined,
  loads: readonly Load[],
  counted: number | undefined,
  connections: number,
  { items }: Post,
) {
  const sum = (of: (load: Load) => number) => loads.reduce((total, load) => total + of(load), 0);
  return {
    level,
    wrong: sum(({ wrong }) => wrong),
    failed: sum(({ failed }) => failed),
    fault: loads.find(({ fault }) => fault !== undefined)?.fault,
    ok: (loads.at(-1)?.ok ?? 0) * items,
    counted,
    connections: connections * items,
  };
}

/** Throughput and latency of `/score` in a closed loop. */
export async function measureScore(variant: Variant, context: Context): Promise<Measured> {
  return withServer(variant, context, async ({ score }) => {
    const { load, reason } = await score({ seconds: context.plan.seconds });
    return { values: valuesOf(load), void: reason };
  });
}

/** The same, with percentiles only of enough samples. */
export function shownOf(load: Load): Required<Pick<Measured, 'values' | 'unknown'>> {
  const shown = percentilesOf(load.latency, { p50Ms: 'p50Ms', p99Ms: 'p99Ms' });
  return { values: { ...valuesOf(load), ...shown.values }, unknown: shown.unknown };
}

export function valuesOf({ perSecond, latency, cpuShare }: Load): Values {
  const { p50Ms, p99Ms } = latency;
  return { perSecond, p50Ms, p99Ms, generatorCpu: cpuShare };
}

/** Why an open loop on `/score` does not count; `counted`: what the service's counter grew by. */
export function openReasonOf(
  load: OpenLoad,
  counted: number | undefined,
  { level }: Stand,
  { connections, limits }: Plan,
  lateness = load.lateness,
): string | undefined {
  const { due, ok, shed, wrong, failed, fault, cpuShare } = load;
  const ended = ok + shed + wrong + failed;
  return (
    voidReason({ level, wrong, failed, fault, ok, counted, connections }) ??
    openLoopVoidReason({ due, ended, latenessP99Ms: lateness.p99Ms, cpuShare }, limits)
  );
}
