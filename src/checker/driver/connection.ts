// The connection of one caller: one request at a time. It times each request on a monotonic clock,
// from before it writes the first byte until it has read the last. It never sends a request twice
// and follows no redirect. Main thread.

import { performance } from 'node:perf_hooks';
import { Client, type Dispatcher } from 'undici';
import { StallTolerantTimeout } from '../../stall-tolerant-timeout.js';
import type { Endpoint } from './target.js';

export interface ServiceAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request and its result. Times are `performance.now()`. */
export interface Exchange {
  readonly beganAt: number;
  readonly endedAt: number;
  /** Null without a complete answer; then `error` says why. */
  readonly answer: ServiceAnswer | null;
  readonly error: unknown;
}

export interface ConnectionOptions {
  readonly origin: string;
  readonly timeoutMs: number;
}

export interface ClientConnection {
  /** Never rejects. On an open connection it writes the request before it returns. */
  send(endpoint: Endpoint, headers: Readonly<Record<string, string>>, body: string): Promise<Exchange>;
  /** Breaks off the request in flight, for this reason; the next request opens a connection. */
  drop(reason: string): void;
  close(): Promise<void>;
}

/** The reason when the caller itself broke a request off. */
export const STOPPED = 'stopped before an answer came';

const ANSWER_BYTES_MAX = 1024 * 1024;

export function openConnection({ origin, timeoutMs }: ConnectionOptions): ClientConnection {
  const client = new Client(origin, {
    pipelining: 1,
    connect: { timeout: timeoutMs },
    // One timer of ours bounds the whole request: the timers of undici count in half seconds.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: ANSWER_BYTES_MAX,
  });
  let drop: ((reason: string) => void) | undefined;

  return {
    send(endpoint, headers, body) {
      return new Promise((resolve) => {
        const beganAt = performance.now();
        const settle = (answer: ServiceAnswer | null, error: unknown): void => {
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
        const { method, path } = endpoint;
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

/** Collects one answer. It settles once: with the answer, with an error, or when dropped. */
function createHandler(settle: (answer: ServiceAnswer | null, error: unknown) => void): {
  readonly handler: Dispatcher.DispatchHandler;
  readonly drop: (reason: string) => void;
} {
  let isSettled = false;
  let dropped: string | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: ServiceAnswer['headers'] = {};
  let chunks: Buffer[] = [];

  function once(answer: ServiceAnswer | null, error: unknown): void {
    if (isSettled) return;
    isSettled = true;
    settle(answer, error);
  }

  return {
    handler: {
      onRequestStart(given) {
        controller = given;
        // It was dropped while it waited for a connection, and must not be sent after that.
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
        once({ status, headers, text: joinText(chunks) }, null);
      },
      onResponseError(_controller, error) {
        // A refusal proves what it says, even when its body breaks off.
        const isRefusal = dropped === undefined && status >= 400;
        once(isRefusal ? { status, headers, text: '' } : null, isRefusal ? null : error);
      },
    },
    drop(reason) {
      dropped = reason;
      controller?.abort(new Error(reason));
      once(null, new Error(reason));
    },
  };
}

/** The interval of a request, in milliseconds since `openedAt`, a `performance.now()`. */
export function intervalSince(openedAt: number, { beganAt, endedAt }: Exchange) {
  return { beginMs: beganAt - openedAt, endMs: endedAt - openedAt };
}

function joinText(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  if (only === undefined) return '';
  return (chunks.length === 1 ? only : Buffer.concat(chunks)).toString();
}
