// What an answer to POST /score, or its absence, proves about the counter: the one place that
// decides between counted, not counted and not known. Pure: it touches no socket.

import { STATUS_CODES } from 'node:http';
import { sanitize } from '../../present/text.js';

/** From mild to grave. Stated again here, and not imported: the client shares no code with what
 * it observes. */
export const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Level = (typeof LEVELS)[number];

export interface Assessment {
  readonly score: number;
  readonly risk_level: Level;
  readonly triggered_rules: readonly string[];
  readonly tx_id: string;
}

/**
 * - `ok`: a well-formed 200, which was counted exactly once;
 * - `refused`: answered, and known not to have been counted;
 * - `unknown`: counted once or not at all: nobody can say from outside;
 * - `unsent`: no connection came about, so it was never counted.
 */
export type Outcome = 'ok' | 'refused' | 'unknown' | 'unsent';

/** What one attempt came to. */
export interface Judgement {
  readonly outcome: Outcome;
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** Null unless the outcome is `ok`. */
  readonly assessment: Assessment | null;
  /** The response header `Ticket`; null where there was none. */
  readonly ticket: string | null;
  /** What went wrong, in one line; null when nothing did. */
  readonly error: string | null;
  /** A 2xx that is not an answer to what was sent. Its outcome is `unknown`. */
  readonly malformed: boolean;
}

const ERROR_COLUMNS_MAX = 200;
const RULES_MAX = 100;

/** One complete answer. `sentTxId` is the name that was sent; null where there was none. */
export function judgeAnswer(
  status: number,
  ticket: string | null,
  text: string,
  sentTxId: string | null,
): Judgement {
  const base = { status, ticket, assessment: null, malformed: false };
  if (status === 200) {
    const assessment = parseAssessment(text, sentTxId);
    if (typeof assessment !== 'string') {
      return { ...base, outcome: 'ok', assessment, error: null };
    }
    // Counted exactly once if a scoring service sent it, never if something else did.
    return { ...base, outcome: 'unknown', error: `200, but ${assessment}`, malformed: true };
  }
  const error = problemText(status, text);
  if (status < 300) return { ...base, outcome: 'unknown', error, malformed: true };
  // A 503 is the refusal of a service that sheds load before it scores. Any other 5xx may come from
  // behind the count: a 500 thrown while answering, a 504 from a proxy that stopped waiting.
  const known = status < 500 || status === 503;
  return { ...base, outcome: known ? 'refused' : 'unknown', error };
}

/** An attempt without a complete answer. `unsent` only where no byte can have left. */
export function judgeFailure(error: unknown): Judgement {
  const outcome = neverConnected(error) ? 'unsent' : 'unknown';
  return {
    outcome,
    status: null,
    assessment: null,
    ticket: null,
    error: sanitize(failureText(error), ERROR_COLUMNS_MAX),
    malformed: false,
  };
}

function errorField(error: unknown, name: 'code' | 'syscall'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

/** ETIMEDOUT or EHOSTUNREACH can also end an open connection: only the system call tells. */
function neverConnected(error: unknown): boolean {
  const code = errorField(error, 'code');
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  if (/CERT/.test(code)) return true; // no request leaves before the certificate is trusted
  return ['connect', 'getaddrinfo'].includes(errorField(error, 'syscall'));
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nobody listens there',
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
export function failureText(error: unknown): string {
  const code = errorField(error, 'code');
  const known = FAILURES[code];
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return message === '' ? code || 'no answer' : message;
}

/** The member `error` of a problem+json, its `detail`, or at least what the status means. */
export function problemText(status: number, text: string): string {
  const body = parseObject(text);
  const words = [body?.error, body?.detail, STATUS_CODES[status], 'no reason given'];
  const word = words.find((each) => typeof each === 'string' && each !== '');
  return sanitize(`${status} ${String(word)}`, ERROR_COLUMNS_MAX);
}

/** The JSON object in the text; null where it is anything else. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The assessment, or what is wrong with it. */
function parseAssessment(text: string, sentTxId: string | null): Assessment | string {
  const body = parseObject(text);
  if (body === null) return 'its body is not a JSON object';
  const { score, risk_level: level, triggered_rules: rules, tx_id: txId } = body;
  if (typeof score !== 'number') return "its 'score' is not a number";
  const known = LEVELS.find((each) => each === level);
  if (known === undefined) return `its 'risk_level' is none of ${LEVELS.join(', ')}`;
  if (!isRules(rules)) return `its 'triggered_rules' is not an array of at most ${RULES_MAX} texts`;
  if (typeof txId !== 'string') return "its 'tx_id' is not a text";
  // Two callers, one variable: an answer that went to the wrong one.
  if (sentTxId !== null && txId !== sentTxId) {
    return `it answers for ${JSON.stringify(sanitize(txId, 40))}`;
  }
  return { score, risk_level: known, triggered_rules: rules, tx_id: txId };
}

function isRules(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > RULES_MAX) return false;
  return value.every((rule) => typeof rule === 'string');
}
