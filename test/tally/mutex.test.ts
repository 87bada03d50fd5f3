// The contract of every tally, kept by `mutex`, and what only a tally with a lock has to promise.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createLock, tallyLock } from '../../src/tally/mutex.js';
import { createRegion } from '../../src/tally/region.js';
import { suite } from '../support/suite.js';
import { tallyContract } from './tally.contract.js';
import { onHarness } from './tally-harness.js';

tallyContract('mutex', { adds: 100_000, work: 10_000 });

const HOLDER = new URL('../fixtures/tally/lock-holder.worker.js', import.meta.url);
/** A thread id that no thread has. */
const NO_HOLDER = 2 ** 30;

const test = suite('tally: mutex, the lock');
const on = onHarness(test, 'mutex');

on('a thread that dies holding the lock blocks all others until recover, then all go on', async (harness) => {
  const lock = tallyLock(harness.region);
  for (let round = 1; round <= 5; round += 1) {
    const holder = harness.hire(HOLDER);
    await holder.running;
    const crew = harness.crew(Array(2).fill({ is: 'adds', adds: 1000, work: 0 }));
    const here = harness.tally.add(0);
    assert.instance(here, Promise, 'the main thread must not block');
    // The mark says that a thread is about to sleep, or asleep, for this lock.
    while (!lock.inspect().contended) await nextTurn();
    await holder.kill();
    assert.equal(lock.inspect(), { holder: holder.threadId, contended: true });

    harness.tally.recover(holder.threadId);
    await Promise.all([here, ...crew.map((hired) => hired.tickets)]);
    assert.equal(lock.inspect(), { holder: undefined, contended: false });
    const counted = (await harness.count()).reduce((sum, count) => sum + count);
    assert.is(counted, round * 2001);
  }
});

on('recover for a thread that holds nothing leaves the lock with its holder', async (harness) => {
  const holder = harness.hire(HOLDER);
  await holder.running;
  harness.tally.recover(holder.threadId + 1);
  assert.is(tallyLock(harness.region).inspect().holder, holder.threadId);
});

on('one release wakes all who sleep behind the lock, one after the other', async (harness) => {
  const lock = tallyLock(harness.region);
  assert.is(lock.tryAcquire(), true);
  const crew = harness.crew(Array(3).fill({ is: 'adds', adds: 1, work: 0 }));
  while (!lock.inspect().contended) await nextTurn();
  lock.release();
  await Promise.all(crew.map((hired) => hired.tickets));
  assert.equal(await harness.count(), [3, 0, 0, 0]);
});

on('a wake-up that died with the thread it was meant for is given again by recover', async (harness) => {
  const lock = tallyLock(harness.region);
  assert.is(lock.tryAcquire(), true);
  const [sleeper] = harness.crew([{ is: 'adds', adds: 1, work: 0 }]);
  while (!lock.inspect().contended) await nextTurn();
  // A release whose wake-up nobody else gets: free, and the sleeper sleeps on.
  harness.region.slice('tally.lock').store(0, 0n);
  harness.tally.recover(NO_HOLDER);
  await sleeper?.tickets;
  assert.equal(await harness.count(), [1, 0, 0, 0]);
});

on('an add that still waits for the lock when the tally closes rejects', async (harness) => {
  const holder = harness.hire(HOLDER);
  await holder.running;
  const waiting = Promise.resolve(harness.tally.add(0)).catch((error: unknown) => error);
  harness.tally.close();
  assert.match(String(await waiting), /lock came free/);
});

test('the lock is taken once, released by its holder only, never blocks the main thread', () => {
  const slice = createRegion({ lock: { words: 1, padded: true } }).slice('lock');
  const lock = createLock(slice, 0);
  assert.throws(() => lock.release(), /does not hold/);
  assert.is(lock.tryAcquire(), true);
  assert.is(lock.tryAcquire(), false);
  assert.equal(lock.inspect(), { holder: 0, contended: false });
  assert.throws(() => lock.acquire(), /must not block/);
  lock.release();
  assert.equal(lock.inspect(), { holder: undefined, contended: false });
  assert.is(slice.load(0), 0n);
});

test.run();
