// A server that answers as /score does, except for planted faults: for the tests of the load
// generators. It runs in the test's process; a generator has one of its own.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXPECT } from '../../bench/load/transaction.js';

/** Answers one request; `index` counts them from 0. */
export type Answer = (response: ServerResponse, index: number, request: IncomingMessage) => void;

export interface PlantedServer {
  readonly url: string;
  /** Requests that came in whole. */
  readonly seen: () => number;
  /** The most that were open at the same time. */
  readonly openMax: () => number;
  /** Connections that were ever made. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(body) }).end(body);
}

export const right: Answer = (response) => answer(response, 200, `{${EXPECT}}`);

/** Right, but for every tenth. */
export function everyTenth(fault: Answer): Answer {
  return (response, index, request) =>
    index % 10 === 9 ? fault(response, index, request) : right(response, index, request);
}

export async function plant(how: Answer): Promise<PlantedServer> {
  let seen = 0;
  let open = 0;
  let openMax = 0;
  let connections = 0;
  // No connection is closed while it is idle, however long the machine holds up its client.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    open++;
    openMax = Math.max(openMax, open);
    response.once('close', () => open--);
    request.resume().once('end', () => how(response, seen++, request));
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/score`,
    seen: () => seen,
    openMax: () => openMax,
    connections: () => connections,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
