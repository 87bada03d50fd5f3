// One run of `check --chaos`: it starts a service of one topology, loads it, injects faults meanwhile,
// and lets the checker judge the count. Main thread; it prints nothing.

import { performance } from 'node:perf_hooks';
import type { Attempt, CheckRun } from '../checker/driver/check-run.js';
import { conclude, REQUESTS_MAX } from '../checker/driver/run-check.js';
import { openSession } from '../checker/driver/session.js';
import { parseTarget } from '../checker/driver/target-options.js';
import type { TallyName } from '../tally/tally.js';
import type { TopologyName } from '../topologies/topology.js';
import { type Verdict, worst } from '../verdict.js';
import { CRASH_SCORER } from './crash-scorer.js';
import {
  createInjectors,
  findUnexplained,
  INJECTED_KINDS,
  type Injection,
  type InjectionKind,
  injectAll,
  planInjections,
  TIMEOUT_MS,
} from './fault-injectors.js';
import { THREADS } from './run.js';
import { type StartedService, startService } from './started-service.js';

export interface ChaosFlags {
  /** Only this one; undefined for all. */
  readonly topology?: TopologyName;
  readonly tally: TallyName;
  /** The approximate time per topology. */
  readonly seconds: number;
  readonly callers: number;
  readonly seed: number;
  readonly json: boolean;
}

export const CHAOS_DEFAULTS: ChaosFlags = {
  tally: 'atomic',
  seconds: 5,
  callers: 16,
  seed: 1,
  json: false,
};

export interface ChaosRun {
  readonly topology: TopologyName;
  readonly check: CheckRun;
  readonly injections: readonly Injection[];
  /** Kinds that were planned and found no victim. */
  readonly notDone: readonly InjectionKind[];
  /** Unknown adds that no injection explains. */
  readonly unexplained: readonly Attempt[];
  /** Reads without an answer: they prove nothing, and chaos makes them likely. */
  readonly failedReads: number;
  /** The exit code of the service after SIGTERM. */
  readonly exitCode: number | null;
  /** The checker's verdict, or a worse one: unexplained, incomplete, or a wrong exit code. */
  readonly verdict: Verdict;
}

const READS_PER_SECOND = 50;
/** Enough work per request that a dying thread has one half done. */
const WORK_US = 100;
const NO_FAILED_READS = { count: 0, first: null };

/** @throws Error when the service does not start or answer */
export async function runChaos(
  topology: TopologyName,
  flags: ChaosFlags,
  signal: AbortSignal,
): Promise<ChaosRun> {
  const options = ['--topology', topology, '--tally', flags.tally, '--threads', String(THREADS)];
  const scoring = ['--scorer', CRASH_SCORER, '--work-us', String(WORK_US)];
  const service = await startService([...options, ...scoring]);
  try {
    const harmed = await harm(topology, service, flags, signal);
    const exitCode = await service.stop();
    return { ...harmed, exitCode, verdict: judgeChaosRun({ ...harmed, exitCode }) };
  } finally {
    await service.stop();
  }
}

type Harmed = Omit<ChaosRun, 'exitCode' | 'verdict'>;

async function harm(
  topology: TopologyName,
  service: StartedService,
  { callers, seconds, seed }: ChaosFlags,
  signal: AbortSignal,
): Promise<Harmed> {
  const target = await parseTarget(service.url, { timeoutMs: TIMEOUT_MS, seed });
  const how = { target, callers, readsPerSecond: READS_PER_SECOND, seed, signal };
  const session = openSession({ ...how, onAdd: () => {} });
  const startedAt = new Date().toISOString();
  try {
    const own: Attempt[] = [];
    const loaded = new AbortController();
    const scene = { service, session, target, callers, signal, onAdd: own.push.bind(own) };
    const injectors = createInjectors(topology, scene);
    const plan = planInjections(INJECTED_KINDS[topology], seconds, seed);
    await session.rest();
    const nowMs = () => performance.now() - session.openedAt;
    let stoppedMs = Number.POSITIVE_INFINITY;
    const stop = () => {
      stoppedMs = nowMs();
    };
    signal.addEventListener('abort', stop, { once: true }); // registered before the session's own listener
    let isOver = false;
    const injecting = injectAll(plan, {
      injectors,
      seed,
      nowMs,
      signal: AbortSignal.any([signal, loaded.signal]),
    }).finally(() => {
      isOver = true;
    });
    const loading = session.load(REQUESTS_MAX, () => isOver).finally(() => loaded.abort());
    const [injections] = await bothOf(injecting, loading);
    await session.rest();
    const { adds, reads } = session.history();
    const history = { adds: [...adds, ...own], reads };
    const durationMs = nowMs();
    const limits = { requests: REQUESTS_MAX, seconds, alone: true };
    const all = { history: () => history, failedReads: () => NO_FAILED_READS };
    const check = conclude({ ...how, ...limits }, all, { startedAt, durationMs });
    const notDone = INJECTED_KINDS[topology].filter((kind) => injections.every((one) => one.kind !== kind));
    const left = new Set(findUnexplained(history.adds, injections, injectors));
    // Requests that our own interruption broke off need no explanation.
    const attempts = history.adds.filter(({ endMs }, at) => left.has(at) && endMs < stoppedMs);
    const failedReads = session.failedReads().count;
    return { topology, check, injections, notDone, unexplained: attempts, failedReads };
  } finally {
    await session.close();
  }
}

/** Waits for both, and only then throws the failure of one. */
async function bothOf<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

export function judgeChaosRun(run: Omit<ChaosRun, 'verdict'>): Verdict {
  const { check, unexplained: left, notDone, exitCode } = run;
  const isWhole = left.length === 0 && notDone.length === 0 && !check.partial;
  return worst([check.verdict, isWhole ? 'ok' : 'unknown', exitCode === 0 ? 'ok' : 'violated']);
}
