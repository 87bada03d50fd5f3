// Connects a node:http server to the service, and answers broken HTTP, and headers that are too large or too
// slow, which never become a request. It decides which request a fault belongs to: an error written between
// two pipelined answers would look like the answer to the wrong request.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import { type ProblemCode, ProblemError } from './problems.js';
import {
  type ConnectionState,
  type Expectation,
  RequestContext,
  type SharedContext,
} from './request-context.js';
import { createProblemReply, LINGER_MS_MAX, ResponseCoalescer } from './response-writer.js';
import type { Router, Service } from './route.js';

interface ServerConnection extends ConnectionState {
  /** Answers that are not written yet. */
  readonly pending: Set<ServerResponse>;
  /** Bytes read when nothing was pending; more bytes mean that a request has begun. */
  bytesAnswered: number;
  /** Bytes that the client has taken, and when that last changed or nothing was left to send. */
  bytesTaken: number;
  takenAt: number;
  /** The first fault; the connection ends once the earlier answers are written. */
  fault: ProblemError | undefined;
}

export interface Connections {
  /** Connections that are open. */
  open(): number;
  /** Accepted requests without a written answer. */
  pending(): number;
  /** Ends each connection whose client has not read its answers for `stalledMs`. */
  endStalled(stalledMs: number): void;
  /** From now on each connection ends as soon as nothing is pending or begun on it. */
  drain(): void;
}

/** What all connections of one server share. */
interface ServerContext extends SharedContext {
  readonly connections: Map<Duplex, ServerConnection>;
  isDraining: boolean;
}

/** The event that node:http emits for a request with this `Expect` header field. */
const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  request: 'nothing',
  checkContinue: 'continue',
  checkExpectation: 'unknown',
};

/** Answers the server's requests from now on. */
export function attach(server: Server, router: Router, service: Service): Connections {
  const connections = new Map<Duplex, ServerConnection>();
  const coalescer = new ResponseCoalescer();
  const context: ServerContext = { router, service, coalescer, connections, isDraining: false };
  server.on('connection', (socket) => {
    const connection = findConnection(context, socket);
    socket.once('close', () => {
      connections.delete(socket);
      connection.pending.forEach(abandon);
    });
  });
  for (const [event, expectation] of Object.entries(EXPECTATIONS)) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      accept(context, request, response, expectation);
    });
  }
  server.on('connect', (_request, socket) => {
    refuse(
      context,
      socket,
      new ProblemError('method-not-allowed', 'This service is no proxy and has no CONNECT'),
    );
  });
  server.on('drop', () => service.meters.increment('connectionRefused'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    handleFault(context, error, socket);
  });
  return {
    open: () => connections.size,
    pending: () => [...connections.values()].reduce((sum, one) => sum + one.pending.size, 0),
    endStalled(stalledMs) {
      for (const [socket, connection] of connections) {
        if (isStalled(socket as Socket, connection, stalledMs)) socket.destroy();
      }
    },
    drain() {
      context.isDraining = true;
      for (const [socket, connection] of connections) endIfIdle(socket, connection);
    },
  };
}

function findConnection({ connections }: ServerContext, socket: Duplex): ServerConnection {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const connection: ServerConnection = {
    pending: new Set(),
    latest: undefined,
    bytesAnswered: 0,
    bytesTaken: 0,
    takenAt: performance.now(),
    fault: undefined,
  };
  connections.set(socket, connection);
  return connection;
}

function accept(
  context: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  expectation: Expectation,
): void {
  const { socket } = request;
  const connection = findConnection(context, socket);
  connection.pending.add(response);
  const requestContext = new RequestContext(context, request, response, connection);
  connection.latest = requestContext;
  requestContext.begin(expectation);
  response.once('close', () => {
    requestContext.close();
    connection.pending.delete(response);
    if (connection.pending.size > 0) return;
    connection.bytesAnswered = socket.bytesRead;
    if (connection.fault !== undefined) refuse(context, socket, connection.fault);
    else if (context.isDraining) endIfIdle(socket, connection);
  });
}

/** Ends the connection when nothing is pending and nothing of a next request was read. */
function endIfIdle(socket: Duplex, { pending, bytesAnswered }: ServerConnection): void {
  if (pending.size === 0 && (socket as Socket).bytesRead === bytesAnswered) socket.destroy();
}

/** A fault belongs to the body being read, or to a request after the pending ones. */
function handleFault(context: ServerContext, error: NodeJS.ErrnoException, socket: Duplex): void {
  const connection = findConnection(context, socket);
  if (connection.fault !== undefined) return; // more bytes after the first fault
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const fault = createFault(error);
  const { latest, pending } = connection;
  if (latest?.failBody(fault) === true) return;
  connection.fault = fault;
  if (pending.size === 0) refuse(context, socket, fault);
}

function refuse({ service, router }: ServerContext, socket: Duplex, fault: ProblemError): void {
  if (!socket.writable) return void socket.destroy();
  const { status, type, body } = createProblemReply(fault);
  service.meters.countAnswer(router.unmatchedRow, status);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  const answer = `${head.join('\r\n')}\r\n\r\n${body}`;
  // After a timeout the parser is intact and would take later bytes for a request ...
  if (fault.code === 'request-timeout') return void socket.end(answer, () => socket.destroy());
  // ... and after a fault it discards them. Closing with unread bytes would reset the connection, and
  // the client might never see the answer.
  socket.end(answer);
  const overdue = new StallTolerantTimeout(LINGER_MS_MAX, () => socket.destroy());
  socket.once('close', () => overdue.cancel());
}

/** node:http limits slow senders, but not a client that sends requests and does not read the answers. */
function isStalled(socket: Socket, connection: ServerConnection, stalledMs: number): boolean {
  const now = performance.now();
  const bytesTaken = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength === 0 || bytesTaken !== connection.bytesTaken) {
    connection.bytesTaken = bytesTaken;
    connection.takenAt = now;
  }
  return now - connection.takenAt > stalledMs;
}

/**
 * Of several pending responses, node:http tells only the first that its client has disconnected. The
 * others have no socket yet; without this their submissions would keep their places in the queue.
 */
function abandon(response: ServerResponse): void {
  if (response.socket !== null) return;
  response.destroy();
  response.emit('close');
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

const FAULTS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The header fields have more than 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body-too-large', 'The chunk extensions have more than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time'],
};

function createFault({ code }: NodeJS.ErrnoException): ProblemError {
  const malformed = ['malformed-http', `The request is not valid HTTP (${code})`] as const;
  const [problem, detail] = FAULTS[code ?? ''] ?? malformed;
  // Where the broken request ends is unknown, so the connection ends.
  return new ProblemError(problem, detail, { headers: { Connection: 'close' } });
}
