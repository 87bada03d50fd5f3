// What only `batched` promises: batches of a size that their cost allows, no waiting to fill one,
// and nobody left behind a slow neighbour while another thread is idle. Nobody sleeps.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { batchSize } from '../../src/execution/batched.js';
import type { View } from '../../src/execution/policy.js';
import { ITEMS_MAX } from '../../src/tally/journal.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';
import { itemsOf, many, NEVER_OVERDUE_US, outcomes, tx, withStand } from './stand.js';

const BATCHED = { kind: 'batched', threads: 2 } as const;

type Size = typeof batchSize;

const views: fc.Arbitrary<View> = fc.record({
  waiting: fc.integer({ min: 1, max: 5_000 }),
  front: fc.constant(1),
  threads: fc.integer({ min: 1, max: 8 }),
  idle: fc.integer({ min: 0, max: 8 }),
  isFull: fc.boolean(),
  itemUs: fc.double({ min: 0.05, max: 1e6, noNaN: true }),
});
const SLICE_US = 500;

const PROPERTIES: Readonly<Record<string, (size: Size) => ReturnType<typeof propertyTest>>> = {
  'an idle thread always gets something, and any thread when the queue is full': (size) =>
    propertyTest(
      fc.property(views, (view) => {
        return (view.idle === 0 && !view.isFull) || size(view, SLICE_US) > 0;
      }),
    ),
  'no more than there is, than a task may have, or than four slices allow (but one)': (size) =>
    propertyTest(
      fc.property(views, (view) => {
        const count = size(view, SLICE_US);
        const isCheap = count <= 1 || count * view.itemUs <= 4 * SLICE_US;
        return count <= view.waiting && count <= ITEMS_MAX && isCheap;
      }),
    ),
  'more than a slice only while each thread has twice as much before it': (size) =>
    propertyTest(
      fc.property(views, (view) => {
        const costUs = size(view, SLICE_US) * view.itemUs;
        const each = (view.waiting * view.itemUs) / view.threads;
        return costUs <= Math.max(SLICE_US, view.itemUs) || 2 * costUs <= each + 1e-6;
      }),
    ),
  'a busy thread gets only what is worth a message': (size) =>
    propertyTest(
      fc.property(views, (view) => {
        const count = size({ ...view, idle: 0, isFull: false }, SLICE_US);
        return count === 0 || view.waiting * view.itemUs >= 50;
      }),
    ),
  'dear texts are shared out among the idle threads': (size) =>
    propertyTest(
      fc.property(views, fc.integer({ min: 2, max: 8 }), (view, idle) => {
        const dear = { ...view, idle, itemUs: 100 };
        return size(dear, 1e9) <= Math.ceil(view.waiting / idle);
      }),
    ),
};

const WRONG: Readonly<Record<string, readonly [string, Size]>> = {
  'one that waits for a full batch': [
    'an idle thread always gets something, and any thread when the queue is full',
    (view, sliceUs) => (view.waiting < 10 ? 0 : batchSize(view, sliceUs)),
  ],
  'one that sends all there is': [
    'no more than there is, than a task may have, or than four slices allow (but one)',
    ({ waiting }) => waiting,
  ],
  'one that always takes four slices': [
    'more than a slice only while each thread has twice as much before it',
    (view, sliceUs) => batchSize(view, 4 * sliceUs),
  ],
  'one that sends each by itself': ['a busy thread gets only what is worth a message', () => 1],
  'one that gives all to the first': [
    'dear texts are shared out among the idle threads',
    (view) => Math.min(view.waiting, ITEMS_MAX),
  ],
};

const sizes = suite('the size of a batch');
for (const [title, create] of Object.entries(PROPERTIES)) {
  sizes(title, () => create(batchSize).holds());
}
for (const [what, [title, wrong]] of Object.entries(WRONG)) {
  sizes(`refuted: ${what}`, () => assert.ok(PROPERTIES[title]?.(wrong).isRefuted()));
}
sizes.run();

const test = suite('batched alone');

/** A thread that is held up in the middle of a batch is left what it has not begun. */
const PATIENT = { ...BATCHED, threads: 1, sliceUs: NEVER_OVERDUE_US } as const;

test(
  'what comes in one turn of the event loop crosses together',
  withStand({ ...PATIENT, scorer: 'rules' }, async ({ executor, items }) => {
    // Measured first: until then every text goes alone.
    for (let round = 0; round < 5; round++) await items(many(1));
    const submissions = many(20).map((one) => executor.submit([one]));
    assert.is(executor.waiting(), 20);
    await Promise.race(submissions.map(({ completion }) => completion));
    const settled = submissions.filter((one) => one.settled !== undefined).length;
    assert.ok(settled > 1, 'the first answer did not come alone');
    await Promise.all(submissions.map(({ completion }) => completion));
  }),
);

