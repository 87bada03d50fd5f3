// What only `batched` promises: batches of a size that their cost allows, no waiting to fill one,
// and nobody left behind a slow neighbour while another thread is idle. Nobody sleeps.

import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import {
  many,
  NEVER_OVERDUE_US,
  onHarness,
  outcomes,
  requireItems,
  tx,
  withHarness,
} from './executor-harness.js';

const BATCHED = { kind: 'batched', threads: 2 } as const;

const test = suite('batched alone');
const onTestBatched = onHarness(test, BATCHED);

/** A thread that is held up in the middle of a batch is left what it has not begun. */
const PATIENT = { ...BATCHED, threads: 1, sliceUs: NEVER_OVERDUE_US } as const;
const onTestPatient = onHarness(test, PATIENT);

onTestPatient.with({ scorer: 'rules' })('texts of one turn cross together', async ({ executor, items }) => {
  // Measured first: until then every text goes alone.
  for (let round = 0; round < 5; round++) await items(many(1));
  const submissions = many(20).map((one) => executor.submit([one]));
  assert.is(executor.waiting(), 20);
  await Promise.race(submissions.map(({ completion }) => completion));
  const settled = submissions.filter((one) => one.settled !== undefined).length;
  assert.ok(settled > 1, 'the first answer did not come alone');
  await Promise.all(submissions.map(({ completion }) => completion));
});

onTestBatched('a text behind a slow one of its batch moves to the idle thread', async (harness) => {
  for (let round = 0; round < 5; round++) await harness.items(many(8));
  const { executor, latch } = harness;
  // One turn, one batch: the first holds its thread for as long as the test wants.
  const slow = executor.submit([tx('waits at the latch')]);
  const quick = many(5).map((one) => executor.submit([one]));
  for (const { completion } of quick) assert.equal(outcomes(requireItems(await completion)), ['ok']);
  assert.is(slow.settled, undefined);
  latch.openForAll();
  assert.equal(outcomes(requireItems(await slow.completion)), ['ok']);
  assert.is(await harness.counted(), 46);
});

onTestBatched('what waits behind a text that never ends moves', async ({ executor, latch, counted }) => {
  void executor.submit([tx('spins after the latch')]);
  await latch.arrived(1);
  // The other thread is kept busy until both doors are taken, then all of them get through.
  const held = executor.submit([tx('waits at the latch')]);
  await latch.arrived(2);
  const behind = many(4).map((one) => executor.submit([one]));
  latch.openForAll();
  for (const { completion } of [held, ...behind]) {
    assert.equal(outcomes(requireItems(await completion)), ['ok']);
  }
  assert.is(await counted(), 5);
});

onTestBatched('nothing starves behind a text that never ends, under any load', async (harness) => {
  for (let round = 0; round < 5; round++) await harness.items(many(8));
  const { executor, latch } = harness;
  void executor.submit([tx('spins after the latch')]);
  const behind = many(100).map((one) => executor.submit([one]));
  await latch.arrived(1);
  let isOver = false;
  const load = Array.from({ length: 64 }, async () => {
    while (!isOver) await executor.submit(many(1)).completion;
  });
  for (const { completion } of behind) assert.equal(outcomes(requireItems(await completion)), ['ok']);
  isOver = true;
  await Promise.all(load);
});

onTestBatched.with({ threads: 1 })('a client that leaves does not change the order', async (harness) => {
  for (let round = 0; round < 5; round++) await harness.items(many(8));
  const { executor, latch } = harness;
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
});

onTestBatched('an answer may be the moment at which others are given up', async ({ executor, counted }) => {
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
});

test(
  'a cancelled text is not counted',
  withHarness({ ...BATCHED, threads: 1 }, async ({ executor, latch, counted }) => {
    const running = executor.submit([tx('waits at the latch')]);
    await latch.arrived(1);
    const atDoor = executor.submit(many(1));
    const waiting = executor.submit(many(1));
    while (executor.busy() < 2) await new Promise((resolve) => setImmediate(resolve));
    atDoor.cancel();
    assert.equal(await atDoor.completion, { state: 'refused', reason: 'CANCELLED' });
    latch.openForAll();
    for (const { completion } of [running, waiting]) {
      assert.equal(outcomes(requireItems(await completion)), ['ok']);
    }
    assert.is(await counted(), 2);
    assert.equal([executor.busy(), executor.waiting()], [0, 0]);
  }),
);

onTestBatched.with({ threads: 1 })('texts begin in order, requeued ones too', async ({ executor, latch }) => {
  const order = many(30, 'waits at the latch');
  const jobs = order.map((one) => executor.submit([one]));
  latch.openForAll();
  await Promise.all(jobs.map(({ completion }) => completion));
  const arrived = latch.arrivals.map(({ arrived: name }) => name);
  assert.equal(
    arrived,
    order.map(({ tx_id }) => tx_id),
  );
});
test.run();
