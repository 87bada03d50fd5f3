// The contract of every executor, kept by `pool`, and what only it promises: jobs wait in order
// for a task worker, and cancelling or refusing happens before anything crosses a thread.

import * as assert from 'uvu/assert';
import { PLACE_ITEMS_MAX } from '../../src/execution/submission.js';
import { suite } from '../support/suite.js';
import { executorContract } from './executor.contract.js';
import { many, onHarness, openHarness, outcomes, requireItems, tx } from './executor-harness.js';

const POOL = { kind: 'pool', threads: 2 } as const;

executorContract(POOL);

const test = suite('pool alone');
const on = onHarness(test, POOL);

on.with({ threads: 3 })('as many jobs as threads run at once', async ({ executor, latch, threads }) => {
  const jobs = many(3, 'waits at the latch').map((one) => executor.submit([one]));
  const arrivals = await latch.arrived(3);
  assert.is(new Set(arrivals.map(({ threadId }) => threadId)).size, 3);
  assert.is(threads.length, 3);
  assert.equal([executor.busy(), executor.waiting()], [3, 0]);
  latch.openForAll();
  await Promise.all(jobs.map(({ completion }) => completion));
});

on.with({ threads: 1 })('jobs that wait are begun in the order they came', async ({ executor, latch }) => {
  const order = many(20, 'waits at the latch');
  const jobs = order.map((one) => executor.submit([one]));
  latch.openForAll();
  await Promise.all(jobs.map(({ completion }) => completion));
  assert.equal(
    latch.arrivals.map(({ arrived }) => arrived),
    order.map(({ tx_id }) => tx_id),
  );
});

on.with({ queueMax: 2 })('a batch is taken or refused as a whole', async ({ executor, latch, counted }) => {
  for (const one of many(3, 'waits at the latch')) void executor.submit([one]);
  assert.equal([executor.busy(), executor.waiting()], [2, 1]);
  const { completion } = executor.submit(many(PLACE_ITEMS_MAX + 1));
  assert.equal(await completion, { state: 'refused', reason: 'QUEUE_FULL' });
  assert.is(executor.waiting(), 1);
  const fitting = executor.submit(many(PLACE_ITEMS_MAX));
  assert.is(executor.waiting(), 2);
  latch.openForAll();
  assert.is(requireItems(await fitting.completion).filter(({ ok }) => ok).length, PLACE_ITEMS_MAX);
  await executor.close(600_000);
  assert.is(await counted(), 3 + PLACE_ITEMS_MAX);
});

on.with({ queueMax: 1 })('cancelling frees the place at once', async ({ executor, latch, counted }) => {
  const held = many(2, 'waits at the latch').map((one) => executor.submit([one]));
  const left = executor.submit([tx('waits at the latch')]);
  assert.is(executor.waiting(), 1);
  left.cancel();
  left.cancel();
  assert.is(executor.waiting(), 0);
  const next = executor.submit([tx('waits at the latch')]);
  assert.equal(await left.completion, { state: 'refused', reason: 'CANCELLED' });
  latch.openForAll();
  for (const { completion } of [...held, next]) {
    assert.equal(outcomes(requireItems(await completion)), ['ok']);
  }
  assert.is(latch.arrivals.length, 3);
  assert.is(await counted(), 3);
});

on.with({ threads: 1 })('a batch cancelled early is refused', async ({ executor, latch, counted }) => {
  const held = executor.submit([tx('waits at the latch')]);
  const batch = executor.submit(many(200));
  batch.cancel();
  assert.equal(await batch.completion, { state: 'refused', reason: 'CANCELLED' });
  latch.openForAll();
  await held.completion;
  assert.is(await counted(), 1);
});

on('messages that a scorer posts are not the pool’s own', async ({ items, troubles }) => {
  const found = await items(many(10, 'posts messages of its own'));
  assert.equal(new Set(outcomes(found)), new Set(['ok']));
  assert.equal(troubles, []);
});

on.with({ threads: 1 })('closing settles all jobs', async ({ executor, latch, counted, livingThreads }) => {
  const spinning = executor.submit([tx('spins after the latch')]);
  const waiting = executor.submit(many(2));
  const batch = executor.submit(many(2 * PLACE_ITEMS_MAX));
  await latch.arrived(1);
  await executor.close(1);
  assert.is(livingThreads().length, 0);
  assert.equal(outcomes(requireItems(await spinning.completion)), ['THREAD_DIED']);
  assert.equal(await waiting.completion, { state: 'refused', reason: 'CLOSING' });
  assert.equal(await batch.completion, { state: 'refused', reason: 'CLOSING' });
  assert.is(await counted(), 0);
});

const UNSTARTABLE: Readonly<Record<string, readonly [string, RegExp]>> = {
  'that is not there': ['file:///no/such/scorer.js', /load.* file:/],
  'without a function': ['data:text/javascript,1', /has no scorer/],
  'that throws while it loads': ['data:text/javascript,throw%20null', /^Cannot load .*: null$/],
};
for (const [what, [scorer, words]] of Object.entries(UNSTARTABLE)) {
  test(`a scorer ${what} is said in one line, and no thread is left`, async () => {
    const started: { readonly threadId: number }[] = [];
    const note = (worker: { readonly threadId: number }) => void started.push(worker);
    process.on('worker', note);
    const line = await openHarness({ ...POOL, scorer }).catch((error: Error) => error.message);
    process.off('worker', note);
    assert.match(String(line), words);
    assert.not.match(String(line), '\n');
    assert.equal(
      started.map(({ threadId }) => threadId),
      [-1, -1],
    );
  });
}
test.run();
