// What is scored: the transaction's schema (one source for the type, the validation and the
// OpenAPI description) and the parser from unknown data. Pure; runs on whichever thread reads
// bodies. It does not know what a score is.

import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';

/** The hour assumed when neither `hour` nor `timestamp` is given: noon triggers no rule. */
export const HOUR_DEFAULT = 12;

/** The name of a transaction that brought none. */
export const TX_ID_DEFAULT = 'unknown';

// `YYYY-MM-DD HH:MM[:SS[.fff]]` or ISO 8601 with `T` and an optional zone. The hour is read off
// the text, on the clock that wrote it: a night purchase in Warsaw is one whatever UTC says.
const TIMESTAMP_PATTERN =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[T ]([01]\\d|2[0-3]):[0-5]\\d' +
  '(:([0-5]\\d|60)([.,]\\d{1,9})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?$';
const TIMESTAMP_HOUR_AT = 11;

const FIELDS = {
  amount: Type.Number({
    minimum: 0,
    description: 'How much was paid.',
  }),
  category: Type.Optional(
    Type.String({
      maxLength: 256,
      description: 'What was bought, for instance `electronics`.',
    }),
  ),
  hour: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 23,
      description: `Hour of the day; without it the hour of \`timestamp\`, else ${HOUR_DEFAULT}.`,
    }),
  ),
  timestamp: Type.Optional(
    Type.String({
      pattern: TIMESTAMP_PATTERN,
      description: '`YYYY-MM-DD HH:MM:SS` or ISO 8601; its hour is read on its own clock.',
    }),
  ),
  tx_id: Type.Optional(
    Type.String({
      maxLength: 256,
      description: `Given back in the answer; \`${TX_ID_DEFAULT}\` when absent.`,
    }),
  ),
};

/** Completes the sentence "Field 'amount' must be ..." in the error for that field. */
const MUST_BE: Readonly<Record<keyof typeof FIELDS, string>> = {
  amount: 'a finite number, 0 or more',
  category: 'a string of at most 256 characters',
  hour: 'a whole number from 0 to 23',
  timestamp: "a date and time such as '2026-01-31 23:59:00'",
  tx_id: 'a string of at most 256 characters',
};

/** What a caller may send. Fields of other names are allowed, and the rules ignore them. */
export const TransactionSchema = Type.Object(FIELDS, {
  description: 'One transaction to score. Unknown fields are allowed and ignored by the rules.',
});

/** A transaction as a scorer gets it: `hour` and `tx_id` are always there. */
export type Transaction = Static<typeof TransactionSchema> & { hour: number; tx_id: string };

/** One thing wrong with the data; `pointer` is a JSON pointer (RFC 6901) to the place. */
export interface FieldError {
  readonly pointer: string;
  readonly code: 'missing' | 'invalid';
  readonly detail: string;
}

export type Parsed =
  | { readonly ok: true; readonly transaction: Transaction }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const REQUIRED: ReadonlySet<string> = new Set(TransactionSchema.required);
const validator = Compile(TransactionSchema);

/**
 * Checks data from outside and completes it with the defaults of section 3 of the contract.
 * The returned transaction is the given object itself, completed in place: it was made by the
 * JSON parser for this call, and a copy would cost more than the check.
 */
export function parseTransaction(data: unknown): Parsed {
  if (!validator.Check(data)) return { ok: false, errors: explain(data) };
  const transaction = data as Transaction;
  transaction.hour ??= hourOf(data.timestamp);
  transaction.tx_id ??= TX_ID_DEFAULT;
  return { ok: true, transaction };
}

function hourOf(timestamp: string | undefined): number {
  if (timestamp === undefined) return HOUR_DEFAULT;
  return Number(timestamp.slice(TIMESTAMP_HOUR_AT, TIMESTAMP_HOUR_AT + 2));
}

/** One error a field, in the order of the fields; it runs only for data that was refused. */
function explain(data: unknown): FieldError[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return [{ pointer: '', code: 'invalid', detail: 'A transaction must be a JSON object' }];
  }
  const pointers = new Set(validator.Errors(data).map((error) => error.instancePath));
  return Object.entries(MUST_BE).flatMap(([name, must]): FieldError[] => {
    const pointer = `/${name}`;
    if (pointers.has(pointer)) {
      return [{ pointer, code: 'invalid', detail: `Field '${name}' must be ${must}` }];
    }
    if (!(name in data) && REQUIRED.has(name)) {
      return [{ pointer, code: 'missing', detail: `Missing required field '${name}'` }];
    }
    return [];
  });
}
