// The journal of a task worker: whoever begins an item has it alone, and what is read of a dead
// thread is what it did. Also with a real thread on the other side, which nobody tells when.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { attachJournal, createJournal, ITEMS_MAX, type Journal, TASKS_MAX } from '../../src/tally/journal.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

const test = suite('the journal');

test('an item is begun in its turn, and not again', () => {
  const journal = createJournal();
  journal.assign(0);
  assert.is(journal.claim(0, 0), true);
  assert.is(journal.claim(0, 0), false);
  assert.is(journal.claim(0, 2), false, 'the one before has not begun');
  assert.is(journal.claim(0, 1), true);
});

test('what was taken back cannot be begun, and what was begun cannot be taken back', () => {
  const journal = createJournal();
  journal.assign(4);
  assert.is(journal.claim(4, 0), true);
  assert.is(journal.revoke(4), 1);
  assert.is(journal.claim(4, 1), false);
  assert.is(journal.revoke(4), 1, 'a second time changes nothing');
});

test('both sides see one journal through one buffer', () => {
  const supervisor = createJournal();
  const thread = attachJournal(supervisor.buffer);
  supervisor.assign(7);
  assert.is(thread.claim(7, 0), true);
  assert.is(supervisor.revoke(7), 1);
});

test('two tasks in a row have pages of their own; the one after them takes the first page', () => {
  const journal = createJournal();
  for (const task of [0, 1]) journal.assign(task);
  assert.is(journal.claim(1, 0), true);
  assert.is(journal.claim(0, 0), true);
  journal.assign(TASKS_MAX);
  assert.is(journal.claim(0, 1), false);
  assert.throws(() => journal.revoke(0), /task 0 is over/);
  assert.equal(states(journal, 1, 1), ['at most once']);
});

test('task numbers may grow without an end', () => {
  const journal = createJournal();
  for (const task of [2 ** 20 - 1, 2 ** 20, 2 ** 32 + 2, 2 ** 50]) {
    journal.assign(task);
    for (let item = 0; item < ITEMS_MAX; item++) assert.ok(journal.claim(task, item));
    assert.is(journal.revoke(task), ITEMS_MAX);
  }
});

function states(journal: Journal, task: number, items: number): string[] {
  return journal.recover(task, items).map(({ state }) => state);
}

test('of a dead thread it says what was counted, what was not, and what nobody knows', () => {
  const journal = createJournal();
  journal.assign(3);
  for (const item of [0, 1, 2, 3]) journal.claim(3, item);
  journal.record(3, 0, 2, 17);
  journal.record(3, 2, 0, undefined);
  const begun = ['counted', 'not counted', 'at most once', 'at most once'];
  assert.equal(states(journal, 3, 6), [...begun, 'not claimed', 'not claimed']);
  assert.equal(journal.recover(3, 1), [{ state: 'counted', counter: 2, value: 17 }]);
  journal.record(3, 3, 1, Number.MAX_SAFE_INTEGER);
  assert.equal(journal.recover(3, 4)[3], { state: 'counted', counter: 1, value: Number.MAX_SAFE_INTEGER });
});

test('a page that is used again says nothing of its last task', () => {
  const journal = createJournal();
  journal.assign(0);
  journal.claim(0, 0);
  journal.record(0, 0, 1, 5);
  journal.assign(TASKS_MAX);
  assert.equal(states(journal, TASKS_MAX, 1), ['not claimed']);
  journal.claim(TASKS_MAX, 0);
  assert.equal(states(journal, TASKS_MAX, 1), ['at most once']);
});
test.run();

/** Any order of steps of both sides: each item belongs to one of them in the end, never to both. */
const isExclusive = (create: () => Journal) =>
  propertyTest(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (steps) => {
      const journal = create();
      journal.assign(1);
      let begun = 0;
      let taken: number | undefined;
      for (const isThread of steps) {
        if (!isThread) taken = journal.revoke(1);
        else if (journal.claim(1, begun)) begun++;
      }
      return taken === undefined || taken === begun;
    }),
  );

const race = suite('thread and supervisor');

race('never have the same item', () => isExclusive(createJournal).holds());

race('refuted: a journal that ignores a revocation', () => {
  const lax = () => ({ ...createJournal(), claim: () => true });
  assert.ok(isExclusive(lax).isRefuted());
});

race('never have the same item when they really race', async () => {
  const url = new URL('../fixtures/journal/claimer.worker.js', import.meta.url);
  const journal = createJournal();
  const worker = new Worker(url, { workerData: journal.buffer });
  try {
    const seen = new Set<string>();
    // Until they met in the middle; the test's time limit bounds it. Where both share one core,
    // which a neighbour wants too, each meeting takes milliseconds.
    for (let task = 0; task < 300 || !seen.has('between'); task++) {
      journal.assign(task);
      const begun = once(worker, 'message');
      worker.postMessage(task);
      for (let spin = task % 97; spin > 0; spin--) Math.sqrt(spin);
      // Now and then as soon as it was sent, else in the middle of its items.
      if (task % 3 > 0) while (states(journal, task, 1)[0] === 'not claimed');
      const taken = journal.revoke(task);
      const [count] = (await begun) as [number];
      assert.is(count, taken, `task ${task}: the thread has ${count}, the supervisor from ${taken}`);
      seen.add(taken === 0 ? 'before' : taken === ITEMS_MAX ? 'after' : 'between');
    }
  } finally {
    await worker.terminate();
  }
});
race.run();
