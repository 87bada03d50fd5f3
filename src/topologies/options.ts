// What a service can be told, and what it does when told nothing: one object, one visible table of
// defaults. Types and constants only.

import { availableParallelism } from 'node:os';
import type { TallyName } from '../tally/tally.js';

export interface ServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Task workers of a pool. */
  readonly threads: number;
  readonly tally: TallyName;
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  /** Microseconds of CPU work added to each scoring, counted in calibrated iterations. */
  readonly workUs: number;
  /** Jobs that may wait for a task worker; one more is shed with 503. */
  readonly queueMax: number;
  /** Microseconds that a batch of `batched` should cost its task worker. */
  readonly sliceUs: number;
  /** A request to score that is not answered after so many milliseconds is given up; 0: never. */
  readonly deadlineMs: number;
  /** Open connections; one more is closed at once. */
  readonly connectionsMax: number;
  /** From the first byte of a request to the end of its header fields. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last; and for a client to read of its answers. */
  readonly requestTimeoutMs: number;
  /** Between two requests of one connection. */
  readonly keepAliveTimeoutMs: number;
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
  sliceUs: 500,
  deadlineMs: 30_000,
  connectionsMax: 4096,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  readyDelayMs: 0,
  closeDeadlineMs: 10_000,
};
