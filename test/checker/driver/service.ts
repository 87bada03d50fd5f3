// A small scoring service on a free port, made for one test, and the faults that can be planted in
// it. It shares no code with the real one: level and counter are decided by the transaction's own
// fields, so that a test knows the right result beforehand.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnsweredLevel } from '../../../src/checker/driver/assessment.js';
import type { SourceTransaction } from '../../../src/checker/driver/transactions.js';

/** What goes wrong, and with every `everyNth` request only. */
export type Fault =
  | 'none'
  | 'loses' // answers, and does not count
  | 'doubles' // counts twice
  | 'resets' // counts, then resets the connection
  | 'hangs' // counts, and never answers
  | 'fails' // counts, then answers 500
  | 'sheds' // answers 503 without counting
  | 'refuses' // answers 400 without counting
  | 'repeats' // counts, and hands out the ticket of the request before
  | 'mixes' // counts, and answers with another transaction's name
  | 'babbles' // answers 200 with HTML
  | 'breaks-off' // counts, and ends the connection in the middle of the body
  | 'untotals' // counts the level and forgets the total
  | 'unhighs' // counts the level and forgets `high`
  | 'zeroes'; // counts, and hands out the ticket 0

export interface Service {
  readonly url: string;
  readonly requests: () => number;
  /** Resolves when that many requests have arrived. */
  readonly arrived: (requests: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface State {
  readonly levels: Record<AnsweredLevel, number>;
  totalOff: number;
  highOff: number;
  requests: number;
  readonly waiting: { requests: number; resolve: () => void }[];
}

export async function startService(fault: Fault, everyNth = 1): Promise<Service> {
  const levels = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  const state: State = { levels, totalOff: 0, highOff: 0, requests: 0, waiting: [] };
  // No connection is closed while it is idle, however long the machine holds up its client.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void answer(state, request, response, (nth) => (nth % everyNth === 0 ? fault : 'none'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => state.requests,
    arrived: (requests) =>
      new Promise((resolve) => {
        if (state.requests >= requests) resolve();
        else state.waiting.push({ requests, resolve });
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  faultOf: (nth: number) => Fault,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/stats') {
    json(response, 200, statsOf(state));
    return;
  }
  const nth = ++state.requests;
  for (const { requests, resolve } of state.waiting) if (nth >= requests) resolve();
  const transaction = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  score(state, transaction, response, faultOf(nth));
}

function statsOf({ levels, totalOff, highOff }: State): object {
  const high = levels.HIGH + levels.CRITICAL;
  const total = levels.LOW + levels.MEDIUM + high + totalOff;
  return { total, high: high + highOff, levels, rejected: 0 };
}

function score(
  state: State,
  transaction: Record<string, unknown>,
  response: ServerResponse,
  fault: Fault,
): void {
  const level = transaction.level as AnsweredLevel;
  const before = state.levels[level];
  state.levels[level] += countedBy(fault);
  if (fault === 'untotals') state.totalOff--;
  if (fault === 'unhighs') state.highOff--;
  if (interrupt(response, fault)) return;
  const value = fault === 'zeroes' ? 0 : fault === 'repeats' ? before : before + 1;
  response.setHeader('Ticket', `${level}:${value}`);
  const txId = fault === 'mixes' ? 'TX-other' : transaction.tx_id;
  json(response, 200, { score: 1, risk_level: level, triggered_rules: ['R0: test'], tx_id: txId });
}

function countedBy(fault: Fault): number {
  if (fault === 'doubles') return 2;
  return ['loses', 'refuses', 'sheds', 'babbles'].includes(fault) ? 0 : 1;
}

/** Whether the fault took the place of the good answer. */
function interrupt(response: ServerResponse, fault: Fault): boolean {
  if (fault === 'refuses') json(response, 400, { error: "Missing required field 'amount'" });
  else if (fault === 'sheds') json(response, 503, { error: 'busy' });
  else if (fault === 'fails') json(response, 500, { error: 'Internal error' });
  else if (fault === 'babbles') response.end('<h1>It works!</h1>');
  else if (fault === 'resets') response.socket?.resetAndDestroy();
  else if (fault === 'breaks-off') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"score":1', () => response.socket?.destroy());
  } else return fault === 'hangs';
  return true;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Transactions whose own field `level` says how the service above scores them. */
export function transactionsOf(levels: readonly AnsweredLevel[]): SourceTransaction[] {
  return levels.map((level, index) => {
    const value = { tx_id: `TX${index + 1}`, amount: 10, level };
    return { line: index + 1, text: JSON.stringify(value), value };
  });
}

/** So many transactions, of every level in turn. */
export function someTransactions(count: number): SourceTransaction[] {
  const levels = ['LOW', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
  return transactionsOf(Array.from({ length: count }, (_, index) => levels[index % levels.length] ?? 'LOW'));
}
