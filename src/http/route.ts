// What a route is: one row of the table in `routes.ts`. Method, path, what it reads, what it can
// answer and the handler; matching, 405, OpenAPI and the metrics' labels derive from it. Types and
// small constructors; it touches no socket.

import Type, { type TProperties, type TSchema } from 'typebox';
import type { Executor } from '../execution/executor.js';
import type { Log } from '../log-events.js';
import type { Snapshot } from '../tally/tally.js';
import type { Meters } from './meters.js';
import type { ProblemCode } from './problems.js';

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Names and values in turn, as `writeHead` takes them without building an object. */
  readonly headers?: readonly string[];
}

/** One request as a handler sees it. */
export interface Call {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON body of a route that reads one, else undefined. */
  readonly body: unknown;
  /** The body of a route that reads it raw, as it came; else empty. */
  readonly text: string;
  /** When the request's head had arrived, in `performance.now()` milliseconds. */
  readonly arrivedAt: number;
  /** What to do if the client leaves before its answer; a second call replaces the first. */
  onLeave(act: () => void): void;
}

/** What the handlers work with; built once by `topologies/service.ts`. */
export interface Service {
  readonly executor: Executor;
  readonly meters: Meters;
  /** A request not answered after so many milliseconds is given up; 0: never. */
  readonly deadlineMs: number;
  /** The name that `/health` shows, for instance `rules`. */
  readonly scorerName: string;
  /** The name of what is broken on purpose; undefined where everything is honest. */
  readonly plantedFault: string | undefined;
  /** False while starting and while draining: a load balancer should look elsewhere. */
  ready(): boolean;
  /** What `/stats` shows: the counts of all who listen. */
  snapshot(): Snapshot | Promise<Snapshot>;
  /** Counts one transaction that was refused; never fails, but says so in the log. */
  countRejected(): Promise<void>;
  metricsText(): Promise<string>;
  openapiText(): string;
  readonly log: Log;
}

export interface Answer {
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
    /** Handed on as text: whoever scores it parses it. */
    readonly raw?: boolean;
  };
  /** By status; the problems a route can answer with are listed apart. */
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemCode[];
  /** A refused request to this route is a rejected transaction in `/stats`. */
  readonly countsRejected?: boolean;
  readonly handle: (call: Call, service: Service) => Reply | Promise<Reply>;
}

export const JSON_TYPE = 'application/json; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function json(value: unknown, headers: readonly string[] = []): Reply {
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(value), headers };
}

export function text(body: string): Reply {
  return { status: 200, type: TEXT_TYPE, body };
}

/** An answer of plain text, for the table. */
export function plain(description: string, example: string): Answer {
  return { description, type: TEXT_TYPE, schema: Type.String(), example };
}

/** An answer that is a JSON object, for the table. */
export function object(description: string, fields: TProperties, example: unknown): Answer {
  return { description, type: JSON_TYPE, schema: Type.Object(fields), example };
}
