// Builds the service from its parts: a shared region, the tally in it, an executor, and the routes
// over both. It answers the requests of a server and does not listen. Runs where connections are
// accepted: on the main thread, a listening thread, or in a process of a cluster.

import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Executor, ExecutorKind } from '../execution/executor.js';
import { createExecutor } from '../execution/executors.js';
import { measureThisThread } from '../execution/thread-load.js';
import { calibrateWork } from '../execution/work.js';
import { ByteBudget } from '../http/body.js';
import { attach, type Connections } from '../http/connections.js';
import { HostPolicy } from '../http/host-policy.js';
import { createMeters, type GaugeValues, metersPlan } from '../http/meters.js';
import { createMetrics, type Measured, metricsText } from '../http/metrics.js';
import { openapi } from '../http/openapi.js';
import { createRouter, type Service } from '../http/route.js';
import { BATCH_BYTES_MAX, ROUTES } from '../http/routes.js';
import { CONTRACT_VERSION } from '../http/routes-service.js';
import type { Log } from '../log-events.js';
import { COUNTER_NAMES, REJECTED_COUNTER } from '../scoring/rules.js';
import { scorerName } from '../scoring/scorers.js';
import { findSeededFault } from '../tally/faults/seeded-faults.js';
import { createRegion, type Region } from '../tally/region.js';
import { createTally, type Snapshot, type Tally, tallyPlan } from '../tally/tally.js';
import type { ServeOptions } from './options.js';
import { shareNext } from './share-next.js';

/** The memory in which a service counts, and this thread's view of the tally in it. */
export interface CounterMemory {
  readonly region: Region;
  /** The name of the channel for the messages of this tally. */
  readonly channel: string;
  readonly tally: Tally;
}

/** Answers for all listeners, when this one cannot read their counts or measurements. */
interface WholeService {
  snapshot(): Snapshot | Promise<Snapshot>;
  /** The measurements of each listener, this one included. */
  measured(): Promise<readonly Measured[]>;
}

interface ServiceParts {
  readonly kind: ExecutorKind;
  readonly options: ServeOptions;
  readonly log: Log;
  readonly memory: CounterMemory;
  /** The index of this listener among those that share the region. */
  readonly listener: number;
  /** Absent when this listener's registry and tally have everything. */
  readonly wholeService?: WholeService;
  /** See `ExecutorOptions`. */
  readonly onProgress?: () => void;
}

export interface ServiceInstance {
  /** Answers the requests of this server from now on. */
  attach(server: Server): Connections;
  /** What `/ready` says. */
  setReady(ready: boolean): void;
  /** How long the slowest task worker took until it could score; 0 without any. */
  readonly threadStartMs: number;
  /** The measurements of this process alone. */
  measured(): Promise<Measured>;
  /** Ends the threads; accepted requests have `deadlineMs` to finish. The tally stays open. */
  close(deadlineMs: number): Promise<void>;
}

/** A new region for this number of listeners, and its tally, which this thread owns. */
export function createCounterMemory(
  { tally: kind }: ServeOptions,
  listeners: number,
  names: readonly string[] = COUNTER_NAMES,
): CounterMemory {
  const plan = { ...tallyPlan(kind, names), ...metersPlan(ROUTES.length, listeners) };
  const region = createRegion(plan);
  const channel = `two-callers-${randomUUID()}`;
  const tally = createTally({ kind, names, region, role: 'owner', channel });
  return { region, channel, tally };
}

/** Two of the largest bodies: listening threads have equal parts of the budget, however many they are. */
const BUDGET_BYTES_MIN = 2 * BATCH_BYTES_MAX;

/** @throws Error with one line when the scorer or a thread fails to start */
export async function createService(parts: ServiceParts): Promise<ServiceInstance> {
  const { kind, options, log, memory, listener } = parts;
  const { tally } = memory;
  const meters = createMeters(memory.region);
  // A lone listener updates its gauges only when /metrics reads them, which costs requests nothing.
  const isAlone = meters.listeners === 1;
  const attached: Connections[] = [];
  let executor: Executor | undefined;
  const showGauges = () => {
    if (executor === undefined) return;
    meters.setGauges(listener, readGauges(executor, attached, budget));
  };
  const budgetBytes = Math.max(BUDGET_BYTES_MIN, (options.bodyBudgetMb * 2 ** 20) / meters.listeners);
  const budget = new ByteBudget(budgetBytes, isAlone ? undefined : showGauges);
  executor = await createExecutor({
    kind,
    threads: options.threads,
    scorer: options.scorer,
    workIterations: calibrateWork(options.workUs),
    queueMax: options.queueMax,
    sliceUs: options.sliceUs,
    deadlineMs: options.deadlineMs,
    scorerTimeoutMs: options.scorerTimeoutMs,
    onScorerHung: () => meters.increment('scorerHung'),
    ...(parts.onProgress && { onProgress: parts.onProgress }),
    ...memory,
    log,
    ...(!isAlone && { onLoadChange: showGauges }),
  });
  const { loads } = executor;
  const plantedFault = findSeededFault(tally.kind);
  const threadLoads = async () => [measureThisThread('listener'), ...(await loads())];
  const metrics = createMetrics({ routes: ROUTES, meters, listener, showGauges, threadLoads, plantedFault });
  const wholeService = parts.wholeService ?? {
    snapshot: () => tally.snapshot(),
    measured: async () => [await metrics.own()],
  };
  const snapshot = tally.wrapSnapshot?.(wholeService.snapshot) ?? wholeService.snapshot;
  const description = JSON.stringify(openapi(ROUTES, CONTRACT_VERSION));
  const service: Service = {
    executor,
    meters,
    deadlineMs: options.deadlineMs,
    scorerName: scorerName(options.scorer),
    plantedFault,
    hostPolicy: new HostPolicy(options.host, options.allowedHosts, options.corsOrigins),
    budget,
    isAccepting: false,
    snapshot,
    countRejected: () => countRejected(tally, log),
    metricsText: shareNext(async () => metricsText(await wholeService.measured(), await snapshot())),
    openapiText: () => description,
    log,
  };
  const router = createRouter(ROUTES);
  return {
    threadStartMs: executor.threadStartMs,
    attach(server) {
      const own = attach(server, router, service);
      attached.push(own);
      if (isAlone) return own;
      server.on('connection', (socket) => {
        showGauges();
        socket.once('close', showGauges);
      });
      return own;
    },
    setReady(value) {
      service.isAccepting = value;
    },
    measured: metrics.own,
    async close(deadlineMs) {
      await executor.close(deadlineMs);
      metrics.close();
    },
  };
}

function readGauges(executor: Executor, attached: readonly Connections[], budget: ByteBudget): GaugeValues {
  return {
    queueDepth: executor.waiting(),
    busyJobs: executor.busy(),
    taskWorkers: executor.threads,
    stuck: Number(executor.isStuck()),
    connections: attached.reduce((sum, one) => sum + one.open(), 0),
    heldBytes: budget.held(),
  };
}

/** A rejection that cannot be counted is still answered; the log says that the count lacks it. */
async function countRejected(tally: Tally, log: Log): Promise<void> {
  try {
    await tally.add(REJECTED_COUNTER);
  } catch (error) {
    log('rejection-uncounted', 'a rejected transaction could not be counted', { error });
  }
}
