// The parser from a JSON text, or from a JSON value, to a transaction. Pure. Runs on the thread
// that scores and loads nothing: the schema library took 205 ms of each thread's start. The schema
// of the same fields is in schemas.ts; a property test keeps the two equal.

/** The hour when a transaction has neither `hour` nor `timestamp`: noon triggers no rule. */
export const HOUR_DEFAULT = 12;

/** The `tx_id` of a transaction that has none. */
export const TX_ID_DEFAULT = 'unknown';

/** The maximum length of `category` and `tx_id`, in code points. */
export const TEXT_CHARS_MAX = 256;

/** The service refuses deeper JSON: cloning or printing it would overflow a stack. */
export const NESTING_MAX = 64;

// `YYYY-MM-DD HH:MM[:SS[.fff]]` or ISO 8601 with `T` and an optional zone. The parser reads the hour from the
// text, on the clock that wrote it: a night purchase in Warsaw is at night whatever the time in UTC.
export const TIMESTAMP_PATTERN =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[T ]([01]\\d|2[0-3]):[0-5]\\d' +
  '(:([0-5]\\d|60)([.,]\\d{1,9})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?$';
const TIMESTAMP = new RegExp(TIMESTAMP_PATTERN, 'u');
const TIMESTAMP_HOUR_AT = 11;

/** A transaction as a scorer receives it: `hour` and `tx_id` are always present. */
export interface Transaction {
  amount: number;
  category?: string;
  hour: number;
  timestamp?: string;
  tx_id: string;
}

/** One invalid field. `pointer` is a JSON pointer (RFC 6901) to it. */
export interface FieldError {
  readonly pointer: string;
  readonly code: 'missing' | 'invalid';
  readonly detail: string;
}

/** A text that is no JSON, or JSON that nests too deep. */
export interface JsonFault {
  readonly ok: false;
  readonly code: 'MALFORMED' | 'TOO_DEEP';
  readonly detail: string;
}

/** JSON that is no transaction, with an error for each invalid field. */
export interface TransactionFault {
  readonly ok: false;
  readonly code: 'INVALID';
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

interface TransactionSuccess {
  readonly ok: true;
  readonly transaction: Transaction;
}

export function readTransaction(text: string): TransactionSuccess | TransactionFault | JsonFault {
  const json = readJson(text);
  return json.ok ? parseTransaction(json.value) : json;
}

/** Parses a JSON text. Of duplicate keys the last one counts, as in `JSON.parse`. */
export function readJson(text: string): { readonly ok: true; readonly value: unknown } | JsonFault {
  if (text === '') return malformed('The body is empty; send a JSON text');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return malformed(`The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!nestsDeeperThan(value, NESTING_MAX)) return { ok: true, value };
  const detail = `The body is nested deeper than ${NESTING_MAX} levels; make it flatter`;
  return { ok: false, code: 'TOO_DEEP', detail };
}

/**
 * Checks a JSON value and adds the defaults. The returned transaction is the given object itself, completed
 * in place: the JSON parser made it for this call, and a copy would cost more than the check.
 */
export function parseTransaction(data: unknown): TransactionSuccess | TransactionFault {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const detail = 'A transaction must be a JSON object';
    const errors = [{ pointer: '', code: 'invalid', detail }] as const;
    return { ok: false, code: 'INVALID', detail, errors };
  }
  const given = data as { -readonly [name in keyof Transaction]?: unknown };
  const fits =
    isAmount(given.amount) &&
    (given.category === undefined || isText(given.category)) &&
    (given.hour === undefined || isHour(given.hour)) &&
    (given.timestamp === undefined || isTimestamp(given.timestamp)) &&
    (given.tx_id === undefined || isText(given.tx_id));
  if (!fits) {
    const errors = FIELDS.flatMap((field) => checkField(field, given[field.name]));
    const detail = errors.map((error) => error.detail).join('; ');
    return { ok: false, code: 'INVALID', detail, errors };
  }
  const transaction = data as Transaction;
  transaction.hour ??= readHour(transaction.timestamp);
  transaction.tx_id ??= TX_ID_DEFAULT;
  return { ok: true, transaction };
}

interface Field {
  readonly name: keyof Transaction;
  readonly required?: true;
  /** Completes the sentence "Field 'amount' must be ..." in the error for that field. */
  readonly mustBe: string;
  readonly fits: (value: unknown) => boolean;
}

const A_TEXT = `a string of at most ${TEXT_CHARS_MAX} characters`;

const FIELDS: readonly Field[] = [
  { name: 'amount', required: true, mustBe: 'a finite number, 0 or more', fits: isAmount },
  { name: 'category', mustBe: A_TEXT, fits: isText },
  { name: 'hour', mustBe: 'a whole number from 0 to 23', fits: isHour },
  { name: 'timestamp', mustBe: "a date and time such as '2026-01-31 23:59:00'", fits: isTimestamp },
  { name: 'tx_id', mustBe: A_TEXT, fits: isText },
];

function checkField({ name, required, mustBe, fits }: Field, value: unknown): FieldError[] {
  const pointer = `/${name}`;
  if (value === undefined) {
    if (required !== true) return [];
    return [{ pointer, code: 'missing', detail: `Missing required field '${name}'` }];
  }
  if (fits(value)) return [];
  const advice = value === null && required !== true ? ', or leave it out' : '';
  return [{ pointer, code: 'invalid', detail: `Field '${name}' must be ${mustBe}${advice}` }];
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

function readHour(timestamp: string | undefined): number {
  if (timestamp === undefined) return HOUR_DEFAULT;
  return Number(timestamp.slice(TIMESTAMP_HOUR_AT, TIMESTAMP_HOUR_AT + 2));
}

function malformed(detail: string): JsonFault {
  return { ok: false, code: 'MALFORMED', detail };
}

function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => nestsDeeperThan(inner, levels - 1));
  for (const key in value) {
    if (nestsDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}