test(
  'a text in the same batch as a slow one is taken back and scored on the idle thread',
  withStand(BATCHED, async (stand) => {
    for (let round = 0; round < 5; round++) await stand.items(many(8));
    const { executor, latch } = stand;
    // One turn, one batch: the first holds its thread for as long as the test wants.
    const slow = executor.submit([tx('waits at the latch')]);
    const quick = many(5).map((one) => executor.submit([one]));
    for (const { completion } of quick) assert.equal(outcomes(itemsOf(await completion)), ['ok']);
    assert.is(slow.settled, undefined);
    latch.openForAll();
    assert.equal(outcomes(itemsOf(await slow.completion)), ['ok']);
    assert.is(await stand.counted(), 46);
  }),
);

test(
  'what waits at the door of a thread that never ends is taken back',
  withStand(BATCHED, async ({ executor, latch, counted }) => {
    void executor.submit([tx('spins after the latch')]);
    await latch.arrived(1);
    // The other thread is kept busy until both doors are taken, then all of them get through.
    const held = executor.submit([tx('waits at the latch')]);
    await latch.arrived(2);
    const behind = many(4).map((one) => executor.submit([one]));
    latch.openForAll();
    for (const { completion } of [held, ...behind]) {
      assert.equal(outcomes(itemsOf(await completion)), ['ok']);
    }
    assert.is(await counted(), 5);
  }),
);

test(
  'nobody starves behind a text that never ends, however much comes to the other thread',
  withStand(BATCHED, async (stand) => {
    for (let round = 0; round < 5; round++) await stand.items(many(8));
    const { executor, latch } = stand;
    void executor.submit([tx('spins after the latch')]);
    const behind = many(100).map((one) => executor.submit([one]));
    await latch.arrived(1);
    let isOver = false;
    const load = Array.from({ length: 64 }, async () => {
      while (!isOver) await executor.submit(many(1)).completion;
    });
    for (const { completion } of behind) assert.equal(outcomes(itemsOf(await completion)), ['ok']);
    isOver = true;
    await Promise.all(load);
  }),
);

test(
  'who leaves takes no place from those that came after him: they go on in their order',
  withStand({ ...BATCHED, threads: 1 }, async (stand) => {
    for (let round = 0; round < 5; round++) await stand.items(many(8));
    const { executor, latch } = stand;
    const order = many(40, 'waits at the latch');
    const jobs = order.map((one) => executor.submit([one]));
    await latch.arrived(1);
    jobs[0]?.cancel(); // it has begun, and is finished
    jobs[7]?.cancel();
    latch.openForAll();
    await Promise.all(jobs.map(({ completion }) => completion));
    const stay = order.filter((_, at) => at !== 7).map(({ tx_id }) => tx_id);
    assert.equal(
      latch.arrivals.map(({ arrived }) => arrived),
      stay,
    );
  }),
);

test(
  'an answer may be the moment at which others are given up',
  withStand(BATCHED, async ({ executor, counted }) => {
    const jobs: ReturnType<typeof executor.submit>[] = [];
    for (const [at, one] of many(600).entries()) {
      const job = executor.submit([one]);
      jobs.push(job);
      if (at % 3 === 0) void job.completion.then(() => jobs[at + 200]?.cancel());
    }
    const states = await Promise.all(jobs.map(({ completion }) => completion));
    const done = states.filter(({ state }) => state === 'done').length;
    assert.is(await counted(), done);
    assert.equal([executor.busy(), executor.waiting()], [0, 0]);
  }),
);

test(
  'who leaves at the door of a thread is neither scored nor counted, his neighbours are',
  withStand({ ...BATCHED, threads: 1 }, async ({ executor, latch, counted }) => {
    const running = executor.submit([tx('waits at the latch')]);
    await latch.arrived(1);
    const atDoor = executor.submit(many(1));
    const waiting = executor.submit(many(1));
    while (executor.busy() < 2) await new Promise((resolve) => setImmediate(resolve));
    atDoor.cancel();
    assert.equal(await atDoor.completion, { state: 'refused', reason: 'CANCELLED' });
    latch.openForAll();
    for (const { completion } of [running, waiting]) {
      assert.equal(outcomes(itemsOf(await completion)), ['ok']);
    }
    assert.is(await counted(), 2);
    assert.equal([executor.busy(), executor.waiting()], [0, 0]);
  }),
);

test(
  'texts are begun in the order they came, also those that were given back',
  withStand({ ...BATCHED, threads: 1 }, async ({ executor, latch }) => {
    const order = many(30, 'waits at the latch');
    const jobs = order.map((one) => executor.submit([one]));
    latch.openForAll();
    await Promise.all(jobs.map(({ completion }) => completion));
    const arrived = latch.arrivals.map(({ arrived: name }) => name);
    assert.equal(
      arrived,
      order.map(({ tx_id }) => tx_id),
    );
  }),
);
test.run();
