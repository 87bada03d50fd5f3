// From the options of a command to the target: what is asked of which service, and where in its
// answers the numbers stand. Without options it is this project's own service. Reads the file of
// bodies; asks nothing of the network.

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { sanitize } from '../../present/text.js';
import { random, shuffled } from '../random.js';
import { clientError } from './client-error.js';
import { type Asked, parsePath, serverUrl, type Target, type TicketPlace } from './target.js';
import { DEFAULT_TRANSACTIONS_PATH, readTransactions } from './transactions.js';

/** As they were typed; undefined for what was not. */
export interface TargetOptions {
  readonly do?: string;
  readonly count?: string;
  readonly field?: string;
  readonly sum?: string;
  readonly ticketHeader?: string;
  readonly ticketField?: string;
  readonly ok?: string;
  readonly notCounted?: string;
  readonly body?: string;
  readonly file?: string;
  readonly header?: readonly string[];
  readonly timeoutMs: number;
  readonly seed: number;
}

/** How this project's own service is asked. */
export const OWN = {
  do: 'POST /score',
  count: 'GET /stats',
  fields: ['levels.LOW', 'levels.MEDIUM', 'levels.HIGH', 'levels.CRITICAL'],
  sum: 'total',
  ticketHeader: 'Ticket',
} as const;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const FIELDS_MAX = 64;

/** @throws ClientError: `bad-url`, `bad-option`, `bad-file` or `bad-line`, in one line */
export async function targetOf(url: string, options: TargetOptions): Promise<Target> {
  const base = new URL(serverUrl(url));
  const add = askedOf('--do', options.do ?? OWN.do, base);
  const read = askedOf('--count', options.count ?? OWN.count, base);
  if (read.method !== 'GET') throw bad(`--count ${read.method} …: a count is read with GET`);
  const fields = fieldsOf(options);
  const bodies = await bodiesOf(options, add);
  const given = headersOf(options.header ?? []);
  return {
    origin: base.origin,
    add,
    read,
    headers: { ...implied(bodies.length > 0), ...given },
    givenHeaders: Object.keys(given),
    bodies,
    okStatuses: statusesOf('--ok', options.ok ?? '200', OK_STATUS),
    uncountedStatuses: uncountedOf(options),
    fields,
    sum: sumOf(options, fields),
    ticket: ticketPlaceOf(options),
    timeoutMs: options.timeoutMs,
  };
}

function bad(text: string): Error {
  return clientError('bad-option', text);
}

function shown(text: string): string {
  return JSON.stringify(sanitize(text, 60));
}

function askedOf(option: string, text: string, base: URL): Asked {
  const [, method = '', path = ''] = /^\s*([A-Za-z]+)\s+(\/\S*)\s*$/.exec(text) ?? [];
  const known = METHODS.find((each) => each === method.toUpperCase());
  if (known === undefined) {
    const example = option === '--do' ? OWN.do : OWN.count;
    throw bad(`${option} ${shown(text)}: write a method and a path, like '${example}'`);
  }
  const prefix = base.pathname.replace(/\/$/, '');
  const full = `${prefix}${path}`;
  if (!URL.canParse(full, base.origin)) throw bad(`${option} ${shown(text)}: that is no path`);
  const { pathname, search } = new URL(full, base.origin);
  return { method: known, path: pathname + search };
}

function fieldsOf(options: TargetOptions): readonly string[] {
  if (options.field === undefined) {
    if (options.count === undefined) return OWN.fields;
    throw bad('--count needs --field: where the number stands in its answer, like --field total');
  }
  const fields = options.field.split(',').map((field) => field.trim());
  if (fields.length > FIELDS_MAX) throw bad(`--field: at most ${FIELDS_MAX} fields`);
  for (const field of fields) parsePath(field);
  const twice = fields.find((field, at) => fields.indexOf(field) < at);
  if (twice !== undefined) throw bad(`--field: ${shown(twice)} is named twice`);
  return fields;
}

function sumOf({ field, count, sum }: TargetOptions, fields: readonly string[]): string | null {
  if (sum === undefined) return field === undefined && count === undefined ? OWN.sum : null;
  if (fields.length < 2) throw bad('--sum needs the fields it is the sum of: --field a,b,c');
  parsePath(sum);
  return sum;
}

function ticketPlaceOf(options: TargetOptions): TicketPlace | null {
  const { ticketHeader: header, ticketField: field } = options;
  if (header !== undefined && field !== undefined) {
    throw bad('--ticket-header and --ticket-field: a ticket is in one place, so give one of them');
  }
  if (field !== undefined) {
    parsePath(field);
    return { field };
  }
  if (header === undefined) {
    return isOwn(options) ? { header: OWN.ticketHeader, isRequired: false } : null;
  }
  checkHeader('--ticket-header', header, '');
  return { header, isRequired: true };
}

/** Our own service, or one that is asked in the same way. */
function isOwn(options: TargetOptions): boolean {
  return options.do === undefined || options.do.trim().replace(/\s+/, ' ') === OWN.do;
}

interface Statuses {
  readonly pattern: RegExp;
  readonly from: string;
}

/** A redirect may acknowledge: after a POST it often does. */
const OK_STATUS: Statuses = { pattern: /^[23]\d\d$/, from: '200 to 399, like 200 or 200,201' };
const UNCOUNTED_STATUS: Statuses = { pattern: /^5\d\d$/, from: '500 to 599, like 503' };

function statusesOf(option: string, text: string, { pattern, from }: Statuses): readonly number[] {
  const statuses = text.split(',').map((status) => status.trim());
  const wrong = statuses.find((status) => !pattern.test(status));
  if (wrong === undefined) return statuses.map(Number);
  throw bad(`${option} ${shown(wrong)}: write statuses from ${from}`);
}

/** Our own service says 503 before it scores; what a foreign one means by it its owner knows. */
function uncountedOf(options: TargetOptions): readonly number[] {
  const { notCounted } = options;
  if (notCounted !== undefined) return statusesOf('--not-counted', notCounted, UNCOUNTED_STATUS);
  return options.do === undefined ? [503] : [];
}

function implied(hasBody: boolean): Readonly<Record<string, string>> {
  const accept = 'application/json';
  return hasBody ? { accept, 'content-type': 'application/json' } : { accept };
}

/** These say how a request is sent, which is not the user's to say. */
const FRAMING = ['content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];

function headersOf(given: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const text of given) {
    const [, name = '', value = ''] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === '') throw bad('--header: write it like --header "Authorization: Bearer ..."');
    checkHeader('--header', name, value);
    if (FRAMING.includes(name.toLowerCase())) {
      throw bad(`--header ${shown(name)}: how a request is sent cannot be set; leave it out`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function checkHeader(option: string, name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw bad(`${option} ${shown(name)}: that cannot be a header field`); // a value may be secret
  }
}

async function bodiesOf(options: TargetOptions, add: Asked): Promise<readonly string[]> {
  const { body, file } = options;
  if (body !== undefined && file !== undefined) {
    throw bad('--body and --file: give one body, or a file with one on each line');
  }
  const has = body ?? file;
  if (has !== undefined && add.method === 'GET') {
    throw bad(`--${body === undefined ? 'file' : 'body'}: a GET has no body; see --do`);
  }
  if (body !== undefined) return body === '' ? [] : [body];
  if (file === undefined && !isOwn(options)) return [];
  const transactions = await readTransactions(file ?? DEFAULT_TRANSACTIONS_PATH);
  return shuffled(transactions, random(options.seed)).map(({ text }) => text);
}
