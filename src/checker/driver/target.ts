// The target of a check: a service known by its URL alone, the request that adds one, the request
// that reads the counter, and the places of the numbers in their answers. Pure.

import { sanitize } from '../../present/text.js';

/** One kind of request, such as `POST /score`. */
export interface Endpoint {
  readonly method: string;
  /** From the root of the host, with its query: the path of the URL is already in front of it. */
  readonly path: string;
}

export interface CheckTarget {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly add: Endpoint;
  readonly read: Endpoint;
  /** Header fields of both, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of the fields that the user gave: their values may be secret. */
  readonly givenHeaders: readonly string[];
  /** Bodies of the adds, in turn; empty for none. */
  readonly bodies: readonly string[];
  /** Statuses that acknowledge an add. */
  readonly okStatuses: readonly number[];
  /** Statuses from 500 up that the service sends only before it counts; all 4xx mean that too. */
  readonly uncountedStatuses: readonly number[];
  /** JSON paths in the answer to `read`: the counter, or the parts of a snapshot. */
  readonly fields: readonly string[];
  /** JSON path of their sum; null where the answer has none. */
  readonly sum: string | null;
  /** JSON path of the sum of the last two fields, which may be missing; undefined for none. */
  readonly subtotal?: string;
  /** Where an acknowledgement has its ticket; null for no tickets. */
  readonly ticket: TicketLocation | null;
  /** For one request, from its begin to the last byte of its answer. */
  readonly timeoutMs: number;
}

/** A header field, which may be missing unless it is required; or a JSON path. */
export type TicketLocation =
  | { readonly header: string; readonly isRequired: boolean }
  | { readonly field: string };

const EXAMPLE = 'write it like http://127.0.0.1:5000';
const SHOWN_COLUMNS_MAX = 60;

/**
 * Normalises the address of a service as people type it: `127.0.0.1:5000` and
 * `http://127.0.0.1:5000/` both become `http://127.0.0.1:5000`. The result has a scheme, a host,
 * perhaps a port and a path, and no slash at its end.
 * @throws ClientError `bad-url`
 */
export function parseServerUrl(text: string): string {
  const typed = text.trim();
  const shown = JSON.stringify(sanitize(typed, SHOWN_COLUMNS_MAX));
  if (typed === '') throw clientError('bad-url', `the URL is empty: ${EXAMPLE}`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw clientError('bad-url', `${shown}: ${scheme}:// is not http:// or https://: ${EXAMPLE}`);
  }
  // Without a scheme, `localhost:5000` would parse as the scheme "localhost".
  const full = scheme === undefined ? `http://${typed}` : typed;
  if (/[\s\\]/.test(full) || !URL.canParse(full)) {
    throw clientError('bad-url', `${shown} is not a URL: ${EXAMPLE}`);
  }
  const url = new URL(full);
  if (url.username !== '' || url.password !== '') {
    // The message does not repeat the text: it may contain a password.
    throw clientError('bad-url', `a user or password in the URL is not supported: ${EXAMPLE}`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw clientError('bad-url', `${shown}: remove what follows "?" or "#": ${EXAMPLE}`);
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

const STEP = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\.?\["([^"]*)"\]/y;

/**
 * The keys of a JSON path, outermost first: `total`, `levels.LOW`, `cells[2].count`, `["a.b"].n`,
 * and `.` for the document itself.
 * @throws ClientError `bad-option`
 */
export function parseJsonPath(path: string): readonly string[] {
  if (path === '.') return [];
  const keys: string[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const [, name, index, quoted] = STEP.exec(path) ?? [];
    const key = name ?? index ?? quoted;
    if (key === undefined) throw badPath(path);
    keys.push(key);
  }
  if (keys.length === 0 || path.startsWith('.')) throw badPath(path);
  return keys;
}

function badPath(path: string): Error {
  const shown = JSON.stringify(sanitize(path, SHOWN_COLUMNS_MAX));
  const example = 'write it like total, levels.LOW or cells[0].count';
  return clientError('bad-option', `${shown} is not a path in a JSON document: ${example}`);
}

/** A number that a service writes as text, such as `"17"`, is no count. */
const COUNT = 'a whole number from 0 to 2^53-1';

/** The count at the path, or what is wrong there, in a few words. */
export function readCountAt(document: unknown, path: string): number | string {
  let value: unknown = document;
  for (const key of parseJsonPath(path)) {
    const hasKey = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = hasKey ? Reflect.get(value as object, key) : undefined;
  }
  if (value === undefined) return `its answer has no '${path}'${suggestPaths(document)}`;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const shown = sanitize(JSON.stringify(value) ?? typeof value, SHOWN_COLUMNS_MAX);
  return `its '${path}' is ${shown}, not ${COUNT}`;
}

const SUGGESTED_MAX = 6;
const DEPTH_MAX = 3;

/** Names the numbers of the document: the user may have meant one of them. */
function suggestPaths(document: unknown): string {
  const found: string[] = [];
  collectPaths(document, '', found, 0);
  return found.length === 0 ? '' : `; it has the numbers ${found.join(', ')}`;
}

function collectPaths(value: unknown, path: string, found: string[], depth: number): void {
  if (found.length === SUGGESTED_MAX) return;
  if (typeof value === 'number') found.push(sanitize(path === '' ? '.' : path, 40));
  if (typeof value !== 'object' || value === null || depth === DEPTH_MAX) return;
  for (const [key, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    collectPaths(member, path + step, found, depth + 1);
  }
}

// The expected failures of the driver as coded errors: an ordinary Error with a code. Its message is
// one line that says what is wrong and how to correct it. A failed request is no error: the history
// keeps it as an add.

/**
 * - `bad-url`, `bad-option`: the argument itself is wrong;
 * - `bad-file`: a file of transactions that cannot be read; `bad-line`: one wrong line of it;
 * - `unreachable`: no connection, or no answer;
 * - `bad-answer`: an answer of another form than the target says.
 */
export type ClientErrorCode =
  | 'bad-url'
  | 'bad-option'
  | 'bad-file'
  | 'bad-line'
  | 'unreachable'
  | 'bad-answer';

export interface ClientError extends Error {
  readonly name: 'ClientError';
  readonly code: ClientErrorCode;
  /** The line of the file, from 1; null where no line is wrong. */
  readonly line: number | null;
}

export function clientError(code: ClientErrorCode, message: string, line: number | null = null): ClientError {
  return Object.assign(new Error(message), { name: 'ClientError' as const, code, line });
}

export function isClientError(error: unknown): error is ClientError {
  return error instanceof Error && error.name === 'ClientError' && 'code' in error;
}
