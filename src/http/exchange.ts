// One request, one answer: the only code that touches request and response. It reads a bounded
// body, calls the route's handler, and writes the answer or the problem. It never listens.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { REJECTED_AT } from '../score/levels.js';
import { type BodyReader, checkBodyHeaders, LEFT, parseJson, readBody } from './body.js';
import { PROBLEMS, ProblemError, problem } from './problems.js';
import { type Call, PROBLEM_TYPE, type Reply, type Route, type Service } from './route.js';
import type { Match, Router } from './router.js';

export interface Exchange {
  /** Answers one request. `expectsContinue`: the client waits for `100 Continue`. */
  answer(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void;
  /** Answers a request whose `Expect` nobody understands. */
  refuseExpectation(request: IncomingMessage, response: ServerResponse): void;
  /** Makes the body that is being read on this request fail; false when none is. */
  failBody(request: IncomingMessage, error: ProblemError): boolean;
}

// After a refusal the rest of the body is read and thrown away, up to these bounds: closing with
// unread bytes in the socket would reset it, and the client might never see the answer.
const LINGER_BYTES_MAX = 16 * 1024 * 1024;
const LINGER_MS_MAX = 2_000;
/** What is left of a small body, node:http itself reads and throws away. */
const DRAINED_BY_NODE_BYTES = 64 * 1024;

export function createExchange(
  router: Router,
  routes: readonly Route[],
  service: Service,
): Exchange {
  const reading = new WeakMap<IncomingMessage, BodyReader>();

  async function run(request: IncomingMessage, response: ServerResponse, expects: boolean) {
    const arrivedAt = performance.now();
    const row: { index: number; route?: Route } = { index: routes.length };
    try {
      if (request.method === 'OPTIONS') return options(request, response);
      const match = router.match(request.method ?? '', request.url ?? '/');
      row.index = match.index;
      row.route = match.route;
      const call = await readCall(match, request, response, arrivedAt, expects);
      const reply = await match.route.handle(call, service);
      send(request, response, reply, row.index);
      service.meters.durations.total.record(performance.now() - arrivedAt);
    } catch (error) {
      if (error === LEFT) response.destroy();
      if (hasLeft(response)) return service.meters.happened('left');
      await refuse(request, response, error, row);
    }
  }

  async function readCall(
    match: Match,
    request: IncomingMessage,
    response: ServerResponse,
    arrivedAt: number,
    expects: boolean,
  ): Promise<Call> {
    const { params, query } = match;
    const onLeave = (act: () => void) => {
      response.once('close', () => {
        if (!response.writableFinished) act();
      });
    };
    const spec = match.route.body;
    if (spec === undefined) return { params, query, body: undefined, arrivedAt, onLeave };
    checkBodyHeaders(request, spec.bytesMax);
    if (expects) response.writeContinue();
    const reader = readBody(request, spec.bytesMax);
    reading.set(request, reader);
    const bytes = await reader.bytes.finally(() => reading.delete(request));
    return { params, query, body: parseJson(bytes), arrivedAt, onLeave };
  }

  async function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    row: { index: number; route?: Route },
  ): Promise<void> {
    const known = error instanceof ProblemError ? error : internal(error);
    const reply = problemReply(known);
    if (row.route?.countsRejected === true && reply.status < 500) {
      await Promise.resolve(service.tally.add(REJECTED_AT)).catch(internal);
    }
    send(request, response, reply, row.index);
  }

  /** The cause goes to the log; the client gets neither message nor stack. */
  function internal(error: unknown): ProblemError {
    service.logError('a request failed', error);
    return new ProblemError('internal', 'The service failed on this request; see its log');
  }

  function options(request: IncomingMessage, response: ServerResponse): void {
    const allow = router.allowed(request.url ?? '*');
    if (allow === '') router.match('OPTIONS', request.url ?? '/'); // throws not-found
    const headers = { Allow: allow, 'Content-Length': '0' };
    send(request, response, { status: 204, type: '', body: '', headers }, routes.length);
  }

  function send(request: IncomingMessage, response: ServerResponse, reply: Reply, row: number) {
    if (hasLeft(response)) return service.meters.happened('left');
    service.meters.answered(row, reply.status);
    const body = Buffer.from(reply.body);
    const unread = mustDrain(request);
    response.statusCode = reply.status;
    if (reply.status !== 204) {
      response.setHeader('Content-Type', reply.type);
      response.setHeader('Content-Length', body.length);
    }
    response.setHeader('X-Content-Type-Options', 'nosniff');
    for (const name in reply.headers) response.setHeader(name, reply.headers[name] ?? '');
    if (unread || !service.ready()) response.setHeader('Connection', 'close');
    const shown = request.method === 'HEAD' ? undefined : body;
    if (!unread) return void response.end(shown);
    if (shown === undefined) response.flushHeaders();
    else response.write(shown);
    linger(request, () => response.end());
  }

  return {
    answer: (request, response, expectsContinue) => {
      run(request, response, expectsContinue).catch((error: unknown) => {
        service.logError('an answer could not be written', error);
        response.destroy();
      });
    },
    refuseExpectation(request, response) {
      const detail = `Expect: ${request.headers.expect} is not supported; only 100-continue is`;
      const reply = problemReply(new ProblemError('expectation-failed', detail));
      send(request, response, reply, routes.length);
    },
    failBody(request, error) {
      const reader = reading.get(request);
      reader?.fail(error);
      return reader !== undefined;
    },
  };
}

export function problemReply(error: ProblemError): Reply {
  const { status } = PROBLEMS[error.code];
  const body = JSON.stringify(problem(error.code, error.detail, error.extra.errors));
  const headers = error.extra.headers;
  const reply = { status, type: PROBLEM_TYPE, body };
  return headers === undefined ? reply : { ...reply, headers };
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

function hasLeft(response: ServerResponse): boolean {
  return response.destroyed || response.socket?.destroyed === true;
}

/** Throws the rest of a request away until it ends or a bound is reached, then calls `end`. */
function linger(request: IncomingMessage, end: () => void): void {
  let bytes = 0;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', count);
    request.off('end', finish);
    request.off('close', finish);
    end();
  };
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES_MAX) finish();
  };
  const timer = setTimeout(finish, LINGER_MS_MAX);
  request.on('data', count);
  request.once('end', finish);
  request.once('close', finish);
}
