// What is checked: a service known only by its URL, the request that adds one, the request that
// reads the counter, and where in the answers the numbers stand. Types only.

import { sanitize } from '../../present/text.js';
import { clientError } from './client-error.js';

/** One kind of request, such as `POST /score`. */
export interface Asked {
  readonly method: string;
  /** From the root of the host, with its query: the path of the URL is before it already. */
  readonly path: string;
}

export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly add: Asked;
  readonly read: Asked;
  /** Header fields of both, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of those that the user gave, whose values may be secret. */
  readonly givenHeaders: readonly string[];
  /** Bodies of the adds, in turn; empty for none. */
  readonly bodies: readonly string[];
  /** Statuses that acknowledge an add. */
  readonly okStatuses: readonly number[];
  /** Statuses from 500 up that say that nothing was counted; those from 400 to 499 always do. */
  readonly uncountedStatuses: readonly number[];
  /** JSON paths in the answer to `read`: the counter, or the parts of a snapshot. */
  readonly fields: readonly string[];
  /** JSON path of their sum; null where the answer has none. */
  readonly sum: string | null;
  /** Where an acknowledgement has its ticket; null for nowhere. */
  readonly ticket: TicketPlace | null;
  /** Of one request, from its begin to the last byte of its answer. */
  readonly timeoutMs: number;
}

/** A header field, which may be missing unless it is required; or a JSON path. */
export type TicketPlace =
  | { readonly header: string; readonly isRequired: boolean }
  | { readonly field: string };

// The address of a service as people type it, made into one the client can use. Pure: it does not
// look whether anybody listens there.

const EXAMPLE = 'write it like http://127.0.0.1:5000';
const SHOWN_COLUMNS_MAX = 60;

/**
 * `127.0.0.1:5000` and `http://127.0.0.1:5000/` both become `http://127.0.0.1:5000`: a scheme, a
 * host, perhaps a port and a path, and no slash at the end. Throws a `bad-url` ClientError.
 */
export function serverUrl(text: string): string {
  const asked = text.trim();
  const shown = JSON.stringify(sanitize(asked, SHOWN_COLUMNS_MAX));
  if (asked === '') throw clientError('bad-url', `the URL is empty: ${EXAMPLE}`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(asked)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw clientError('bad-url', `${shown}: ${scheme}:// is not http:// or https://: ${EXAMPLE}`);
  }
  // Without a scheme, `localhost:5000` would parse as the scheme "localhost".
  const full = scheme === undefined ? `http://${asked}` : asked;
  if (/[\s\\]/.test(full) || !URL.canParse(full)) {
    throw clientError('bad-url', `${shown} is not a URL: ${EXAMPLE}`);
  }
  const url = new URL(full);
  if (url.username !== '' || url.password !== '') {
    // The text is not repeated: it may hold a password.
    throw clientError('bad-url', `a user or password in the URL is not supported: ${EXAMPLE}`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw clientError('bad-url', `${shown}: leave out what follows "?" or "#": ${EXAMPLE}`);
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

// Where in a JSON document a number stands, as people write it: `total`, `levels.LOW`,
// `cells[2].count`, `["a.b"].n`, and `.` for the document itself. Pure.

const STEP = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\.?\["([^"]*)"\]/y;
/** A number that a service writes as text, such as `"17"`, is not taken for one. */
const COUNT = 'a whole number from 0 to 2^53-1';

/** The keys of the path, outermost first. @throws ClientError `bad-option` */
export function parsePath(path: string): readonly string[] {
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

/** The value at these keys; undefined where there is none. */
function valueAt(document: unknown, keys: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The count at the path, or what is wrong with it, in a few words. */
export function countAt(document: unknown, path: string): number | string {
  const value = valueAt(document, parsePath(path));
  if (value === undefined) return `its answer has no '${path}'${offer(document)}`;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const shown = sanitize(JSON.stringify(value) ?? typeof value, SHOWN_COLUMNS_MAX);
  return `its '${path}' is ${shown}, not ${COUNT}`;
}

/** The fields that a user could have meant. */
function offer(document: unknown): string {
  const found: string[] = [];
  collect(document, '', found, 0);
  return found.length === 0 ? '' : `; it has the numbers ${found.join(', ')}`;
}

const OFFERED_MAX = 6;
const DEPTH_MAX = 3;

function collect(value: unknown, path: string, found: string[], depth: number): void {
  if (found.length === OFFERED_MAX) return;
  if (typeof value === 'number') found.push(sanitize(path === '' ? '.' : path, 40));
  if (typeof value !== 'object' || value === null || depth === DEPTH_MAX) return;
  for (const [key, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    collect(member, path + step, found, depth + 1);
  }
}
