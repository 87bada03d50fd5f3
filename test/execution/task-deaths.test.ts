// Task workers that die while they work: the text that was being scored says so, every other is
// scored, the pool heals, and no count is lost or invented. Real threads really die; nobody sleeps.

import { once } from 'node:events';
import * as assert from 'uvu/assert';
import type { ItemResult } from '../../src/execution/executor.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import { suite } from '../support/suite.js';
import { chooseCount } from '../support/thorough.js';
import { allAlone, assertBooks, assertHealed } from './deaths.js';
import {
  type ExecutorHarness,
  fates,
  many,
  onHarness,
  outcomes,
  requireItems,
  tx,
} from './executor-harness.js';

const KINDS = ['pool', 'batched'] as const;

async function terminate(harness: ExecutorHarness, threadId: number | undefined): Promise<void> {
  const worker = harness.threads.find((thread) => thread.threadId === threadId);
  assert.ok(worker, `no thread ${threadId}`);
  await worker?.terminate();
}

/** What a batch had scored and not yet answered when its thread died is counted, and says so. */
function assertOnlyBatchesLoseAnswers(kind: string, found: readonly ItemResult[], deaths: number): void {
  const unanswered = found.filter(({ ok }) => !ok).length;
  if (kind === 'pool') assert.is(unanswered, deaths);
  assert.ok(unanswered >= deaths && unanswered < found.length);
}

function dyingAtWork(kind: (typeof KINDS)[number]): void {
  const POOL = { kind, threads: 2 } as const;
  const single = suite(`${kind}: a task worker that dies at work`);
  const on = onHarness(single, POOL);

  for (const behaviour of ['exits', 'throws uncaught', 'throws null uncaught', 'leaves a rejection']) {
    on(`when its scorer ${behaviour}: all others are counted, and the pool heals`, async (harness) => {
      const found = await allAlone(harness, [...many(20), tx(behaviour), ...many(20)]);
      const expected = found.map((_, index) => (index === 20 ? 'THREAD_DIED' : 'counted'));
      assert.equal(fates(found), expected);
      assertOnlyBatchesLoseAnswers(kind, found, 1);
      assert.is(await harness.counted(), 40);
      await assertHealed(harness);
      assert.ok(harness.troubles.some(({ event }) => event === 'task-worker-died'));
    });
  }

  on('when it is terminated from outside: the same', async (harness) => {
    const victim = harness.executor.submit([tx('waits at the latch')]);
    const others = allAlone(harness, many(40));
    const [arrival] = await harness.latch.arrived(1);
    await terminate(harness, arrival?.threadId);
    assert.equal(outcomes(requireItems(await victim.completion)), ['THREAD_DIED']);
    assert.equal(new Set(outcomes(await others)), new Set(['ok']));
    assert.is(await harness.counted(), 40);
    await assertHealed(harness);
  });

  on.with({ threads: 1 })('when it spins and is terminated from outside: the same', async (harness) => {
    const victim = harness.executor.submit([tx('spins after the latch')]);
    const others = allAlone(harness, many(10));
    const [arrival] = await harness.latch.arrived(1);
    await terminate(harness, arrival?.threadId);
    assert.equal(outcomes(requireItems(await victim.completion)), ['THREAD_DIED']);
    assert.equal(new Set(outcomes(await others)), new Set(['ok']));
    await assertHealed(harness);
  });
  single.run();
}

for (const kind of KINDS) dyingAtWork(kind);

function dyingTogether(kind: (typeof KINDS)[number]): void {
  const POOL = { kind, threads: 2 } as const;
  const single = suite(`${kind}: task workers that die`);
  const on = onHarness(single, POOL);
  on.with({ threads: 3 })('all of them at the same moment: the pool heals', async (harness) => {
    const victims = many(3, 'exits at the latch').map((one) => harness.executor.submit([one]));
    const waiting = allAlone(harness, many(30));
    await harness.latch.arrived(3);
    for (const { arrived } of harness.latch.arrivals) harness.latch.open(arrived);
    for (const { completion } of victims) {
      assert.equal(outcomes(requireItems(await completion)), ['THREAD_DIED']);
    }
    assert.equal(new Set(outcomes(await waiting)), new Set(['ok']));
    assert.is(await harness.counted(), 30);
    await assertHealed(harness);
  });

  on('while the pool closes: closing ends all the same', async (harness) => {
    const victims = many(2, 'exits at the latch').map((one) => harness.executor.submit([one]));
    await harness.latch.arrived(2);
    const closing = harness.executor.close(600_000);
    harness.latch.openForAll();
    for (const { completion } of victims) {
      assert.equal(outcomes(requireItems(await completion)), ['THREAD_DIED']);
    }
    await closing;
    assert.is(harness.livingThreads().length, 0);
  });
  single.run();
}

