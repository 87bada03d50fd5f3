// Answers that wait for the end of the turn: all are written, in order, and none waits long.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createOutbox } from '../../src/http/outbox.js';
import { suite } from '../support/suite.js';

const test = suite('the outbox');

test('writes at the end of the turn, in the order given', async () => {
  const outbox = createOutbox();
  const written: number[] = [];
  for (const at of [1, 2, 3]) outbox.put(() => written.push(at));
  assert.equal(written, []);
  await nextTurn();
  assert.equal(written, [1, 2, 3]);
  outbox.put(() => written.push(4));
  await nextTurn();
  assert.equal(written, [1, 2, 3, 4]);
});

test('what is put while it writes is written too', async () => {
  const outbox = createOutbox();
  const written: string[] = [];
  outbox.put(() => {
    written.push('first');
    outbox.put(() => written.push('second'));
  });
  await nextTurn();
  await nextTurn();
  assert.equal(written, ['first', 'second']);
});

test('does not wait for a long turn to end', () => {
  const outbox = createOutbox();
  const written: number[] = [];
  const startedAt = performance.now();
  outbox.put(() => written.push(1));
  while (performance.now() - startedAt < 2); // somebody computes
  outbox.put(() => written.push(2));
  assert.equal(written, [1, 2]);
});
test.run();
