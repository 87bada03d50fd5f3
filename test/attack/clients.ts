// The clients of an attack. They keep a ledger: what was acknowledged, and what may have been counted without
// an answer. Raw bytes over sockets, and transactions one by one over connections that may break.

import { connect } from 'node:net';
import type { Ledger } from '../support/count-oracle.js';
import { head, parseAnswers, type RawAnswer } from '../support/http-raw.js';

type Acknowledged = Ledger['acknowledged'][number];

/** A ledger that is still being written. */
export interface OpenLedger {
  readonly acknowledged: Acknowledged[];
  refused: number;
  unknown: number;
}

export function openLedger(): OpenLedger {
  return { acknowledged: [], refused: 0, unknown: 0 };
}

export interface Heard {
  readonly answers: readonly RawAnswer[];
  /** The connection broke, or its last answer is not whole. */
  readonly isBroken: boolean;
  /** What came is no HTTP. */
  readonly fault: string | undefined;
}

const IDLE_MS = 1_000;
const GOODBYE = head('GET /status', 'Connection: close');

/**
 * Sends the bytes and a last request, and reads until the service ends the connection. A service that waits
 * for more gets FIN instead: it gives up what it has not answered, so the end counts as broken.
 */
export function converse(url: string, bytes: Buffer, isHead = false): Promise<Heard> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  let hasFailed = false;
  const give = () => {
    hasFailed = true;
    socket.end();
  };
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {
      hasFailed = true;
    });
    socket.setTimeout(IDLE_MS, give);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      try {
        const { answers, rest } = parseAnswers(Buffer.concat(chunks), isHead);
        resolve({ answers, isBroken: hasFailed || rest.length > 0, fault: undefined });
      } catch (error) {
        resolve({ answers: [], isBroken: true, fault: `no HTTP: ${(error as Error).message}`.slice(0, 200) });
      }
    });
    socket.write(Buffer.concat([bytes, Buffer.from(GOODBYE)]));
  });
}

/** The transactions that these answers acknowledge, one by one or in a batch. */
export function readAcknowledged(answers: readonly RawAnswer[]): Acknowledged[] {
  return answers.flatMap(({ status, headers, body }) => {
    const type = headers.get('content-type') ?? '';
    if (status !== 200 || !type.startsWith('application/json')) return [];
    if (!body.includes('"risk_level"')) return [];
    const parsed = JSON.parse(body);
    if (!Array.isArray(parsed)) {
      const ticket = headers.get('ticket');
      return ticket === undefined ? [] : [{ level: parsed.risk_level, ticket }];
    }
    return parsed.flatMap(({ risk_level: level, ticket }) =>
      level ? [{ level, ticket: ticket ?? null }] : [],
    );
  });
}

/** Scores one transaction and writes it down; the status, or 0 when the connection broke. */
export async function scoreOne(url: string, transaction: object, ledger: OpenLedger): Promise<number> {
  try {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(transaction);
    const signal = AbortSignal.timeout(30_000);
    const response = await fetch(`${url}/score`, { method: 'POST', headers, body, signal });
    const text = await response.text();
    if (response.status === 200) {
      ledger.acknowledged.push({
        level: JSON.parse(text).risk_level,
        ticket: response.headers.get('ticket'),
      });
    } else if (response.status >= 500 && response.status !== 503) ledger.unknown += 1;
    else ledger.refused += 1;
    return response.status;
  } catch {
    ledger.unknown += 1;
    return 0;
  }
}

const AMOUNTS = [1, 2_000, 4_000, 4_000] as const;
const HOURS = [12, 3, 12, 3] as const;

/** Callers that score as fast as they get answers, until told to stop. */
export function startLoad(url: string, callers: number, ledger: OpenLedger) {
  const load = { answered: 0, hasStopped: false, over: Promise.resolve() as Promise<unknown> };
  const call = async () => {
    for (let n = 0; !load.hasStopped; n = (n + 1) % AMOUNTS.length) {
      const status = await scoreOne(url, { amount: AMOUNTS[n], hour: HOURS[n] }, ledger);
      if (status === 200) load.answered += 1;
      // One turn of the event loop: a port that is refused must not keep it busy.
      else await new Promise((resolve) => setImmediate(resolve));
    }
  };
  load.over = Promise.all(Array.from({ length: callers }, call));
  return {
    answered: () => load.answered,
    async stop() {
      load.hasStopped = true;
      await load.over;
    },
  };
}
