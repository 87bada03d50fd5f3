// Turns the bytes of a request into a text or a JSON value, with bounds on length, encoding and nesting. Main
// thread or listening thread. It knows no schema.

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { readJson } from '../scoring/transaction.js';
import { type ProblemCode, ProblemError } from './problems.js';

const JSON_MEDIA_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)"?/i;

/** Refuses an unusable body before reading a byte of it. */
export function checkBodyHeaders({ headers }: IncomingMessage, bytesMax: number): void {
  const type = headers['content-type'];
  if (type !== 'application/json') checkMediaType(type);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw createUnsupported(`Content-Encoding '${encoding.slice(0, 100)}' is not supported`);
  }
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw createTooLarge(bytesMax);
}

function checkMediaType(type: string | undefined): void {
  if (type === undefined || !JSON_MEDIA_TYPE.test(type)) {
    const got = type === undefined ? 'no Content-Type' : `'${type.slice(0, 100)}'`;
    throw createUnsupported(`Send the body as Content-Type: application/json; got ${got}`);
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw createUnsupported(`JSON is UTF-8; charset '${charset}' is not supported`);
  }
}

/** The reader calls one of the two, once; neither when the client disconnects before the end. */
export interface BodyReceiver {
  receiveBody(bytes: Buffer): void;
  refuse(error: unknown): void;
}

export class BodyReader {
  readonly #request: IncomingMessage;
  readonly #bytesMax: number;
  readonly #receiver: BodyReceiver;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;
  #length = 0;
  #isOver = false;

  constructor(request: IncomingMessage, bytesMax: number, receiver: BodyReceiver) {
    this.#request = request;
    this.#bytesMax = bytesMax;
    this.#receiver = receiver;
    request.on('data', this.#onData);
    request.on('end', () => this.#end());
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#length += chunk.length;
    if (this.#length > this.#bytesMax) this.fail(createTooLarge(this.#bytesMax));
    else if (this.#first === undefined) this.#first = chunk;
    else if (this.#more === undefined) this.#more = [this.#first, chunk];
    else this.#more.push(chunk);
  };

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const bytes = this.#more === undefined ? this.#first : Buffer.concat(this.#more);
    this.#first = undefined; // a request that waits for its answer must not hold the body twice
    this.#more = undefined;
    this.#receiver.receiveBody(bytes ?? NO_BYTES);
  }

  /** Refuses the request and returns true; after the end of the body it does nothing and returns false. */
  fail(error: unknown): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#request.off('data', this.#onData);
    this.#receiver.refuse(error);
    return true;
  }
}

const NO_BYTES = Buffer.alloc(0);

/** @throws ProblemError malformed-json when the bytes are no UTF-8 */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw new ProblemError('malformed-json', 'The body is not valid UTF-8');
}

export const JSON_PROBLEMS = {
  MALFORMED: 'malformed-json',
  TOO_DEEP: 'invalid-body',
} as const satisfies Record<string, ProblemCode>;

/** @throws ProblemError when the bytes are no JSON text, or one that nests too deep */
export function parseJson(bytes: Buffer): unknown {
  const json = readJson(decodeText(bytes));
  if (json.ok) return json.value;
  throw new ProblemError(JSON_PROBLEMS[json.code], json.detail);
}

function createUnsupported(detail: string): ProblemError {
  const headers = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
  return new ProblemError('unsupported-media-type', detail, { headers });
}

function createTooLarge(bytesMax: number): ProblemError {
  return new ProblemError('body-too-large', `The body may have at most ${bytesMax} bytes`);
}
