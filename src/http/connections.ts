// Wires a node:http server to the exchange, and answers what never becomes a request: broken HTTP,
// headers that are too large or too slow. It decides which request a fault belongs to, because an
// error written between two pipelined answers would be taken for the answer to the wrong one.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import type { Exchange, Expects, Line } from './exchange.js';
import type { Meters } from './meters.js';
import { type ProblemCode, ProblemError } from './problems.js';
import { LINGER_MS_MAX, problemReply } from './send.js';

/** What is known of one open connection. */
interface Connection extends Line {
  /** Answers that are not written yet. */
  readonly pending: Set<ServerResponse>;
  /** Bytes read from it when it last had nothing pending: more than that is a request begun. */
  bytesAnswered: number;
  /** Bytes that its client has taken, and when that last changed or nothing was left to take. */
  bytesTaken: number;
  takenAt: number;
  /** Set by the first fault; the connection ends once the earlier answers are out. */
  fault: ProblemError | undefined;
}

export interface Connections {
  /** Connections that are open. */
  open(): number;
  /** Requests that were accepted and whose answers are not written yet. */
  pending(): number;
  /** Ends each connection whose client has not read of its answers for `stalledMs`. */
  endStalled(stalledMs: number): void;
  /** From now on each connection ends as soon as nothing is pending or begun on it. */
  drain(): void;
}

/** What all connections of one server share. */
interface Context {
  readonly exchange: Exchange;
  readonly meters: Meters;
  /** The meters' row for answers that belong to no route. */
  readonly unmatched: number;
  readonly connections: Map<Duplex, Connection>;
  draining: boolean;
}

/** Answers the server's requests from now on. */
export function attach(
  server: Server,
  exchange: Exchange,
  meters: Meters,
  unmatched: number,
): Connections {
  const connections = new Map<Duplex, Connection>();
  const context: Context = { exchange, meters, unmatched, connections, draining: false };
  server.on('connection', (socket) => {
    const connection = connectionOf(context, socket);
    socket.once('close', () => {
      connections.delete(socket);
      connection.pending.forEach(abandon);
    });
  });
  server.on('request', (request, response) => accept(context, request, response, 'nothing'));
  server.on('checkContinue', (request, response) => {
    accept(context, request, response, 'continue');
  });
  server.on('checkExpectation', (request, response) => {
    accept(context, request, response, 'unknown');
  });
  server.on('connect', (_request, socket) => {
    refuse(context, socket, new ProblemError('method-not-allowed', 'This is no proxy: no CONNECT'));
  });
  server.on('drop', () => meters.increment('connectionRefused'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    meetFault(context, error, socket);
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
      context.draining = true;
      for (const [socket, connection] of connections) endIfIdle(socket, connection);
    },
  };
}

function connectionOf({ connections }: Context, socket: Duplex): Connection {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const connection: Connection = {
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
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  expects: Expects,
): void {
  const { socket } = request;
  const connection = connectionOf(context, socket);
  connection.pending.add(response);
  const passage = context.exchange.answer(request, response, expects, connection);
  response.once('close', () => {
    passage.closed();
    connection.pending.delete(response);
    if (connection.pending.size > 0) return;
    connection.bytesAnswered = socket.bytesRead;
    if (connection.fault !== undefined) refuse(context, socket, connection.fault);
    else if (context.draining) endIfIdle(socket, connection);
  });
}

/** With nothing pending, and nothing read of a next request. */
function endIfIdle(socket: Duplex, { pending, bytesAnswered }: Connection): void {
  if (pending.size === 0 && (socket as Socket).bytesRead === bytesAnswered) socket.destroy();
}

/** To whom a fault belongs: the body being read, a request still to come, or one after others. */
function meetFault(context: Context, error: NodeJS.ErrnoException, socket: Duplex): void {
  const connection = connectionOf(context, socket);
  if (connection.fault !== undefined) return; // more bytes after the first fault
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const fault = faultOf(error);
  const { latest, pending } = connection;
  if (latest?.failBody(fault) === true) return;
  connection.fault = fault;
  if (pending.size === 0) refuse(context, socket, fault);
}

function refuse({ meters, unmatched }: Context, socket: Duplex, fault: ProblemError): void {
  if (!socket.writable) return void socket.destroy();
  const { status, type, body } = problemReply(fault);
  meters.countAnswer(unmatched, status);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  const answer = `${head.join('\r\n')}\r\n\r\n${body}`;
  // A parser that was only kept waiting would take what still comes for a request ...
  if (fault.code === 'request-timeout') return void socket.end(answer, () => socket.destroy());
  // ... and one that met a fault throws it away. Closing with bytes unread would reset the
  // connection, and the client might never see the answer.
  socket.end(answer);
  const overdue = new StallTolerantTimeout(LINGER_MS_MAX, () => socket.destroy());
  socket.once('close', () => overdue.cancel());
}

/** node:http bounds slow senders; nobody else bounds a client that asks and does not read. */
function isStalled(socket: Socket, connection: Connection, stalledMs: number): boolean {
  const now = performance.now();
  const bytesTaken = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength === 0 || bytesTaken !== connection.bytesTaken) {
    connection.bytesTaken = bytesTaken;
    connection.takenAt = now;
  }
  return now - connection.takenAt > stalledMs;
}

/**
 * Of several answers on their way, node:http tells only the first that its client has left. The
 * others have no socket yet; without this their jobs would keep their places in the queue.
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

function faultOf(error: NodeJS.ErrnoException): ProblemError {
  const [code, detail] = explain(error);
  // What comes after a broken request cannot be told from the rest of it: the connection ends.
  return new ProblemError(code, detail, { headers: { Connection: 'close' } });
}

function explain(error: NodeJS.ErrnoException): readonly [ProblemCode, string] {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['headers-too-large', 'The header fields have more than 16 KiB'];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return ['body-too-large', 'The chunk extensions have more than 16 KiB'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request-timeout', 'The request did not arrive in time'];
    default:
      return ['malformed-http', `The request is not valid HTTP (${error.code})`];
  }
}
