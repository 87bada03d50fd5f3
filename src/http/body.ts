// Turns the bytes of a request into a text or a JSON value, with bounds on length, encoding and nesting, and
// on the bytes of all requests together. Main thread or listening thread. It knows no schema.

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { readJson } from '../scoring/transaction.js';
import { type ProblemCode, ProblemError, RETRY_AFTER } from './problems.js';

const JSON_MEDIA_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)"?/i;

/**
 * The bytes that one listener holds for its clients: bodies that it reads or that wait, and answers that
 * clients have not taken.
 */
export class ByteBudget {
  readonly #bytesMax: number;
  readonly #onChange: (() => void) | undefined;
  #heldBytes = 0;
  #shownBytes = 0;

  /** `onChange` is called when the held bytes have changed by a little, not each time. */
  constructor(bytesMax: number, onChange?: () => void) {
    this.#bytesMax = bytesMax;
    this.#onChange = onChange;
  }

  held(): number {
    return this.#heldBytes;
  }

  hasRoom(bytes: number): boolean {
    return this.#heldBytes + bytes <= this.#bytesMax;
  }

  /** Even without room: an answer that was counted must not be refused. Negative bytes are given back. */
  add(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#onChange === undefined) return;
    const isEmpty = this.#heldBytes === 0 && this.#shownBytes > 0;
    if (!isEmpty && Math.abs(this.#heldBytes - this.#shownBytes) < SHOWN_STEP_BYTES) return;
    this.#shownBytes = this.#heldBytes;
    this.#onChange();
  }
}

const SHOWN_STEP_BYTES = 64 * 1024;

export function createOverBudget(): ProblemError {
  const detail = 'The service holds too many bytes of bodies and answers; nothing was counted';
  return new ProblemError('overloaded', detail, { headers: RETRY_AFTER });
}

/** Refuses an unusable body before reading a byte of it. Returns its length, or 0 when it comes in chunks. */
export function checkBodyHeaders({ headers }: IncomingMessage, bytesMax: number): number {
  const type = headers['content-type'];
  if (type !== 'application/json') checkMediaType(type);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw createUnsupported(`Content-Encoding '${encoding.slice(0, 100)}' is not supported`);
  }
  const bytes = Number(headers['content-length'] ?? 0);
  if (bytes > bytesMax) throw createTooLarge(bytesMax);
  return bytes;
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

/** The reader calls one of the last two, once; neither when the client disconnects before the end. */
export interface BodyReceiver {
  /** Whether the request may hold more bytes until its answer. */
  hold(bytes: number): boolean;
  receiveBody(bytes: Buffer): void;
  refuse(error: unknown): void;
}

export class BodyReader {
  readonly #request: IncomingMessage;
  readonly #bytesMax: number;
  readonly #receiver: BodyReceiver;
  /** The first chunk as it came; with a second one, a buffer that doubles. */
  #bytes: Buffer | undefined;
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
    const length = this.#length + chunk.length;
    if (length > this.#bytesMax) return void this.fail(createTooLarge(this.#bytesMax));
    if (this.#bytes === undefined) {
      if (!this.#receiver.hold(length)) return void this.fail(createOverBudget());
      this.#bytes = chunk;
    } else {
      if (length > this.#bytes.length && !this.#grow(this.#bytes, length)) return;
      chunk.copy(this.#bytes, this.#length);
    }
    this.#length = length;
  };

  /** One buffer: a chunk that is kept as a Buffer takes 400 bytes, also when it has one byte. */
  #grow(bytes: Buffer, length: number): boolean {
    const declared = Number(this.#request.headers['content-length'] ?? this.#bytesMax);
    const capacity = Math.max(length, Math.min(2 * length, declared));
    if (this.#receiver.hold(capacity - bytes.length)) {
      this.#bytes = Buffer.allocUnsafeSlow(capacity);
      bytes.copy(this.#bytes);
      return true;
    }
    this.fail(createOverBudget());
    return false;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const bytes = this.#bytes?.subarray(0, this.#length);
    this.#bytes = undefined; // a request that waits for its answer must not hold the body twice
    this.#receiver.receiveBody(bytes ?? NO_BYTES);
  }

  /** Refuses the request and returns true; after the end of the body it does nothing and returns false. */
  fail(error: unknown): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#bytes = undefined;
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
