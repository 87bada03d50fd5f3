// The shape of a row in the route table of routes.ts, and the router, which finds the row of a request.
// OpenAPI and the labels of the metrics derive from the rows too. It touches no socket.

import findMyWay from 'find-my-way';
import Type, { type TProperties, type TSchema } from 'typebox';
import type { Executor } from '../execution/executor.js';
import type { Log } from '../log-events.js';
import type { Snapshot } from '../tally/tally.js';
import type { ByteBudget } from './body.js';
import type { HostPolicy } from './host-policy.js';
import type { Meters } from './meters.js';
import { type ProblemCode, ProblemError } from './problems.js';

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Names and values in turn, as `writeHead` takes them without building an object. */
  readonly headers?: readonly string[];
}

/** One request as a handler sees it. */
export interface RouteRequest {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON body of a route that reads one, else undefined. */
  readonly body: unknown;
  /** The unparsed body of a route with `raw`; else empty. */
  readonly text: string;
  /** When the request's head had arrived, in `performance.now()` milliseconds. */
  readonly arrivedAt: number;
  /** Called if the client disconnects before its answer. A second call replaces the first. */
  onAbort(act: () => void): void;
}

/** What the handlers use; `topologies/service.ts` builds it once. */
export interface Service {
  readonly executor: Executor;
  readonly meters: Meters;
  /** The deadline of a request in milliseconds; 0: none. */
  readonly deadlineMs: number;
  /** The name that `/health` shows, for instance `rules`. */
  readonly scorerName: string;
  /** The name of the seeded fault; undefined for a correct tally. */
  readonly plantedFault: string | undefined;
  readonly hostPolicy: HostPolicy;
  readonly budget: ByteBudget;
  /** False while starting and while draining. `isReady` also asks the executor. */
  isAccepting: boolean;
  /** The counts of all listeners, for `/stats`. */
  snapshot(): Snapshot | Promise<Snapshot>;
  /** Counts one refused transaction. It never fails; a fault goes to the log. */
  countRejected(): Promise<void>;
  metricsText(): Promise<string>;
  openapiText(): string;
  readonly log: Log;
}

export interface AnswerSpec {
  readonly description: string;
  readonly type: string;
  readonly schema: TSchema;
  readonly example: unknown;
  readonly headers?: Readonly<Record<string, { description: string; example: string }>>;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** As find-my-way writes it: `/transaction/:tx_id`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly description: string;
    readonly example: string;
  }[];
  readonly body?: {
    readonly schema: TSchema;
    readonly bytesMax: number;
    readonly example: unknown;
    /** The handler gets the text: the thread that scores parses it. */
    readonly raw?: boolean;
  };
  /** By status; `problems` lists the other answers, beside those of every route. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  readonly problems?: readonly ProblemCode[];
  /** A refused request to this route is a rejected transaction in `/stats`. */
  readonly countsRejected?: boolean;
  readonly handle: (call: RouteRequest, service: Service) => Reply | Promise<Reply>;
}

export const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function json(value: unknown, headers: readonly string[] = []): Reply {
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(value), headers };
}

export function text(body: string): Reply {
  return { status: 200, type: TEXT_TYPE, body };
}

/** An answer of plain text, for the table. */
export function plain(description: string, example: string): AnswerSpec {
  return { description, type: TEXT_TYPE, schema: Type.String(), example };
}

/** An answer that is a JSON object, for the table. */
export function object(description: string, fields: TProperties, example: unknown): AnswerSpec {
  return { description, type: JSON_TYPE, schema: Type.Object(fields), example };
}

export interface Match extends Pick<RouteRequest, 'params' | 'query'> {
  readonly route: Route;
  /** The row in the route table. */
  readonly index: number;
}

export interface Router {
  /** @throws ProblemError bad-url, not-found or method-not-allowed (with `Allow`) */
  match(method: string, url: string): Match;
  /** The methods a path answers, for `OPTIONS`; `*` asks for all. */
  allowed(url: string): string;
  /** The row of requests that match no route: after the last. */
  readonly unmatchedRow: number;
}

/** A longer path parameter is not found. */
const PARAMETER_CHARS_MAX = 256;

/** HEAD is GET without its body. OPTIONS and 405 come from the table. */
export function createRouter(routes: readonly Route[]): Router {
  const router = findMyWay({ ignoreTrailingSlash: false, maxParamLength: PARAMETER_CHARS_MAX });
  for (const [index, route] of routes.entries()) {
    // The handler is never called: find-my-way only finds, and returns the row as its store.
    router.on(route.method, route.path, () => {}, { route, index });
  }

  function find(method: 'GET' | 'POST', url: string): Match | undefined {
    const found = router.find(method, url);
    if (found === null) return undefined;
    const { route, index } = found.store as { route: Route; index: number };
    return { route, index, params: found.params, query: found.searchParams };
  }

  function allowed(url: string): string {
    const methods = ['OPTIONS'];
    if (url === '*' || find('GET', url) !== undefined) methods.unshift('GET', 'HEAD');
    if (url === '*' || find('POST', url) !== undefined) methods.unshift('POST');
    return methods.length === 1 ? '' : methods.join(', ');
  }

  return {
    unmatchedRow: routes.length,
    allowed,
    match(method, url) {
      if (!isDecodable(url)) throw new ProblemError('bad-url', `The path cannot be decoded: bad %`);
      const wanted = method === 'HEAD' ? 'GET' : method;
      if (wanted === 'GET' || wanted === 'POST') {
        const match = find(wanted, url);
        if (match !== undefined) return match;
      }
      const allow = allowed(url);
      const path = url.split('?', 1)[0]?.slice(0, 200);
      if (allow === '') {
        throw new ProblemError('not-found', `There is nothing at ${path}; see /openapi.json`);
      }
      const detail = `${path} does not answer ${method}; it answers ${allow}`;
      throw new ProblemError('method-not-allowed', detail, { headers: { Allow: allow } });
    },
  };
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? url);
    return true;
  } catch {
    return false;
  }
}
