// Reads transactions from a JSON Lines file. A line becomes the body of a request unchanged, so this
// does not check amounts or fields: users also send wrong requests on purpose. It reads the whole
// file (10,000 lines are 1.3 MB), within the bounds below. Main thread.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatNumber, sanitize } from '../../present/text.js';
import { readBounded, readFault } from './files.js';
import { clientError } from './target.js';

/** One line of the file. */
export interface SourceTransaction {
  /** From 1, with blank lines, as editors count. */
  readonly line: number;
  /** The JSON text, which is the body to post. */
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export const FILE_BYTES_MAX = 64 * 1024 * 1024;
export const LINE_BYTES_MAX = 64 * 1024;
const NEWLINE = 10;

/** The file of the package; this module runs as dist/src/checker/driver/transactions.js. */
export const DEFAULT_TRANSACTIONS_PATH = fileURLToPath(
  new URL('../../../../bench/data/transactions.jsonl', import.meta.url),
);

/**
 * The transactions of the file, in its order, without blank lines.
 * @throws ClientError `bad-line` for a line that is not a JSON object, else `bad-file`
 */
export async function readTransactions(
  filePath: string = DEFAULT_TRANSACTIONS_PATH,
): Promise<SourceTransaction[]> {
  const name = path.basename(filePath);
  const bytes = readBytes(filePath);
  const transactions: SourceTransaction[] = [];
  let line = 0;
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline === -1 ? bytes.length : newline;
    line++;
    const transaction = parseLine(bytes.subarray(from, to), line, name);
    if (transaction !== null) transactions.push(transaction);
    from = to + 1;
  }
  if (transactions.length === 0) {
    throw clientError('bad-file', `${name} has no transaction: write one JSON object per line`);
  }
  return transactions;
}

function readBytes(filePath: string): Buffer {
  let bytes: Buffer | undefined;
  try {
    bytes = readBounded(filePath, FILE_BYTES_MAX);
  } catch (error) {
    throw clientError('bad-file', `cannot read ${sanitize(filePath)}: ${readFault(error)}`);
  }
  if (bytes !== undefined) return bytes;
  const size = `${formatNumber(FILE_BYTES_MAX / 1024 / 1024)} MiB`;
  throw clientError('bad-file', `${sanitize(filePath)} is larger than ${size}: split it`);
}

function parseLine(bytes: Buffer, line: number, name: string): SourceTransaction | null {
  const fail = (what: string): never => {
    throw clientError('bad-line', `${name}:${line}: ${what}`, line);
  };
  if (bytes.length > LINE_BYTES_MAX) {
    fail(`longer than ${formatNumber(LINE_BYTES_MAX)} bytes: write one transaction per line`);
  }
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    fail('not UTF-8: save the file as UTF-8');
  }
  if (text === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? sanitize(error.message, 120) : 'unreadable';
    // Most often the file is pretty-printed, and this is the first line of an array or object.
    const advice = /^[[{]$/.test(text) ? '; write each transaction on one line' : '';
    fail(`not JSON: ${why}${advice}`);
  }
  if (Array.isArray(value)) {
    fail('an array, not a transaction: write each of its objects on a separate line');
  }
  if (typeof value !== 'object' || value === null) {
    fail('not a JSON object: write a transaction like {"tx_id":"TX1","amount":12.5}');
  }
  return { line, text, value: value as Record<string, unknown> };
}

/** The `tx_id` of a transaction; null where it is missing or no text. */
export function readTxId(transaction: SourceTransaction): string | null {
  const { tx_id: txId } = transaction.value;
  return typeof txId === 'string' ? txId : null;
}

/** The name of a transaction in messages: `line 17 TX00017`. */
export function describeTransaction(transaction: SourceTransaction): string {
  const txId = readTxId(transaction);
  const line = `line ${transaction.line}`;
  return txId === null ? line : `${line} ${sanitize(txId, 40)}`;
}
