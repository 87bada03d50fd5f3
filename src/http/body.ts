// From the bytes of a request to a JSON value, bounded on every side: length, encoding, nesting.
// Main thread (or a listening thread). It knows no schema.

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problems.js';

/** JSON nested deeper than this is refused: cloning or printing it would overflow a stack. */
export const NESTING_MAX = 64;

const JSON_MEDIA_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)"?/i;

/** Refuses, before a byte of the body is read, what could not be used anyway. */
export function checkBodyHeaders(request: IncomingMessage, bytesMax: number): void {
  const type = request.headers['content-type'];
  if (type === undefined || !JSON_MEDIA_TYPE.test(type)) {
    const got = type === undefined ? 'no Content-Type' : `'${type.slice(0, 100)}'`;
    throw unsupported(`Send the body as Content-Type: application/json; got ${got}`);
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw unsupported(`JSON is UTF-8; charset '${charset}' is not supported`);
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupported(`Content-Encoding '${encoding.slice(0, 100)}' is not supported`);
  }
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

export interface BodyReader {
  readonly bytes: Promise<Buffer>;
  /** Makes `bytes` reject now; for faults that are seen outside, such as a broken chunk. */
  fail(error: unknown): void;
}

/** What `readBody` rejects with when the client left before the end: there is nobody to answer. */
export const LEFT = Symbol('the client left');

/** Rejects with `LEFT`, with a ProblemError, or with what `fail` was given. */
export function readBody(request: IncomingMessage, bytesMax: number): BodyReader {
  let fail: (error: unknown) => void = () => {};
  const bytes = new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    fail = (error) => {
      request.off('data', onData);
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) fail(tooLarge(bytesMax));
      else chunks.push(chunk);
    };
    request.on('data', onData);
    request.once('end', () => resolve(chunks.length === 1 ? first(chunks) : Buffer.concat(chunks)));
    request.once('error', () => reject(LEFT));
    request.once('close', () => reject(LEFT)); // after 'end' this changes nothing
  });
  return { bytes, fail };
}

function first(chunks: readonly Buffer[]): Buffer {
  return chunks[0] ?? Buffer.alloc(0);
}

/** The value of a JSON text; of duplicate keys the last one counts, as JSON.parse has it. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw malformed('The body is empty; send a JSON text');
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw malformed(`The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (nestsDeeperThan(value, NESTING_MAX)) {
    throw new ProblemError(
      'invalid-body',
      `The body is nested deeper than ${NESTING_MAX} levels; make it flatter`,
    );
  }
  return value;
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

function malformed(detail: string): ProblemError {
  return new ProblemError('malformed-json', detail);
}

function unsupported(detail: string): ProblemError {
  const headers = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
  return new ProblemError('unsupported-media-type', detail, { headers });
}

function tooLarge(bytesMax: number): ProblemError {
  return new ProblemError('body-too-large', `The body may have at most ${bytesMax} bytes`);
}
