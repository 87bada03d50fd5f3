// One caller's connection to a service: one request at a time, timed on one monotonic clock from
// just before its first byte is written to just after the last of its answer is read. Main thread.
// It sends nothing twice, follows no redirect, and judges nothing.

import { performance } from 'node:perf_hooks';
import { Client, type Dispatcher } from 'undici';
import { StallTolerantTimeout } from '../../stall-tolerant-timeout.js';
import type { Asked } from './target.js';

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request and what became of it. Times are `performance.now()`. */
export interface Exchange {
  readonly beganAt: number;
  readonly endedAt: number;
  /** Null where no complete one came; then `error` says why. */
  readonly answer: Answer | null;
  readonly error: unknown;
}

export interface ConnectionOptions {
  readonly origin: string;
  readonly timeoutMs: number;
}

export interface Connection {
  /** Never rejects. Where a connection is open the request is written before this returns. */
  send(asked: Asked, headers: Readonly<Record<string, string>>, body: string): Promise<Exchange>;
  /** Breaks off what is on its way, for this reason; the next request connects anew. */
  drop(reason: string): void;
  close(): Promise<void>;
}

/** Why a request was broken off by who had begun it. */
export const STOPPED = 'stopped before an answer came';

const ANSWER_BYTES_MAX = 1024 * 1024;

export function openConnection({ origin, timeoutMs }: ConnectionOptions): Connection {
  const client = new Client(origin, {
    pipelining: 1,
    connect: { timeout: timeoutMs },
    // One timer of our own bounds the whole request: those of undici count in half seconds.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: ANSWER_BYTES_MAX,
  });
  let drop: ((reason: string) => void) | undefined;

  return {
    send(asked, headers, body) {
      return new Promise((resolve) => {
        const beganAt = performance.now();
        const settle = (answer: Answer | null, error: unknown): void => {
          const endedAt = performance.now();
          overdue.cancel();
          drop = undefined;
          resolve({ beganAt, endedAt, answer, error });
        };
        const request = createHandler(settle);
        drop = request.drop;
        const overdue = new StallTolerantTimeout(timeoutMs, () =>
          request.drop(`no answer in ${timeoutMs} ms`),
        );
        const { method, path } = asked;
        const options = { method, path, headers, body: body === '' ? null : body };
        client.dispatch(options as Dispatcher.DispatchOptions, request.handler);
      });
    },
    drop: (reason) => drop?.(reason),
    async close() {
      drop?.(STOPPED);
      await client.destroy();
    },
  };
}

/** Gathers one answer, and settles once: with it, with an error, or when it is dropped. */
function createHandler(settle: (answer: Answer | null, error: unknown) => void): {
  readonly handler: Dispatcher.DispatchHandler;
  readonly drop: (reason: string) => void;
} {
  let isSettled = false;
  let dropped: string | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: Answer['headers'] = {};
  let chunks: Buffer[] = [];

  function once(answer: Answer | null, error: unknown): void {
    if (isSettled) return;
    isSettled = true;
    settle(answer, error);
  }

  return {
    handler: {
      onRequestStart(given) {
        controller = given;
        // Dropped while it waited for a connection: it must not be sent after all.
        if (dropped !== undefined) given.abort(new Error(dropped));
      },
      onResponseStart(_controller, statusCode, fields) {
        status = statusCode; // a 1xx comes first and is replaced
        headers = fields;
        chunks = [];
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        once({ status, headers, text: textOf(chunks) }, null);
      },
      onResponseError(_controller, error) {
        once(null, error);
      },
    },
    drop(reason) {
      dropped = reason;
      controller?.abort(new Error(reason));
      once(null, new Error(reason));
    },
  };
}

/** When it was on its way, in milliseconds from `openedAt` on, a `performance.now()`. */
export function intervalSince(openedAt: number, { beganAt, endedAt }: Exchange) {
  return { beginMs: beganAt - openedAt, endMs: endedAt - openedAt };
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  if (only === undefined) return '';
  return (chunks.length === 1 ? only : Buffer.concat(chunks)).toString();
}
