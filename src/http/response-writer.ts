// Writes responses, several together. Runs on the thread that accepted the request. request-context.ts
// decides the answer; connections.ts answers broken HTTP.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeProblem, PROBLEMS, type ProblemError } from './problems.js';
import { PROBLEM_TYPE, type Reply } from './route.js';

/** node:http itself reads and discards the rest of a small body. */
const DRAINED_BY_NODE_BYTES = 64 * 1024;

/** `isLast`: the connection closes after this response. */
export function writeReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  isLast: boolean,
): void {
  const headers = buildHeaders(reply);
  const isClosing = reply.headers?.includes('Connection') === true;
  if ((isLast || mustDrain(request)) && !isClosing) headers.push('Connection', 'close');
  response.writeHead(reply.status, headers);
  const body = request.method === 'HEAD' ? '' : reply.body;
  // A string: node:http then writes head and body with one system call. A long one would be copied to join
  // both, and held twice for as long as the client does not take it.
  response.end(body.length < LONG_CHARS ? body : Buffer.from(body));
}

const LONG_CHARS = 64 * 1024;

/** Whether the client can no longer receive an answer. */
export function isDisconnected(response: ServerResponse): boolean {
  return response.destroyed || response.socket?.destroyed === true;
}

export function createProblemReply(error: ProblemError): Reply {
  const { status } = PROBLEMS[error.code];
  const body = JSON.stringify(describeProblem(error));
  const headers = Object.entries(error.extra.headers ?? {}).flat();
  return { status, type: PROBLEM_TYPE, body, headers };
}

function buildHeaders({ status, type, body, headers }: Reply): string[] {
  const flat = ['X-Content-Type-Options', 'nosniff'];
  if (status !== 204) {
    flat.push('Content-Type', type, 'Content-Length', `${Buffer.byteLength(body)}`);
  }
  if (headers !== undefined) flat.push(...headers);
  return flat;
}

/**
 * Whether more bytes of the body may come than node:http discards itself. A client that waits for
 * `100 Continue` may or may not send them, so its connection cannot be used again.
 */
function mustDrain(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { 'content-length': declared, 'transfer-encoding': encoding, expect } = request.headers;
  if (encoding !== undefined || expect !== undefined) return true;
  return Number(declared ?? 0) > DRAINED_BY_NODE_BYTES;
}

/** How long a response may wait for others. */
const HOLD_MS = 1;

export interface PendingResponse {
  writeResponse(): void;
}

/**
 * Holds responses until the end of the event loop's turn: written together they wake their clients
 * once, not once each. That wake-up cost more than the rest of a response. A response waits for a
 * millisecond at most, and never behind a long computation unless others came just before it.
 */
export class ResponseCoalescer {
  readonly #now: () => number;
  #held: PendingResponse[] = [];
  #heldSince = 0;
  #writtenAt = Number.NEGATIVE_INFINITY;

  /** `now`: a clock in milliseconds. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Writes the response once: now, with the next one, or at the end of this turn. */
  put(response: PendingResponse): void {
    const at = this.#now();
    if (this.#held.length === 0 && at - this.#writtenAt > HOLD_MS) {
      // No response came just before it: it is the first of several, or the only one.
      this.#writtenAt = at;
      response.writeResponse();
    } else if (this.#held.push(response) === 1) {
      this.#heldSince = at;
      setImmediate(() => this.#flush());
    } else if (at - this.#heldSince > HOLD_MS) this.#flush();
  }

  #flush(): void {
    this.#writtenAt = this.#now();
    const due = this.#held;
    this.#held = [];
    for (const response of due) response.writeResponse();
  }
}
