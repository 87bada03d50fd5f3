// From the bytes of a request to a text or a JSON value, bounded on every side: length, encoding,
// nesting. Main thread (or a listening thread). It knows no schema.

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { readJson } from '../scoring/transaction.js';
import { type ProblemCode, ProblemError } from './problems.js';

const JSON_MEDIA_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)"?/i;

/** Refuses, before a byte of the body is read, what could not be used anyway. */
export function checkBodyHeaders({ headers }: IncomingMessage, bytesMax: number): void {
  const type = headers['content-type'];
  if (type !== 'application/json') checkMediaType(type);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupported(`Content-Encoding '${encoding.slice(0, 100)}' is not supported`);
  }
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

function checkMediaType(type: string | undefined): void {
  if (type === undefined || !JSON_MEDIA_TYPE.test(type)) {
    const got = type === undefined ? 'no Content-Type' : `'${type.slice(0, 100)}'`;
    throw unsupported(`Send the body as Content-Type: application/json; got ${got}`);
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw unsupported(`JSON is UTF-8; charset '${charset}' is not supported`);
  }
}

/** The body of one request while it is being read; nothing is read from it after its end. */
export interface BodyReader {
  /** Ends the reading with this fault, unless it has ended; says whether it had not. */
  fail(error: unknown): boolean;
}

/** Calls one of the two, once; neither when the client leaves before the end. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  onBytes: (bytes: Buffer) => void,
  onFault: (error: unknown) => void,
): BodyReader {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let length = 0;
  let isOver = false;
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length > bytesMax) fail(tooLarge(bytesMax));
    else if (first === undefined) first = chunk;
    else if (more === undefined) more = [first, chunk];
    else more.push(chunk);
  };
  const fail = (error: unknown): boolean => {
    if (isOver) return false;
    isOver = true;
    request.off('data', onData);
    onFault(error);
    return true;
  };
  request.on('data', onData);
  request.on('end', () => {
    if (isOver) return;
    isOver = true;
    const bytes = more === undefined ? (first ?? NOTHING) : Buffer.concat(more);
    first = undefined; // who waits for an answer must not hold the body twice
    more = undefined;
    onBytes(bytes);
  });
  return { fail };
}

const NOTHING = Buffer.alloc(0);

/** @throws ProblemError malformed-json when the bytes are no text */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw new ProblemError('malformed-json', 'The body is not valid UTF-8');
}

export const JSON_PROBLEMS = {
  MALFORMED: 'malformed-json',
  TOO_DEEP: 'invalid-body',
} as const satisfies Record<string, ProblemCode>;

/** @throws ProblemError when the bytes are no JSON text, or one that nests too deep */
export function parseJson(bytes: Buffer): unknown {
  const json = readJson(textOf(bytes));
  if (json.ok) return json.value;
  throw new ProblemError(JSON_PROBLEMS[json.code], json.detail);
}

function unsupported(detail: string): ProblemError {
  const headers = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
  return new ProblemError('unsupported-media-type', detail, { headers });
}

function tooLarge(bytesMax: number): ProblemError {
  return new ProblemError('body-too-large', `The body may have at most ${bytesMax} bytes`);
}
