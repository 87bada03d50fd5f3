// The faults that `check --chaos` injects into a service of each topology: signals to its processes, a
// transaction that ends a thread, connections that our side breaks off. Also their plan, its execution,
// and which requests without a clear answer they explain. Main thread.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../checker/driver/check-run.js';
import { intervalSince, openConnection } from '../checker/driver/connection.js';
import { classifyAdd } from '../checker/driver/response-outcome.js';
import type { CheckSession } from '../checker/driver/session.js';
import type { CheckTarget } from '../checker/driver/target.js';
import { random, shuffled } from '../checker/random.js';
import type { TopologyName } from '../topologies/topology.js';
import { CRASH_BODY, CRASH_TX_ID } from './crash-scorer.js';
import type { StartedService } from './started-service.js';

/** Each kind of fault, in words. */
export const INJECTIONS = {
  'task-worker': 'a task worker killed',
  'listening-thread': 'a listening thread killed',
  process: 'a process killed',
  connections: 'connections dropped',
  stall: 'the whole service stood still',
} as const;

export type InjectionKind = keyof typeof INJECTIONS;

/** The kinds for each topology. The only thread of `inline` is the service itself. */
export const INJECTED_KINDS: Readonly<Record<TopologyName, readonly InjectionKind[]>> = {
  inline: ['connections', 'stall'],
  pool: ['task-worker', 'connections', 'stall'],
  batched: ['task-worker', 'connections', 'stall'],
  threads: ['listening-thread', 'connections', 'stall'],
  cluster: ['process', 'connections', 'stall'],
};

/** Why a topology is spared a kind. */
export const SPARED: Readonly<Partial<Record<TopologyName, string>>> = {
  inline: 'nothing is killed: its one thread is the service itself',
};

/** The timeout of a request: so short that a stall outlasts it. */
export const TIMEOUT_MS = 800;
/** Whole seconds: the `sleep` of some systems takes no fractions. */
const STALL_SECONDS = 1;
/** The time limit to replace a dead listener: after it, its death explains no request. */
const REPLACED_MS_MAX = 5_000;
/** The time limit of the request that ends a thread. */
const CRASH_MS_MAX = 30_000;
const DROPPED = 'dropped on purpose';

export interface Scene {
  readonly service: StartedService;
  readonly session: CheckSession;
  readonly target: CheckTarget;
  readonly callers: number;
  readonly signal: AbortSignal;
  /** Called with an add of our own, which belongs to the history. */
  readonly onAdd: (attempt: Attempt) => void;
}

const isUnanswered = ({ status }: Attempt) => status === null;

export function createInjectors(topology: TopologyName, scene: Scene): readonly Injector[] {
  const rows: Readonly<Record<InjectionKind, Omit<Injector, 'kind'>>> = {
    'task-worker': {
      inject: () => endThread(scene),
      explains: ({ status }) => status === 500,
    },
    'listening-thread': {
      inject: () => replaced(scene, () => endThread(scene)),
      explains: isUnanswered,
    },
    process: {
      inject: (chance) => replaced(scene, async () => killProcess(scene, chance)),
      explains: isUnanswered,
    },
    connections: {
      inject: async (chance) => drop(scene, chance),
      explains: ({ error }) => error?.includes(DROPPED) ?? false,
    },
    stall: { inject: () => stall(scene), explains: isUnanswered },
  };
  return INJECTED_KINDS[topology].map((kind) => ({ kind, ...rows[kind] }));
}

/** No signal reaches a single thread, so a transaction makes its scorer end the thread. */
async function endThread({ session, target, callers, onAdd }: Scene): Promise<string | undefined> {
  // A slow machine must not hide the promise that this request is answered too.
  const connection = openConnection({ ...target, timeoutMs: CRASH_MS_MAX });
  try {
    const exchange = await connection.send(target.add, target.headers, CRASH_BODY);
    const judged = classifyAdd(exchange, target);
    const times = intervalSince(session.openedAt, exchange);
    onAdd({ ...judged, ...times, caller: callers, name: CRASH_TX_ID });
    return judged.outcome === 'unknown' ? `a thread ended (${judged.error})` : undefined;
  } finally {
    await connection.close();
  }
}

