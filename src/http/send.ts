// Writes an answer, and gets rid of what its client may still be sending. Runs where the request
// was accepted. `exchange.ts` decides what is answered; `connections.ts` answers what never became
// a request.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import { PROBLEMS, type ProblemError, problemOf } from './problems.js';
import { PROBLEM_TYPE, type Reply } from './route.js';

// After a refusal the rest of the body is read and thrown away, up to these bounds: closing with
// unread bytes in the socket would reset it, and the client might never see the answer.
const LINGER_BYTES_MAX = 16 * 1024 * 1024;
export const LINGER_MS_MAX = 2_000;
/** What is left of a small body, node:http itself reads and throws away. */
const DRAINED_BY_NODE_BYTES = 64 * 1024;

/** `last`: the connection is not to be used again. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  last: boolean,
): void {
  const unread = mustDrain(request);
  const headers = headersOf(reply);
  const saidAlready = reply.headers?.includes('Connection') === true;
  if ((unread || last) && !saidAlready) headers.push('Connection', 'close');
  response.writeHead(reply.status, headers);
  // A string, not a buffer: node:http then writes head and body with one system call.
  const shown = request.method === 'HEAD' ? '' : reply.body;
  if (!unread) return void response.end(shown);
  if (shown === '') response.flushHeaders();
  else response.write(shown);
  linger(request, () => response.end());
}

/** Whether there is nobody left to answer. */
export function hasLeft(response: ServerResponse): boolean {
  return response.destroyed || response.socket?.destroyed === true;
}

export function problemReply(error: ProblemError): Reply {
  const { status } = PROBLEMS[error.code];
  const body = JSON.stringify(problemOf(error));
  const headers = Object.entries(error.extra.headers ?? {}).flat();
  return { status, type: PROBLEM_TYPE, body, headers };
}

function headersOf({ status, type, body, headers }: Reply): string[] {
  const flat = ['X-Content-Type-Options', 'nosniff'];
  if (status !== 204) {
    flat.push('Content-Type', type, 'Content-Length', `${Buffer.byteLength(body)}`);
  }
  if (headers !== undefined) flat.push(...headers);
  return flat;
}

/**
 * Whether bytes of the body may still come that are too many to read politely. A client that
 * waits for `100 Continue` may or may not send them, so its connection cannot be used again.
 */
function mustDrain(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { 'content-length': declared, 'transfer-encoding': encoding, expect } = request.headers;
  if (encoding !== undefined || expect !== undefined) return true;
  return Number(declared ?? 0) > DRAINED_BY_NODE_BYTES;
}

/** Throws the rest of a request away until it ends or a bound is reached, then calls `end`. */
function linger(request: IncomingMessage, end: () => void): void {
  let bytes = 0;
  const finish = () => {
    overdue.cancel();
    request.off('data', count);
    request.off('end', finish);
    request.off('close', finish);
    end();
  };
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES_MAX) finish();
  };
  const overdue = new StallTolerantTimeout(LINGER_MS_MAX, finish);
  request.on('data', count);
  request.once('end', finish);
  request.once('close', finish);
}
