// A counter behind HTTP for tests of `ask`: `POST /add` counts and answers `{"n": number}`,
// `GET /count` answers `{"total": count}`. Each test chooses how it counts and its seeded fault. It
// shares no code with the real service.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Counter {
  total: number;
  /** Adds that have arrived, from 1. */
  adds: number;
  /** Connections are numbered as they come: 0 and 1 are the two callers. */
  readonly byConnection: number[];
  /** What else a fault wants to remember. */
  note: number;
}

export interface Added {
  readonly status?: number;
  /** What the answer says the add produced; without it none. */
  readonly number?: number;
  /** The header `Ticket`. */
  readonly ticket?: string;
  /** Instead of an answer. */
  readonly instead?: 'reset' | 'redirect';
}

/** Counts, or does not, and says what to answer. */
export type Way = (counter: Counter, connection: number) => Added | Promise<Added>;

export interface CountingService {
  readonly url: string;
  readonly counter: Counter;
  readonly close: () => Promise<void>;
}

interface Options {
  /** The body of `GET /count`. */
  readonly count?: (counter: Counter, connection: number) => string;
}

export async function startCounting(add: Way, options: Options = {}): Promise<CountingService> {
  const { count = ({ total }: Counter) => JSON.stringify({ total }) } = options;
  const counter: Counter = { total: 0, adds: 0, byConnection: [], note: 0 };
  const connections = new Map<Socket, number>();
  // No connection is closed while it is idle, however long the machine holds up its client.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const connection = connections.get(request.socket) ?? 0;
    void answer(request, response, async () => {
      if (request.method === 'GET') return count(counter, connection);
      counter.adds++;
      return add(counter, connection);
    });
  });
  server.on('connection', (socket) => connections.set(socket, connections.size));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counter,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<Added | string>,
): Promise<void> {
  request.resume();
  await new Promise((resolve) => request.once('end', resolve));
  const done = await work();
  if (typeof done === 'string') {
    response.end(done);
    return;
  }
  const { status = 200, number, ticket, instead } = done;
  if (instead === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (ticket !== undefined) response.setHeader('Ticket', ticket);
  if (instead === 'redirect') response.setHeader('Location', 'https://elsewhere.example/add');
  response.statusCode = instead === 'redirect' ? 302 : status;
  response.end(JSON.stringify({ n: number }));
}

/** Waits this many turns of the event loop, in which other requests are served. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

/** A correct counter. */
export const correct: Way = (counter) => ({ number: ++counter.total });

/** Reads, awaits and writes: a request in between reads the same number. */
export const awaitRace: Way = async (counter) => {
  const number = counter.total + 1;
  await turns(4);
  counter.total = number;
  return { number };
};

/** Counts correctly, awaits, and only then reads the number. */
export const readApart: Way = async (counter) => {
  counter.total++;
  await turns(4);
  return { number: counter.total };
};

/** Every 7th add counts twice, and says the first of the two. */
export const doubles: Way = (counter) => {
  const number = ++counter.total;
  if (counter.adds % 7 === 0) counter.total++;
  return { number };
};

/** A variable for each connection, as separate processes have. */
export const local: Way = (counter, connection) => {
  const number = (counter.byConnection[connection] ?? 0) + 1;
  counter.byConnection[connection] = number;
  counter.total = Math.max(counter.total, number);
  return { number };
};

/** A named cell for each connection. */
export const striped: Way = (counter, connection) => {
  const number = (counter.byConnection[connection] ?? 0) + 1;
  counter.byConnection[connection] = number;
  counter.total++;
  return { ticket: `LOW.${connection}:${number}` };
};

/** Like another way, but every 10th add ends otherwise; counted or not. */
export function everyTenth(way: Way, ending: Added, isCounted: boolean): Way {
  return (counter, connection) => {
    if (counter.adds % 10 !== 0) return way(counter, connection);
    if (isCounted) counter.total++;
    return ending;
  };
}
