// What a hung scorer leaves behind on its task worker: what its batch had scored leaves with its tickets,
// what had not begun goes to another thread, and the hung item itself is never scored again.

import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import { many, onHarness, outcomes, requireItems, tx } from './executor-harness.js';

/** Longer than any test: only what leaves without the hung item can be awaited. */
const HOUR_MS = 3_600_000;

const test = suite('a hung scorer in a batch');
const on = onHarness(test, { kind: 'batched', threads: 2, deadlineMs: HOUR_MS, scorerTimeoutMs: 1 });

for (const behaviour of ['spins after the latch', 'waits at the latch']) {
  on(`(${behaviour}): all others are answered while it hangs, and each is counted once`, async (harness) => {
    const { executor, latch, counted } = harness;
    await harness.items(many(500)); // from now on a batch has several items
    const before = await counted();
    const hung = tx(behaviour);
    const singles = [...many(4), hung, ...many(4)].map((one) => executor.submit([one]));
    await latch.arrived(1);
    const others = singles.filter((_, index) => index !== 4);
    const answered = await Promise.all(others.map(({ completion }) => completion));
    const found = answered.flatMap(requireItems);
    assert.equal(
      outcomes(found),
      Array.from({ length: 8 }, () => 'ok'),
    );
    assert.is(singles[4]?.settled, undefined);
    assert.is(await counted(), before + 8);
    if (behaviour !== 'waits at the latch') return;
    // It was slow and not hung: its thread answers, and what was saved is not answered twice.
    latch.open(hung.tx_id);
    const last = requireItems(await (singles[4] as (typeof singles)[0]).completion);
    assert.equal(outcomes(last), ['ok']);
    assert.is(executor.busy(), 0);
    assert.is(await counted(), before + 9);
  });
}

on.with({ threads: 1, deadlineMs: 100, scorerTimeoutMs: 100 })(
  'with one task worker: the hung item fails, and its replacement answers the others',
  async (harness) => {
    const { executor, latch, counted } = harness;
    await harness.items(many(500));
    const before = await counted();
    const hung = tx('spins after the latch');
    const singles = [...many(4), hung, ...many(4)].map((one) => executor.submit([one]));
    const answered = await Promise.all(singles.map(({ completion }) => completion));
    const found = outcomes(answered.flatMap(requireItems));
    assert.equal(
      found,
      Array.from({ length: 9 }, (_, index) => (index === 4 ? 'THREAD_DIED' : 'ok')),
    );
    assert.is(latch.arrivals.length, 1, 'it began once');
    assert.is(await counted(), before + 8);
    assert.is(executor.busy(), 0);
  },
);

test.run();
