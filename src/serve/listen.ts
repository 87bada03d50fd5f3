// One listening node:http server with every limit given, and its orderly end. Whoever calls it
// owns it and closes it.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServeOptions } from './options.js';

/** Node looks for slow clients this often; a limit is kept to within as much. */
const CHECK_INTERVAL_MS = 1_000;
const HEADER_BYTES_MAX = 16 * 1024;

export interface Listening {
  readonly url: string;
  /** No new connections; open ones end after their answers, at the latest after `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

/** @throws Error with one line when the address cannot be had */
export async function listen(
  options: ServeOptions,
  attach: (server: Server) => void,
): Promise<Listening> {
  const server = createServer({
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    noDelay: true,
    requireHostHeader: false, // the exchange asks for it, and answers with a problem
  });
  server.maxConnections = options.connectionsMax;
  attach(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: (deadlineMs) => closeServer(server, deadlineMs),
  };
}

function closeServer(server: Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const overdue = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(overdue);
      resolve();
    });
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
