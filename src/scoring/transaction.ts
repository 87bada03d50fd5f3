// What is scored, and the parser from unknown data to it. Pure; runs on whichever
// thread scores, so it loads nothing: the schema library took 205 ms of each thread's start. The
// schema of the same fields is in transaction-schema.ts, and a test holds the two together.

/** The hour assumed when neither `hour` nor `timestamp` is given: noon triggers no rule. */
export const HOUR_DEFAULT = 12;

/** The name of a transaction that brought none. */
export const TX_ID_DEFAULT = 'unknown';

/** Characters (code points) that `category` and `tx_id` may have. */
export const TEXT_CHARS_MAX = 256;

// `YYYY-MM-DD HH:MM[:SS[.fff]]` or ISO 8601 with `T` and an optional zone. The hour is read off
// the text, on the clock that wrote it: a night purchase in Warsaw is one whatever UTC says.
export const TIMESTAMP_PATTERN =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[T ]([01]\\d|2[0-3]):[0-5]\\d' +
  '(:([0-5]\\d|60)([.,]\\d{1,9})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?$';
const TIMESTAMP = new RegExp(TIMESTAMP_PATTERN, 'u');
const TIMESTAMP_HOUR_AT = 11;

/** A transaction as a scorer gets it: `hour` and `tx_id` are always there. */
export interface Transaction {
  amount: number;
  category?: string;
  hour: number;
  timestamp?: string;
  tx_id: string;
}

/** One thing wrong with the data; `pointer` is a JSON pointer (RFC 6901) to the place. */
export interface FieldError {
  readonly pointer: string;
  readonly code: 'missing' | 'invalid';
  readonly detail: string;
}

export type Parsed =
  | { readonly ok: true; readonly transaction: Transaction }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

interface Field {
  readonly name: keyof Transaction;
  readonly required: boolean;
  /** Completes the sentence "Field 'amount' must be ..." in the error for that field. */
  readonly mustBe: string;
  readonly fits: (value: unknown) => boolean;
}

const A_TEXT = `a string of at most ${TEXT_CHARS_MAX} characters`;

const FIELDS: readonly Field[] = [
  { name: 'amount', required: true, mustBe: 'a finite number, 0 or more', fits: isAmount },
  { name: 'category', required: false, mustBe: A_TEXT, fits: isText },
  { name: 'hour', required: false, mustBe: 'a whole number from 0 to 23', fits: isHour },
  {
    name: 'timestamp',
    required: false,
    mustBe: "a date and time such as '2026-01-31 23:59:00'",
    fits: isTimestamp,
  },
  { name: 'tx_id', required: false, mustBe: A_TEXT, fits: isText },
];

/**
 * Checks data from outside and completes it with the defaults of section 3 of the contract.
 * The returned transaction is the given object itself, completed in place: it was made by the
 * JSON parser for this call, and a copy would cost more than the check.
 */
export function parseTransaction(data: unknown): Parsed {
  if (!isObject(data)) {
    const detail = 'A transaction must be a JSON object';
    return { ok: false, errors: [{ pointer: '', code: 'invalid', detail }] };
  }
  const given = data as { -readonly [name in keyof Transaction]?: unknown };
  const fits =
    isAmount(given.amount) &&
    (given.category === undefined || isText(given.category)) &&
    (given.hour === undefined || isHour(given.hour)) &&
    (given.timestamp === undefined || isTimestamp(given.timestamp)) &&
    (given.tx_id === undefined || isText(given.tx_id));
  if (!fits) return { ok: false, errors: FIELDS.flatMap((field) => errorsOf(field, given)) };
  const transaction = data as Transaction;
  transaction.hour ??= hourOf(transaction.timestamp);
  transaction.tx_id ??= TX_ID_DEFAULT;
  return { ok: true, transaction };
}

/** In the order of the fields; it runs only for data that was refused. */
function errorsOf(
  { name, required, mustBe, fits }: Field,
  given: Partial<Record<keyof Transaction, unknown>>,
): FieldError[] {
  const value = given[name];
  const pointer = `/${name}`;
  if (value === undefined) {
    const detail = `Missing required field '${name}'`;
    return required ? [{ pointer, code: 'missing', detail }] : [];
  }
  if (fits(value)) return [];
  return [{ pointer, code: 'invalid', detail: `Field '${name}' must be ${mustBe}` }];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}

function isText(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value.length <= TEXT_CHARS_MAX) return true;
  return value.length <= 2 * TEXT_CHARS_MAX && [...value].length <= TEXT_CHARS_MAX;
}

function isHour(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 23 && Number.isInteger(value);
}

function isTimestamp(value: unknown): boolean {
  return typeof value === 'string' && TIMESTAMP.test(value);
}

function hourOf(timestamp: string | undefined): number {
  if (timestamp === undefined) return HOUR_DEFAULT;
  return Number(timestamp.slice(TIMESTAMP_HOUR_AT, TIMESTAMP_HOUR_AT + 2));
}
