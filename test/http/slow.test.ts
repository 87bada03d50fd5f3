// Clients that are too slow, and clients that say early that they have said all. A slow one gets a
// 408 and loses its connection; nobody waits for ever. A limit is short only where a test waits for
// it; Node looks for slow clients once a second, and nothing below asserts how long anything took.

import * as assert from 'uvu/assert';
import {
  chunk,
  dial,
  exchange,
  head,
  LAST_CHUNK,
  post,
  type RawAnswer,
  statuses,
} from '../support/http-raw.js';
import {
  expectCounted,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';

const GOOD = '{"amount":1}';
const CHUNKED = head('POST /score', 'Content-Type: application/json', 'Transfer-Encoding: chunked');
const TOO_SLOW = { status: 408, code: 'request-timeout' } as const;

/** The last answer of those that come until the connection ends. */
async function takeLast(service: TestService, bytes: string, count: number): Promise<RawAnswer> {
  const answers = await exchange(service.url, bytes);
  assert.is(answers.length, count);
  return answers.at(-1) as RawAnswer;
}

function promiseSlow(test: Test, service: TestService): void {
  /** What it does: the bytes that come, the answers, how many are rejected. */
  const slow = {
    'sends nothing': ['', 1, 0],
    'stops in the head': ['POST /score HTTP/1.1\r\nHo', 1, 0],
    'stops in a body with a length': [post('/score', GOOD).slice(0, -3), 1, 1],
    'stops before the first byte of a body': [post('/score', GOOD).slice(0, -GOOD.length), 1, 1],
    'stops between two chunks': [CHUNKED + chunk(GOOD), 1, 1],
    'stops in the head of a second request': [`${head('GET /health')}GET /`, 2, 0],
    'stops in the body of a second request': [head('GET /health') + CHUNKED, 2, 1],
  } as const;
  const rejected = Object.values(slow).reduce((sum, row) => sum + row[2], 0);
  test.counted('a client that stops anywhere gets 408 and loses its line', { rejected }, async () => {
    const asked = Object.entries(slow).map(async ([what, [bytes, count]]) => {
      const answer = await takeLast(service, bytes, count);
      expectProblem(answer, TOO_SLOW);
      assert.is(answer.headers.get('connection'), 'close', what);
    });
    await Promise.all(asked);
  });

  test.counted('a client that drips byte after byte is cut off all the same', { rejected: 1 }, async () => {
    await dial(service.url, async (raw) => {
      await raw.send(post('/score', ' '.repeat(60_000)).slice(0, -60_000));
      const gone = raw.gone().then(() => true);
      const turn = () => new Promise<false>((resolve) => setImmediate(resolve, false));
      // As many bytes as there is time for; a byte in each turn.
      let sent = 0;
      while (!(await Promise.race([gone, turn()]))) {
        if (sent < 50_000) await raw.send(' ');
        sent += 1;
      }
    });
  });
}

function promiseQuiet(test: Test, service: TestService): void {
  test.counted('a client that is quiet between two requests is cut off without a word', {}, async () => {
    const answer = await takeLast(service, head('GET /health'), 1);
    assert.is(answer.status, 200);
  });
}

function promiseHalfClosed(test: Test, service: TestService): void {
  test('a request cut short by the end of the connection is answered 400', async () => {
    const heads = ['POST /score HTTP/1.1\r\nHo', `${head('GET /health').slice(0, -2)}`];
    const bodies = [post('/score', GOOD).slice(0, -3), CHUNKED + chunk(GOOD)];
    await expectCounted(service, { rejected: bodies.length }, async () => {
      for (const bytes of [...heads, ...bodies]) {
        await dial(service.url, async (raw) => {
          await raw.send(bytes);
          raw.finish();
          const [answer] = await raw.answers(1);
          expectProblem(answer as RawAnswer, { status: 400, code: 'malformed-http' });
          assert.is(answer?.headers.get('connection'), 'close');
        });
      }
    });
  });

  test('a client that ends its side at once may read what is answered at once', async () => {
    await dial(service.url, async (raw) => {
      await raw.send(head('GET /health') + head('GET /hello'));
      raw.finish();
      const answers = await raw.untilClosed();
      assert.equal(statuses(answers), [200, 200]);
    });
  });

  test('a client that ends its side too early has left: counted at most once', async () => {
    const before = await service.stats();
    for (const bytes of [post('/score', GOOD), CHUNKED + chunk(GOOD) + LAST_CHUNK]) {
      await dial(service.url, async (raw) => {
        await raw.send(bytes);
        raw.finish();
        await raw.gone();
      });
    }
    await service.untilMetric('busy_jobs', 0); // what had begun is counted by now
    const counted = (await service.stats()).levels.LOW - before.levels.LOW;
    assert.ok(counted >= 0 && counted <= 2);
    assert.is((await service.stats()).rejected, before.rejected);
  });

  test.counted('a connection that is opened and closed without a byte is nothing', {}, async () => {
    await dial(service.url, async (raw) => {
      raw.finish();
      assert.equal(await raw.untilClosed(), []);
    });
    await dial(service.url, (raw) => raw.reset());
  });
}

overTopologies('slow', promiseSlow, { headersTimeoutMs: 300, requestTimeoutMs: 600 });
overTopologies('quiet', promiseQuiet, { keepAliveTimeoutMs: 300 });
overTopologies('half-closed', promiseHalfClosed);
