// The journal of a task worker: whoever begins an item has it alone, and what is read of a dead
// thread is what it did. Also with a real thread on the other side, which nobody tells when.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  attachJournal,
  createJournal,
  ITEMS_MAX,
  type Journal,
  TASKS_MAX,
} from '../../src/tally/journal.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

const test = suite('the journal');

test('an item is begun in its turn, and not again', () => {
  const journal = createJournal();
  journal.offer(0);
  assert.is(journal.begin(0, 0), true);
  assert.is(journal.begin(0, 0), false);
  assert.is(journal.begin(0, 2), false, 'the one before has not begun');
  assert.is(journal.begin(0, 1), true);
});

test('what was taken back cannot be begun, and what was begun cannot be taken back', () => {
  const journal = createJournal();
  journal.offer(4);
  assert.is(journal.begin(4, 0), true);
  assert.is(journal.takeBack(4), 1);
  assert.is(journal.begin(4, 1), false);
  assert.is(journal.takeBack(4), 1, 'a second time changes nothing');
});

test('both sides see one journal through one buffer', () => {
  const supervisor = createJournal();
  const thread = attachJournal(supervisor.buffer);
  supervisor.offer(7);
  assert.is(thread.begin(7, 0), true);
  assert.is(supervisor.takeBack(7), 1);
});

test('two tasks in a row have pages of their own; the one after them takes the first page', () => {
  const journal = createJournal();
  for (const task of [0, 1]) journal.offer(task);
  assert.is(journal.begin(1, 0), true);
  assert.is(journal.begin(0, 0), true);
  journal.offer(TASKS_MAX);
  assert.is(journal.begin(0, 1), false);
  assert.throws(() => journal.takeBack(0), /task 0 is over/);
  assert.equal(states(journal, 1, 1), ['at most once']);
});

test('task numbers may grow without an end', () => {
  const journal = createJournal();
  for (const task of [2 ** 20 - 1, 2 ** 20, 2 ** 32 + 2, 2 ** 50]) {
    journal.offer(task);
    for (let item = 0; item < ITEMS_MAX; item++) assert.ok(journal.begin(task, item));
    assert.is(journal.takeBack(task), ITEMS_MAX);
  }
});

function states(journal: Journal, task: number, items: number): string[] {
  return journal.traces(task, items).map(({ state }) => state);
}

test('of a dead thread it says what was counted, what was not, and what nobody knows', () => {
  const journal = createJournal();
  journal.offer(3);
  for (const item of [0, 1, 2, 3]) journal.begin(3, item);
  journal.counted(3, 0, 2, 17);
  journal.counted(3, 2, 0, undefined);
  const begun = ['counted', 'not counted', 'at most once', 'at most once'];
  assert.equal(states(journal, 3, 6), [...begun, 'never begun', 'never begun']);
  assert.equal(journal.traces(3, 1), [{ state: 'counted', counter: 2, value: 17 }]);
  journal.counted(3, 3, 1, Number.MAX_SAFE_INTEGER);
  assert.equal(journal.traces(3, 4)[3], {
    state: 'counted',
    counter: 1,
    value: Number.MAX_SAFE_INTEGER,
  });
});

test('a page that is used again says nothing of its last task', () => {
  const journal = createJournal();
  journal.offer(0);
  journal.begin(0, 0);
  journal.counted(0, 0, 1, 5);
  journal.offer(TASKS_MAX);
  assert.equal(states(journal, TASKS_MAX, 1), ['never begun']);
  journal.begin(TASKS_MAX, 0);
  assert.equal(states(journal, TASKS_MAX, 1), ['at most once']);
});
test.run();

/** Any order of steps of both sides: each item belongs to one of them in the end, never to both. */
const isExclusive = (create: () => Journal) =>
  propertyTest(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (steps) => {
      const journal = create();
      journal.offer(1);
      let begun = 0;
      let taken: number | undefined;
      for (const isThread of steps) {
        if (!isThread) taken = journal.takeBack(1);
        else if (journal.begin(1, begun)) begun++;
      }
      return taken === undefined || taken === begun;
    }),
  );

const race = suite('thread and supervisor');

race('never have the same item', () => isExclusive(createJournal).holds());

race('refuted: a journal that lets the thread go on', () => {
  const lax = () => ({ ...createJournal(), begin: () => true });
  assert.ok(isExclusive(lax).isRefuted());
});

race('never have the same item when they really race', async () => {
  const url = new URL('../fixtures/journal/beginner.worker.js', import.meta.url);
  const journal = createJournal();
  const worker = new Worker(url, { workerData: journal.buffer });
  try {
    const seen = new Set<string>();
    // Until they met in the middle; the test's time limit bounds it. Where both share one core,
    // which a neighbour wants too, each meeting takes milliseconds.
    for (let task = 0; task < 300 || !seen.has('between'); task++) {
      journal.offer(task);
      const begun = once(worker, 'message');
      worker.postMessage(task);
      for (let spin = task % 97; spin > 0; spin--) Math.sqrt(spin);
      // Now and then as soon as it was sent, else in the middle of its items.
      if (task % 3 > 0) while (states(journal, task, 1)[0] === 'never begun');
      const taken = journal.takeBack(task);
      const [count] = (await begun) as [number];
      assert.is(
        count,
        taken,
        `task ${task}: the thread has ${count}, the supervisor from ${taken}`,
      );
      seen.add(taken === 0 ? 'before' : taken === ITEMS_MAX ? 'after' : 'between');
    }
  } finally {
    await worker.terminate();
  }
});
race.run();
