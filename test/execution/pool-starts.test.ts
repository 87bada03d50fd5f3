// Threads of the pool that fail while they load, at first or as the successors of dead ones:
// nothing waits for ever, the pool heals once loading succeeds, and gives up where it never does.
// Deadlines come when the test says so.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import * as assert from 'uvu/assert';
import { planLoads } from '../fixtures/scorers/unstable-plan.js';
import { suite } from '../support/suite.js';
import { allAlone, assertBooks, assertHealed, holdTimers } from './deaths.js';
import {
  type ExecutorHarness,
  many,
  openHarness,
  outcomes,
  requireItems,
  tx,
  withHarness,
} from './executor-harness.js';

const UNSTABLE = new URL('../fixtures/scorers/unstable.js', import.meta.url).href;
const START_DEADLINE_MS = 40_000;
const FAILED_STARTS_MAX = 5;

/** The threads started meanwhile, and the line with which opening the harness failed. */
async function failingStart(
  threads: number,
  open: (scorer: string) => Promise<unknown> = (scorer) => openHarness({ kind: 'pool', threads, scorer }),
) {
  const started: { readonly threadId: number }[] = [];
  const note = (worker: { readonly threadId: number }) => void started.push(worker);
  process.on('worker', note);
  try {
    const line = await open(UNSTABLE).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    return { line, started: started.length, alive: started.filter((one) => one.threadId !== -1) };
  } finally {
    process.off('worker', note);
  }
}

const first = suite('a pool whose first threads fail to load');

for (const threads of [1, 3]) {
  first(`${threads}: that always exit are given up with one line, and none is left`, async () => {
    const plan = planLoads({ from: 0, count: 1000, failure: 'exits' });
    const { line, started, alive } = await failingStart(threads);
    assert.is(line, 'Task workers die while they load the scorer');
    assert.is(alive.length, 0);
    assert.ok(plan.loads() >= FAILED_STARTS_MAX && started < FAILED_STARTS_MAX + 2 * threads);
  });
}

first('that throw say why in one line', async () => {
  planLoads({ from: 0, count: 1000, failure: 'throws' });
  const { line, alive } = await failingStart(2);
  assert.match(line, /: planted while loading$/);
  assert.is(alive.length, 0);
});

for (const failure of ['hangs', 'spins'] as const) {
  first(`whose scorer ${failure} while it loads are given up at the deadline`, async () => {
    planLoads({ from: 0, count: 1000, failure });
    const timers = holdTimers(START_DEADLINE_MS);
    try {
      const { line, alive } = await failingStart(2, (scorer) => {
        const opening = openHarness({ kind: 'pool', threads: 2, scorer });
        timers.fire();
        return opening;
      });
      assert.is(line, 'A task worker did not start within 40 s');
      assert.is(alive.length, 0);
    } finally {
      timers.restore();
    }
  });
}

first('some of which exit while they load starts all the same, with all its threads', async () => {
  planLoads({ from: 1, count: 3, failure: 'exits' });
  await onUnstable(3, (harness) => assertHealed(harness));
});
first.run();

function onUnstable(threads: number, body: (harness: ExecutorHarness) => Promise<void>): Promise<void> {
  return withHarness({ kind: 'pool', threads, scorer: UNSTABLE }, body)();
}

const later = suite('a pool whose new threads fail to load');

for (const failure of ['exits', 'throws'] as const) {
  for (const count of [1, 2, FAILED_STARTS_MAX - 1]) {
    for (const threads of [1, 2]) {
      later(`${threads}: after a death, ${count} that ${failure}: nothing hangs, it heals`, () => {
        planLoads({ from: threads, count, failure });
        return onUnstable(threads, async (harness) => {
          const found = await allAlone(harness, [tx('exits'), ...many(30)]);
          const died = outcomes(found).filter((outcome) => outcome === 'THREAD_DIED');
          assert.ok(died.length <= 1 + count, `${died.length} died`);
          await assertBooks(harness, found);
          await assertHealed(harness, count);
          // The next deaths heal too.
          for (let round = 0; round < 3; round += 1) {
            assert.equal(outcomes(await harness.items([tx('exits')])), ['THREAD_DIED']);
            await assertHealed(harness);
          }
          const deaths = harness.troubles.filter(({ event }) => event === 'task-worker-died');
          assert.is(deaths.length, 4 + count);
        });
      });
    }
  }
}

