// What a response of the service proves about the counter: an add acknowledged, refused or unknown,
// its ticket, or the values that a read shows. Pure: no socket, no clock.

import { STATUS_CODES } from 'node:http';
import { sanitize } from '../../present/text.js';
import type { Add, Ticket } from '../history.js';
import type { RunRead } from './check-run.js';
import type { Exchange, ServiceAnswer } from './connection.js';
import { type CheckTarget, clientError, type Endpoint, readCountAt } from './target.js';

export type AddOutcome = Pick<Add, 'outcome' | 'ticket'> & {
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** What went wrong, in one line; null when nothing did. */
  readonly error: string | null;
};

const ERROR_COLUMNS_MAX = 200;

/**
 * An add without an answer is `unknown`, unless no connection was made. A 5xx is `unknown` too: a
 * service can fail after it has counted, and a proxy can stop waiting. A target can name statuses
 * that its service sends only before it counts.
 * @throws ClientError `bad-answer` where the answer has no ticket and the target promises one
 */
export function classifyAdd({ answer, error }: Exchange, target: CheckTarget): AddOutcome {
  if (answer === null) {
    const outcome = isNeverSent(error) ? 'failed' : 'unknown';
    const text = sanitize(describeFailure(error), ERROR_COLUMNS_MAX);
    return { outcome, ticket: null, status: null, error: text };
  }
  const { status } = answer;
  if (target.okStatuses.includes(status)) {
    return { outcome: 'ok', ticket: findTicket(answer, target), status, error: null };
  }
  const isRefused = status >= 300 && status < 500;
  const isUncounted = isRefused || target.uncountedStatuses.includes(status);
  const outcome = isUncounted ? 'failed' : 'unknown';
  return { outcome, ticket: null, status, error: describeProblem(status, answer.text) };
}

function findTicket(answer: ServiceAnswer, target: CheckTarget): Ticket | null {
  const { ticket } = target;
  if (ticket === null) return null;
  const shown = describeRequest(target, target.add);
  if ('field' in ticket) {
    const value = readCountAt(parseJson(answer.text), ticket.field);
    if (typeof value === 'number' && value > 0) return { cell: '', value };
    const why = value === 0 ? `its '${ticket.field}' is 0: tickets count from 1` : value;
    throw clientError('bad-answer', `${shown} gave no ticket: ${why}`);
  }
  const header = answer.headers[ticket.header.toLowerCase()];
  if (header === undefined && !ticket.isRequired) return null;
  const text = typeof header === 'string' ? header : '';
  const parsed = parseTicket(text);
  if (parsed !== null && parsed.value > 0) return parsed;
  const has = header === undefined ? 'no header' : `${JSON.stringify(sanitize(text, 40))} as`;
  const example = 'a ticket looks like CRITICAL:17 or 17';
  throw clientError('bad-answer', `${shown} gave ${has} ${ticket.header}: ${example}`);
}

/** Parses `CRITICAL:17` or `17`; null for other text. The name of a cell can contain colons. */
export function parseTicket(text: string): Ticket | null {
  const [, cell = '', digits] = /^(?:(.{1,100}):)?(\d{1,16})$/.exec(text) ?? [];
  const value = Number(digits);
  return Number.isSafeInteger(value) ? { cell, value } : null;
}

