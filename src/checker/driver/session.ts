// A session of the checker with one service. Each caller has a connection and one request at a time
// (a closed loop); a reader works beside them; the session keeps the exact history. Main thread.
// It sends nothing twice and judges no counter.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, FailedReads, RunHistory } from './check-run.js';
import {
  type ClientConnection,
  intervalSince,
  openConnection,
  type ServiceAnswer,
  STOPPED,
} from './connection.js';
import { type CounterReader, createCounterReader } from './counter-reader.js';
import { classifyAdd, nothingAcknowledged, refuseRedirect } from './response-outcome.js';
import type { CheckTarget } from './target.js';

/** An add that is over. */
export interface CompletedAdd {
  readonly attempt: Attempt;
  readonly answer: ServiceAnswer | null;
  /** The adds of a session are numbered in the order in which they begin, from 0. */
  readonly index: number;
}

export interface SessionOptions {
  readonly target: CheckTarget;
  /** Callers at the same time. */
  readonly callers: number;
  /** Reads of the counter during the load; 0 for none. */
  readonly readsPerSecond: number;
  readonly seed: number;
  /** How long the counter is watched at rest. It can be short where no other client counts. */
  readonly restMs?: number;
  /** Keep redirects and a service that acknowledges nothing as results, instead of an error. */
  readonly isLenient?: boolean;
  /** Aborting ends a load at once: requests in flight become unknown. */
  readonly signal: AbortSignal;
  readonly onAdd: (add: CompletedAdd) => void;
}

export interface CheckSession {
  /** The zero of the history's times: a `performance.now()`. */
  readonly openedAt: number;
  /**
   * Reads the counter a few times, with no request of ours in flight.
   * @throws ClientError when the very first read fails
   */
  rest(): Promise<void>;
  /**
   * Sends this many adds, or until `isOver`, or until the service no longer answers.
   * @throws ClientError where the service is not what the target says
   */
  load(adds: number, isOver?: () => boolean): Promise<void>;
  /** Breaks off the requests in flight of these callers, by number. */
  drop(isDropped: (caller: number) => boolean, reason: string): void;
  history(): RunHistory;
  failedReads(): FailedReads;
  close(): Promise<void>;
}

/** At rest the reader watches long enough to see other clients count. */
const REST_MS = 150;
/** After this many failures and no acknowledgement, the target itself must be wrong. */
const FAILURES_MAX = 20;
/** After this many adds in a row per caller without an answer, the service is gone. */
const UNANSWERED_MAX = 50;
/** It is also gone after this silence, and after several times the timeout of one request. */
const SILENT_MS = 30_000;
const SILENT_TIMEOUTS = 3;
/** The pause after an attempt without an answer: a caller must not spin on a closed port. */
const RETRY_MS = 20;

interface SessionState {
  readonly options: SessionOptions;
  readonly openedAt: number;
  readonly connections: readonly ClientConnection[];
  readonly reader: CounterReader;
  readonly adds: Attempt[];
  /** The name in each body. */
  readonly names: readonly (string | null)[];
  /** The number of the next add. */
  next: number;
  acknowledged: number;
  failures: number;
  unansweredInARow: number;
  answeredAt: number;
}

export function openSession(options: SessionOptions): CheckSession {
  const { target, callers, seed, signal } = options;
  const openedAt = performance.now();
  const state: SessionState = {
    options,
    openedAt,
    connections: Array.from({ length: callers }, () => openConnection(target)),
    reader: createCounterReader(target, { openedAt, seed, restMs: options.restMs ?? REST_MS }),
    adds: [],
    names: target.bodies.map(findName),
    next: 0,
    acknowledged: 0,
    failures: 0,
    unansweredInARow: 0,
    answeredAt: openedAt,
  };
  const { connections, reader, adds } = state;
  const drop: CheckSession['drop'] = (isDropped, reason) => {
    for (const [caller, connection] of connections.entries()) {
      if (isDropped(caller)) connection.drop(reason);
    }
  };
  return {
    openedAt,
    rest: () => reader.readAtRest(signal),
    async load(count, isOver = () => false) {
      const stop = () => {
        drop(() => true, STOPPED);
        reader.drop(STOPPED);
      };
      const loaded = new AbortController();
      const reading = reader.readDuringLoad(options.readsPerSecond, loaded.signal);
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
    failedReads: reader.readFailures,
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

/** Runs all callers until add number `until`. The first caller that finds a wrong target ends all. */
async function callAll(state: SessionState, until: number, isOver: () => boolean): Promise<void> {
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

function isThere({ options, connections, unansweredInARow, answeredAt }: SessionState): boolean {
  if (unansweredInARow === 0) return true;
  const silentMs = performance.now() - answeredAt;
  const silentMsMax = Math.max(SILENT_MS, SILENT_TIMEOUTS * options.target.timeoutMs);
  return unansweredInARow < UNANSWERED_MAX * connections.length && silentMs < silentMsMax;
}

async function callOnce(state: SessionState, connection: ClientConnection, caller: number): Promise<void> {
  const { target, signal, isLenient = false, onAdd } = state.options;
  const add = await sendAdd(state, connection, caller);
  const { attempt } = add;
  state.adds.push(attempt);
  onAdd(add);
  state.unansweredInARow = attempt.status === null ? state.unansweredInARow + 1 : 0;
  if (attempt.status !== null) state.answeredAt = performance.now();
  if (attempt.outcome === 'ok') {
    state.acknowledged += 1;
    return;
  }
  state.failures += 1;
  if (!isLenient && state.acknowledged === 0 && state.failures >= FAILURES_MAX) {
    throw nothingAcknowledged(target, attempt);
  }
  if (attempt.status === null && !signal.aborted) await sleep(RETRY_MS);
}

async function sendAdd(
  state: SessionState,
  connection: ClientConnection,
  caller: number,
): Promise<CompletedAdd> {
  const { options, names, openedAt } = state;
  const { target, isLenient = false } = options;
  const index = state.next;
  state.next += 1;
  const at = index % Math.max(1, target.bodies.length);
  const exchange = await connection.send(target.add, target.headers, target.bodies[at] ?? '');
  const { answer } = exchange;
  if (answer !== null && !isLenient) refuseRedirect(answer, target, target.add);
  const interval = intervalSince(openedAt, exchange);
  const name = names[at] ?? null;
  const attempt = { ...classifyAdd(exchange, target), ...interval, caller, name };
  return { attempt, answer, index };
}

/** The `tx_id` of a transaction. */
function findName(body: string): string | null {
  const [, name] = /"tx_id"\s*:\s*"([^"\\]{1,40})"/.exec(body) ?? [];
  return name ?? null;
}