/** Terminates the next threads as they are born, before they have run a line of their own. */
function killNewborn(count: number): { left(): number; stop(): void } {
  let left = count;
  const kill = (worker: Worker): void => {
    if (left === 0) return;
    left -= 1;
    void worker.terminate();
  };
  process.on('worker', kill);
  return { left: () => left, stop: () => void process.off('worker', kill) };
}

for (const count of [1, FAILED_STARTS_MAX - 1]) {
  for (const threads of [1, 2, 3]) {
    const title = `${threads}: after a death, ${count} killed at birth: nothing hangs, it heals`;
    later(
      title,
      withHarness({ kind: 'pool', threads }, async (harness) => {
        const killing = killNewborn(count);
        try {
          const found = await allAlone(harness, [tx('exits'), ...many(30)]);
          await assertBooks(harness, found);
          await assertHealed(harness, count);
          assert.is(killing.left(), 0);
        } finally {
          killing.stop();
        }
        // Piscina, once it has seen that, replaces nobody by itself any more.
        for (let round = 0; round < 3; round += 1) {
          assert.equal(outcomes(await harness.items([tx('exits')])), ['THREAD_DIED']);
          await assertHealed(harness);
        }
        assert.is(harness.threads.length, threads + count + 4);
        const deaths = harness.troubles.filter(({ event }) => event === 'task-worker-died');
        assert.is(deaths.length, count + 4, 'somebody died unseen');
      }),
    );
  }
}

later(
  'all threads idle, one killed, its successor too: it heals without any job to do',
  withHarness({ kind: 'pool', threads: 3 }, async (harness) => {
    const killing = killNewborn(1);
    try {
      await harness.livingThreads()[0]?.terminate();
      while (harness.threads.length < 5) await nextTurn();
    } finally {
      killing.stop();
    }
    assert.is(harness.livingThreads().length, 3);
    await assertHealed(harness);
  }),
);

for (const failure of ['hangs', 'spins'] as const) {
  later(`one that ${failure} is ended at the deadline, and its job with it`, async () => {
    planLoads({ from: 1, count: 1, failure });
    const timers = holdTimers(START_DEADLINE_MS);
    try {
      await onUnstable(1, async (harness) => {
        assert.is(timers.fire(), 0, 'a thread that has started has no deadline');
        const killed = harness.items([tx('exits')]);
        const waiting = allAlone(harness, many(5));
        await harness.latch.arrived(1);
        assert.equal(outcomes(await killed), ['THREAD_DIED']);
        assert.is(timers.fire(), 1);
        const said = outcomes(await waiting);
        assert.ok(said.filter((outcome) => outcome !== 'ok').length <= 1, said.join());
        assert.ok(harness.troubles.some(({ event }) => event === 'task-worker-start-failed'));
        await assertHealed(harness);
      });
    } finally {
      timers.restore();
    }
  });
}

for (const failure of ['exits', 'throws'] as const) {
  for (const threads of [1, 2]) {
    later(`${threads}: that always ${failure} is given up for good, and answers so`, () => {
      const plan = planLoads({ from: threads, count: 1000, failure });
      return onUnstable(threads, async (harness) => {
        assert.is(harness.executor.alive(), true);
        const found = await allAlone(harness, [tx('exits'), ...many(50)]);
        await assertBooks(harness, found);
        // It may have gone on with its other thread until here; now it ends, whatever comes.
        while (!harness.troubles.some(({ event }) => event === 'task-workers-stopped')) {
          await harness.executor.submit(many(1)).completion;
        }
        for (const more of [many(1), many(200)]) {
          const said = new Set(outcomes(requireItems(await harness.executor.submit(more).completion)));
          assert.equal(said, new Set(['THREAD_DIED']));
        }
        assert.is(harness.executor.alive(), false, '/ready must say so');
        await harness.executor.close(1000);
        assert.is(harness.livingThreads().length, 0);
        assert.is(plan.loads(), threads + FAILED_STARTS_MAX);
        const gaveUp = harness.troubles.filter(({ event }) => event === 'task-workers-stopped');
        assert.is(gaveUp.length, 1);
      });
    });
  }
}

later.run();
