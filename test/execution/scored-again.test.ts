// A task worker that dies in the middle of a task: what it had counted is scored again and keeps
// its ticket, what it had not begun is scored, and only what killed it is lost.

import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import { assertBooks, assertHealed } from './deaths.js';
import { itemsOf, many, outcomes, readTicket, tx, withStand } from './stand.js';

const test = suite('a task worker that dies in the test of a task');

test(
  'what had been counted is scored again and keeps its ticket, what had not begun is scored',
  withStand({ kind: 'pool', threads: 2 }, async (stand) => {
    const batch = many(300).map((one, index) => (index === 100 ? { ...one, category: 'exits' } : one));
    const found = await stand.items(batch);
    const expected = batch.map((_, at) => (at === 100 ? 'THREAD_DIED' : 'ok'));
    assert.equal(outcomes(found), expected);
    assert.is(await stand.counted(), 299);
    await assertBooks(stand, found);
    await assertHealed(stand);
  }),
);

test(
  'what dies of being scored again, again and again, says at last by which ticket it was counted',
  withStand({ kind: 'pool', threads: 1 }, async (stand) => {
    const [again, fatal, last] = [tx('exits when scored again', 5), tx('exits'), tx()];
    const found = await stand.items([again, fatal, last]);
    rmSync(join(tmpdir(), `${stand.latch.name}.${again.tx_id}`));
    assert.equal(outcomes(found), ['THREAD_DIED', 'THREAD_DIED', 'ok']);
    assert.equal(found.slice(0, 2).map(readTicket), ['CRITICAL:1', undefined]);
    assert.is(await stand.counted(), 2);
    await assertHealed(stand);
  }),
);
test(
  'what was refused or had failed before the thread died says why, and not that it died',
  withStand({ kind: 'pool', threads: 1 }, async (stand) => {
    const texts = ['{', '{}', JSON.stringify(tx('throws')), JSON.stringify(tx('exits'))];
    const found = itemsOf(await stand.executor.submitTexts(texts).completion);
    assert.equal(outcomes(found), ['MALFORMED', 'INVALID', 'SCORER_FAILED', 'THREAD_DIED']);
    assert.is(await stand.counted(), 0);
  }),
);

test(
  'what cannot be scored again says that it was counted all the same',
  withStand({ kind: 'pool', threads: 1 }, async (stand) => {
    const again = tx('throws when scored again', 5);
    const [found] = await stand.items([again, tx('exits')]);
    rmSync(join(tmpdir(), `${stand.latch.name}.${again.tx_id}`));
    assert.equal([found?.ok, readTicket(found)], [false, 'CRITICAL:1']);
    assert.is(await stand.counted(), 1);
  }),
);

test(
  'who leaves before he is scored again is not told that nothing was counted',
  withStand({ kind: 'pool', threads: 1 }, async (stand) => {
    const submission = stand.executor.submit([tx('answers', 5), tx('exits'), tx()]);
    while (stand.executor.waiting() === 0) await new Promise((resolve) => setImmediate(resolve));
    submission.cancel();
    const [first, ...others] = itemsOf(await submission.completion);
    assert.is(readTicket(first), 'CRITICAL:1');
    assert.equal(outcomes(others), ['THREAD_DIED', 'CANCELLED']);
    assert.is(await stand.counted(), 1);
  }),
);
test.run();
