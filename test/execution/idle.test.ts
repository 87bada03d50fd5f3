// Waiting until nothing runs, for a bounded time. One event loop; nothing is timed: a deadline of
// an hour that is not waited for, or one of 0 that is, tells all.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createIdle } from '../../src/execution/idle.js';
import { suite } from '../support/suite.js';

const HOUR_MS = 3_600_000;

const test = suite('waiting for idleness');

test('is over at once when nothing runs', async () => {
  assert.is(await createIdle().wait(HOUR_MS), true);
  assert.is(await createIdle().wait(0), true);
});

test('ends with the last of what runs, not with the first', async () => {
  const idle = createIdle();
  const leaves = [idle.enter(), idle.enter(), idle.enter()];
  assert.is(idle.running(), 3);
  let isOver = false;
  const waited = idle.wait(HOUR_MS).then((all) => {
    isOver = true;
    return all;
  });
  for (const leave of leaves) {
    await nextTurn();
    assert.is(isOver, false);
    leave();
  }
  assert.is(await waited, true);
  assert.is(idle.running(), 0);
});

test('gives up at the deadline, and what runs is not touched', async () => {
  const idle = createIdle();
  const leave = idle.enter();
  assert.is(await idle.wait(0), false);
  assert.is(idle.running(), 1);
  leave();
  assert.is(await idle.wait(0), true);
});

test('wakes everybody who waits, once each, and those who came later too', async () => {
  const idle = createIdle();
  const leave = idle.enter();
  const waits = [idle.wait(HOUR_MS), idle.wait(HOUR_MS), idle.wait(0)];
  leave();
  assert.equal(await Promise.all(waits), [true, true, true]);
  const leaveAgain = idle.enter();
  const late = idle.wait(HOUR_MS);
  leaveAgain();
  assert.is(await late, true);
});
test.run();
