// The bounds of a body, on both sides of each: 64 KiB, 4 MiB, 10,000 items. A client that sends far
// too much must still be able to read why it was refused, on the same connection, without a reset.

import { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import { chunk, dial, exchange, head, LAST_CHUNK, post, statuses } from '../support/http-raw.js';
import {
  expectCounted,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';

const TRANSACTION_BYTES = 64 * 1024;
const BATCH_BYTES = 4 * 1024 * 1024;
const ITEMS_MAX = 10_000;

/** Valid JSON of exactly so many bytes. */
function padded(bytes: number, open: string, close: string): string {
  return open + ' '.repeat(bytes - open.length - close.length) + close;
}

const makeTransaction = (bytes: number) => padded(bytes, '{"amount":1', '}');
const makeBatch = (bytes: number) => padded(bytes, '[{"amount":1}', ']');

const readDetail = (bytes: number) => `The body may have at most ${bytes} bytes`;
const TOO_LARGE = { status: 413, code: 'body-too-large' } as const;

/** Without a Content-Length. */
function chunked(body: string): Readable {
  return Readable.from([body.slice(0, 10), body.slice(10)]);
}

function promiseBounds(test: Test, service: TestService): void {
  test.counted('64 KiB are welcome and one byte more is refused', { LOW: 2, rejected: 2 }, async () => {
    for (const shape of [String, chunked]) {
      const fits = await service.postText('/score', shape(makeTransaction(TRANSACTION_BYTES)));
      assert.is(fits.status, 200, fits.body);
      const over = await service.postText('/score', shape(makeTransaction(TRANSACTION_BYTES + 1)));
      expectProblem(over, { ...TOO_LARGE, detail: readDetail(TRANSACTION_BYTES) });
      const echoed = await service.postText('/echo', shape(makeTransaction(TRANSACTION_BYTES)));
      assert.is(echoed.status, 200);
      const echo = await service.postText('/echo', shape(makeTransaction(TRANSACTION_BYTES + 1)));
      expectProblem(echo, { ...TOO_LARGE, detail: readDetail(TRANSACTION_BYTES) });
    }
  });

  test.counted('the bytes are counted, not the characters', { rejected: 1 }, async () => {
    const body = JSON.stringify({ amount: 1, x: 'ż'.repeat(TRANSACTION_BYTES / 2) });
    assert.ok(body.length < TRANSACTION_BYTES);
    expectProblem(await service.postText('/score', body), TOO_LARGE);
  });

  test.counted('4 MiB of batch are welcome, one byte more is not', { LOW: 2, rejected: 2 }, async () => {
    for (const shape of [String, chunked]) {
      const fits = await service.postText('/score/batch', shape(makeBatch(BATCH_BYTES)));
      assert.is(fits.status, 200, fits.body);
      const over = await service.postText('/score/batch', shape(makeBatch(BATCH_BYTES + 1)));
      expectProblem(over, { ...TOO_LARGE, detail: readDetail(BATCH_BYTES) });
    }
  });

  test.counted('10,000 items are welcome, one more is refused', { LOW: ITEMS_MAX, rejected: 1 }, async () => {
    const items = Array.from({ length: ITEMS_MAX }, (_, index) => ({ amount: 1, tx_id: `${index}` }));
    const fits = await service.post('/score/batch', items);
    assert.is(fits.status, 200);
    const answers = JSON.parse(fits.body) as { tx_id: string; ticket: string }[];
    assert.equal(
      answers.map((answer) => answer.tx_id),
      items.map((item) => item.tx_id),
    );
    assert.is(new Set(answers.map((answer) => answer.ticket)).size, ITEMS_MAX);
    const over = await service.post('/score/batch', [...items, { amount: 1 }]);
    const detail = /10000 .*10001/;
    expectProblem(over, { status: 413, code: 'batch-too-large', detail });
  });
}

const TEN_MB = ' '.repeat(10_000_000);

function promiseReadable(test: Test, service: TestService): void {
  const floods = {
    'with a length': post('/score', TEN_MB),
    'in chunks':
      head('POST /score', 'Content-Type: application/json', 'Transfer-Encoding: chunked') +
      chunk(TEN_MB.slice(0, 5_000_000)).repeat(2) +
      LAST_CHUNK,
    'to a path that reads no body': post('/stats', TEN_MB),
    'of another media type': post('/score', TEN_MB).replace('application/json', 'text/plain'),
  };
  const statuses = [413, 413, 405, 415];

  for (const [index, [how, bytes]] of Object.entries(floods).entries()) {
    test(`a client that sends 10 MB ${how} can read why it was refused`, async () => {
      const status = statuses[index] ?? 0;
      await expectCounted(service, { rejected: status === 405 || status === 415 ? 0 : 1 }, async () => {
        const [answer, ...more] = await exchange(service.url, bytes);
        assert.is(answer?.status, status);
        assert.is(answer?.headers.get('connection'), 'close');
        assert.equal(more, []);
      });
    });
  }
}

function promiseFaults(test: Test, service: TestService): void {
  const noRequests = {
    'of header fields': [head('GET /', `X: ${'x'.repeat(10_000_000)}`), 431],
    'that are no HTTP': [TEN_MB, 400],
    'with a length and in chunks': [post('/score', TEN_MB, 'Transfer-Encoding: chunked'), 400],
  } as const;
  for (const [what, [bytes, status]] of Object.entries(noRequests)) {
    test.counted(`a client that sends 10 MB ${what} can read why it was refused`, {}, async () => {
      const answers = await exchange(service.url, bytes);
      assert.equal(statuses(answers), [status]);
    });
  }
}

function promiseRest(test: Test, service: TestService): void {
  test.counted('a client that sends without end gets its answer first', { rejected: 1 }, async () => {
    await dial(service.url, async (raw) => {
      const sent = raw.send(post('/score', ' '.repeat(40_000_000)));
      const [answer] = await raw.answers(1);
      assert.is(answer?.status, 413);
      await sent;
    });
  });

  test.counted('a length that no number holds is refused as too large', { rejected: 1 }, async () => {
    const length = 'Content-Length: 18446744073709551615';
    const bytes = head('POST /score', 'Content-Type: application/json', length);
    assert.equal(statuses(await exchange(service.url, bytes, 1)), [413]);
  });

  test.counted('a small unwanted body is read, the connection goes on', {}, async () => {
    const small = ' '.repeat(60_000);
    const wrongType = post('/score', small).replace('application/json', 'text/plain');
    const bytes = post('/nothing', small) + wrongType + post('/hello', small) + head('GET /health');
    assert.equal(statuses(await exchange(service.url, bytes, 4)), [404, 415, 405, 200]);
  });
}

overTopologies('limits', [promiseBounds, promiseReadable, promiseFaults, promiseRest]);
