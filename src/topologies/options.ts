// The options of a service and their defaults: one object with every field given, and one visible
// table. Types and constants only.

import { availableParallelism } from 'node:os';
import type { TallyName } from '../tally/tally.js';

export interface ServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Task workers, listening threads or processes, by the topology. */
  readonly threads: number;
  readonly tally: TallyName;
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  /** Microseconds of CPU work added to each scoring, counted in calibrated iterations. */
  readonly workUs: number;
  /** Requests that may wait for a task worker; the service sheds others with 503. */
  readonly queueMax: number;
  /** MB of bodies and of answers that are not taken, which one process holds; it sheds others with 503. */
  readonly bodyBudgetMb: number;
  /** CPU time in microseconds that a batch of `batched` aims at. */
  readonly sliceUs: number;
  /** The service gives up a request to score after this time; 0: never. */
  readonly deadlineMs: number;
  /** A scorer that takes this much longer than the deadline is ended; 0: never. */
  readonly scorerTimeoutMs: number;
  /** Open connections; the service closes others at once. */
  readonly connectionsMax: number;
  /** From the first byte of a request to the end of its header fields. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last; also the limit for a client that does not read. */
  readonly requestTimeoutMs: number;
  /** Idle time between two requests of one connection. */
  readonly keepAliveTimeoutMs: number;
  /** Names for which a service on a loopback address answers, beside the loopback names. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may read the answers, such as `http://localhost:8080`. */
  readonly corsOrigins: readonly string[];
  /** At the end: `/ready` says 503 for this long while the port still answers. */
  readonly readyDelayMs: number;
  /** At the end: accepted requests have this long to be answered. */
  readonly closeDeadlineMs: number;
}

export const SERVE_DEFAULTS: ServeOptions = {
  host: '127.0.0.1',
  port: 5000,
  threads: availableParallelism(),
  tally: 'atomic',
  scorer: 'rules',
  workUs: 0,
  queueMax: 4096,
  bodyBudgetMb: 256,
  sliceUs: 500,
  deadlineMs: 30_000,
  scorerTimeoutMs: 2_000,
  connectionsMax: 4096,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  allowedHosts: [],
  corsOrigins: [],
  readyDelayMs: 0,
  closeDeadlineMs: 10_000,
};
