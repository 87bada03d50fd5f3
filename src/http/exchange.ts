// One request, one answer: reads a bounded body, calls the route's handler, and turns whatever
// happens into an answer or a problem. It never listens. Callbacks and not promises on the way of
// every request: node:http itself takes about 18 us for one, and each promise and listener shows.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BodyReader, checkBodyHeaders, parseJson, readBody, textOf } from './body.js';
import { createOutbox, type Outbox } from './outbox.js';
import { ProblemError } from './problems.js';
import type { Call, Reply, Route, Service } from './route.js';
import type { Match, Router } from './router.js';
import { hasLeft, problemReply, send } from './send.js';

/** What the client's `Expect` asks for: nothing, `100-continue`, or what nobody understands. */
export type Expects = 'nothing' | 'continue' | 'unknown';

/** What a connection and the exchange know of each other. */
export interface Line {
  /** The passage of the latest request on it. */
  latest: Passage | undefined;
}

export interface Exchange {
  /** Begins to answer one request. */
  answer(request: IncomingMessage, response: ServerResponse, expects: Expects, line: Line): Passage;
}

/** What every passage needs. */
interface Context {
  readonly router: Router;
  readonly service: Service;
  readonly unmatchedRow: number;
  readonly outbox: Outbox;
}

export function createExchange(
  router: Router,
  routes: readonly Route[],
  service: Service,
): Exchange {
  const context: Context = {
    router,
    service,
    unmatchedRow: routes.length,
    outbox: createOutbox(),
  };
  return {
    answer(request, response, expects, line) {
      const passage = new Passage(context, request, response, line);
      line.latest = passage;
      passage.begin(expects);
      return passage;
    },
  };
}

/** A request on its way through the exchange, until it is answered or its client has left. */
export class Passage implements Call {
  readonly arrivedAt = performance.now();
  params: Match['params'] = NO_PARAMS;
  query: Match['query'] = NO_PARAMS;
  body: unknown = undefined;
  text = '';
  readonly headers: IncomingMessage['headers'];
  readonly #context: Context;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #line: Line;
  /** The row of the route table, once it is known; else the row after the last. */
  #row: number;
  #route: Route | undefined;
  #reader: BodyReader | undefined;
  #onLeave: (() => void) | undefined;
  /** Answered, or its client has left. */
  #isOver = false;

  constructor(context: Context, request: IncomingMessage, response: ServerResponse, line: Line) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#line = line;
    this.#row = context.unmatchedRow;
    this.headers = request.headers;
  }

  onLeave(act: () => void): void {
    this.#onLeave = act;
  }

  /** The response has been closed: if it was not answered, nobody is there to be answered. */
  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.service.meters.increment('left');
    this.#onLeave?.();
  }

  /** Makes the body that is being read fail; false when none is. */
  failBody(error: ProblemError): boolean {
    // A body that is all there is not broken by what comes after it.
    return !this.#request.complete && this.#reader?.fail(error) === true;
  }

  begin(expects: Expects): void {
    const request = this.#request;
    try {
      requireHost(request);
      const { router } = this.#context;
      if (request.method === 'OPTIONS') return void this.#deliver(optionsReply(router, request));
      const match = router.match(request.method ?? '', request.url ?? '/');
      this.#row = match.index;
      this.#route = match.route;
      this.params = match.params;
      this.query = match.query;
      if (expects === 'unknown') throw unmet(request);
      const spec = match.route.body;
      if (spec === undefined) return void this.#handle(match.route);
      checkBodyHeaders(request, spec.bytesMax);
      if (expects === 'continue') this.#response.writeContinue();
      const take = (bytes: Buffer) => this.#take(bytes, match.route);
      this.#reader = readBody(request, spec.bytesMax, take, (error) => this.#refuse(error));
    } catch (error) {
      this.#refuse(error);
    }
  }

  #take(bytes: Buffer, route: Route): void {
    try {
      if (route.body?.raw === true) this.text = textOf(bytes);
      else this.body = parseJson(bytes);
      this.#handle(route);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #handle(route: Route): void {
    const reply = route.handle(this, this.#context.service);
    if (!(reply instanceof Promise)) return void this.#succeed(reply);
    reply.then(
      (value) => this.#succeed(value),
      (error: unknown) => this.#refuse(error),
    );
  }

  #succeed(reply: Reply): void {
    if (this.#isOver) return;
    this.#deliver(reply);
    this.#context.service.meters.durations.total.record(performance.now() - this.arrivedAt);
  }

  #refuse(error: unknown): void {
    if (this.#isOver) return;
    const { service } = this.#context;
    const known = error instanceof ProblemError ? error : internal(service, error);
    const reply = problemReply(known);
    if (this.#route?.countsRejected === true && reply.status < 500) {
      void service.countRejected().then(() => this.#deliver(reply));
    } else this.#deliver(reply);
  }

  #deliver(reply: Reply): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { service } = this.#context;
    if (hasLeft(this.#response)) return void service.meters.increment('left');
    service.meters.countAnswer(this.#row, reply.status);
    // While it ends the service waits for the end of the turn: until then it is not known whether
    // this is the latest request of its connection.
    if (service.ready()) this.#context.outbox.put(() => this.#write(reply));
    else setImmediate(() => this.#write(reply));
  }

  #write(reply: Reply): void {
    // Only behind the latest request: the answers to those after it would be thrown away. Asked
    // here, because more requests may have been read while the answer was held.
    const last = !this.#context.service.ready() && this.#line.latest === this;
    try {
      send(this.#request, this.#response, reply, last);
    } catch (error) {
      const { log } = this.#context.service;
      log('response-failed', 'a response could not be written', { error });
      this.#response.destroy();
    }
  }
}

const NO_PARAMS: Readonly<Record<string, undefined>> = {};

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

function optionsReply(router: Router, request: IncomingMessage): Reply {
  const url = request.url ?? '*';
  const allow = router.allowed(url);
  if (allow === '') router.match('OPTIONS', url); // throws not-found
  return { status: 204, type: '', body: '', headers: ['Allow', allow] };
}

/** The cause goes to the log; the client gets neither message nor stack. */
function internal(service: Service, error: unknown): ProblemError {
  service.log('request-failed', 'a request failed', { error });
  return new ProblemError('internal', 'The service failed on this request; see its log');
}
