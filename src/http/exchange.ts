// One request, one answer: reads a bounded body, calls the route's handler, and turns whatever
// happens into an answer or a problem. It never listens.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BodyReader, checkBodyHeaders, LEFT, parseJson, readBody } from './body.js';
import { ProblemError } from './problems.js';
import type { Call, Reply, Route, Service } from './route.js';
import type { Match, Router } from './router.js';
import { hasLeft, problemReply, send } from './send.js';

/** What the client's `Expect` asks for: nothing, `100-continue`, or what nobody understands. */
export type Expects = 'nothing' | 'continue' | 'unknown';

/** How a request came. */
export interface Manner {
  readonly expects: Expects;
  /** False as soon as another request follows on the same connection. */
  isLatest(): boolean;
}

export interface Exchange {
  /** Answers one request. */
  answer(request: IncomingMessage, response: ServerResponse, manner: Manner): void;
  /** Makes the body that is being read on this request fail; false when none is. */
  failBody(request: IncomingMessage, error: ProblemError): boolean;
}

/** A request on its way through the exchange. */
interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly manner: Manner;
  readonly arrivedAt: number;
  /** The row of the route table, once it is known; else the row after the last. */
  row: number;
  route: Route | undefined;
}

/** What every passage needs. */
interface Context {
  readonly router: Router;
  readonly service: Service;
  readonly unmatchedRow: number;
  readonly reading: WeakMap<IncomingMessage, BodyReader>;
}

export function createExchange(
  router: Router,
  routes: readonly Route[],
  service: Service,
): Exchange {
  const unmatchedRow = routes.length;
  const context: Context = { router, service, unmatchedRow, reading: new WeakMap() };
  return {
    answer(request, response, manner) {
      const arrivedAt = performance.now();
      const where = { row: unmatchedRow, route: undefined };
      pass(context, { request, response, manner, arrivedAt, ...where }).catch((error: unknown) => {
        service.logError('an answer could not be written', error);
        response.destroy();
      });
    },
    failBody(request, error) {
      // A body that is all there is not broken by what comes after it.
      const reader = request.complete ? undefined : context.reading.get(request);
      reader?.fail(error);
      return reader !== undefined;
    },
  };
}

async function pass(context: Context, passage: Passage): Promise<void> {
  const { router, service } = context;
  const { request, response } = passage;
  try {
    requireHost(request);
    if (request.method === 'OPTIONS') {
      deliver(context, passage, options(router, request));
      return;
    }
    const match = router.match(request.method ?? '', request.url ?? '/');
    passage.row = match.index;
    passage.route = match.route;
    if (passage.manner.expects === 'unknown') throw unmet(request);
    const call = await readCall(context, passage, match);
    deliver(context, passage, await match.route.handle(call, service));
    service.meters.durations.total.record(performance.now() - passage.arrivedAt);
  } catch (error) {
    if (error === LEFT) response.destroy();
    if (hasLeft(response)) service.meters.happened('left');
    else await refuse(context, passage, error);
  }
}

function unmet({ headers }: IncomingMessage): ProblemError {
  const detail = `Expect: ${headers.expect} is not supported; only 100-continue is`;
  return new ProblemError('expectation-failed', detail);
}

/** RFC 9112, 3.2: without `Host` an HTTP/1.1 request is to be refused. */
function requireHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion === '1.0') return;
  const detail = 'An HTTP/1.1 request must have a Host header field';
  throw new ProblemError('malformed-http', detail, { headers: { Connection: 'close' } });
}

async function readCall(context: Context, passage: Passage, match: Match): Promise<Call> {
  const { request, response, arrivedAt } = passage;
  const { params, query } = match;
  const onLeave = (act: () => void) => {
    response.once('close', () => {
      if (!response.writableFinished) act();
    });
  };
  const spec = match.route.body;
  if (spec === undefined) return { params, query, body: undefined, arrivedAt, onLeave };
  checkBodyHeaders(request, spec.bytesMax);
  if (passage.manner.expects === 'continue') response.writeContinue();
  const reader = readBody(request, spec.bytesMax);
  context.reading.set(request, reader);
  const bytes = await reader.bytes;
  context.reading.delete(request);
  return { params, query, body: parseJson(bytes), arrivedAt, onLeave };
}

function options(router: Router, request: IncomingMessage): Reply {
  const url = request.url ?? '*';
  const allow = router.allowed(url);
  if (allow === '') router.match('OPTIONS', url); // throws not-found
  return { status: 204, type: '', body: '', headers: { Allow: allow } };
}

async function refuse(context: Context, passage: Passage, error: unknown): Promise<void> {
  const { service } = context;
  const known = error instanceof ProblemError ? error : internal(service, error);
  const reply = problemReply(known);
  if (passage.route?.countsRejected === true && reply.status < 500) {
    await service.countRejected();
  }
  deliver(context, passage, reply);
}

/** The cause goes to the log; the client gets neither message nor stack. */
function internal(service: Service, error: unknown): ProblemError {
  service.logError('a request failed', error);
  return new ProblemError('internal', 'The service failed on this request; see its log');
}

function deliver({ service }: Context, passage: Passage, reply: Reply): void {
  const { request, response, row } = passage;
  if (hasLeft(response)) {
    service.meters.happened('left');
    return;
  }
  service.meters.answered(row, reply.status);
  // Only behind the latest request: the answers to those after it would be thrown away.
  const last = !service.ready() && passage.manner.isLatest();
  send(request, response, reply, last);
}
