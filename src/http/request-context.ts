// One request and its one answer: reads a bounded body, calls the handler of the route, and turns
// every outcome into an answer or a problem. It uses callbacks, not promises: node:http takes about
// 18 us for a request, and each promise and listener adds to it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyReader, checkBodyHeaders, createOverBudget, decodeText, parseJson } from './body.js';
import type { HostPolicy } from './host-policy.js';
import { createTooManyFields, createUnsupportedCoding, HEADER_FIELDS_MAX } from './http-faults.js';
import { ProblemError } from './problems.js';
import { createProblemReply, isDisconnected, type ResponseCoalescer, writeReply } from './response-writer.js';
import type { Match, Reply, Route, RouteRequest, Router, Service } from './route.js';

/** The client's `Expect` header field. */
export type Expectation = 'nothing' | 'continue' | 'unknown';

/** The part of a connection that its requests read. */
export interface ConnectionState {
  latest: RequestContext | undefined;
  /** The request whose answer ends the connection: none behind it is accepted. */
  last: RequestContext | undefined;
}

/** What all requests to one server share. */
export interface SharedContext {
  readonly router: Router;
  readonly service: Service;
  readonly coalescer: ResponseCoalescer;
}

/** Whether the service takes new work: it is neither starting nor draining. */
export function isReady({ isAccepting, executor }: Service): boolean {
  return isAccepting && executor.alive();
}

/** A request until it is answered or its client disconnects. */
export class RequestContext implements RouteRequest {
  readonly arrivedAt = performance.now();
  params: Match['params'] = NO_PARAMS;
  query: Match['query'] = NO_PARAMS;
  body: unknown = undefined;
  text = '';
  readonly headers: IncomingMessage['headers'];
  readonly #shared: SharedContext;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #connection: ConnectionState;
  readonly #expectation: Expectation;
  #match: Match | undefined;
  #reader: BodyReader | undefined;
  #onAbort: (() => void) | undefined;
  #reply: Reply | undefined;
  /** Of the budget: the body until there is an answer, then the answer until the client has taken it. */
  #heldBytes = 0;
  /** Answered, or its client has disconnected. */
  #isOver = false;

  constructor(
    shared: SharedContext,
    request: IncomingMessage,
    response: ServerResponse,
    connection: ConnectionState,
    expectation: Expectation,
  ) {
    this.#shared = shared;
    this.#request = request;
    this.#response = response;
    this.#connection = connection;
    this.#expectation = expectation;
    this.headers = request.headers;
  }

  onAbort(act: () => void): void {
    this.#onAbort = act;
  }

  /** The response has closed: if it was not answered, the client has disconnected. */
  close(): void {
    this.#exchange(0);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#shared.service.meters.increment('left');
    this.#onAbort?.();
  }

  /** Called by the body reader, which holds these bytes until the answer if it may. */
  hold(bytes: number): boolean {
    if (!this.#hasRoom(bytes)) return false;
    this.#exchange(this.#heldBytes + bytes);
    return true;
  }

  #hasRoom(bytes: number): boolean {
    const { budget, meters } = this.#shared.service;
    if (budget.hasRoom(bytes)) return true;
    meters.increment('shed');
    return false;
  }

