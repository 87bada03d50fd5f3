// One measurement as most scenarios make it: a fresh server, one checked answer, a warm-up, and a closed loop
// between two readings of the counters. Main thread of the runner.

import {
  type Generator,
  type Latency,
  type Load,
  type LoadJob,
  type OpenJob,
  type OpenLoad,
  startClosedLoop,
  withOpenLoop,
} from '../load/generator.js';
import { BODY, EXPECT, expectedText, ONE, type Post } from '../load/transaction.js';
import { supported, together } from '../stats/percentiles.js';
import { checkAnatomy, computeAnatomy } from './anatomy.js';
import type { Plan } from './plan.js';
import type { Measurement, Readings, RunContext, Variant } from './scenario.js';
import { classifyScore, readMetrics, type Server, startServer } from './server.js';
import {
  checkLedger,
  checkLittlesLaw,
  checkOpenLoop,
  LEVEL,
  type Limits,
  type LittleTerms,
  noteSaturation,
  type OpenLoopCourse,
} from './validity.js';

export interface ServerUnderTest {
  readonly server: Server;
  readonly generator: Generator<LoadJob, Load>;
  readonly post: Post;
  /** Of the one answer that was checked. */
  readonly level: string | undefined;
  readonly warm: Load;
  /** Checks the outcome, the warm-up included. */
  score(until: LoadJob['until']): Promise<ScoredLoad>;
}

export interface ScoredLoad {
  readonly load: Load;
  readonly reason: string | undefined;
  readonly notes: readonly string[];
}

export function explainMissingPeak({ load, reason }: Pick<ScoredLoad, 'load' | 'reason'>) {
  const why = reason ?? (load.perSecond > 0 ? undefined : 'nothing was answered in time');
  return why === undefined ? undefined : `at the peak: ${why}`;
}

/** Gives `body` a server that was checked and warmed up, and stops it afterwards. */
export async function withServer<T>(
  variant: Variant,
  { plan, signal }: RunContext,
  body: (server: ServerUnderTest) => Promise<T>,
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

/** The peak of a service in a closed loop, and a warm open loop to the same process. */
export interface PeakedService {
  readonly stand: ServerUnderTest;
  readonly peakPerSecond: number;
  readonly offer: (perSecond: number, seconds: number) => Promise<OpenLoad>;
}

/** Discards the run where there is no peak: an open loop cannot offer a share of it. */
export function withPeak(
  variant: Variant,
  context: RunContext,
  settings: Pick<OpenJob, 'connections' | 'arrivals'>,
  body: (peaked: PeakedService) => Promise<Measurement>,
): Promise<Measurement> {
  return withServer(variant, context, (stand) =>
    withOpenLoop(context.signal, async (generator) => {
      const { load: peak, reason, notes } = await stand.score({ seconds: context.plan.seconds });
      const discardReason = explainMissingPeak({ load: peak, reason });
      if (discardReason !== undefined) return { values: {}, discardReason };
      const job = { ...createScoreJob(stand.server, settings.connections), ...settings };
      const offer = (perSecond: number, seconds: number) => generator.load({ ...job, perSecond, seconds });
      await offer(peak.perSecond / 2, 0.2); // its warm-up
      return { notes, ...(await body({ stand, peakPerSecond: peak.perSecond, offer })) };
    }),
  );
}

/** For an open loop, without its rate and time. */
export function createScoreJob({ url }: Server, connections: number) {
  return { url: `${url}/score`, body: BODY, expect: EXPECT, connections, opener: '/health' };
}

/** Loads between two readings of the service's counters; `counted` is their growth. */
export async function loadAndCount<T>(server: Server, load: () => Promise<T>) {
  const before = await server.counted();
  const loaded = await load();
  return { load: loaded, counted: growth(before, await server.counted()) };
}

export function growth(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}

/** Faults of all loads and right answers of the last, as transactions. */
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

export async function measurePost(post: Post, variant: Variant, context: RunContext): Promise<Measurement> {
  const { seconds, limits } = context.plan;
  const loadIt = async ({ score }: ServerUnderTest): Promise<Measurement> => {
    const { load, reason, notes } = await score({ seconds });
    return { ...summarizeLoad(load, limits), notes, discardReason: reason };
  };
  return withServer(variant, context, loadIt, post);
}

/** The same, with where the time went by the server's own metrics. */
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

/** Why an open loop on `/score` is discarded. `counted` is the growth of the service's counter. */
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

export function summarizeLoad({ perSecond, latency, cpuShare }: Load, limits: Limits): Required<Readings> {
  const { samples, meanMs, p50Ms, p99Ms } = latency;
  const values = { perSecond, meanMs, p50Ms, p99Ms, generatorCpu: cpuShare };
  return supported(values, { p50Ms: 50, p99Ms: 99 }, samples, limits);
}

/** In a closed loop each connection has a request in flight, except for the share `edge`. */
export function describeClosedLoop(load: Load, connections: number): LittleTerms {
  const { latency, perSecond, seconds, cpuShare } = load;
  const { meanMs, maxMs } = latency;
  const edge = maxMs / 1000 / seconds + cpuShare / connections;
  return { inFlight: connections, perSecond, meanMs, edge };
}

/** `lateness` is that of the starts for which the generator is responsible. */
export function summarizeOpenLoad(load: OpenLoad, lateness: Latency = load.lateness): OpenLoopCourse {
  const { due, ok, shed, wrong, failed, cpuShare, service, inFlight } = load;
  const ended = ok + shed + wrong + failed;
  const rightMs = service.samples === 0 ? 0 : service.samples * service.meanMs;
  const meanMs = (rightMs + load.otherMs) / ended;
  // It lasts until its last request ends, so nothing is cut off.
  const terms = { inFlight, perSecond: ended / load.tookSeconds, meanMs, edge: 0 };
  return { due, ended, latenessP99Ms: lateness.p99Ms, cpuShare, terms };
}

/**
 * GET /health at a steady rate, over open connections, while another load runs. With too few `connections` a
 * busy event loop would make the probe itself late.
 */
export function createHealthJob(url: string, perSecond: number, connections: number) {
  const opener = '/health';
  return { url: `${url}/health`, body: null, expect: '"status":"ok"', perSecond, connections, opener };
}

export function checkHealthProbes(health: OpenLoad, limits: Limits): string | undefined {
  const { wrong, failed, shed, fault } = health;
  const bad = wrong + failed + shed;
  if (bad === 0) return checkOpenLoop(summarizeOpenLoad(health), limits);
  return `${bad} probes of /health failed: ${fault ?? 'an answer other than 200'}`;
}
