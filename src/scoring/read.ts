// From a JSON text to a transaction, or to what is wrong with it. Pure; runs on whichever thread
// scores, and where a text is refused before it is scored.

import { readJson } from './json.js';
import { type FieldError, parseTransaction, type Transaction } from './transaction.js';

export type Read =
  | { readonly ok: true; readonly transaction: Transaction }
  | {
      readonly ok: false;
      readonly code: 'MALFORMED' | 'TOO_DEEP' | 'INVALID';
      readonly detail: string;
      /** Of `INVALID`: each field that is wrong. */
      readonly errors?: readonly FieldError[];
    };

export function readTransaction(text: string): Read {
  const json = readJson(text);
  if (!json.ok) return json;
  const parsed = parseTransaction(json.value);
  if (parsed.ok) return parsed;
  const { errors } = parsed;
  const detail = errors.map((error) => error.detail).join('; ');
  return { ok: false, code: 'INVALID', detail, errors };
}
