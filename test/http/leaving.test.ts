// Clients that leave without their answer, at every stage of a request. What had begun is counted
// once, what had not is not counted and gives its place in the queue to somebody else, and nobody
// else notices. One thread and two places; a latch in the scorer says who runs and who waits.

import * as assert from 'uvu/assert';
import { dial, exchange, head, post, type RawConnection } from '../support/http-raw.js';
import {
  type Answer,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';
import { LATCHED_SCORER, type ProcessLatch, withLatch } from '../support/latch.js';

const QUEUE_MAX = 2;
const WAYS = ['leave', 'reset'] as const;

/** Dials, lets `body` say something, leaves, and returns when the service has noticed. */
async function dialAndLeave(
  service: TestService,
  way: (typeof WAYS)[number],
  body: (raw: RawConnection) => Promise<void>,
): Promise<void> {
  const before = await service.metric('connections');
  await dial(service.url, async (raw) => {
    await body(raw);
    await service.untilMetric('connections', (now) => now > before); // it knows of this one
    await raw[way]();
  });
  await service.untilMetric('connections', (now) => now <= before);
}

function tx(latch: ProcessLatch, name: string): string {
  return post('/score', JSON.stringify(latch.transaction(name)));
}

/** One that runs, one at the door of its thread where there is one, then those that wait. */
async function occupy(service: TestService, latch: ProcessLatch, waiting: readonly string[] = []) {
  const names = ['runs', ...atDoor(service), ...waiting];
  const asked: Promise<Answer>[] = [];
  for (const name of names) {
    asked.push(service.post('/score', latch.transaction(name)));
    if (asked.length === 1) await latch.arrived(1);
    while ((await service.onTheirWay()) < asked.length);
  }
  assert.is(await service.metric('queue_depth'), waiting.length);
  return { asked, names };
}

function atDoor({ topology }: TestService): string[] {
  return topology === 'batched' ? ['is at the door'] : [];
}

/** Asked over a connection that goes with its answer: who counts connections meets no other. */
async function expectFull(service: TestService): Promise<void> {
  const [answer] = await exchange(service.url, post('/score', '{"amount":1}'), 1);
  expectProblem(answer as Answer, { status: 503, code: 'overloaded' });
}

function promiseEarly(test: Test, service: TestService): void {
  const cuts = {
    'before the end of the head': 20,
    'after the head': head('POST /score').length,
    'in the middle of the body': -5,
  };
  for (const [when, at] of Object.entries(cuts)) {
    for (const way of WAYS) {
      test(`who leaves (${way}) ${when} is not scored, and rejected at most once`, async () => {
        const before = await service.stats();
        await dialAndLeave(service, way, (raw) => raw.send(post('/score', '{"amount":1}').slice(0, at)));
        const after = await service.stats();
        assert.is(after.total, before.total);
        assert.ok(after.rejected - before.rejected <= 1);
      });
    }
  }
}

function promiseQueued(test: Test, service: TestService): void {
  for (const way of WAYS) {
    const scored = 3 + atDoor(service).length;
    test.counted(`who leaves (${way}) the queue frees a place, unscored`, { LOW: scored }, () =>
      withLatch(async (latch) => {
        const left = await service.metric('left_total');
        const { asked, names } = await occupy(service, latch, ['waits']);
        await dialAndLeave(service, way, async (raw) => {
          await raw.send(tx(latch, 'leaves'));
          await service.untilMetric('queue_depth', QUEUE_MAX);
          await expectFull(service);
        });
        assert.is(await service.metric('queue_depth'), QUEUE_MAX - 1);
        asked.push(service.post('/score', latch.transaction('comes later')));
        await service.untilMetric('queue_depth', QUEUE_MAX);
        latch.openForAll();
        for (const answer of await Promise.all(asked)) assert.is(answer.status, 200);
        assert.equal(await latch.arrived(scored), [...names, 'comes later']);
        await service.untilMetric('left_total', left + 1);
      }),
    );

    test.counted(`who leaves (${way}) several requests behind frees all their places`, { LOW: scored }, () =>
      withLatch(async (latch) => {
        const { asked, names } = await occupy(service, latch);
        await dialAndLeave(service, way, async (raw) => {
          await raw.send(tx(latch, 'leaves 1') + tx(latch, 'leaves 2'));
          await service.untilMetric('queue_depth', QUEUE_MAX);
        });
        assert.is(await service.metric('queue_depth'), 0);
        for (const [waiting, name] of ['later 1', 'later 2'].entries()) {
          asked.push(service.post('/score', latch.transaction(name)));
          await service.untilMetric('queue_depth', waiting + 1);
        }
        latch.openForAll();
        for (const answer of await Promise.all(asked)) assert.is(answer.status, 200);
        assert.equal(await latch.arrived(scored), [...names, 'later 1', 'later 2']);
      }),
    );
  }
}

function promiseRunning(test: Test, service: TestService): void {
  for (const way of WAYS) {
    test.counted(`who leaves (${way}) while being scored is counted once`, { LOW: 2 }, () =>
      withLatch(async (latch) => {
        const left = await service.metric('left_total');
        await dialAndLeave(service, way, async (raw) => {
          await raw.send(tx(latch, 'leaves'));
          await latch.arrived(1);
        });
        const asked = service.post('/score', latch.transaction('stays'));
        latch.openForAll();
        assert.is((await asked).status, 200);
        await service.untilMetric('left_total', left + 1);
        assert.equal((await latch.arrived(2)).toSorted(), ['leaves', 'stays']);
      }),
    );
  }

  if (service.scoresInline) return; // it has no queue: what was sent has begun
  test.counted('of two requests of who leaves, only the one that had begun is counted', { LOW: 2 }, () =>
    withLatch(async (latch) => {
      await dialAndLeave(service, 'leave', async (raw) => {
        await raw.send(tx(latch, 'leaves') + tx(latch, 'leaves too'));
        await latch.arrived(1);
        // One is being scored, the other waits: in the queue, or at the door of the thread.
        const waits = service.topology === 'batched' ? 'busy_jobs' : 'queue_depth';
        await service.untilMetric(waits, waits === 'busy_jobs' ? 2 : 1);
      });
      assert.is(await service.metric('queue_depth'), 0);
      await service.untilMetric('busy_jobs', 1);
      const asked = service.post('/score', latch.transaction('stays'));
      latch.openForAll();
      assert.is((await asked).status, 200);
      assert.equal(await latch.arrived(2), ['leaves', 'stays']);
    }),
  );
}

const OPTIONS = { threads: 1, queueMax: QUEUE_MAX, scorer: LATCHED_SCORER };

overTopologies('leaving', promiseEarly, OPTIONS);
overTopologies(
  'leaving a queue',
  promiseQueued,
  OPTIONS,
  'a request that waits gives its place up when its client leaves',
);
overTopologies('leaving a scorer', promiseRunning, OPTIONS);
