// Builds the service out of its parts: a shared region, the tally in it, an executor, and the
// routes over both. It answers requests that it is handed and does not listen. Runs wherever
// connections are accepted: on the main thread, a listening thread, or in a process of a cluster.

import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Executor, ExecutorKind } from '../execution/executor.js';
import { createExecutor } from '../execution/executors.js';
import { loadOfThisThread } from '../execution/thread-load.js';
import { calibrateWork } from '../execution/work.js';
import { attach, type Connections } from '../http/connections.js';
import { createExchange } from '../http/exchange.js';
import { createMeters, type GaugeValues, metersPlan } from '../http/meters.js';
import { createMetrics, type Measured, metricsText } from '../http/metrics.js';
import { openapi } from '../http/openapi.js';
import type { Service } from '../http/route.js';
import { createRouter } from '../http/router.js';
import { ROUTES } from '../http/routes.js';
import { CONTRACT_VERSION } from '../http/routes-service.js';
import type { Log } from '../log-events.js';
import { COUNTER_NAMES, REJECTED_COUNTER } from '../scoring/rules.js';
import { scorerName } from '../scoring/scorers.js';
import { findSeededFault } from '../tally/faults/seeded-faults.js';
import { createRegion, type Region } from '../tally/region.js';
import { createTally, type Snapshot, type Tally, tallyPlan } from '../tally/tally.js';
import type { ServeOptions } from './options.js';

/** Where a service counts: its shared memory, and the tally in it as this thread sees it. */
export interface Counting {
  readonly region: Region;
  /** Which messages of this tally go by. */
  readonly channel: string;
  readonly tally: Tally;
}

/** What is answered for all who listen, and not by this listener alone. */
export interface Everybody {
  snapshot(): Snapshot | Promise<Snapshot>;
  /** What each of them measured, this one included. */
  measured(): Promise<readonly Measured[]>;
}

export interface ServiceParts {
  readonly kind: ExecutorKind;
  readonly options: ServeOptions;
  readonly log: Log;
  readonly counting: Counting;
  /** Which of those that share the region this is, from 0. */
  readonly listener: number;
  /** Left out where one registry and one tally have everything. */
  readonly everybody?: Everybody;
}

export interface BuiltService {
  /** Answers the requests of this server from now on. */
  attach(server: Server): Connections;
  /** What `/ready` says. */
  setReady(ready: boolean): void;
  /** How long the slowest task worker took until it could score; 0 without any. */
  readonly threadStartMs: number;
  /** What this process measured of itself. */
  measured(): Promise<Measured>;
  /** Ends the threads; what was accepted has `deadlineMs` to finish. The tally stays open. */
  close(deadlineMs: number): Promise<void>;
}

/** A new region for so many listeners, and its tally, owned by this thread. */
export function createCounting(
  { tally: kind }: ServeOptions,
  listeners: number,
  names: readonly string[] = COUNTER_NAMES,
): Counting {
  const plan = { ...tallyPlan(kind, names), ...metersPlan(ROUTES.length, listeners) };
  const region = createRegion(plan);
  const channel = `two-callers-${randomUUID()}`;
  const tally = createTally({ kind, names, region, role: 'owner', channel });
  return { region, channel, tally };
}

/** @throws Error with one line when the scorer or a thread cannot be started */
export async function buildService(parts: ServiceParts): Promise<BuiltService> {
  const { kind, options, log, counting, listener } = parts;
  const { tally } = counting;
  const executor = await createExecutor({
    kind,
    threads: options.threads,
    scorer: options.scorer,
    workIterations: calibrateWork(options.workUs),
    queueMax: options.queueMax,
    sliceUs: options.sliceUs,
    ...counting,
    log,
  });
  const meters = createMeters(counting.region);
  // Who is alone shows its gauges when it is asked for them, and at no cost before.
  const isAlone = meters.listeners === 1;
  const attached: Connections[] = [];
  const showGauges = () => meters.setGauges(listener, gaugesOf(executor, attached));
  const plantedFault = findSeededFault(tally.kind);
  const threadLoads = async () => [loadOfThisThread('listener'), ...(await executor.loads())];
  const sources = { routes: ROUTES, meters, showGauges, threadLoads, plantedFault };
  const metrics = createMetrics(sources);
  const everybody = parts.everybody ?? {
    snapshot: () => tally.snapshot(),
    measured: async () => [await metrics.own()],
  };
  const snapshot = tally.wrapSnapshot?.(everybody.snapshot) ?? everybody.snapshot;
  const description = JSON.stringify(openapi(ROUTES, CONTRACT_VERSION));
  let ready = false;
  const service: Service = {
    executor: isAlone ? executor : showing(executor, showGauges),
    meters,
    deadlineMs: options.deadlineMs,
    scorerName: scorerName(options.scorer),
    plantedFault,
    ready: () => ready && executor.alive(),
    snapshot,
    countRejected: () => countRejected(tally, log),
    metricsText: async () => metricsText(await everybody.measured(), await snapshot()),
    openapiText: () => description,
    log,
  };
  const exchange = createExchange(createRouter(ROUTES), ROUTES, service);
  return {
    threadStartMs: executor.threadStartMs,
    attach(server) {
      const own = attach(server, exchange, meters, ROUTES.length);
      attached.push(own);
      if (isAlone) return own;
      server.on('connection', (socket) => {
        showGauges();
        socket.once('close', showGauges);
      });
      return own;
    },
    setReady(value) {
      ready = value;
    },
    measured: metrics.own,
    async close(deadlineMs) {
      await executor.close(deadlineMs);
      metrics.close();
    },
  };
}

function gaugesOf(executor: Executor, attached: readonly Connections[]): GaugeValues {
  return {
    queueDepth: executor.waiting(),
    busyJobs: executor.busy(),
    taskWorkers: executor.threads,
    connections: attached.reduce((sum, one) => sum + one.open(), 0),
  };
}

/** The executor, and its gauges are shown whenever a job begins to be awaited or ends. */
function showing(executor: Executor, showGauges: () => void): Executor {
  return {
    ...executor,
    submit(texts, settle) {
      // A job that was done at once left the gauges as they were.
      let isAwaited = false;
      let isOver = false;
      const cancel = executor.submit(texts, (completion) => {
        isOver = true;
        if (isAwaited) showGauges(); // before the client is answered
        settle(completion);
      });
      isAwaited = !isOver;
      if (isAwaited) showGauges();
      return cancel;
    },
  };
}

/** A refusal that cannot be counted is still answered; the operator learns that the count lacks. */
async function countRejected(tally: Tally, log: Log): Promise<void> {
  try {
    await tally.add(REJECTED_COUNTER);
  } catch (error) {
    log('rejection-uncounted', 'a rejected transaction could not be counted', { error });
  }
}