  #exchange(bytes: number): void {
    this.#shared.service.budget.add(bytes - this.#heldBytes);
    this.#heldBytes = bytes;
  }

  /** Whether all of its bytes have arrived. */
  isRead(): boolean {
    return this.#request.complete;
  }

  /** Makes the body that is being read fail; false when none is. */
  failBody(error: ProblemError): boolean {
    // A fault in later bytes does not break a body that is complete.
    return !this.isRead() && this.#reader?.fail(error) === true;
  }

  begin(): void {
    const request = this.#request;
    const expectation = this.#expectation;
    const { router, service } = this.#shared;
    try {
      const { headers, rawHeaders } = request;
      if (rawHeaders.length > 2 * HEADER_FIELDS_MAX) throw createTooManyFields();
      const { hostPolicy } = service;
      if (headers.host === undefined || headers.host !== hostPolicy.accepted) {
        hostPolicy.check(headers.host, request.httpVersion);
      }
      const coding = headers['transfer-encoding'];
      if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw createUnsupportedCoding(coding);
      if (request.method === 'OPTIONS') return void this.#deliver(createOptionsReply(router, request));
      const match = router.match(request.method ?? '', request.url ?? '/');
      this.#match = match;
      this.params = match.params;
      this.query = match.query;
      // node:http takes a list of expectations for the first one that it knows.
      const isContinue = headers.expect?.toLowerCase() === '100-continue';
      if (expectation === 'unknown' || (expectation === 'continue' && !isContinue)) {
        const detail = `Expect: ${headers.expect} is not supported; only 100-continue is`;
        throw new ProblemError('expectation-failed', detail);
      }
      const spec = match.route.body;
      if (spec === undefined) return void this.#handle(match.route);
      if (!this.#hasRoom(checkBodyHeaders(request, spec.bytesMax))) throw createOverBudget();
      if (expectation === 'continue') this.#response.writeContinue();
      this.#reader = new BodyReader(request, spec.bytesMax, this);
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Called by the body reader with the whole body. */
  receiveBody(bytes: Buffer): void {
    const route = this.#match?.route;
    if (route === undefined) return;
    try {
      if (route.body?.raw === true) this.text = decodeText(bytes);
      else this.body = parseJson(bytes);
      this.#handle(route);
      this.body = undefined; // it may be much larger than its text, and the handler has taken what it needs
    } catch (error) {
      this.refuse(error);
    }
  }

  #handle(route: Route): void {
    const reply = route.handle(this, this.#shared.service);
    if (!(reply instanceof Promise)) return void this.#succeed(reply);
    reply.then(
      (value) => this.#succeed(value),
      (error: unknown) => this.refuse(error),
    );
  }

  #succeed(reply: Reply): void {
    if (this.#isOver) return;
    this.#deliver(reply);
    this.#shared.service.meters.durations.total.record(performance.now() - this.arrivedAt);
  }

  /** Answers with a problem. The client gets neither message nor stack of an unknown error. */
  refuse(error: unknown): void {
    if (this.#isOver) return;
    const { service } = this.#shared;
    let problem = error;
    if (!(problem instanceof ProblemError)) {
      service.log('request-failed', 'a request failed', { error });
      problem = new ProblemError('internal', 'The service failed on this request; see its log');
    }
    const reply = createProblemReply(problem as ProblemError);
    if (reply.headers?.includes('Connection') === true) this.#connection.last = this;
    // A form of a foreign site can send 415 to this service without asking; it must not move a counter.
    const isTransaction = !UNCOUNTED_STATUSES.has(reply.status) && reply.status < 500;
    if (this.#match?.route.countsRejected === true && isTransaction) {
      void service.countRejected().then(() => this.#deliver(reply));
    } else this.#deliver(reply);
  }

  #deliver(reply: Reply): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { service, coalescer, router } = this.#shared;
    if (isDisconnected(this.#response)) return void service.meters.increment('left');
    service.meters.countAnswer(this.#match?.index ?? router.unmatchedRow, reply.status);
    this.text = '';
    this.#exchange(reply.body.length);
    this.#reply = service.hostPolicy.hasCors ? this.#addCorsHeaders(reply, service.hostPolicy) : reply;
    // While the service drains, the answer waits for the end of the turn: only then does the connection
    // know whether this is its latest request.
    if (isReady(service)) coalescer.put(this);
    else setImmediate(() => this.writeResponse());
  }

  #addCorsHeaders(reply: Reply, policy: HostPolicy): Reply {
    const isPreflight = this.#request.method === 'OPTIONS';
    const cors = policy.createCorsHeaders(this.headers.origin, isPreflight);
    return { ...reply, headers: [...(reply.headers ?? []), ...cors] };
  }

  /** Called by the coalescer, once. */
  writeResponse(): void {
    const reply = this.#reply;
    if (reply === undefined) return;
    this.#reply = undefined; // the connection keeps its latest request, and must not hold the answer twice
    const { service } = this.#shared;
    // Only the latest request closes the connection: node:http would discard later answers. More
    // requests may have arrived while this answer waited, so this asks now.
    const connection = this.#connection;
    if (connection.latest === this && !isReady(service)) connection.last = this;
    const isLast = connection.last === this;
    try {
      writeReply(this.#request, this.#response, reply, isLast);
    } catch (error) {
      service.log('response-failed', 'a response could not be written', { error });
      this.#response.destroy();
    }
  }
}

const UNCOUNTED_STATUSES: ReadonlySet<number> = new Set([415, 421, 431]);

const NO_PARAMS: Readonly<Record<string, undefined>> = {};

function createOptionsReply(router: Router, request: IncomingMessage): Reply {
  const url = request.url ?? '*';
  const allow = router.allowed(url);
  if (allow === '') router.match('OPTIONS', url); // throws not-found
  return { status: 204, type: '', body: '', headers: ['Allow', allow] };
}
