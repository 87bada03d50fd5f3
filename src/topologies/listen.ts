// One listening node:http server with every limit given, and its orderly end. Runs on whatever
// thread or process accepts; whoever calls it owns it and closes it.

import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, Server as NetServer } from 'node:net';
import type { Connections } from '../http/connections.js';
import type { ServeOptions } from './options.js';

/** Node looks for slow clients this often; a limit is kept to within as much. */
const CHECK_INTERVAL_MS = 1_000;
const HEADER_BYTES_MAX = 16 * 1024;

export interface Listening {
  readonly url: string;
  /**
   * No new connections; open ones end after their answers, at the latest after `deadlineMs`.
   * Resolves with the number of accepted requests that were cut off then.
   */
  close(deadlineMs: number): Promise<number>;
}

/**
 * Who else listens on the port: nobody; other threads, between which the kernel chooses by
 * `reusePort`; or other processes, between which node:cluster deals connections out.
 */
export type Sharing = 'alone' | 'threads' | 'cluster';

/** @throws Error with one line when the address cannot be had */
export async function listen(
  options: ServeOptions,
  attach: (server: Server) => Connections,
  sharing: Sharing = 'alone',
): Promise<Listening> {
  const server = createServer({
    // node:http refuses a limit for the head that is longer than the one for the whole.
    headersTimeout: Math.min(options.headersTimeoutMs, options.requestTimeoutMs),
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    noDelay: true,
    requireHostHeader: false, // the exchange asks for it, and answers with a problem
  });
  const connections = attach(server);
  if (sharing === 'cluster') refuseMoreThan(options.connectionsMax, server, connections);
  else server.maxConnections = options.connectionsMax;
  await bind(server, options, { reusePort: sharing === 'threads' });
  const checks = setInterval(() => {
    connections.endStalled(options.requestTimeoutMs);
  }, CHECK_INTERVAL_MS).unref();
  server.once('close', () => clearInterval(checks));
  return {
    url: urlOf(server.address() as AddressInfo),
    close: (deadlineMs) => closeServer(server, connections, deadlineMs),
  };
}

/**
 * Binds the address as if nobody else would, and lets it go again. Those that share a port among
 * themselves would also share it, without a word, with another service that does the same.
 * Resolves with the port, which is a free one when 0 was asked for.
 * @throws Error with one line when the address cannot be had
 */
export async function probe(options: ServeOptions): Promise<number> {
  const server = createNetServer();
  await bind(server, options, { exclusive: true });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What `net` takes and @types/node 20 does not know. */
interface How {
  readonly reusePort?: boolean;
  readonly exclusive?: boolean;
}

async function bind(server: NetServer, options: ServeOptions, how: How): Promise<void> {
  const { port, host } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, options)));
    server.listen({ port, host, ...how }, resolve);
  });
}

/**
 * A process of a cluster that refuses by `maxConnections` hands the connection back to be dealt out
 * again, and one that all refuse goes round and round. (`dropMaxConnection` is not in Node 20.)
 */
function refuseMoreThan(max: number, server: Server, connections: Connections): void {
  server.on('connection', (socket) => {
    if (connections.open() <= max) return;
    socket.destroy();
    server.emit('drop');
  });
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * node:http's own `close` destroys connections whose answers are ended but not yet read by their
 * clients; so the port is closed beneath it, and connections end when theirs are out.
 */
function closeServer(
  server: Server,
  connections: Connections,
  deadlineMs: number,
): Promise<number> {
  return new Promise((resolve) => {
    let cutOff = 0;
    const overdue = setTimeout(() => {
      cutOff = connections.pending();
      server.closeAllConnections();
    }, deadlineMs);
    NetServer.prototype.close.call(server, () => {
      clearTimeout(overdue);
      server.close(); // ends the checks of slow clients, which only node:http's own can
      resolve(cutOff);
    });
    connections.drain();
  });
}

type Address = Pick<ServeOptions, 'host' | 'port'>;

export function takenError({ host, port }: Address): Error {
  return new Error(`Port ${port} on ${host} is taken; choose another with --port, or 0 for any`);
}

/** Also when it comes from another thread or process, as its words. */
export function isTaken(error: unknown, address: Address): boolean {
  return error instanceof Error && error.message === takenError(address).message;
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Address): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return takenError({ host, port });
    case 'EACCES':
      return new Error(`Port ${port} is not allowed to this user; choose one above 1023`);
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
      return new Error(`${host} is no address of this machine; choose another with --host`);
    default:
      return error;
  }
}
