// Requests behind each other on one connection: what node:http itself would answer or discard out of order
// stays in order, and nothing that is counted stands behind the last answer.

import { once } from 'node:events';
import { connect } from 'node:net';
import * as assert from 'uvu/assert';
import { dial, exchange, head, parseAnswers, post, statuses } from '../support/http-raw.js';
import { overTopologies, type Test, type TestService } from '../support/http-service.js';
import { LATCHED_SCORER, withLatch } from '../support/latch.js';

const GOOD = post('/score', '{"amount":1}');
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'] as const;
const CONNECT = head('CONNECT elsewhere.example:443');

function promiseOrder(test: Test, service: TestService): void {
  test.counted(
    'CONNECT is answered behind the requests before it, and ends the connection',
    { LOW: 2 },
    async () => {
      const answers = await exchange(service.url, GOOD + GOOD + CONNECT + GOOD);
      assert.equal(statuses(answers), [200, 200, 405]);
      assert.is(answers[2]?.headers.get('connection'), 'close');
    },
  );

  test.counted('a client that resets its connection behind CONNECT harms nobody', {}, async () => {
    for (let sent = 0; sent < 20; sent++) {
      await dial(service.url, async (raw) => {
        await raw.send(CONNECT);
        await raw.reset();
      });
    }
  });

  test.counted('the preface of HTTP/2 is refused behind the requests before it', { LOW: 1 }, async () => {
    const answers = await exchange(service.url, `${GOOD}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
    assert.equal(statuses(answers), [200, 400]);
  });

  test.counted(
    'what comes behind a wish to upgrade is not accepted, and the answer says so',
    { LOW: 3 },
    async () => {
      const wish = post('/score', '{"amount":1}', ...UPGRADE);
      for (const before of ['', GOOD]) {
        const answers = await exchange(service.url, before + wish + GOOD);
        assert.equal(statuses(answers.slice(-1)), [200]);
        assert.is(answers.at(-1)?.headers.get('connection'), 'close');
      }
    },
  );

  test.counted('a wish to upgrade that comes alone leaves the connection open', { LOW: 2 }, async () => {
    await dial(service.url, async (raw) => {
      for (const bytes of [
        post('/score', '{"amount":1}', ...UPGRADE),
        head('GET /health', ...UPGRADE),
        GOOD,
      ]) {
        await raw.send(bytes);
        assert.equal(statuses(await raw.answers(1)), [200]);
      }
    });
  });

  test.counted(
    'what comes behind a request whose refusal ends the connection is not counted',
    { LOW: 1 },
    async () => {
      const answers = await exchange(service.url, `${GOOD}GET / HTTP/1.1\r\n\r\n${GOOD.repeat(40)}`);
      assert.equal(statuses(answers), [200, 400]);
    },
  );
}

const PENDING_MAX = 16;

function promiseBound(test: Test, service: TestService): void {
  test(`of 40 requests on one connection ${PENDING_MAX} are in progress`, () =>
    withLatch(async (latch) => {
      const names = Array.from({ length: 40 }, (_, index) => `TX${index}`);
      await dial(service.url, async (raw) => {
        const requests = names.map((name) => post('/score', JSON.stringify(latch.transaction(name))));
        await raw.send(requests.join(''));
        let pending = 0;
        while (pending < PENDING_MAX) pending = await service.onTheirWay();
        assert.is(pending, PENDING_MAX);
        latch.openForAll();
        const answers = await raw.answers(names.length);
        assert.equal(
          answers.map(({ body }) => JSON.parse(body).tx_id),
          names,
        );
      });
    }));

  test('a fault in the body of a request that has not begun is the answer to this request', () =>
    withLatch(async (latch) => {
      const held = post('/score', JSON.stringify(latch.transaction('A'))).repeat(PENDING_MAX);
      const fields = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
      const broken = `${head('POST /score', ...fields)}zz\r\n`;
      await dial(service.url, async (raw) => {
        await raw.send(held + GOOD + broken);
        await latch.arrived(1);
        latch.openForAll();
        const answers = statuses(await raw.untilClosed());
        assert.equal(answers, [...Array.from({ length: PENDING_MAX + 1 }, () => 200), 400]);
      });
    }));

  test('500 requests for the metrics on one connection leave room for others', async () => {
    const asked = 500;
    await service.get('/health'); // opens the connection of the second request
    const { hostname, port } = new URL(service.url);
    let isOvertaken = false;
    // This process also reads the answers, and on a busy machine it can be late with the second request.
    for (let tries = 0; tries < 5 && !isOvertaken; tries += 1) {
      const socket = connect({ host: hostname, port: Number(port) });
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      const ended = once(socket, 'end').then(() => 'the metrics were faster');
      socket.write(head('GET /metrics').repeat(asked - 1) + head('GET /metrics', 'Connection: close'));
      await once(socket, 'data');
      const health = service.get('/health').then(({ status }) => status);
      isOvertaken = (await Promise.race([ended, health])) === 200;
      await ended;
      const { answers, rest } = parseAnswers(Buffer.concat(chunks));
      assert.equal([answers.length, rest.length], [asked, 0]);
    }
    assert.ok(isOvertaken);
  });
}

overTopologies('pipelining', promiseOrder);
overTopologies('pipelined at the same time', promiseBound, { scorer: LATCHED_SCORER, threads: 1 });