function killProcess({ service }: Scene, chance: () => number): string | undefined {
  const pids = service.log.processes();
  const pid = pids[Math.floor(chance() * pids.length)];
  if (pid === undefined) return undefined;
  try {
    process.kill(pid, 'SIGKILL');
    return `process ${pid} killed`;
  } catch {
    return undefined; // it has just ended
  }
}

/** Kills a listener and waits for its replacement. */
async function replaced(
  { service, signal }: Scene,
  kill: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const before = service.log.replaced();
  const what = await kill();
  if (what === undefined) return undefined;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(REPLACED_MS_MAX)]);
  await service.log.untilReplaced(before + 1, limit);
  return what;
}

/** Breaks off the requests of about half the callers. */
function drop({ session, callers }: Scene, chance: () => number): string {
  const chosen = Array.from({ length: callers }, () => chance() < 0.5);
  session.drop((caller) => chosen[caller] ?? false, DROPPED);
  return `${chosen.filter(Boolean).length} of ${callers} connections dropped`;
}

async function stall({ service }: Scene): Promise<string | undefined> {
  const isDone = await service.standStill(STALL_SECONDS);
  return isDone ? `stood still for ${STALL_SECONDS} s` : undefined;
}

/** One kind of fault. */
export interface Injector {
  readonly kind: string;
  /**
   * Injects one fault, and resolves when the service should have recovered.
   * Returns what was done; undefined without a victim.
   */
  inject(chance: () => number): Promise<string | undefined>;
  /** Whether the fault can cause this result of a request, such as no answer or a 500. */
  explains(attempt: Attempt): boolean;
}

export interface PlannedInjection {
  readonly kind: string;
  /** The pause after the previous injection. */
  readonly gapMs: number;
}

/** An injection that was made. Its times are those of the history. */
export interface Injection {
  readonly kind: string;
  readonly what: string;
  readonly beginMs: number;
  readonly endMs: number;
}

/** About one injection per this time. */
const EVERY_MS = 900;
const GAP_MS = { min: 250, max: 650 } as const;
/** An injection explains no request that begins later than this after its end. */
export const AFTERMATH_MS = 250;

/** Each kind at least once; the seed decides the order and the pauses. */
export function planInjections(kinds: readonly string[], seconds: number, seed: number): PlannedInjection[] {
  const chance = random(seed);
  const count = Math.max(kinds.length, Math.round((seconds * 1_000) / EVERY_MS));
  const plan: PlannedInjection[] = [];
  while (plan.length < count && kinds.length > 0) {
    for (const kind of shuffled(kinds, chance)) {
      const gapMs = Math.round(GAP_MS.min + chance() * (GAP_MS.max - GAP_MS.min));
      if (plan.length < count) plan.push({ kind, gapMs });
    }
  }
  return plan;
}

export interface InjectOptions {
  readonly injectors: readonly Injector[];
  readonly seed: number;
  /** The clock of the history. */
  readonly nowMs: () => number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Injects one fault after the other. It resolves when the aftermath of the last is over. */
export async function injectAll(
  plan: readonly PlannedInjection[],
  { injectors, seed, nowMs, signal }: InjectOptions,
): Promise<Injection[]> {
  const chance = random(seed);
  const injections: Injection[] = [];
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  for (const { kind, gapMs } of plan) {
    await pause(gapMs);
    if (signal.aborted) break;
    const beginMs = nowMs();
    const injector = injectors.find((each) => each.kind === kind);
    const what = await injector?.inject(chance);
    if (what !== undefined) injections.push({ kind, what, beginMs, endMs: nowMs() });
  }
  await pause(GAP_MS.max);
  return injections;
}

/** The indices of unknown adds that no injection explains: no possible cause was near. */
export function findUnexplained(
  adds: readonly Attempt[],
  injections: readonly Injection[],
  injectors: readonly Injector[],
): number[] {
  const isExplained = (attempt: Attempt) =>
    injections.some(({ kind, beginMs, endMs }) => {
      const isNear = attempt.endMs >= beginMs && attempt.beginMs <= endMs + AFTERMATH_MS;
      return isNear && injectors.some((each) => each.kind === kind && each.explains(attempt));
    });
  return adds.flatMap((attempt, index) => {
    return attempt.outcome !== 'unknown' || isExplained(attempt) ? [] : [index];
  });
}
