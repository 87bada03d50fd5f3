// One listening node:http server with every limit given, and its orderly end. Whoever calls it
// owns it and closes it.

import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
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

/** @throws Error with one line when the address cannot be had */
export async function listen(
  options: ServeOptions,
  attach: (server: Server) => Connections,
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
  server.maxConnections = options.connectionsMax;
  const connections = attach(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const checks = setInterval(() => {
    connections.endStalled(options.requestTimeoutMs);
  }, CHECK_INTERVAL_MS).unref();
  server.once('close', () => clearInterval(checks));
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: (deadlineMs) => closeServer(server, connections, deadlineMs),
  };
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

function listenError(error: NodeJS.ErrnoException, { host, port }: ServeOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} on ${host} is taken; choose another with --port, or 0 for any`,
      );
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
