// Wires a node:http server to the exchange, and answers what never becomes a request: broken HTTP,
// headers that are too large or too slow. It decides which request a fault belongs to, because an
// error written between two pipelined answers would be taken for the answer to the wrong one.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from './exchange.js';
import type { Meters } from './meters.js';
import { type ProblemCode, ProblemError } from './problems.js';
import { LINGER_MS_MAX, problemReply } from './send.js';

/** What is known of one open connection. */
interface Connection {
  /** Answers that are not written yet. */
  readonly pending: Set<ServerResponse>;
  last: IncomingMessage | undefined;
  /** Set by the first fault; the connection ends once the earlier answers are out. */
  fault: ProblemError | undefined;
}

/**
 * Answers the server's requests from now on. `unmatched` is the meters' row for answers that
 * belong to no route. Returns a function that says how many connections are open.
 */
export function attach(
  server: Server,
  exchange: Exchange,
  meters: Meters,
  unmatched: number,
): () => number {
  const connections = new WeakMap<Duplex, Connection>();
  let open = 0;

  function connectionOf(socket: Duplex): Connection {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { pending: new Set(), last: undefined, fault: undefined };
    connections.set(socket, connection);
    return connection;
  }

  function track(request: IncomingMessage, response: ServerResponse): void {
    const connection = connectionOf(request.socket);
    connection.pending.add(response);
    connection.last = request;
    response.once('close', () => {
      connection.pending.delete(response);
      const { pending, fault } = connection;
      if (pending.size === 0 && fault !== undefined) refuse(request.socket, fault);
    });
  }

  function refuse(socket: Duplex, fault: ProblemError): void {
    if (!socket.writable) return void socket.destroy();
    const { status, type, body } = problemReply(fault);
    meters.answered(unmatched, status);
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
    const overdue = setTimeout(() => socket.destroy(), LINGER_MS_MAX);
    socket.once('close', () => clearTimeout(overdue));
  }

  server.on('connection', (socket) => {
    open++;
    socket.once('close', () => {
      open--;
      connections.get(socket)?.pending.forEach(abandon);
    });
  });
  server.on('request', (request, response) => {
    track(request, response);
    exchange.answer(request, response, false);
  });
  server.on('checkContinue', (request, response) => {
    track(request, response);
    exchange.answer(request, response, true);
  });
  server.on('checkExpectation', (request, response) => {
    track(request, response);
    exchange.refuseExpectation(request, response);
  });
  server.on('drop', () => meters.happened('connectionRefused'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const connection = connectionOf(socket);
    if (connection.fault !== undefined) return; // more bytes after the first fault
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    connection.fault = faultOf(error);
    const { last, pending, fault } = connection;
    if (last !== undefined && exchange.failBody(last, fault)) connection.fault = undefined;
    else if (pending.size === 0) refuse(socket, fault);
  });
  return () => open;
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
