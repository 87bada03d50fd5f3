// What every executor promises about its limits: how much it takes, what cancelling and closing do
// to what waits and to what has begun. A part of executor.contract.ts, which runs it. Nobody
// sleeps: scorers are held at a latch, and what waits is seen to wait.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { PLACE_ITEMS_MAX } from '../../src/execution/submission.js';
import {
  atOnce,
  countSubjectPlaces,
  type ExecutorHarness,
  fates,
  many,
  NEVER_OVERDUE_US,
  onHarness,
  outcomes,
  requireItems,
  type Subject,
  type Test,
  tx,
} from './executor-harness.js';

/** Takes every place there is with transactions that wait at the latch. */
function fill({ executor }: ExecutorHarness, subject: Subject, queueMax: number) {
  const held = many(countSubjectPlaces(subject) + queueMax, 'waits at the latch');
  return held.map((one) => executor.submit([one]));
}

export function promiseBounds(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  for (const queueMax of [0, 3]) {
    on.with({ queueMax, sliceUs: NEVER_OVERDUE_US })(`at most ${queueMax} wait`, async (harness) => {
      const { executor, latch } = harness;
      const held = fill(harness, subject, queueMax);
      const refusals = [many(1), many(3), many(500)].map((more) => executor.submit(more));
      for (const { completion } of refusals) {
        assert.equal(await completion, { state: 'refused', reason: 'QUEUE_FULL' });
      }
      assert.is(executor.busy() + executor.waiting(), held.length);
      await latch.arrived(atOnce(subject));
      latch.openForAll();
      for (const { completion } of held) assert.equal(outcomes(requireItems(await completion)), ['ok']);
      assert.is(await harness.counted(), held.length);
      assert.equal(outcomes(await harness.items(many(1))), ['ok']);
      assert.equal([executor.busy(), executor.waiting()], [0, 0]);
    });
  }

  // One thread: of two, the door of the one that is held would be closed meanwhile.
  const one = { ...subject, threads: Math.min(1, subject.threads) };
  const onTestOne = onHarness(test, one);
  onTestOne.with({ queueMax: 1 })('a place that came free is given again', async (harness) => {
    const { executor, latch } = harness;
    const held = fill(harness, one, 1);
    const [first] = await latch.arrived(1);
    latch.open(first?.arrived ?? '');
    await Promise.race(held.map(({ completion }) => completion));
    const next = executor.submit([tx('waits at the latch')]);
    assert.is(next.settled, undefined);
    const { completion } = executor.submit([tx()]);
    assert.equal(await completion, { state: 'refused', reason: 'QUEUE_FULL' });
  });
}

export function promiseCancelling(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  on('what has begun is counted, however often it is cancelled', async ({ executor, latch, counted }) => {
    const submission = executor.submit([tx('waits at the latch', 5)]);
    await latch.arrived(1);
    submission.cancel();
    submission.cancel();
    latch.openForAll();
    assert.equal(outcomes(requireItems(await submission.completion)), ['ok']);
    submission.cancel();
    assert.is(await counted(), 1);
  });

  on('a cancelled batch does not begin its other items', async ({ executor, latch, counted, items }) => {
    const most = countSubjectPlaces(subject) * PLACE_ITEMS_MAX;
    const batch = many(most + 2 * PLACE_ITEMS_MAX).map((one, index) =>
      index % PLACE_ITEMS_MAX === 0 ? { ...one, category: 'waits at the latch' } : one,
    );
    const submission = executor.submit(batch);
    await latch.arrived(atOnce(subject));
    submission.cancel();
    assert.is(executor.waiting(), 0);
    latch.openForAll();
    const found = outcomes(requireItems(await submission.completion));
    const begun = found.filter((outcome) => outcome === 'ok').length;
    assert.ok(begun > 0 && begun <= most, `${begun} begun`);
    assert.equal(new Set(found), new Set(['ok', 'CANCELLED']));
    assert.equal(new Set(found.slice(most)), new Set(['CANCELLED']));
    assert.is(found.length, batch.length);
    assert.is(latch.arrivals.length, atOnce(subject));
    assert.is(await counted(), begun);
    assert.equal(outcomes(await items(many(2))), ['ok', 'ok']);
  });
}

export function promiseClosing(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  on('closing waits for accepted work, refuses more', async ({ executor, latch, counted, livingThreads }) => {
    const accepted = many(countSubjectPlaces(subject) + 2, 'waits at the latch').map((one) =>
      executor.submit([one]),
    );
    await latch.arrived(atOnce(subject));
    let isClosed = false;
    const closing = executor.close(600_000).then(() => {
      isClosed = true;
    });
    for (const late of [many(1), many(200)]) {
      const { completion } = executor.submit(late);
      assert.equal(await completion, { state: 'refused', reason: 'CLOSING' });
    }
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    assert.is(isClosed, false);
    latch.openForAll();
    for (const { completion } of accepted) {
      assert.equal(outcomes(requireItems(await completion)), ['ok']);
    }
    await closing;
    const after = await executor.submit(many(1)).completion;
    assert.equal(after, { state: 'refused', reason: 'CLOSING' });
    assert.is(await counted(), accepted.length);
    assert.is(livingThreads().length, 0);
  });

  on('closing ends a scorer that never answers', async ({ executor, latch, counted, livingThreads }) => {
    // The latch says that it has begun; nobody opens it before the executor is closed.
    void executor.submit([tx('waits at the latch')]);
    void executor.submit([tx('never answers')]);
    await latch.arrived(1);
    await executor.close(1);
    await executor.close(1);
    assert.is(livingThreads().length, 0);
    assert.is(await counted(), 0);
  });

  on('closing scores no more of a batch that it gave up', async ({ executor, latch, counted }) => {
    const jobs = countSubjectPlaces(subject) + 1;
    const batch = many(jobs * PLACE_ITEMS_MAX).map((one, index) =>
      index % PLACE_ITEMS_MAX === 0 ? { ...one, category: 'waits at the latch' } : one,
    );
    const submission = executor.submit(batch);
    await latch.arrived(atOnce(subject));
    await executor.close(1);
    latch.openForAll();
    const items = requireItems(await submission.completion);
    assert.is(items.length, batch.length);
    assert.equal(new Set(outcomes(items.slice(-PLACE_ITEMS_MAX))), new Set(['CLOSING']));
    // Some had been counted, but their threads ended before they could answer: they say so.
    assert.is(await counted(), fates(items).filter((fate) => fate === 'counted').length);
  });
}

export function promiseClosingTwice(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  on('closing what never worked, twice at once, is closing it', async ({ executor, livingThreads }) => {
    await Promise.all([executor.close(1000), executor.close(1000)]);
    assert.is(livingThreads().length, 0);
  });
}
