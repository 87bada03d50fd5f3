// The address of a service as people type it, made into one the client can use. Pure: it does not
// look whether anybody listens there.

import { clip, printable } from '../../present/text.js';
import { clientError } from './error.js';

const EXAMPLE = 'write it like http://127.0.0.1:5000';
const SHOWN_COLUMNS_MAX = 60;

/**
 * `127.0.0.1:5000` and `http://127.0.0.1:5000/` both become `http://127.0.0.1:5000`: a scheme, a
 * host, perhaps a port and a path, and no slash at the end. Throws a `bad-url` ClientError.
 */
export function serverUrl(text: string): string {
  const asked = text.trim();
  const shown = JSON.stringify(clip(printable(asked), SHOWN_COLUMNS_MAX));
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
