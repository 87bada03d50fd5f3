// The bytes that one service holds for all its clients: bodies that are read or wait, and answers that are
// not taken. Beyond the budget bodies are refused, and what was accepted is still answered.

import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as assert from 'uvu/assert';
import { chunk, dialMany, head, type RawConnection, statuses } from '../support/http-raw.js';
import {
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
  withTestService,
} from '../support/http-service.js';
import { suite } from '../support/suite.js';

const BATCH_BYTES = 4 * 1024 * 1024;
const BUDGET = { bodyBudgetMb: 8, threads: 1 } as const;
const JSON_FIELD = 'Content-Type: application/json';
const MISSING_BYTES = 300;

const batch = `[{"amount":1}${' '.repeat(BATCH_BYTES - 14)}]`;
const OVERLOADED = { status: 503, code: 'overloaded', detail: /nothing was counted$/ } as const;

/** Fills the budget with two bodies that want only their ends. */
async function fill(service: TestService, connections: readonly RawConnection[]): Promise<void> {
  for (const [index, connection] of connections.entries()) {
    const fields = [JSON_FIELD, `Content-Length: ${BATCH_BYTES}`];
    await connection.send(head('POST /score/batch', ...fields) + batch.slice(0, -MISSING_BYTES));
    const sent = (index + 1) * (BATCH_BYTES - MISSING_BYTES);
    await service.untilMetric('body_bytes', (held) => held >= sent);
  }
}

function promiseBudget(test: Test, service: TestService): void {
  test.counted('beyond the budget a body is refused, with when to come again', { LOW: 4 }, async () => {
    const shed = await service.metric('shed_total');
    await dialMany(service.url, 2, async (connections) => {
      await fill(service, connections);
      for (const body of ['{"amount":1}', '[{"amount":1}]']) {
        const path = body.startsWith('[') ? '/score/batch' : '/score';
        const refused = await service.postText(path, body);
        expectProblem(refused, OVERLOADED);
        assert.is(refused.headers.get('retry-after'), '1');
      }
      expectProblem(await service.postText('/echo', '{}'), OVERLOADED);
      assert.is(await service.metric('shed_total'), shed + 3);
      for (const connection of connections) {
        await connection.send(batch.slice(-MISSING_BYTES));
        assert.equal(statuses(await connection.answers(1)), [200]);
        assert.is((await service.post('/score', { amount: 1 })).status, 200);
      }
    });
    await service.untilMetric('body_bytes', 0);
  });

  test('a client that leaves gives its bytes back', async () => {
    await dialMany(service.url, 2, (connections) => fill(service, connections));
    await service.untilMetric('body_bytes', 0);
    assert.is((await service.post('/score', { amount: 1 })).status, 200);
  });

  test('a body in chunks is refused where it passes the budget', async () => {
    await dialMany(service.url, 3, async ([first, second, third]) => {
      assert.ok(first && second && third);
      await fill(service, [first]);
      for (const connection of [second, third]) {
        await connection.send(head('POST /score/batch', JSON_FIELD, 'Transfer-Encoding: chunked'));
        await connection.send(chunk(batch.slice(0, 3_000_000)));
      }
      const refused = await Promise.race([second, third].map((connection) => connection.answers(1)));
      assert.equal(statuses(refused), [503]);
    });
    await service.untilMetric('body_bytes', 0);
  });
}

overTopologies('body budget', promiseBudget, BUDGET);

const test = suite('bytes that are held');

function collectedHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test('a body in chunks of one byte takes little more than its bytes', () =>
  withTestService('inline', {}, (service) =>
    dialMany(service.url, 1, async ([connection]) => {
      assert.ok(connection);
      const [chunks, writes] = [10_000, 20];
      const before = collectedHeapBytes();
      await connection.send(head('POST /score/batch', JSON_FIELD, 'Transfer-Encoding: chunked'));
      for (let sent = 0; sent < writes; sent++) await connection.send(chunk(' ').repeat(chunks));
      await service.untilMetric('body_bytes', (held) => held >= chunks * writes);
      const grown = collectedHeapBytes() - before;
      assert.ok(grown < 8_000_000, `${grown} bytes for ${chunks * writes} bytes of body`);
      assert.ok((await service.metric('body_bytes')) <= 2 * chunks * writes);
    }),
  ));

test('answers that clients do not take count too, until they are taken or the client leaves', () =>
  withTestService('inline', BUDGET, async (service) => {
    const { hostname, port } = new URL(service.url);
    const sockets = [];
    while ((await service.post('/score', { amount: 1 })).status === 200) {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => {}); // it sends more than the service reads
      socket.pause();
      socket.write(head('GET /openapi.json').repeat(1_000));
      sockets.push(socket);
    }
    for (const socket of sockets) {
      socket.destroy();
      await once(socket, 'close');
    }
    await service.untilMetric('body_bytes', 0);
    assert.is((await service.post('/score', { amount: 1 })).status, 200);
  }));

test.run();
