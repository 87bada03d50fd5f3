// The closed loop against small services with one planted fault each; the same run against the
// good service stays silent.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { isClientError } from '../../../src/checker/driver/client-error.js';
import { type Ledger, ledgerOf } from '../../../src/checker/driver/ledger.js';
import {
  POST_DEFAULTS,
  type PostOptions,
  type PostResult,
  postAll,
} from '../../../src/checker/driver/post.js';
import { suite } from '../../support/suite.js';
import { type Fault, type Service, someTransactions, startService } from './service.js';

const test = suite('client: post');

type Given = Partial<PostOptions>;

/** Posts 20 transactions to a service with a fault in every 5th request. */
async function postTo(
  fault: Fault,
  given: Given = {},
): Promise<{ result: PostResult; ledger: Ledger; service: Service }> {
  const service = await startService(fault, 5);
  try {
    const transactions = someTransactions(20);
    const result = await postAll({ ...POST_DEFAULTS, url: service.url, transactions, ...given });
    return { result, ledger: ledgerOf(result.items), service };
  } finally {
    await service.close();
  }
}

/** Acknowledged, refused, unknown, unsent, malformed. */
function counts(ledger: Ledger): number[] {
  const { acknowledged, refused, unknown, unsent, malformed } = ledger;
  return [acknowledged.length, refused, unknown, unsent, malformed];
}

test('every transaction is posted once and its answer kept in its place', async () => {
  const { result, ledger, service } = await postTo('none');
  assert.equal(counts(ledger), [20, 0, 0, 0, 0]);
  assert.is(service.requests(), 20);
  assert.equal(
    result.items.map((item) => item.assessment?.tx_id),
    someTransactions(20).map((transaction) => transaction.value.tx_id),
  );
  assert.equal(
    result.items.map((item) => item.index),
    Array.from({ length: 20 }, (_, index) => index),
  );
  assert.is(result.items[3]?.ticket?.split(':')[0], 'HIGH');
  assert.is(result.partial, false);
  assert.is(result.stopReason, null);
  assert.ok(result.items.every((item) => item.latencyMs > 0 && item.startMs >= 0));
});

const OUTCOMES: readonly [Fault, number[], RegExp][] = [
  ['refuses', [16, 4, 0, 0, 0], /^400 Missing required field 'amount'$/],
  ['sheds', [16, 4, 0, 0, 0], /^503 busy$/],
  ['fails', [16, 0, 4, 0, 0], /^500 Internal error$/],
  ['resets', [16, 0, 4, 0, 0], /^the connection was (reset|closed) before an answer came$/],
  ['breaks-off', [16, 0, 4, 0, 0], /closed|aborted|terminated/],
  ['hangs', [16, 0, 4, 0, 0], /^no answer within 1000 ms$/],
  ['babbles', [16, 0, 4, 0, 4], /^200, but its body is not a JSON object$/],
  ['mixes', [16, 0, 4, 0, 4], /^200, but it answers for "TX-other"$/],
];

for (const [fault, expected, error] of OUTCOMES) {
  test(`a service that ${fault} every fifth request is told apart from a good one`, async () => {
    const { result, ledger, service } = await postTo(fault, {
      timeoutMs: fault === 'hangs' ? 1_000 : 60_000,
    });
    assert.equal(counts(ledger), expected);
    // Nothing was sent a second time: a retry could be counted twice.
    assert.is(service.requests(), 20);
    for (const item of result.items) {
      if (item.outcome === 'ok') assert.is(item.error, null);
      else assert.match(item.error ?? '', error);
    }
  });
}

test('where nobody listens nothing was sent, and the run gives up when told to', async () => {
  const transactions = someTransactions(20);
  const url = 'http://127.0.0.1:1';
  const given = { ...POST_DEFAULTS, url, transactions, concurrency: 1 };
  const all = await postAll(given);
  assert.equal(counts(ledgerOf(all.items)), [0, 0, 0, 20, 0]);
  assert.is(all.partial, false);
  assert.match(all.items[0]?.error ?? '', /^connection refused/);
  const few = await postAll({ ...given, unsentInARowMax: 3 });
  assert.equal(counts(ledgerOf(few.items)), [0, 0, 0, 3, 0]);
  assert.equal([few.partial, few.stopReason], [true, 'no connection']);
});

test('a connection that is accepted and closed at once is unknown, never unsent', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const result = await postAll({ ...POST_DEFAULTS, url, transactions: someTransactions(3) });
    assert.equal(counts(ledgerOf(result.items)), [0, 0, 3, 0, 0]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('an abort keeps what was done, and what was on its way is unknown', async () => {
  const service = await startService('hangs', 5);
  const controller = new AbortController();
  try {
    const running = postAll({
      ...POST_DEFAULTS,
      url: service.url,
      transactions: someTransactions(20),
      concurrency: 1,
      signal: controller.signal,
    });
    await service.arrived(5);
    controller.abort();
    const result = await running;
    assert.equal(counts(ledgerOf(result.items)), [4, 0, 1, 0, 0]);
    assert.equal([result.partial, result.stopReason], [true, 'stopped']);
    assert.is(result.items.at(-1)?.error, 'stopped before an answer came');
    assert.is(result.total, 20);
  } finally {
    await service.close();
  }
});

test('a signal that is aborted beforehand sends nothing', async () => {
  const { result, service } = await postTo('none', { signal: AbortSignal.abort() });
  assert.equal([result.items.length, service.requests(), result.partial], [0, 0, true]);
});

test('there are never more requests at once than callers', async () => {
  const service = await startService('hangs');
  const controller = new AbortController();
  try {
    const transactions = someTransactions(20);
    const given = { url: service.url, transactions, concurrency: 3, signal: controller.signal };
    const running = postAll({ ...POST_DEFAULTS, ...given });
    await service.arrived(3);
    controller.abort();
    const result = await running;
    assert.equal([result.items.length, service.requests()], [3, 3]);
  } finally {
    await service.close();
  }
});

test('progress counts up to the total', async () => {
  const seen: number[] = [];
  await postTo('none', { onProgress: (done, total) => seen.push(done, total) });
  assert.equal(
    seen.filter((_, at) => at % 2 === 0),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  assert.ok(seen.every((value, at) => at % 2 === 0 || value === 20));
});

const REFUSED: readonly [Given, RegExp][] = [
  [{ concurrency: 0 }, /^concurrency must be a whole number from 1 to 1024, not 0$/],
  [{ concurrency: 1.5 }, /^concurrency must be/],
  [{ timeoutMs: Number.NaN }, /^the timeout must be from 1 to 600000 milliseconds, not NaN$/],
  [{ unsentInARowMax: 0 }, /^unsentInARowMax must be 1 or more, not 0$/],
  [{ url: 'ftp://127.0.0.1' }, /^"ftp:\/\/127.0.0.1": ftp:\/\/ is not http:/],
];

test('a bad option is refused in one line before anything is sent', async () => {
  for (const [given, message] of REFUSED) {
    const options = { ...POST_DEFAULTS, url: '127.0.0.1:1', transactions: [], ...given };
    const error: unknown = await postAll(options).catch((thrown: unknown) => thrown);
    assert.ok(isClientError(error));
    assert.match((error as Error).message, message);
  }
});

test.run();
