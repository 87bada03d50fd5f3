// Deadlines: the service's own and the client's. Who is not answered in time is told so, and
// whether it may have been counted; what had not begun never costs anything.

import * as assert from 'uvu/assert';
import { expectProblem, overTopologies, type Test, type TestService } from '../support/http-service.js';
import { LATCHED_SCORER, withLatch } from '../support/latch.js';

const OPTIONS = { threads: 1, scorer: LATCHED_SCORER };
const BEGUN = /at most once$/;
const NOT_BEGUN = /nothing was counted$/;

async function askWithin(service: TestService, ms: string, transaction: object) {
  const headers = { 'request-timeout-ms': ms };
  return service.postText('/score', JSON.stringify(transaction), headers);
}

/**
 * The first answer that does not say that nothing had begun. However long its thread is kept from
 * beginning, one of the deadlines is longer: each is twice the one before.
 */
async function askUntilBegun(service: TestService, transaction: object) {
  for (let attempts = 1, ms = 30; ; attempts += 1, ms *= 2) {
    const answer = await askWithin(service, `${ms}`, transaction);
    if (!NOT_BEGUN.test(JSON.parse(answer.body).detail)) return { answer, attempts };
  }
}

function promiseDeadlines(test: Test, service: TestService): void {
  test.counted('what is being scored when its deadline passes may be counted, and says so', { LOW: 1 }, () =>
    withLatch(async (latch) => {
      const expired = await service.metric('expired_total');
      const { answer, attempts } = await askUntilBegun(service, latch.transaction('late'));
      expectProblem(answer, { status: 504, code: 'deadline-passed', detail: BEGUN });
      assert.is(await service.metric('expired_total'), expired + attempts);
      latch.openForAll();
      await service.untilMetric('busy_jobs', 0);
    }),
  );

  test.counted('a deadline that is long enough changes nothing', { LOW: 1 }, async () => {
    assert.is((await askWithin(service, '60000', { amount: 1 })).status, 200);
  });

  for (const bad of ['0', '-1', '1.5', 'soon', '', '99999999999']) {
    test.counted(`Request-Timeout-Ms: '${bad}' is refused`, { rejected: 1 }, async () => {
      const answer = await askWithin(service, bad, { amount: 1 });
      const detail = /^Request-Timeout-Ms /;
      expectProblem(answer, { status: 400, code: 'invalid-header', detail });
    });
  }
}

function promiseUnbegun(test: Test, service: TestService): void {
  test.counted('what had not begun when its deadline passes is never scored', { LOW: 2 }, () =>
    withLatch(async (latch) => {
      const runs = service.post('/score', latch.transaction('runs'));
      await latch.arrived(1);
      const late = [1, 2, 3].map((at) => askWithin(service, '30', latch.transaction(`late ${at}`)));
      for (const answer of await Promise.all(late)) {
        expectProblem(answer, { status: 504, code: 'deadline-passed', detail: NOT_BEGUN });
      }
      assert.is(await service.metric('queue_depth'), 0);
      const next = service.post('/score', latch.transaction('next'));
      latch.openForAll();
      for (const asked of [runs, next]) assert.is((await asked).status, 200);
      assert.equal(await latch.arrived(2), ['runs', 'next']);
    }),
  );
}

function promiseOwn(test: Test, service: TestService): void {
  test.after.each(() => {
    // A latch may hold all threads for longer than the deadline of 50 ms, and then the service says so.
    const others = service.takeTroubles().filter(({ event }) => event !== 'scoring-stuck');
    assert.equal(others, []);
  });

  test('the service has a deadline of its own, which a client can only shorten', async () => {
    await withLatch(async (latch) => {
      const asked = [
        service.post('/score', latch.transaction('A')),
        askWithin(service, '600000', latch.transaction('B')),
        service.post('/score/batch', [latch.transaction('C'), latch.transaction('D')]),
      ];
      for (const answer of await Promise.all(asked)) {
        expectProblem(answer, { status: 504, code: 'deadline-passed' });
      }
    });
    await service.untilMetric('busy_jobs', 0);
  });
}

overTopologies('a deadline', promiseDeadlines, OPTIONS);
overTopologies(
  'a deadline in the queue',
  promiseUnbegun,
  OPTIONS,
  'a request that waits gives its place up when its client leaves',
);
overTopologies('the service’s own deadline', promiseOwn, { ...OPTIONS, deadlineMs: 50 });
