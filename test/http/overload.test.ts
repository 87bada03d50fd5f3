// More than the service takes: a full queue, a batch that does not fit, too many connections. What
// is refused is refused at once, counted as shed and never as scored; what only looks is answered
// throughout; what was accepted is served in the end.

import * as assert from 'uvu/assert';
import { dial, head } from '../support/http-raw.js';
import {
  type Answer,
  expectCounted,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';
import { LATCHED_SCORER, type ProcessLatch, withLatch } from '../support/latch.js';

const QUEUE_MAX = 2;
const SHED = 5;
const OVERLOADED = { status: 503, code: 'overloaded', detail: /nothing was counted$/ } as const;

/** Asks until every place in the queue is taken, however many the task worker has taken from it. */
async function fill(service: TestService, latch: ProcessLatch): Promise<readonly Promise<Answer>[]> {
  const asked: Promise<Answer>[] = [];
  const isFull = async () => {
    if (service.scoresInline) return asked.length === QUEUE_MAX + 1;
    return (await service.metric('queue_depth')) === QUEUE_MAX;
  };
  while (!(await isFull())) {
    asked.push(service.post('/score', latch.transaction(`TX${asked.length}`, 1)));
    const arrived = asked.length;
    while ((await service.onTheirWay()) < arrived);
  }
  await latch.arrived(1);
  return asked;
}

/** More items than the queue has places for. */
const LARGE = 64 * (QUEUE_MAX + 1) + 1;

const LOOKING = ['/', '/hello', '/status', '/health', '/ready', '/stats', '/metrics'];

function promiseShedding(test: Test, service: TestService): void {
  test('when every place is taken one more is refused, with when to come again', async () => {
    const moves = { MEDIUM: 0 };
    await expectCounted(service, moves, () =>
      withLatch(async (latch) => {
        const asked = await fill(service, latch);
        moves.MEDIUM = asked.length;
        const labels = { route: 'POST /score', status: '503' };
        const before = await service.metric('shed_total');
        const answeredBefore = await service.metric('requests_total', labels);
        for (let count = 1; count <= SHED; count += 1) {
          const answer = await service.post('/score', { amount: 1 });
          expectProblem(answer, OVERLOADED);
          assert.is(answer.headers.get('retry-after'), '1');
          assert.not(answer.headers.has('ticket'));
          assert.is(await service.metric('shed_total'), before + count);
        }
        assert.is(await service.metric('requests_total', labels), answeredBefore + SHED);
        latch.openForAll();
        for (const answer of await Promise.all(asked)) assert.is(answer.status, 200);
      }),
    );
  });

  test('what only looks is answered while every place is taken', async () => {
    const moves = { MEDIUM: 0, rejected: 1 };
    await expectCounted(service, moves, () =>
      withLatch(async (latch) => {
        const asked = await fill(service, latch);
        moves.MEDIUM = asked.length;
        for (const path of LOOKING) assert.is((await service.get(path)).status, 200, path);
        assert.is((await service.post('/echo', { a: 1 })).status, 200);
        // Refused before a place was needed.
        assert.is((await service.post('/score', {})).status, 400);
        assert.equal(JSON.parse((await service.post('/score/batch', [])).body), []);
        const waiting = service.scoresInline ? 0 : QUEUE_MAX;
        assert.is(await service.metric('busy_jobs'), asked.length - waiting);
        latch.openForAll();
        await Promise.all(asked);
        assert.is(await service.metric('busy_jobs'), 0);
        assert.is(await service.metric('queue_depth'), 0);
      }),
    );
  });

  test('a batch is refused as a whole, and none of its items is counted', async () => {
    const moves = { MEDIUM: 0, LOW: 2 };
    await expectCounted(service, moves, () =>
      withLatch(async (latch) => {
        const asked = await fill(service, latch);
        moves.MEDIUM = asked.length;
        const shed = await service.metric('shed_total');
        const batch = [{ amount: 1 }, { amount: -1 }, { amount: 1 }];
        const answer = await service.post('/score/batch', batch);
        expectProblem(answer, OVERLOADED);
        assert.is(answer.headers.get('retry-after'), '1');
        assert.is(await service.metric('shed_total'), shed + 1);
        latch.openForAll();
        await Promise.all(asked);
        const again = await service.post('/score/batch', [{ amount: 1 }, { amount: 1 }]);
        assert.is(again.status, 200);
      }),
    );
  });
}

function promisePlaces(test: Test, service: TestService): void {
  test('where nothing runs, a batch of any size is taken: else it never would be', async () => {
    const items = Array.from({ length: LARGE }, () => ({ amount: 1 }));
    await expectCounted(service, { LOW: items.length }, async () => {
      assert.is((await service.post('/score/batch', items)).status, 200);
    });
  });
}

function promiseConnections(test: Test, service: TestService): void {
  test.counted('one connection too many is refused; a free place is taken', {}, async () => {
    await service.untilMetric('connections', 1); // the one that asks
    await dial(service.url, async (first) => {
      await dial(service.url, async (second) => {
        for (const raw of [first, second]) {
          await raw.send(head('GET /health'));
          await raw.answers(1);
        }
        for (let refused = 1; refused <= 3; refused += 1) {
          await dial(service.url, (third) => third.gone());
          assert.is(await service.metric('connections_refused_total'), refused);
        }
        assert.is(await service.metric('connections'), 3);
      });
      await service.untilMetric('connections', 2);
      await dial(service.url, async (third) => {
        await third.send(head('GET /health'));
        assert.is((await third.answers(1))[0]?.status, 200);
      });
    });
    assert.is(await service.metric('connections_refused_total'), 3);
  });
}

const OPTIONS = { threads: 1, queueMax: QUEUE_MAX, scorer: LATCHED_SCORER };

overTopologies('a full queue', promiseShedding, OPTIONS);
overTopologies(
  'places in the queue',
  promisePlaces,
  OPTIONS,
  'a request that waits gives its place up when its client leaves',
);
overTopologies('connections', promiseConnections, { threads: 1, connectionsMax: 3 });