for (const kind of KINDS) dyingTogether(kind);

function dyingBetween(kind: (typeof KINDS)[number]): void {
  const POOL = { kind, threads: 2 } as const;
  const idle = suite(`${kind}: a task worker that dies between two jobs`);
  const on = onHarness(idle, POOL);

  for (const thrown of ['', 'null ']) {
    on(`of ${thrown || 'an error '}that nobody could catch: the pool heals`, async (harness) => {
      const found = [];
      for (let round = 0; round < 5; round += 1) {
        const ends = harness.livingThreads().map((worker) => once(worker, 'exit').catch(() => {}));
        found.push(...(await harness.items([tx(`answers and then throws ${thrown}uncaught`)])));
        await Promise.race(ends);
        found.push(...(await allAlone(harness, many(4))));
      }
      assert.is(found.length, 25);
      // Its answer and its death travel apart: whichever comes first is believed.
      await assertBooks(harness, found);
      // Scored again, because its thread died first, it throws again.
      await assertHealed(harness, 3);
    });
  }

  on.with({ threads: 3 })('terminated from outside: its pool keeps its size', async (harness) => {
    for (let round = 0; round < 4; round += 1) {
      await terminate(harness, harness.livingThreads()[round % 2]?.threadId);
      await assertHealed(harness);
    }
  });
  idle.run();
}

for (const kind of KINDS) dyingBetween(kind);

const books = suite('the books of the tests here');

const answered = (ticket: string): ItemResult => ({ ok: true, ticket, body: '{}' });
const died: ItemResult = { ok: false, code: 'THREAD_DIED', detail: '' };

const WRONG: Readonly<Record<string, readonly [number, readonly ItemResult[], RegExp]>> = {
  'a lost count': [
    1,
    [answered('MEDIUM:1'), answered('MEDIUM:2'), died],
    /counted 1, acknowledged 2, died 1/,
  ],
  'a count that nobody made': [3, [answered('MEDIUM:1'), died], /counted 3, acknowledged 1, died 1/],
  'a ticket given twice': [2, [answered('MEDIUM:1'), answered('MEDIUM:1')], /given twice/],
  'a ticket too high': [1, [answered('MEDIUM:9')], /MEDIUM:9/],
};
for (const [what, [counted, items, words]] of Object.entries(WRONG)) {
  books(`show ${what}`, async () => {
    const error = await assertBooks({ counted: async () => counted }, items).catch(String);
    assert.match(String(error), words);
  });
}

books('are right when a dead thread’s job was counted, and when it was not', async () => {
  const items = [answered('MEDIUM:1'), died];
  for (const counted of [1, 2]) await assertBooks({ counted: async () => counted }, items);
});
books.run();

function dyingUnderLoad(kind: (typeof KINDS)[number]): void {
  const POOL = { kind, threads: 2 } as const;
  const load = suite(`${kind}: threads that die one after the other under load`);
  load.timeout(60_000);
  const on = onHarness(load, POOL);

  for (const tally of TALLY_KINDS) {
    on.with({ tally })(`tally ${tally}: every 50th transaction kills its thread`, async (harness) => {
      const ways = ['exits', 'throws uncaught', 'throws null uncaught', 'leaves a rejection'];
      const deaths = chooseCount(5, 20);
      const all = many(50 * deaths).map((one, index) =>
        index % 50 === 49 ? { ...one, category: ways[((index - 49) / 50) % ways.length] ?? '' } : one,
      );
      const found = await allAlone(harness, all);
      const expected = all.map((_, index) => (index % 50 === 49 ? 'THREAD_DIED' : 'counted'));
      assert.equal(fates(found), expected);
      assertOnlyBatchesLoseAnswers(kind, found, deaths);
      await assertBooks(harness, found);
      await assertHealed(harness);
    });

    on.with({ tally, workIterations: 2000 })(`tally ${tally}: threads end at any moment`, async (harness) => {
      let isOver = false;
      const callers = Array.from({ length: 6 }, async () => {
        const items = [];
        while (!isOver) items.push(...(await harness.items(many(40))));
        return items;
      });
      const items = [];
      for (let round = 0; round < chooseCount(8, 25); round += 1) {
        items.push(...(await harness.items(many(3))));
        const living = harness.livingThreads();
        await terminate(harness, living[round % living.length]?.threadId);
      }
      isOver = true;
      const all = [...items, ...(await Promise.all(callers)).flat()];
      await assertBooks(harness, all);
      const said = new Set(outcomes(all));
      for (const outcome of said) assert.ok(['ok', 'THREAD_DIED'].includes(outcome), outcome);
      assert.ok(said.has('ok'));
      await assertHealed(harness);
    });
  }
  load.run();
}

for (const kind of KINDS) dyingUnderLoad(kind);
