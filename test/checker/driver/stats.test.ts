// Reading GET /stats from services that answer well, wrongly, or not at all.
// What the counters mean is the matter of reconcile.test.ts.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { isClientError } from '../../../src/checker/driver/client-error.js';
import { readStats } from '../../../src/checker/driver/stats.js';
import { suite } from '../../support/suite.js';

const test = suite('client: read stats');

const GOOD = {
  total: 10,
  high: 3,
  levels: { LOW: 5, MEDIUM: 2, HIGH: 2, CRITICAL: 1 },
  rejected: 4,
};

/** What `read` comes to against a service that answers GET /stats so; null: never answers. */
async function against(
  body: string | null,
  status: number,
  read: (url: string) => Promise<unknown>,
): Promise<unknown> {
  const server = createServer((request, response) => {
    if (body === null) return;
    response.writeHead(request.url === '/stats' ? status : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await read(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

const failed = (error: unknown): unknown => error;

test('the counters are read as they are', async () => {
  assert.equal(await against(JSON.stringify(GOOD), 200, readStats), GOOD);
});

test('a service that does not count what it rejected is read too', async () => {
  const { rejected: _, ...rest } = GOOD;
  const stats = await against(JSON.stringify(rest), 200, readStats);
  assert.equal(stats, { ...GOOD, rejected: null });
});

test('counters that contradict each other are evidence, and no error of reading', async () => {
  const torn = { ...GOOD, total: 9 };
  assert.equal(await against(JSON.stringify(torn), 200, readStats), torn);
});

const SPOILT: readonly [string, number, RegExp][] = [
  ['<html>', 200, /\/stats: the answer is not a JSON object: is that a scoring service\?$/],
  [JSON.stringify({ ...GOOD, total: -1 }), 200, /'total' is not a count/],
  [JSON.stringify({ ...GOOD, total: 1.5 }), 200, /'total' is not a count/],
  [JSON.stringify({ ...GOOD, high: '3' }), 200, /'high' is not a count/],
  [JSON.stringify({ ...GOOD, levels: null }), 200, /it has no 'levels'/],
  [JSON.stringify({ ...GOOD, levels: { LOW: 1 } }), 200, /'levels' has no count for MEDIUM/],
  ['{"error":"not here"}', 404, /\/stats: 404 not here$/],
  ['x'.repeat(100_000), 200, /the answer is too large/],
];

test('an answer that is no counters is refused with what is wrong, in one line', async () => {
  for (const [body, status, message] of SPOILT) {
    const error = await against(body, status, (url) => readStats(url).catch(failed));
    assert.ok(isClientError(error), String(error));
    assert.match((error as Error).message, message);
    assert.not.match((error as Error).message, '\n');
  }
});

test('a service that never answers is given up, and one that is away is said to be', async () => {
  const silent = await against(null, 200, (url) => readStats(url, { timeoutMs: 50 }).catch(failed));
  assert.ok(isClientError(silent) && silent.code === 'unreachable');
  assert.match((silent as Error).message, /no answer in \d+ ms; is the service running\?$/);
  const away: unknown = await readStats('127.0.0.1:1').catch(failed);
  assert.ok(isClientError(away) && away.code === 'unreachable');
  assert.match((away as Error).message, /connection refused: nobody listens there; is the/);
});

test.run();
