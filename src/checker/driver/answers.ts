// What an answer of the service means for the counter: an add acknowledged, refused or not known,
// its ticket; a read and its values; or that something else listens there. Pure.

import { sanitize } from '../../present/text.js';
import type { Add, Read, Ticket } from '../history.js';
import { judgeFailure, problemText } from './answer.js';
import { clientError } from './client-error.js';
import type { Answer, Exchange } from './connection.js';
import { type Asked, countAt, type Target } from './target.js';
import { parseTicket } from './tickets.js';

export type JudgedAdd = Pick<Add, 'outcome' | 'ticket'> & {
  readonly status: number | null;
  readonly error: string | null;
};

/**
 * No answer is `unknown`, unless no connection came about. So is an answer that may come from
 * behind the count: a 500 thrown while answering, a 503 or 504 of a proxy that stopped waiting;
 * unless the target says that such a status is said before anything is counted.
 * @throws ClientError `bad-answer` where the target is not what its options say: a redirect, or no
 * ticket where one was promised
 */
export function judgeAdd({ answer, error }: Exchange, target: Target): JudgedAdd {
  if (answer === null) {
    const failure = judgeFailure(error);
    const outcome = failure.outcome === 'unsent' ? 'failed' : 'unknown';
    return { outcome, ticket: null, status: null, error: failure.error };
  }
  const { status } = answer;
  if (target.okStatuses.includes(status)) {
    return { outcome: 'ok', ticket: ticketOf(answer, target), status, error: null };
  }
  refuseRedirect(answer, target, target.add);
  const isRefused = status >= 400 && status < 500;
  const isKnown = isRefused || target.uncountedStatuses.includes(status);
  const outcome = isKnown ? 'failed' : 'unknown';
  return { outcome, ticket: null, status, error: problemText(status, answer.text) };
}

function ticketOf(answer: Answer, target: Target): Ticket | null {
  const { ticket } = target;
  if (ticket === null) return null;
  const shown = shownRequest(target, target.add);
  if ('field' in ticket) {
    const value = countAt(parseJson(answer.text), ticket.field);
    if (typeof value === 'number' && value > 0) return { cell: '', value };
    const why = value === 0 ? `its '${ticket.field}' is 0: a ticket is what the add made` : value;
    throw clientError('bad-answer', `${shown} gave no ticket: ${why}`);
  }
  const header = answer.headers[ticket.header.toLowerCase()];
  if (header === undefined && !ticket.isRequired) return null;
  const text = typeof header === 'string' ? header : '';
  const bare = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (bare > 0 && Number.isSafeInteger(bare)) return { cell: '', value: bare };
  const parsed = parseTicket(text);
  if (parsed !== null && parsed.value > 0) return parsed;
  const has = header === undefined ? 'no header' : `${JSON.stringify(sanitize(text, 40))} as`;
  const example = 'a ticket is like CRITICAL:17 or 17';
  throw clientError('bad-answer', `${shown} gave ${has} ${ticket.header}: ${example}`);
}

/** @throws ClientError `unreachable` or `bad-answer`, saying what to mend */
export function judgeRead({ beganAt, endedAt, answer, error }: Exchange, target: Target): Read {
  const shown = shownRequest(target, target.read);
  if (answer === null) {
    const why = judgeFailure(error).error;
    throw clientError('unreachable', `cannot read ${shown}: ${why}; is the service running?`);
  }
  refuseRedirect(answer, target, target.read);
  const { status, text } = answer;
  if (status !== 200) throw clientError('bad-answer', `${shown}: ${problemText(status, text)}`);
  const document = parseJson(text);
  if (document === undefined) {
    const begin = text === '' ? 'is empty' : `begins ${JSON.stringify(sanitize(text, 40))}`;
    throw clientError('bad-answer', `${shown} is not JSON: its answer ${begin}; see --count`);
  }
  const count = (path: string): number => {
    const value = countAt(document, path);
    if (typeof value === 'number') return value;
    throw clientError('bad-answer', `${shown}: ${value}; see --field and --sum`);
  };
  return {
    beginMs: beganAt,
    endMs: endedAt,
    values: target.fields.map(count),
    sum: target.sum === null ? null : count(target.sum),
    isSnapshot: !/^inexact\b/.test(String(answer.headers.snapshot ?? '')),
  };
}

/** Of a service that acknowledges nothing: most likely it is asked wrongly. */
export function nothingAcknowledged(target: Target, { error }: JudgedAdd): Error {
  const shown = shownRequest(target, target.add);
  const text = `${shown} acknowledged nothing: ${error}; see --do, --body, --file and --ok`;
  return clientError('bad-answer', text);
}

/** As messages name a request: `GET http://127.0.0.1:5000/stats`. */
function shownRequest({ origin }: Target, { method, path }: Asked): string {
  return `${method} ${origin}${sanitize(path, 100)}`;
}

function refuseRedirect({ status, headers }: Answer, target: Target, asked: Asked): void {
  if (status < 300 || status > 399) return;
  const to = typeof headers.location === 'string' ? headers.location : 'elsewhere';
  const where = sanitize(to, 100);
  const shown = shownRequest(target, asked);
  const advice =
    asked.method === 'GET' ? 'give that address' : `give that address, or --ok ${status}`;
  throw clientError('bad-answer', `${shown} redirects (${status}) to ${where}: ${advice}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
