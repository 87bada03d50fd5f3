// Every error that the service can answer with, in one table: code, status and title. Pure. The
// OpenAPI description derives from it, and a test compares the reference page with it.

import type { FieldError } from '../scoring/transaction.js';

/** RFC 9457 problem details; `error` repeats `detail` for clients that read one string. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly error: string;
  readonly errors?: readonly FieldError[];
}

export const PROBLEMS = {
  'malformed-http': { status: 400, title: 'The request is not valid HTTP' },
  'bad-url': { status: 400, title: 'The path cannot be decoded' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-body': { status: 400, title: 'The body has the wrong shape' },
  'invalid-transaction': { status: 400, title: 'The transaction is not valid' },
  'invalid-header': { status: 400, title: 'A header field has a value that cannot be used' },
  'not-found': { status: 404, title: 'There is nothing at this path' },
  'method-not-allowed': { status: 405, title: 'This path does not answer this method' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'batch-too-large': { status: 413, title: 'The batch has too many items' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON in UTF-8' },
  'misdirected-request': { status: 421, title: 'This service does not answer for this host' },
  'expectation-failed': { status: 417, title: 'This expectation cannot be met' },
  'headers-too-large': { status: 431, title: 'The header fields are too large' },
  'unsupported-transfer-encoding': { status: 501, title: 'This transfer encoding is not supported' },
  internal: { status: 500, title: 'The service failed' },
  'scorer-failed': { status: 500, title: 'The scorer failed on this transaction' },
  'count-failed': { status: 500, title: 'The transaction was scored but could not be counted' },
  'thread-died': { status: 500, title: 'The thread that scored this died' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  closing: { status: 503, title: 'The service is shutting down' },
  'deadline-passed': { status: 504, title: 'The deadline of the request has passed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Thrown where the fault is found; request-context.ts turns it into an answer. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, detail: string, extra: ProblemExtra = {}) {
    super(detail);
    this.code = code;
    this.detail = detail;
    this.extra = extra;
  }
}

interface ProblemExtra {
  readonly errors?: Problem['errors'];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Seconds after which a refused client may try again. */
export const RETRY_AFTER = { 'Retry-After': '1' };

/** `pointer`: the JSON pointer to the transaction in the body. */
export function invalidTransaction(faults: readonly FieldError[], pointer: string): ProblemError {
  const errors = faults.map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
  const detail = faults.map((fault) => fault.detail).join('; ');
  return new ProblemError('invalid-transaction', detail, { errors });
}

export function describeProblem({ code, detail, extra: { errors } }: ProblemError): Problem {
  const { status, title } = PROBLEMS[code];
  const type = `urn:two-callers:problem:${code}`;
  return { type, title, status, detail, error: detail, ...(errors !== undefined && { errors }) };
}

/** The problems of every route that reads a body. */
export const BODY_PROBLEMS: readonly ProblemCode[] = [
  'malformed-json',
  'invalid-body',
  'request-timeout',
  'body-too-large',
  'unsupported-media-type',
  'overloaded',
];
