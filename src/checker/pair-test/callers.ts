// The two callers, each with a connection. In a pair a caller adds; without tickets it then reads the
// counter on the same connection. Main thread; it judges no counter.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientConnection, type Exchange, intervalSince, openConnection } from '../driver/connection.js';
import { classifyAdd, parseRead, refuseRedirect } from '../driver/response-outcome.js';
import { type CheckTarget, isClientError } from '../driver/target.js';
import { type Read, sumValues, type Ticket } from '../history.js';
import type { ObservationMode, Pair, PairCall } from './pair-outcome.js';
import type { CallerName, PairStart } from './synchronizer.js';

export interface Callers {
  /** Both call, as `start` releases them, with the same body. */
  pair(start: PairStart, body: string, way: ObservationMode): Promise<Pair>;
  /** Caller A calls alone. */
  one(body: string): Promise<PairCall>;
  /** One caller reads the counter. @throws ClientError */
  read(caller: CallerName): Promise<Read>;
  /** Adds after whose answer the service closed the connection. */
  closed(): number;
  drop(reason: string): void;
  close(): Promise<void>;
}

/** `openedAt`, a `performance.now()`, is the zero of all times. */
export function openCallers(target: CheckTarget, openedAt: number): Callers {
  const connections = { A: openConnection(target), B: openConnection(target) };
  const both = Object.values(connections);
  let closed = 0;

  /** It runs synchronously up to its first `await`: it writes the add before it returns. */
  async function call(connection: ClientConnection, body: string, way: ObservationMode): Promise<PairCall> {
    const exchange = await connection.send(target.add, target.headers, body);
    if (exchange.answer !== null) refuseRedirect(exchange.answer, target, target.add);
    if (exchange.answer?.headers.connection === 'close') closed++;
    const { outcome, ticket, status, error } = classifyAdd(exchange, target);
    const added = intervalSince(openedAt, exchange);
    const base = { ...added, outcome, status, error };
    if (way === 'tickets' || outcome !== 'ok') return { ...base, observed: ticket, observedDuring: added };
    const asked = await connection.send(target.read, target.headers, '');
    return {
      ...base,
      observed: observeRead(asked, target),
      observedDuring: intervalSince(openedAt, asked),
    };
  }

  return {
    async pair({ first, holdMs }, body, way) {
      const second: CallerName = first === 'A' ? 'B' : 'A';
      let isOver = false;
      const one = call(connections[first], body, way).finally(() => {
        isOver = true;
      });
      if (holdMs > 0) {
        one.catch(() => {}); // awaited below
        await until(performance.now() + holdMs, () => isOver);
      }
      const two = call(connections[second], body, way);
      const [early, late] = await Promise.all([one, two]);
      return first === 'A' ? { a: early, b: late } : { a: late, b: early };
    },
    one: (body) => call(connections.A, body, 'tickets'),
    async read(caller) {
      const exchange = await connections[caller].send(target.read, target.headers, '');
      return parseRead(exchange, target);
    },
    closed: () => closed,
    drop: (reason) => {
      for (const connection of both) connection.drop(reason);
    },
    async close() {
      await Promise.all(both.map((connection) => connection.close()));
    },
  };
}

/** The total that a read shows; null without an answer. @throws ClientError */
function observeRead(exchange: Exchange, target: CheckTarget): Ticket | null {
  try {
    return { cell: '', value: sumValues(parseRead(exchange, target).values) };
  } catch (error) {
    if (isClientError(error) && error.code === 'unreachable') return null;
    throw error;
  }
}

/** Timers are a millisecond or two late, so the last part is waited in turns of the event loop. */
const TIMER_LATE_MS = 2;

/** Waits until this time, or until `isOver`. */
async function until(atMs: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const leftMs = atMs - performance.now();
    if (leftMs <= 0) return;
    if (leftMs > TIMER_LATE_MS) await sleep(Math.min(leftMs - TIMER_LATE_MS, 100));
    else await new Promise(setImmediate);
  }
}
