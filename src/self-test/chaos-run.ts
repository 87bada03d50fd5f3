// One run of `check --chaos`: a service of one topology, callers at it, faults injected meanwhile,
// and what the checker says of the count after all of that. Main thread; it prints nothing.

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
  INJECTED_KINDS,
  type InjectionKind,
  TIMEOUT_MS,
} from './fault-injectors.js';
import { findUnexplained, type Injection, injectAll, planInjections } from './injections.js';
import { THREADS } from './plan.js';
import { type StartedService, startService } from './started-service.js';

export interface ChaosFlags {
  /** This one only. */
  readonly topology?: TopologyName;
  readonly tally: TallyName;
  /** About so long, in each topology. */
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
  /** Kinds that were planned, and there was nobody to do it to. */
  readonly notDone: readonly InjectionKind[];
  /** Adds without a clear answer that no injection explains. */
  readonly unexplained: readonly Attempt[];
  /** Reads without an answer: they prove nothing, and under chaos they surprise nobody. */
  readonly failedReads: number;
  /** Of the service, after SIGTERM. */
  readonly exitCode: number | null;
  /** The checker's, or graver: for what is not explained, not done, or not ended in order. */
  readonly verdict: Verdict;
}

const READS_PER_SECOND = 50;
/** A thread or process that dies should have something half done, and another run beside it. */
const WORK_US = 100;
const NO_FAILED_READS = { count: 0, first: null };

/** @throws Error when the service cannot be started or asked */
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
  const asked = { target, callers, readsPerSecond: READS_PER_SECOND, seed, signal };
  const session = openSession({ ...asked, onAdd: () => {} });
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
    signal.addEventListener('abort', stop, { once: true }); // before the session hears of it
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
    const check = conclude({ ...asked, ...limits }, all, { startedAt, durationMs });
    const notDone = INJECTED_KINDS[topology].filter((kind) =>
      injections.every((one) => one.kind !== kind),
    );
    const left = new Set(findUnexplained(history.adds, injections, injectors));
    // What we broke off ourselves when we were interrupted needs no explanation.
    const attempts = history.adds.filter(({ endMs }, at) => left.has(at) && endMs < stoppedMs);
    const failedReads = session.failedReads().count;
    return { topology, check, injections, notDone, unexplained: attempts, failedReads };
  } finally {
    await session.close();
  }
}

/** Both have settled before the failure of one is thrown. */
async function bothOf<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

export function judgeChaosRun(run: Omit<ChaosRun, 'verdict'>): Verdict {
  const { check, unexplained: left, notDone, exitCode } = run;
  const isWhole = left.length === 0 && notDone.length === 0 && !check.partial;
  return worst([check.verdict, isWhole ? 'ok' : 'unknown', exitCode === 0 ? 'ok' : 'violated']);
}
