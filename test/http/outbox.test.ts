// Answers that wait for the end of the turn: all are written, in order, and none waits long.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createOutbox } from '../../src/http/outbox.js';
import { suite } from '../support/suite.js';

const test = suite('the outbox');

function compute(ms: number): void {
  const startedAt = performance.now();
  while (performance.now() - startedAt < ms);
}

test('writes the first of several at once and the others at the end of the turn', async () => {
  const outbox = createOutbox();
  const written: number[] = [];
  for (const at of [1, 2, 3]) outbox.put(() => written.push(at));
  assert.equal(written, [1]);
  await nextTurn();
  assert.equal(written, [1, 2, 3]);
});

test('what is put while it writes is written too', async () => {
  const outbox = createOutbox();
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
  const outbox = createOutbox();
  const written: number[] = [];
  for (const at of [1, 2, 3]) {
    outbox.put(() => written.push(at));
    assert.is(written.length, at);
    compute(2);
  }
});

test('does not wait for a long turn to end', () => {
  const outbox = createOutbox();
  const written: number[] = [];
  for (const at of [1, 2]) outbox.put(() => written.push(at));
  compute(2);
  outbox.put(() => written.push(3));
  assert.equal(written, [1, 2, 3]);
});
test.run();
