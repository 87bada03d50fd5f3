// Reads the counter: at rest, and beside the callers. Each read has a connection of its own, since
// behind one address there may be several counters. Main thread; it keeps what was read, counts
// what was not, and judges nothing.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../random.js';
import { judgeRead } from './answers.js';
import type { FailedReads, Reading } from './check-run.js';
import { isClientError } from './client-error.js';
import { type Connection, intervalSince, openConnection } from './connection.js';
import type { Target } from './target.js';

export interface Reader {
  readonly reads: readonly Reading[];
  failed(): FailedReads;
  /**
   * A few reads over a while in which nothing of ours is on its way.
   * @throws ClientError when the very first read of all fails
   */
  rest(signal: AbortSignal): Promise<void>;
  /** Begins reads at random distances, a few at a time at most, until it is told to stop. */
  beside(perSecond: number, stop: AbortSignal): Promise<void>;
  /** Breaks off the reads beside the callers that are on their way. They are left out. */
  drop(reason: string): void;
}

/** At rest: enough reads to meet several processes. */
const REST_READS = 6;
/** A service that is starting again has so long to answer a read at rest. */
const REST_TRIES_MS = 5_000;
const RETRY_MS = 100;
/**
 * Who has asked it to stop waits no longer for a read at rest than this, and twice: that one came
 * late may be the machine's doing, which stood still.
 */
const STOPPED_MS = 1_000;
const STOPPED_TRIES = 2;
const OPEN_MAX = 4;

export interface ReaderOptions {
  /** Times are told from here on: a `performance.now()`. */
  readonly openedAt: number;
  readonly seed: number;
  /** How long the reads at rest take. */
  readonly restMs: number;
}

export function createReader(target: Target, options: ReaderOptions): Reader {
  const { openedAt, seed, restMs } = options;
  const reads: Reading[] = [];
  const chance = random(seed);
  let failures = 0;
  let first: string | null = null;
  let isDropped = false;
  const beside = new Set<Connection>();

  /** @throws ClientError */
  async function read(isAtRest: boolean, timeoutMs: number): Promise<void> {
    const connection = openConnection({ origin: target.origin, timeoutMs });
    if (!isAtRest) beside.add(connection);
    try {
      const exchange = await connection.send(target.read, target.headers, '');
      const times = intervalSince(openedAt, exchange);
      reads.push({ ...judgeRead(exchange, target), ...times, isAtRest });
    } finally {
      beside.delete(connection);
      await connection.close();
    }
  }

  function keep(error: unknown): void {
    if (!isClientError(error)) throw error;
    failures += 1;
    first ??= error.message;
  }

  return {
    reads,
    drop(reason) {
      isDropped = true;
      for (const connection of beside) connection.drop(reason);
    },
    failed: () => ({ count: failures, first }),
    async rest(signal) {
      const isFirst = reads.length === 0;
      const tries = createTries(signal);
      for (let done = 0; done < REST_READS; ) {
        try {
          const { timeoutMs } = target;
          await read(true, signal.aborted ? Math.min(STOPPED_MS, timeoutMs) : timeoutMs);
          done += 1;
          if (done < REST_READS) await sleep(restMs / (REST_READS - 1));
        } catch (error) {
          if (isFirst) throw error;
          keep(error);
          if (tries.isLast()) return;
          await sleep(RETRY_MS);
        }
      }
    },
    async beside(perSecond, stop) {
      if (perSecond === 0) return;
      const open = new Set<Promise<void>>();
      while (!stop.aborted) {
        const gapMs = (1000 / perSecond) * (0.5 + chance());
        await sleep(gapMs, undefined, { signal: stop }).catch(() => {});
        if (stop.aborted || open.size >= OPEN_MAX) continue;
        const one = read(false, target.timeoutMs).catch((error: unknown) => {
          if (!isDropped) keep(error);
        });
        open.add(one);
        void one.finally(() => open.delete(one));
      }
      await Promise.all(open);
    },
  };
}

/** Asked of each read at rest that failed: whether it was the last that is tried. */
function createTries(signal: AbortSignal): { isLast(): boolean } {
  const until = performance.now() + REST_TRIES_MS;
  let stopped = 0;
  return {
    isLast() {
      if (!signal.aborted) return performance.now() > until;
      stopped += 1;
      return stopped === STOPPED_TRIES;
    },
  };
}
