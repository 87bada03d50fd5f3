// Reads the counter of a service: at rest, and during the adds. Each read opens a connection,
// because one address can belong to several processes with a counter each. It keeps the values,
// counts the failed reads and judges nothing. Main thread.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Read } from '../history.js';
import { random } from '../random.js';
import type { FailedReads, RunRead } from './check-run.js';
import { type ClientConnection, intervalSince, openConnection } from './connection.js';
import { parseRead } from './response-outcome.js';
import { type CheckTarget, isClientError } from './target.js';

export interface CounterReader {
  readonly reads: readonly RunRead[];
  readFailures(): FailedReads;
  /**
   * Reads a few times over a while, with no request of ours in flight.
   * @throws ClientError when the very first read fails
   */
  readAtRest(signal: AbortSignal): Promise<void>;
  /** Begins reads at random distances, a few at a time at most, until `stop`. */
  readDuringLoad(perSecond: number, stop: AbortSignal): Promise<void>;
  /** Breaks off the reads during the load that are in flight; they are left out. */
  drop(reason: string): void;
}

/** Enough reads at rest to meet each of several processes. */
const REST_READS = 6;
/** A service that restarts has this long to answer a read at rest. */
const REST_TRIES_MS = 5_000;
const RETRY_MS = 100;
/**
 * After Ctrl-C a read at rest waits no longer than this. The reader tries twice: the first answer
 * can be late because the machine itself stood still.
 */
const STOPPED_MS = 1_000;
const STOPPED_TRIES = 2;
const OPEN_MAX = 4;

export interface CounterReaderOptions {
  /** The zero of the times: a `performance.now()`. */
  readonly openedAt: number;
  readonly seed: number;
  /** How long the reads at rest take. */
  readonly restMs: number;
}

/** One read. @throws ClientError `unreachable` or `bad-answer` */
export async function readCounter(target: CheckTarget): Promise<Read> {
  const connection = openConnection(target);
  try {
    return parseRead(await connection.send(target.read, target.headers, ''), target);
  } finally {
    await connection.close();
  }
}

export function createCounterReader(target: CheckTarget, options: CounterReaderOptions): CounterReader {
  const { openedAt, seed, restMs } = options;
  const reads: RunRead[] = [];
  const chance = random(seed);
  let failures = 0;
  let first: string | null = null;
  let isDropped = false;
  const duringLoad = new Set<ClientConnection>();

  /** @throws ClientError */
  async function read(isAtRest: boolean, timeoutMs: number): Promise<void> {
    const connection = openConnection({ origin: target.origin, timeoutMs });
    if (!isAtRest) duringLoad.add(connection);
    try {
      const exchange = await connection.send(target.read, target.headers, '');
      const interval = intervalSince(openedAt, exchange);
      reads.push({ ...parseRead(exchange, target), ...interval, isAtRest });
    } finally {
      duringLoad.delete(connection);
      await connection.close();
    }
  }

  function countFailure(error: unknown): void {
    if (!isClientError(error)) throw error;
    failures += 1;
    first ??= error.message;
  }

  return {
    reads,
    drop(reason) {
      isDropped = true;
      for (const connection of duringLoad) connection.drop(reason);
    },
    readFailures: () => ({ count: failures, first }),
    async readAtRest(signal) {
      const isFirst = reads.length === 0;
      const limit = createRetryLimit(signal);
      for (let done = 0; done < REST_READS; ) {
        try {
          const { timeoutMs } = target;
          await read(true, signal.aborted ? Math.min(STOPPED_MS, timeoutMs) : timeoutMs);
          done += 1;
          if (done < REST_READS) await sleep(restMs / (REST_READS - 1));
        } catch (error) {
          if (isFirst) throw error;
          countFailure(error);
          if (limit.isReached()) return;
          await sleep(RETRY_MS);
        }
      }
    },
    async readDuringLoad(perSecond, stop) {
      if (perSecond === 0) return;
      const open = new Set<Promise<void>>();
      while (!stop.aborted) {
        const gapMs = (1000 / perSecond) * (0.5 + chance());
        await sleep(gapMs, undefined, { signal: stop }).catch(() => {});
        if (stop.aborted || open.size >= OPEN_MAX) continue;
        const one = read(false, target.timeoutMs).catch((error: unknown) => {
          if (!isDropped) countFailure(error);
        });
        open.add(one);
        void one.finally(() => open.delete(one));
      }
      await Promise.all(open);
    },
  };
}

/** Asked after each failed read at rest: whether the reader gives up. */
function createRetryLimit(signal: AbortSignal): { isReached(): boolean } {
  const untilAt = performance.now() + REST_TRIES_MS;
  let stoppedTries = 0;
  return {
    isReached() {
      if (!signal.aborted) return performance.now() > untilAt;
      stoppedTries += 1;
      return stoppedTries === STOPPED_TRIES;
    },
  };
}
