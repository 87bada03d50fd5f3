// Connects a node:http server to the service, and answers broken HTTP, and headers that are too large or too
// slow, which never become a request. It decides which request a fault belongs to: an error written between
// two pipelined answers would look like the answer to the wrong request.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { abandon, end, endIfIdle, isStalled, LINGER_MS, type ServerConnection } from './connection.js';
import { countBytes, createFault, formatLastAnswer } from './http-faults.js';
import { ProblemError } from './problems.js';
import { type Expectation, RequestContext, type SharedContext } from './request-context.js';
import { createProblemReply, ResponseCoalescer } from './response-writer.js';
import type { Router, Service } from './route.js';

/** Requests of one connection that may be in progress; meanwhile the service does not read it. */
export const PENDING_MAX = 16;

export interface Connections {
  /** Connections that are open. */
  open(): number;
  /** Accepted requests without a written answer. */
  pending(): number;
  /** Ends each connection whose client has not read its answers for `stalledMs`. */
  endStalled(stalledMs: number): void;
  /** From now on each connection ends as soon as nothing is pending or begun on it. */
  drain(): void;
  /** Cuts off what is left. Returns how many accepted requests have no answer, or may have lost it. */
  destroyAll(): number;
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
    // The body of a request in progress resumes the socket.
    socket.on('resume', () => connection.isPaused && socket.pause());
    // node:http calls this after the last answer; its own would close with unread bytes.
    socket.destroySoon = () => end(socket, connection, LINGER_MS, context.isDraining);
    socket.once('close', () => {
      connections.delete(socket);
      connection.waiting.clear();
      connection.pending.forEach(abandon);
    });
  });
  for (const [event, expectation] of Object.entries(EXPECTATIONS)) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      accept(context, request, response, expectation);
    });
  }
  server.on('connect', (_request, socket) => {
    socket.on('error', () => {}); // node:http has taken its own listeners away
    const detail = 'This service is no proxy and has no CONNECT';
    takeFault(context, socket, new ProblemError('method-not-allowed', detail));
  });
  server.on('drop', () => service.meters.increment('connectionRefused'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    handleFault(context, error, socket);
  });
  const pending = () => [...connections.values()].reduce((sum, one) => sum + one.pending.size, 0);
  return {
    open: () => connections.size,
    pending,
    endStalled(stalledMs) {
      for (const [socket, connection] of connections) {
        if (isStalled(socket as Socket, connection, stalledMs)) socket.destroy();
      }
    },
    drain() {
      context.isDraining = true;
      for (const [socket, connection] of connections) endIfIdle(socket, connection);
    },
    destroyAll() {
      let cutOff = pending();
      for (const [socket, { isHeard }] of connections) {
        cutOff += Number(isHeard);
        socket.destroy();
      }
      return cutOff;
    },
  };
}

function findConnection({ connections }: ServerContext, socket: Duplex): ServerConnection {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const connection: ServerConnection = {
    pending: new Set(),
    waiting: new Map(),
    isPaused: false,
    isEnded: false,
    isHeard: false,
    latest: undefined,
    last: undefined,
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
  const { pending, waiting } = connection;
  if (connection.isEnded) return;
  if (connection.last !== undefined || connection.fault !== undefined) {
    pause(socket, connection);
    return;
  }
  const requestContext = new RequestContext(context, request, response, connection, expectation);
  if (request.headers.upgrade !== undefined) {
    // node:http discards what it has read behind such a request, so the answer ends the connection ...
    const isAlone = pending.size === 0 && socket.bytesRead === connection.bytesAnswered + countBytes(request);
    if (!isAlone) connection.last = requestContext; // ... unless no byte of another request was read
  }
  pending.add(response);
  connection.latest = requestContext;
  response.once('close', () => {
    requestContext.close();
    pending.delete(response);
    if (!socket.destroyed) proceed(context, socket, connection);
  });
  if (pending.size > PENDING_MAX) waiting.set(response, requestContext);
  else requestContext.begin();
  if (pending.size >= PENDING_MAX) pause(socket, connection);
}

function pause(socket: Duplex, connection: ServerConnection): void {
  connection.isPaused = true;
  socket.pause();
}

/** One answer has left: the next request begins, or the connection is read again, or ends. */
function proceed(context: ServerContext, socket: Socket, connection: ServerConnection): void {
  const { pending, waiting } = connection;
  // In a later turn: answers that need no waiting would otherwise follow each other without room for others.
  if (waiting.size > 0) setImmediate(beginNext, connection);
  if (pending.size === 0) {
    connection.bytesAnswered = socket.bytesRead;
    if (connection.fault !== undefined) refuse(context, socket, connection.fault);
    else if (context.isDraining) endIfIdle(socket, connection);
  }
  if (connection.isPaused && pending.size < PENDING_MAX && mayAskMore(context, connection)) {
    connection.isPaused = false;
    socket.resume();
  }
}

/** A client that never pauses must not keep a service from its end. */
function mayAskMore({ isDraining }: ServerContext, { last, latest }: ServerConnection): boolean {
  return last === undefined && !(isDraining && latest?.isRead() === true);
}

function beginNext(connection: ServerConnection): void {
  const { pending, waiting, latest, last, fault } = connection;
  if (last !== undefined && last !== latest) {
    for (const response of waiting.keys()) pending.delete(response); // behind the last: not accepted
    return void waiting.clear();
  }
  for (const [response, requestContext] of waiting) {
    waiting.delete(response);
    requestContext.begin();
    const isFaulty = requestContext === latest && fault !== undefined;
    // The fault may have come in its body, while it waited.
    if (isFaulty && requestContext.failBody(fault)) connection.fault = undefined;
    return;
  }
}

/** A fault belongs to the body being read, or to a request after the pending ones. */
function handleFault(context: ServerContext, error: NodeJS.ErrnoException, socket: Duplex): void {
  const { isEnded, fault, latest } = findConnection(context, socket);
  if (isEnded || fault !== undefined) return; // more bytes after the first fault
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const found = createFault(error);
  if (latest?.failBody(found) !== true) takeFault(context, socket, found);
}

/** Answers after what is pending, and ends the connection. */
function takeFault(context: ServerContext, socket: Duplex, fault: ProblemError): void {
  const connection = findConnection(context, socket);
  if (connection.last !== undefined) return; // behind the last request
  connection.fault ??= fault;
  if (connection.pending.size === 0) refuse(context, socket, fault);
}

function refuse(context: ServerContext, socket: Duplex, fault: ProblemError): void {
  const { service, router } = context;
  const connection = findConnection(context, socket);
  if (connection.isEnded) return;
  if (!socket.writable) return void socket.destroy();
  const reply = createProblemReply(fault);
  service.meters.countAnswer(router.unmatchedRow, reply.status);
  end(socket, connection, LINGER_MS, context.isDraining, formatLastAnswer(reply));
}
