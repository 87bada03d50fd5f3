// What connections.ts knows of HTTP on the wire: broken HTTP as problems, an answer that node:http does not
// write, the length of a request. Pure.

import type { IncomingMessage } from 'node:http';
import { type ProblemCode, ProblemError } from './problems.js';
import type { Reply } from './route.js';

/** An answer that node:http does not write. */
export function formatLastAnswer({ status, type, body }: Reply): string {
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The length of a request with this head, as most clients write it. */
export function countBytes({ method, url, rawHeaders, headers }: IncomingMessage): number {
  const fields = rawHeaders.reduce((bytes, text) => bytes + text.length + 2, 2);
  return `${method} ${url} HTTP/1.1\r\n`.length + fields + Number(headers['content-length'] ?? 0);
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

const FAULTS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The header fields have more than 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body-too-large', 'The chunk extensions have more than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time'],
};

/** The problem behind an error of the parser or of its timeouts. */
export function createFault({ code }: NodeJS.ErrnoException): ProblemError {
  const malformed = ['malformed-http', `The request is not valid HTTP (${code})`] as const;
  const [problem, detail] = FAULTS[code ?? ''] ?? malformed;
  // Where the broken request ends is unknown, so the connection ends.
  return new ProblemError(problem, detail, { headers: { Connection: 'close' } });
}

/** A request with more has silently lost some: node:http 20 keeps this number of fields and one more. */
export const HEADER_FIELDS_MAX = 2_000;

export function createTooManyFields(): ProblemError {
  const detail = `A request may have at most ${HEADER_FIELDS_MAX} header fields`;
  return new ProblemError('headers-too-large', detail, { headers: { Connection: 'close' } });
}

export function createUnsupportedCoding(coding: string): ProblemError {
  const detail = `Transfer-Encoding: ${coding.slice(0, 100)} is not supported; only chunked is`;
  return new ProblemError('unsupported-transfer-encoding', detail, { headers: { Connection: 'close' } });
}
