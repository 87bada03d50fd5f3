// More than the service takes: a full queue, a batch that does not fit, too many connections. What
// is refused is refused at once, counted as shed and never as scored; what only looks is answered
// throughout; what was accepted is served in the end.

import * as assert from 'uvu/assert';
import { GATED_SCORER, type Gate, withGate } from '../support/http-gate.js';
import { dial, head } from '../support/http-raw.js';
import {
  type Answer,
  expectCounted,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';

const QUEUE_MAX = 2;
const SHED = 5;
const OVERLOADED = {
  status: 503,
  code: 'overloaded',
  detail: 'Every place in the queue is taken; nothing was counted',
} as const;

/** How many may be on their way: one that is being scored, and those that wait. */
const CAPACITY = QUEUE_MAX + 1;

/** Takes every place; resolves when all are taken. */
async function fill(service: TestService, gate: Gate): Promise<readonly Promise<Answer>[]> {
  const names = Array.from({ length: CAPACITY }, (_, index) => `TX${index}`);
  const asked = names.map((name) => service.post('/score', gate.transaction(name, 1)));
  await gate.began(service.scoresInline ? CAPACITY : 1);
  if (!service.scoresInline) await service.untilMetric('queue_depth', QUEUE_MAX);
  return asked;
}

const LOOKING = ['/', '/hello', '/status', '/health', '/ready', '/stats', '/metrics'];

function promiseShedding(test: Test, service: TestService): void {
  test('when every place is taken one more is refused, with when to come again', async () => {
    await expectCounted(service, { MEDIUM: CAPACITY }, () =>
      withGate(async (gate) => {
        const asked = await fill(service, gate);
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
        gate.open();
        for (const answer of await Promise.all(asked)) assert.is(answer.status, 200);
      }),
    );
  });

  test('what only looks is answered while every place is taken', async () => {
    await expectCounted(service, { MEDIUM: CAPACITY, rejected: 1 }, () =>
      withGate(async (gate) => {
        const asked = await fill(service, gate);
        for (const path of LOOKING) assert.is((await service.get(path)).status, 200, path);
        assert.is((await service.post('/echo', { a: 1 })).status, 200);
        // Refused before a place was needed.
        assert.is((await service.post('/score', {})).status, 400);
        assert.equal(JSON.parse((await service.post('/score/batch', [])).body), []);
        const busy = service.scoresInline ? CAPACITY : 1;
        assert.is(await service.metric('busy_jobs'), busy);
        gate.open();
        await Promise.all(asked);
        assert.is(await service.metric('busy_jobs'), 0);
        assert.is(await service.metric('queue_depth'), 0);
      }),
    );
  });

  test('a batch is refused as a whole, and none of its items is counted', async () => {
    await expectCounted(service, { MEDIUM: CAPACITY, LOW: 2 }, () =>
      withGate(async (gate) => {
        const asked = await fill(service, gate);
        const shed = await service.metric('shed_total');
        const batch = [{ amount: 1 }, { amount: -1 }, { amount: 1 }];
        const answer = await service.post('/score/batch', batch);
        expectProblem(answer, OVERLOADED);
        assert.is(answer.headers.get('retry-after'), '1');
        assert.is(await service.metric('shed_total'), shed + 1);
        gate.open();
        await Promise.all(asked);
        const again = await service.post('/score/batch', [{ amount: 1 }, { amount: 1 }]);
        assert.is(again.status, 200);
      }),
    );
  });
}

function promisePlaces(test: Test, service: TestService): void {
  test('where nothing runs, a batch of any size is taken: else it never would be', async () => {
    const items = Array.from({ length: 64 * CAPACITY + 1 }, () => ({ amount: 1 }));
    await expectCounted(service, { LOW: items.length }, async () => {
      assert.is((await service.post('/score/batch', items)).status, 200);
    });
  });
}

function promiseConnections(test: Test, service: TestService): void {
  test('one connection too many is refused and counted; a free place is taken again', async () => {
    await expectCounted(service, {}, async () => {
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
  });
}

const OPTIONS = { threads: 1, queueMax: QUEUE_MAX, scorer: GATED_SCORER };

overTopologies('a full queue', promiseShedding, OPTIONS);
overTopologies(
  'places in the queue',
  promisePlaces,
  OPTIONS,
  'a request that waits gives its place up when its client leaves',
);
overTopologies('connections', promiseConnections, { threads: 1, connectionsMax: 3 });
