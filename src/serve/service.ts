// Builds the service out of its parts: one shared region, the tally in it, an executor, and the
// routes over both. It answers requests that it is handed and does not listen. Main thread.

import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { iterationsFor } from '../execute/calibrate.js';
import type { ExecutorKind } from '../execute/executor.js';
import { createExecutor } from '../execute/executors.js';
import { attach, type Connections } from '../http/connections.js';
import { createExchange } from '../http/exchange.js';
import { createMeters, metersPlan } from '../http/meters.js';
import { createMetrics } from '../http/metrics.js';
import { openapi } from '../http/openapi.js';
import type { Service } from '../http/route.js';
import { createRouter } from '../http/router.js';
import { ROUTES } from '../http/routes.js';
import { CONTRACT_VERSION } from '../http/routes-service.js';
import { COUNTED, REJECTED_AT } from '../score/levels.js';
import { scorerName } from '../score/scorers.js';
import { createRegion } from '../shared/region.js';
import { createTally, type Tally, tallyPlan } from '../shared/tally/tally.js';
import type { Log, ServeOptions } from './options.js';

export interface BuiltService {
  /** Answers the requests of this server from now on. */
  attach(server: Server): Connections;
  /** What `/ready` says. */
  setReady(ready: boolean): void;
  /** Ends the threads; what was accepted has `deadlineMs` to finish. */
  close(deadlineMs: number): Promise<void>;
}

/** @throws Error with one line when the scorer or a thread cannot be started */
export async function buildService(
  kind: ExecutorKind,
  options: ServeOptions,
  log: Log,
): Promise<BuiltService> {
  const region = createRegion({
    ...tallyPlan(options.tally, COUNTED),
    ...metersPlan(ROUTES.length),
  });
  const channel = `two-callers-${randomUUID()}`;
  const tally = createTally({
    kind: options.tally,
    names: COUNTED,
    region,
    role: 'owner',
    channel,
  });
  const executor = await createExecutor({
    kind,
    threads: options.threads,
    scorer: options.scorer,
    workIterations: iterationsFor(options.workUs),
    queueMax: options.queueMax,
    sliceUs: options.sliceUs,
    tally,
    region,
    channel,
    onTrouble: (trouble) => log.error(trouble, undefined),
  }).catch((error: unknown) => {
    tally.close();
    throw error;
  });
  const meters = createMeters(region);
  const attached: Connections[] = [];
  const connections = () => attached.reduce((sum, one) => sum + one.open(), 0);
  const metrics = createMetrics({ routes: ROUTES, meters, tally, executor, connections });
  const description = JSON.stringify(openapi(ROUTES, CONTRACT_VERSION));
  let ready = false;
  const service: Service = {
    executor,
    tally,
    meters,
    deadlineMs: options.deadlineMs,
    scorerName: scorerName(options.scorer),
    ready: () => ready && executor.alive(),
    countRejected: () => countRejected(tally, log),
    metricsText: metrics.text,
    openapiText: () => description,
    logError: log.error,
  };
  const exchange = createExchange(createRouter(ROUTES), ROUTES, service);
  return {
    attach(server) {
      const own = attach(server, exchange, meters, ROUTES.length);
      attached.push(own);
      return own;
    },
    setReady(value) {
      ready = value;
    },
    async close(deadlineMs) {
      await executor.close(deadlineMs);
      tally.close();
      metrics.close();
    },
  };
}

/** A refusal that cannot be counted is still answered; the operator learns that the count lacks. */
async function countRejected(tally: Tally, log: Log): Promise<void> {
  try {
    await tally.add(REJECTED_AT);
  } catch (error) {
    log.error('a refused transaction could not be counted', error);
  }
}
