// Answers that wait for the end of the turn: all are written, in order, and none waits long. Time
// passes when a test says so: a machine that is held up in between changes nothing.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createOutbox } from '../../src/http/outbox.js';
import { suite } from '../support/suite.js';

const test = suite('the outbox');

/** An outbox, and how to let time pass for it as while somebody computes. */
function createTimed() {
  let nowMs = 0;
  const outbox = createOutbox(() => nowMs);
  const compute = (ms: number): void => {
    nowMs += ms;
  };
  return { outbox, compute };
}

test('writes the first of several at once and the others at the end of the turn', async () => {
  const { outbox } = createTimed();
  const written: number[] = [];
  for (const at of [1, 2, 3]) outbox.put(() => written.push(at));
  assert.equal(written, [1]);
  await nextTurn();
  assert.equal(written, [1, 2, 3]);
});

test('what is put while it writes is written too', async () => {
  const { outbox } = createTimed();
  const written: string[] = [];
  outbox.put(() => written.push('first'));
  outbox.put(() => {
    written.push('second');
    outbox.put(() => written.push('third'));
  });
  await nextTurn();
  await nextTurn();
  assert.equal(written, ['first', 'second', 'third']);
});

test('holds nothing while somebody computes for longer than it may hold', () => {
  const { outbox, compute } = createTimed();
  const written: number[] = [];
  for (const at of [1, 2, 3]) {
    outbox.put(() => written.push(at));
    assert.is(written.length, at);
    compute(2);
  }
});

test('does not wait for a long turn to end', () => {
  const { outbox, compute } = createTimed();
  const written: number[] = [];
  for (const at of [1, 2]) outbox.put(() => written.push(at));
  compute(2);
  outbox.put(() => written.push(3));
  assert.equal(written, [1, 2, 3]);
});
test.run();
