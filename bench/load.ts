// Closed-loop load on one URL by autocannon, as a driver only: what was answered is counted from
// its `response` events, never from its totals, which over-count what is still in flight.

import autocannon, { type Result } from 'autocannon';

export interface LoadOptions {
  readonly url: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Load {
  /** Answers with status 200. */
  readonly ok: number;
  /** Answers with another status, errors and timeouts. */
  readonly failed: number;
  readonly seconds: number;
}

export async function load(options: LoadOptions): Promise<Load> {
  let ok = 0;
  let other = 0;
  const startedAt = performance.now();
  const result = await new Promise<Result>((resolve, reject) => {
    const { url, body, connections, seconds } = options;
    const headers = { 'content-type': 'application/json' };
    const how = { url, method: 'POST' as const, headers, body, connections, duration: seconds };
    const run = autocannon(how, (error, ended) => (error ? reject(error) : resolve(ended)));
    run.on('response', (_client, statusCode) => {
      if (statusCode === 200) ok++;
      else other++;
    });
  });
  return {
    ok,
    failed: other + result.errors + result.timeouts,
    seconds: (performance.now() - startedAt) / 1000,
  };
}