/** @throws ClientError `unreachable` or `bad-answer`; the message says what to change */
export function parseRead(
  { beganAt, endedAt, answer, error }: Exchange,
  target: CheckTarget,
): Omit<RunRead, 'isAtRest'> {
  const shown = describeRequest(target, target.read);
  if (answer === null) {
    const why = sanitize(describeFailure(error), ERROR_COLUMNS_MAX);
    throw clientError('unreachable', `cannot read ${shown}: ${why}; is the service running?`);
  }
  refuseRedirect(answer, target, target.read);
  const { status, text } = answer;
  if (status !== 200) throw clientError('bad-answer', `${shown}: ${describeProblem(status, text)}`);
  const document = parseJson(text);
  if (document === undefined) {
    const begin = text === '' ? 'is empty' : `begins ${JSON.stringify(sanitize(text, 40))}`;
    throw clientError('bad-answer', `${shown} is not JSON: its answer ${begin}; see --count`);
  }
  const count = (path: string): number => {
    const value = readCountAt(document, path);
    if (typeof value === 'number') return value;
    throw clientError('bad-answer', `${shown}: ${value}; see --field and --sum`);
  };
  const subtotal = target.subtotal === undefined ? undefined : readCountAt(document, target.subtotal);
  return {
    beginMs: beganAt,
    endMs: endedAt,
    values: target.fields.map(count),
    sum: target.sum === null ? null : count(target.sum),
    isSnapshot: !/^inexact\b/.test(String(answer.headers.snapshot ?? '')),
    ...(typeof subtotal === 'number' && { subtotal }),
  };
}

/** @throws ClientError `bad-answer` for a redirect that does not acknowledge: nothing follows it */
export function refuseRedirect(answer: ServiceAnswer, target: CheckTarget, request: Endpoint): void {
  const { status, headers } = answer;
  if (status < 300 || status > 399) return;
  if (request === target.add && target.okStatuses.includes(status)) return;
  const to = typeof headers.location === 'string' ? headers.location : 'elsewhere';
  const shown = `${describeRequest(target, request)} redirects (${status}) to`;
  const advice = request.method === 'GET' ? 'give that address' : `give that address, or --ok ${status}`;
  throw clientError('bad-answer', `${shown} ${sanitize(to, 100)}: ${advice}`);
}

/** The error for a service that acknowledges nothing: most likely the options are wrong. */
export function nothingAcknowledged(target: CheckTarget, { error }: Pick<AddOutcome, 'error'>): Error {
  const shown = describeRequest(target, target.add);
  const text = `${shown} acknowledged nothing: ${error}; see --do, --body, --file and --ok`;
  return clientError('bad-answer', text);
}

/** `GET http://127.0.0.1:5000/stats` */
function describeRequest({ origin }: CheckTarget, { method, path }: Endpoint): string {
  return `${method} ${origin}${sanitize(path, 100)}`;
}

/** The member `error` of a problem+json, its `detail`, or at least the name of the status. */
export function describeProblem(status: number, text: string): string {
  const document = parseJson(text);
  const { error, detail } = (document ?? {}) as { error?: unknown; detail?: unknown };
  const reasons = [error, detail, STATUS_CODES[status], 'no reason given'];
  const reason = reasons.find((each) => typeof each === 'string' && each !== '');
  return sanitize(`${status} ${String(reason)}`, ERROR_COLUMNS_MAX);
}

/** ETIMEDOUT and EHOSTUNREACH can also end an open connection: only the system call tells. */
function isNeverSent(error: unknown): boolean {
  const code = readErrorField(error, 'code');
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  if (code.includes('CERT')) return true; // no request leaves before the certificate is trusted
  return ['connect', 'getaddrinfo'].includes(readErrorField(error, 'syscall'));
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: no service listens there',
  ECONNRESET: 'the connection was reset before an answer came',
  EPIPE: 'the connection was closed before an answer came',
  UND_ERR_SOCKET: 'the connection was closed before an answer came',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is too large',
  ENOTFOUND: 'there is no host of that name',
  EPROTO: 'TLS failed: is that an http:// address?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: name it in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: name its CA in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate has no trusted issuer: see NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: is that an http:// address?',
};

/** Why no answer came, in words. */
export function describeFailure(error: unknown): string {
  const code = readErrorField(error, 'code');
  const known = FAILURES[code];
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return message === '' ? code || 'no answer' : message;
}

function readErrorField(error: unknown, name: 'code' | 'syscall'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

/** Undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
