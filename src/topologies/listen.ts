// One node:http server that listens, with every limit given, and its orderly end; the caller owns it. Runs on
// the thread or process that accepts connections. Also the port of a cluster, which its primary reserves.

import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, Server as NetServer } from 'node:net';
import type { Connections } from '../http/connections.js';
import { HEADER_FIELDS_MAX } from '../http/http-faults.js';
import type { ServeOptions } from './options.js';
import type { ListenerKind } from './topology.js';

/** Node looks for slow clients at this interval, so a limit may act this much late. */
const CHECK_INTERVAL_MS = 1_000;
const HEADER_BYTES_MAX = 16 * 1024;

export interface HttpListener {
  readonly url: string;
  /** Accepted requests without a written answer. */
  pending(): number;
  /**
   * No new connections; open ones end after their answers, at the latest after `deadlineMs`.
   * Resolves with the number of accepted requests that got no answer.
   */
  close(deadlineMs: number): Promise<number>;
}

/** A service that listens; every topology returns one. */
export interface ServiceHandle {
  readonly url: string;
  /** For the operator's log: the listeners, and how long each start took. */
  describe(): Readonly<Record<string, unknown>>;
  /**
   * Ends in order: `/ready` says 503, the port closes, each accepted request is answered, the
   * threads end. Resolves with the number of accepted requests that got no answer by the deadline.
   * A second call returns the same promise.
   */
  close(): Promise<number>;
}

export function createServiceHandle(
  url: string,
  close: () => Promise<number>,
  describe: ServiceHandle['describe'],
): ServiceHandle {
  let closing: Promise<number> | undefined;
  return {
    url,
    describe,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

export async function waitMs(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

/** @throws Error with one line when the address cannot be bound */
export async function listen(
  options: ServeOptions,
  attach: (server: Server) => Connections,
  kind: ListenerKind,
): Promise<HttpListener> {
  const server = createServer({
    // node:http refuses a limit for the head that is longer than the one for the whole.
    headersTimeout: Math.min(options.headersTimeoutMs, options.requestTimeoutMs),
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    noDelay: true,
    requireHostHeader: false, // our own code requires it, and answers with a problem
    joinDuplicateHeaders: true, // node:http would keep the first Host and hide the second
  });
  server.maxHeadersCount = HEADER_FIELDS_MAX + 1;
  const connections = attach(server);
  if (kind === 'cluster') limitConnections(options.connectionsMax, server, connections);
  else server.maxConnections = options.connectionsMax;
  await bind(server, options, { reusePort: kind === 'threads' });
  const checks = setInterval(() => {
    connections.endStalled(options.requestTimeoutMs);
  }, CHECK_INTERVAL_MS).unref();
  server.once('close', () => clearInterval(checks));
  return {
    url: formatUrl(server.address() as AddressInfo),
    pending: connections.pending,
    close: (deadlineMs) => closeServer(server, connections, deadlineMs),
  };
}

/**
 * Binds the address exclusively and closes it again. Listeners that share a port with each other would
 * silently share it with another service that does the same. Resolves with the port: a free one for port 0.
 * @throws Error with one line when the address cannot be bound
 */
export async function probe(options: ServeOptions): Promise<number> {
  const server = createNetServer();
  await bind(server, options, { exclusive: true });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Options of `net` that @types/node 20 does not know. */
interface BindMode {
  readonly reusePort?: boolean;
  readonly exclusive?: boolean;
}

async function bind(server: NetServer, options: ServeOptions, mode: BindMode): Promise<void> {
  const { port, host } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, options)));
    server.listen({ port, host, ...mode }, resolve);
  });
}

/**
 * With `maxConnections` a process of a cluster hands a connection back to the primary, which deals it out
 * again: one that all processes refuse would go round for ever. (Node 20 has no `dropMaxConnection`.)
 */
function limitConnections(max: number, server: Server, connections: Connections): void {
  server.on('connection', (socket) => {
    if (connections.open() <= max) return;
    socket.destroy();
    server.emit('drop');
  });
}

function formatUrl({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * node:http's own `close` destroys connections whose clients have not yet read the last answer. So
 * this closes the port beneath it, and each connection ends after its answers.
 */
function closeServer(server: Server, connections: Connections, deadlineMs: number): Promise<number> {
  return new Promise((resolve) => {
    let cutOff = 0;
    const deadline = setTimeout(() => {
      cutOff = connections.destroyAll();
    }, deadlineMs);
    NetServer.prototype.close.call(server, () => {
      clearTimeout(deadline);
      server.close(); // ends the checks of slow clients: only node:http's own close does
      resolve(cutOff);
    });
    connections.drain();
  });
}

type Address = Pick<ServeOptions, 'host' | 'port'>;

export function takenError({ host, port }: Address): Error {
  const source = process.env.PORT === String(port) ? ' (from the environment variable PORT)' : '';
  return new Error(`Port ${port}${source} on ${host} is taken; choose another with --port, or 0 for any`);
}

/** Also for an error that another thread or process sent as text. */
function isTaken(error: unknown, address: Address): boolean {
  return error instanceof Error && error.message === takenError(address).message;
}

function explainListenError(error: NodeJS.ErrnoException, { host, port }: Address): Error {
  const { code = '' } = error;
  if (code === 'EADDRINUSE') return takenError({ host, port });
  if (code === 'EACCES') return new Error(`Port ${port} is reserved for the system; choose one above 1023`);
  if (!['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN'].includes(code)) return error;
  const source = process.env.HOST === host ? ' (from the environment variable HOST)' : '';
  return new Error(`${host}${source} is not an address of this machine; choose another with --host`);
}

/** Free ports that are tried before the start fails. */
const TRIES_MAX = 10;

/**
 * node:cluster shares one address among all who ask for it within one process. So this process
 * reserves an address, and probes it, before a cluster asks for it.
 */
const reserved = new Set<string>();

/**
 * Starts something on the port of these options, which releases the port when it ends. A free port
 * was free at the probe and is bound later: if another program has it by then, the start is made
 * again on another port. A port that the user named is tried once.
 * @throws what `start` and `findPort` throw, and Error with one line when the address is taken
 */
export async function startOnPort<T>(
  options: ServeOptions,
  start: (port: number, release: () => void) => Promise<T>,
  findPort: (options: ServeOptions) => Promise<number> = probe,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const isLast = options.port !== 0 || tries === TRIES_MAX;
    const address = { host: options.host, port: await findPort(options) };
    const key = `${address.host} ${address.port}`;
    if (!reserved.has(key)) {
      reserved.add(key);
      const release = () => void reserved.delete(key);
      try {
        return await start(address.port, release);
      } catch (error) {
        release();
        if (isLast || !isTaken(error, address)) throw error;
      }
    } else if (isLast) throw takenError(address);
  }
}
