// Reads the transaction of an advice from a file: one JSON object that the service would score. The
// load sends it unchanged. Any other content is an error in one line.

import { readBounded, readFault } from '../../src/checker/driver/files.js';
import { sanitize } from '../../src/present/text.js';
import { readTransaction } from '../../src/scoring/transaction.js';

/** The service rejects a longer body. */
const BODY_BYTES_MAX = 64 * 1024;

/** @throws Error in one line that says what to mend */
export function readBody(file: string): string {
  const text = decodeUtf8(readBytes(file), file).trim();
  const fault = findFault(text);
  if (fault !== undefined) throw new Error(`${file}: ${fault}`);
  return text;
}

function readBytes(file: string): Buffer {
  let bytes: Buffer | undefined;
  try {
    bytes = readBounded(file, BODY_BYTES_MAX);
  } catch (error) {
    throw new Error(`${file}: ${readFault(error)}`);
  }
  if (bytes !== undefined) return bytes;
  throw new Error(`${file}: more than ${BODY_BYTES_MAX} bytes, which the service refuses`);
}

function decodeUtf8(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${file}: not UTF-8: save the file as UTF-8`);
  }
}

/** Why a text is not a transaction; undefined when it is one. */
export function findFault(text: string): string | undefined {
  if (text.startsWith('[')) return 'an array: give one transaction, a JSON object';
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1 && lines.every(isJson)) {
    return `${lines.length} JSON texts: give one transaction, a JSON object`;
  }
  const read = readTransaction(text);
  if (read.ok) return undefined;
  if (read.code !== 'INVALID') return sanitize(read.detail, 200);
  return read.errors
    .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
    .join('; ');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
