// One measurement as most scenarios make it: a fresh server, one checked answer, a warm-up, a
// closed loop between two readings of the counters, and the reasons why it may not count. Main
// thread of the runner.

import { type Generator, startClosedLoop } from '../load/generator.js';
import type { Load, LoadJob, OpenLoad } from '../load/load-job.js';
import { expectedText, ONE, type Post } from '../load/transaction.js';
import { together } from '../stats/percentiles.js';
import { checkAnatomy, computeAnatomy } from './anatomy.js';
import type { Plan } from './plan.js';
import { describeClosedLoop, summarizeLoad, summarizeOpenLoad } from './readings.js';
import type { Measurement, RunContext, Variant } from './scenario.js';
import { classifyScore, readMetrics, type Server, startServer } from './server.js';
import { checkLedger, checkLittlesLaw, checkOpenLoop, LEVEL, noteSaturation } from './validity.js';

export interface ServerUnderTest {
  readonly server: Server;
  readonly generator: Generator<LoadJob, Load>;
  /** What is posted. */
  readonly post: Post;
  /** Of the one answer that was checked. */
  readonly level: string | undefined;
  readonly warm: Load;
  /** Loads the service and judges what came of it, the warm-up included. */
  score(until: LoadJob['until']): Promise<ScoredLoad>;
}

export interface ScoredLoad {
  readonly load: Load;
  readonly reason: string | undefined;
  readonly notes: readonly string[];
}

/** Why a load shows no peak: an open loop cannot offer a share of no answers at all. */
export function explainMissingPeak({ load, reason }: Pick<ScoredLoad, 'load' | 'reason'>) {
  const why = reason ?? (load.perSecond > 0 ? undefined : 'nothing was answered in time');
  return why === undefined ? undefined : `at the peak: ${why}`;
}

/** A server that was asked once and warmed up, for the time of `body`; it is stopped afterwards. */
export async function withServer<T>(
  variant: Variant,
  { plan, signal }: RunContext,
  body: (stand: ServerUnderTest) => Promise<T>,
  post: Post = ONE,
): Promise<T> {
  const { connections, limits } = plan;
  const server = await startServer(variant, post.level);
  const generator = startClosedLoop(plan.generator, signal);
  const { connectsAnew = false } = server;
  const { path, body: text } = post;
  const request = { url: server.url + path, body: text, expect: expectedText(post) };
  const job = { ...request, connections, connectsAnew };
  const loadScore = (until: LoadJob['until']) => generator.load({ ...job, until });
  try {
    const level = await classifyScore(server.url, post);
    const warm = await loadScore({ seconds: plan.warmSeconds });
    const score: ServerUnderTest['score'] = async (until) => {
      const { load, counted } = await loadAndCount(server, () => loadScore(until));
      const reason =
        checkLedger(sumLedger(level, [warm, load], counted, connections, post)) ??
        checkLittlesLaw(describeClosedLoop(load, connections), limits);
      const note = noteSaturation(load.cpuShare, limits);
      return { load, reason, notes: note === undefined ? [] : [note] };
    };
    return await body({ server, generator, post, level, warm, score });
  } finally {
    generator.close();
    await server.stop();
  }
}

/** A load between two readings of the service's counters, and what they grew by. */
export async function loadAndCount<T>(server: Server, load: () => Promise<T>) {
  const before = await server.counted();
  const loaded = await load();
  return { load: loaded, counted: growth(before, await server.counted()) };
}

export function growth(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}

/** The faults of all loads, and the right answers of the last, as transactions. */
function sumLedger(
  level: string | undefined,
  loads: readonly Load[],
  counted: number | undefined,
  connections: number,
  { items, level: expected = LEVEL }: Post,
) {
  const sum = (of: (load: Load) => number) => loads.reduce((total, load) => total + of(load), 0);
  return {
    expected,
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
export function measureScore(variant: Variant, context: RunContext): Promise<Measurement> {
  return measurePost(ONE, variant, context);
}

/** The same of another transaction. */
export async function measurePost(
  post: Post,
  variant: Variant,
  context: RunContext,
): Promise<Measurement> {
  const { seconds, limits } = context.plan;
  const loadIt = async ({ score }: ServerUnderTest): Promise<Measurement> => {
    const { load, reason, notes } = await score({ seconds });
    return { ...summarizeLoad(load, limits), notes, discardReason: reason };
  };
  return withServer(variant, context, loadIt, post);
}

/** The same, with where the time went by the server's own account. */
export async function measureInside(
  { server, score }: ServerUnderTest,
  { seconds, limits, connections }: Plan,
): Promise<{ readonly load: Load; readonly measured: Measurement }> {
  const before = await readMetrics(server.url);
  const { load, reason, notes } = await score({ seconds });
  const after = await readMetrics(server.url);
  const measured = {
    ...together(summarizeLoad(load, limits), computeAnatomy(before, after, limits)),
    notes,
    discardReason: reason ?? checkAnatomy(before, after, load.ok, connections),
  };
  return { load, measured };
}

/** Why an open loop on `/score` does not count; `counted`: what the service's counter grew by. */
export function checkOpenScore(
  load: OpenLoad,
  counted: number | undefined,
  { level, post: { level: expected = LEVEL } }: ServerUnderTest,
  { connections, limits }: Plan,
  lateness = load.lateness,
): string | undefined {
  const { ok, wrong, failed, fault } = load;
  return (
    checkLedger({ expected, level, wrong, failed, fault, ok, counted, connections }) ??
    checkOpenLoop(summarizeOpenLoad(load, lateness), limits)
  );
}
