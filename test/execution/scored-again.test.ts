// A task worker that dies in the middle of a task: what it had counted is scored again and keeps
// its ticket, what it had not begun is scored, and only what killed it is lost.

import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import { assertBooks, assertHealed } from './deaths.js';
import { many, outcomes, readTicket, requireItems, tx, withHarness } from './executor-harness.js';

const test = suite('a task worker that dies in the test of a task');

test(
  'what had been counted is scored again and keeps its ticket, what had not begun is scored',
  withHarness({ kind: 'pool', threads: 2 }, async (harness) => {
    const batch = many(300).map((one, index) => (index === 100 ? { ...one, category: 'exits' } : one));
    const found = await harness.items(batch);
    const expected = batch.map((_, at) => (at === 100 ? 'THREAD_DIED' : 'ok'));
    assert.equal(outcomes(found), expected);
    assert.is(await harness.counted(), 299);
    await assertBooks(harness, found);
    await assertHealed(harness);
  }),
);

test(
  'what dies of being scored again, again and again, says at last by which ticket it was counted',
  withHarness({ kind: 'pool', threads: 1 }, async (harness) => {
    const [again, fatal, last] = [tx('exits when scored again', 5), tx('exits'), tx()];
    const found = await harness.items([again, fatal, last]);
    rmSync(join(tmpdir(), `${harness.latch.name}.${again.tx_id}`));
    assert.equal(outcomes(found), ['THREAD_DIED', 'THREAD_DIED', 'ok']);
    assert.equal(found.slice(0, 2).map(readTicket), ['CRITICAL:1', undefined]);
    assert.is(await harness.counted(), 2);
    await assertHealed(harness);
  }),
);
test(
  'what was refused or had failed before the thread died says why, and not that it died',
  withHarness({ kind: 'pool', threads: 1 }, async (harness) => {
    const texts = ['{', '{}', JSON.stringify(tx('throws')), JSON.stringify(tx('exits'))];
    const found = requireItems(await harness.executor.submitTexts(texts).completion);
    assert.equal(outcomes(found), ['MALFORMED', 'INVALID', 'SCORER_FAILED', 'THREAD_DIED']);
    assert.is(await harness.counted(), 0);
  }),
);

test(
  'what cannot be scored again says that it was counted all the same',
  withHarness({ kind: 'pool', threads: 1 }, async (harness) => {
    const again = tx('throws when scored again', 5);
    const [found] = await harness.items([again, tx('exits')]);
    rmSync(join(tmpdir(), `${harness.latch.name}.${again.tx_id}`));
    assert.equal([found?.ok, readTicket(found)], [false, 'CRITICAL:1']);
    assert.is(await harness.counted(), 1);
  }),
);

test(
  'who leaves before he is scored again is not told that nothing was counted',
  withHarness({ kind: 'pool', threads: 1 }, async (harness) => {
    const submission = harness.executor.submit([tx('answers', 5), tx('exits'), tx()]);
    while (harness.executor.waiting() === 0) await new Promise((resolve) => setImmediate(resolve));
    submission.cancel();
    const [first, ...others] = requireItems(await submission.completion);
    assert.is(readTicket(first), 'CRITICAL:1');
    assert.equal(outcomes(others), ['THREAD_DIED', 'CANCELLED']);
    assert.is(await harness.counted(), 1);
  }),
);
test.run();
