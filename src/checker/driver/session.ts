// A session of the checker with one service: callers that each have a connection and one request at
// a time (a closed loop), a reader beside them, and the exact history of all of it. Main thread.
// Nothing is sent twice, and it judges no counter.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeAdd, nothingAcknowledged } from './answers.js';
import type { Attempt, FailedReads, RunHistory } from './check-run.js';
import { type Connection, intervalSince, openConnection, STOPPED } from './connection.js';
import { createReader, type Reader } from './counter-reader.js';
import type { Target } from './target.js';

export interface SessionOptions {
  readonly target: Target;
  /** Callers at the same time. */
  readonly callers: number;
  /** Reads begun while the callers call; 0 for none. */
  readonly readsPerSecond: number;
  readonly seed: number;
  /** How long the counter is watched at rest; less where nobody else can count. */
  readonly restMs?: number;
  /** Aborting ends a load at once: what is on its way becomes unknown. */
  readonly signal: AbortSignal;
  /** Told of each add that is over. */
  readonly onAdd: (done: number) => void;
}

export interface Session {
  /** The zero of the history's times: a `performance.now()`. */
  readonly openedAt: number;
  /**
   * Reads the counter a few times while nothing of ours is on its way.
   * @throws ClientError when the very first read fails
   */
  rest(): Promise<void>;
  /**
   * Adds so many times, or until `isOver`.
   * @throws ClientError where the service is not what the target says
   */
  load(adds: number, isOver?: () => boolean): Promise<void>;
  /** Breaks off what these callers, by number, have on its way. */
  drop(isDropped: (caller: number) => boolean, reason: string): void;
  history(): RunHistory;
  failedReads(): FailedReads;
  close(): Promise<void>;
}

/** At rest: over long enough to see others count. */
const REST_MS = 150;
/** So many adds that were not acknowledged, before any was: it is asked wrongly. */
const FAILURES_MAX = 20;
/** So many adds in a row for each caller without any answer: nobody is there any more. */
const UNANSWERED_MAX = 50;
/** ... or nothing was answered for so long, and for several times what one request may take. */
const SILENT_MS = 30_000;
const SILENT_TIMEOUTS = 3;
/** After an attempt without an answer: a caller must not spin on a closed port. */
const RETRY_MS = 20;

interface State {
  readonly options: SessionOptions;
  readonly openedAt: number;
  readonly connections: readonly Connection[];
  readonly reader: Reader;
  readonly adds: Attempt[];
  /** How each body calls itself. */
  readonly names: readonly (string | null)[];
  /** The number of the next add. */
  next: number;
  acknowledged: number;
  failures: number;
  unansweredInARow: number;
  answeredAt: number;
}

export function openSession(options: SessionOptions): Session {
  const { target, callers, seed, signal } = options;
  const openedAt = performance.now();
  const state: State = {
    options,
    openedAt,
    connections: Array.from({ length: callers }, () => openConnection(target)),
    reader: createReader(target, { openedAt, seed, restMs: options.restMs ?? REST_MS }),
    adds: [],
    names: target.bodies.map(nameOf),
    next: 0,
    acknowledged: 0,
    failures: 0,
    unansweredInARow: 0,
    answeredAt: openedAt,
  };
  const { connections, reader, adds } = state;
  const drop: Session['drop'] = (isDropped, reason) => {
    for (const [caller, connection] of connections.entries()) {
      if (isDropped(caller)) connection.drop(reason);
    }
  };
  return {
    openedAt,
    rest: () => reader.rest(signal),
    async load(count, isOver = () => false) {
      const stop = () => {
        drop(() => true, STOPPED);
        reader.drop(STOPPED);
      };
      const loaded = new AbortController();
      const reading = reader.beside(options.readsPerSecond, loaded.signal);
      signal.addEventListener('abort', stop, { once: true });
      try {
        await callAll(state, state.next + count, isOver);
      } finally {
        signal.removeEventListener('abort', stop);
        loaded.abort();
        await reading;
      }
    },
    drop,
    history: () => ({ adds, reads: reader.reads }),
    failedReads: reader.failed,
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

/** All callers, until so many adds have begun; the first that finds the target wrong ends all. */
async function callAll(state: State, until: number, isOver: () => boolean): Promise<void> {
  const { signal } = state.options;
  let isWrong = false;
  const goesOn = () => {
    return isThere(state) && !isWrong && state.next < until && !signal.aborted && !isOver();
  };
  const calls = state.connections.map(async (connection, caller) => {
    try {
      while (goesOn()) await callOnce(state, connection, caller);
    } catch (error) {
      isWrong = true;
      throw error;
    }
  });
  await Promise.allSettled(calls);
  await Promise.all(calls);
}

function isThere({ options, connections, unansweredInARow, answeredAt }: State): boolean {
  if (unansweredInARow === 0) return true;
  const silentMs = performance.now() - answeredAt;
  const silentMsMax = Math.max(SILENT_MS, SILENT_TIMEOUTS * options.target.timeoutMs);
  return unansweredInARow < UNANSWERED_MAX * connections.length && silentMs < silentMsMax;
}

async function callOnce(state: State, connection: Connection, caller: number): Promise<void> {
  const { target, signal, onAdd } = state.options;
  const attempt = await add(state, connection, caller);
  state.adds.push(attempt);
  onAdd(state.adds.length);
  state.unansweredInARow = attempt.status === null ? state.unansweredInARow + 1 : 0;
  if (attempt.status !== null) state.answeredAt = performance.now();
  if (attempt.outcome === 'ok') {
    state.acknowledged += 1;
    return;
  }
  state.failures += 1;
  if (state.acknowledged === 0 && state.failures >= FAILURES_MAX) {
    throw nothingAcknowledged(target, attempt);
  }
  if (attempt.status === null && !signal.aborted) await sleep(RETRY_MS);
}

async function add(state: State, connection: Connection, caller: number): Promise<Attempt> {
  const { options, names, openedAt } = state;
  const { target } = options;
  const at = state.next % Math.max(1, target.bodies.length);
  state.next += 1;
  const exchange = await connection.send(target.add, target.headers, target.bodies[at] ?? '');
  const times = intervalSince(openedAt, exchange);
  return { ...judgeAdd(exchange, target), ...times, caller, name: names[at] ?? null };
}

/** How a body calls itself: the `tx_id` of a transaction. */
function nameOf(body: string): string | null {
  const [, name] = /"tx_id"\s*:\s*"([^"\\]{1,40})"/.exec(body) ?? [];
  return name ?? null;
}
