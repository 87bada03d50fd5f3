// Parses the options of a command into a target. Without options the target is this project's own
// service. It reads the file of bodies and sends nothing to the network.

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { sanitize } from '../../present/text.js';
import { random, shuffled } from '../random.js';
import {
  type CheckTarget,
  clientError,
  type Endpoint,
  parseJsonPath,
  parseServerUrl,
  type TicketLocation,
} from './target.js';
import { DEFAULT_TRANSACTIONS_PATH, readTransactions } from './transactions.js';

/** As the user typed them; undefined for an option that is absent. */
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

/** The requests of this project's own service. */
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
export async function parseTarget(url: string, options: TargetOptions): Promise<CheckTarget> {
  const target = parseWithoutBodies(url, options);
  const bodies = await readBodies(options, target.add);
  return bodies.length === 0 ? target : withBodies(target, bodies);
}

/** This project's own service at the URL, with these bodies for its adds. @throws ClientError */
export function createOwnTarget(url: string, timeoutMs: number, bodies: readonly string[] = []): CheckTarget {
  return withBodies(parseWithoutBodies(url, { timeoutMs, seed: 0 }), bodies);
}

function withBodies(target: CheckTarget, bodies: readonly string[]): CheckTarget {
  return { ...target, bodies, headers: { 'content-type': 'application/json', ...target.headers } };
}

function parseWithoutBodies(url: string, options: TargetOptions): CheckTarget {
  const base = new URL(parseServerUrl(url));
  const add = parseEndpoint('--do', options.do ?? OWN.do, base);
  const read = parseEndpoint('--count', options.count ?? OWN.count, base);
  if (read.method !== 'GET') throw badOption(`--count ${read.method} …: a count is read with GET`);
  const fields = parseFields(options);
  const given = parseHeaders(options.header ?? []);
  return {
    origin: base.origin,
    add,
    read,
    headers: { accept: 'application/json', ...given },
    givenHeaders: Object.keys(given),
    bodies: [],
    okStatuses: parseStatuses('--ok', options.ok ?? '200', OK_STATUS),
    uncountedStatuses: parseUncounted(options),
    fields,
    sum: parseSum(options, fields),
    ticket: parseTicketLocation(options),
    timeoutMs: options.timeoutMs,
  };
}

function badOption(text: string): Error {
  return clientError('bad-option', text);
}

function quote(text: string): string {
  return JSON.stringify(sanitize(text, 60));
}

function parseEndpoint(option: string, text: string, base: URL): Endpoint {
  const [, method = '', path = ''] = /^\s*([A-Za-z]+)\s+(\/\S*)\s*$/.exec(text) ?? [];
  const known = METHODS.find((each) => each === method.toUpperCase());
  if (known === undefined) {
    const example = option === '--do' ? OWN.do : OWN.count;
    throw badOption(`${option} ${quote(text)}: write a method and a path, like '${example}'`);
  }
  const full = `${base.pathname.replace(/\/$/, '')}${path}`;
  if (!URL.canParse(full, base.origin)) {
    throw badOption(`${option} ${quote(text)}: that is no path`);
  }
  const { pathname, search } = new URL(full, base.origin);
  return { method: known, path: pathname + search };
}

function parseFields(options: TargetOptions): readonly string[] {
  if (options.field === undefined) {
    if (options.count === undefined) return OWN.fields;
    const example = 'where the number is in its answer, like --field total';
    throw badOption(`--count needs --field: ${example}`);
  }
  const fields = options.field.split(',').map((field) => field.trim());
  if (fields.length > FIELDS_MAX) throw badOption(`--field: at most ${FIELDS_MAX} fields`);
  for (const field of fields) parseJsonPath(field);
  const twice = fields.find((field, at) => fields.indexOf(field) < at);
  if (twice !== undefined) throw badOption(`--field: ${quote(twice)} is named twice`);
  return fields;
}

function parseSum({ field, count, sum }: TargetOptions, fields: readonly string[]): string | null {
  if (sum === undefined) return field === undefined && count === undefined ? OWN.sum : null;
  if (fields.length < 2) throw badOption('--sum needs the fields that it adds up: --field a,b,c');
  parseJsonPath(sum);
  return sum;
}

function parseTicketLocation(options: TargetOptions): TicketLocation | null {
  const { ticketHeader: header, ticketField: field } = options;
  if (header !== undefined && field !== undefined) {
    throw badOption('--ticket-header and --ticket-field: a ticket is in one place, so give one');
  }
  if (field !== undefined) {
    parseJsonPath(field);
    return { field };
  }
  if (header === undefined) {
    return isOwn(options) ? { header: OWN.ticketHeader, isRequired: false } : null;
  }
  checkHeader('--ticket-header', header, '');
  return { header, isRequired: true };
}

/** Our own service, or one with the same request. */
function isOwn(options: TargetOptions): boolean {
  return options.do === undefined || options.do.trim().replace(/\s+/, ' ') === OWN.do;
}

interface StatusRange {
  readonly pattern: RegExp;
  readonly description: string;
}

/** A redirect can acknowledge: after a POST it often does. */
const OK_STATUS: StatusRange = {
  pattern: /^[23]\d\d$/,
  description: '200 to 399, like 200 or 200,201',
};
const UNCOUNTED_STATUS: StatusRange = { pattern: /^5\d\d$/, description: '500 to 599, like 503' };

function parseStatuses(option: string, text: string, range: StatusRange): readonly number[] {
  const statuses = text.split(',').map((status) => status.trim());
  const wrong = statuses.find((status) => !range.pattern.test(status));
  if (wrong === undefined) return statuses.map(Number);
  throw badOption(`${option} ${quote(wrong)}: write statuses from ${range.description}`);
}

/** Our own service sends 503 before it scores. Only its owner knows what a foreign 503 means. */
function parseUncounted(options: TargetOptions): readonly number[] {
  const { notCounted } = options;
  if (notCounted !== undefined) return parseStatuses('--not-counted', notCounted, UNCOUNTED_STATUS);
  return options.do === undefined ? [503] : [];
}

/** These fields frame a request: the client must set them itself. */
const FRAMING = ['content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];

function parseHeaders(given: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const text of given) {
    const [, name = '', value = ''] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === '') throw badOption('--header: write it like --header "Authorization: Bearer ..."');
    checkHeader('--header', name, value);
    if (FRAMING.includes(name.toLowerCase())) {
      throw badOption(`--header ${quote(name)}: the client frames the request; leave it out`);
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
    throw badOption(`${option} ${quote(name)}: that is no header field`); // its value may be secret
  }
}

async function readBodies(options: TargetOptions, add: Endpoint): Promise<readonly string[]> {
  const { body, file } = options;
  if (body !== undefined && file !== undefined) {
    throw badOption('--body and --file: give one body, or a file with one on each line');
  }
  const has = body ?? file;
  if (has !== undefined && add.method === 'GET') {
    throw badOption(`--${body === undefined ? 'file' : 'body'}: a GET has no body; see --do`);
  }
  if (body !== undefined) return body === '' ? [] : [body];
  if (file === undefined && !isOwn(options)) return [];
  const transactions = await readTransactions(file ?? DEFAULT_TRANSACTIONS_PATH);
  return shuffled(transactions, random(options.seed)).map(({ text }) => text);
}
