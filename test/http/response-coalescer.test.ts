// Responses that wait for the end of the turn: all are written, in order, and none waits long. Time
// passes when a test says so: a pause of the machine changes nothing.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { ResponseCoalescer } from '../../src/http/response-writer.js';
import { suite } from '../support/suite.js';

const test = suite('coalesced responses');

/** A coalescer, and a function that lets time pass for it, as a computation does. */
function createTimed() {
  let nowMs = 0;
  const coalescer = new ResponseCoalescer(() => nowMs);
  const put = (writeResponse: () => void): void => coalescer.put({ writeResponse });
  const compute = (ms: number): void => {
    nowMs += ms;
  };
  return { put, compute };
}

test('writes the first of several at once and the others at the end of the turn', async () => {
  const { put } = createTimed();
  const written: number[] = [];
  for (const at of [1, 2, 3]) put(() => written.push(at));
  assert.equal(written, [1]);
  await nextTurn();
  assert.equal(written, [1, 2, 3]);
});

test('what is put while it writes is written too', async () => {
  const { put } = createTimed();
  const written: string[] = [];
  put(() => written.push('first'));
  put(() => {
    written.push('second');
    put(() => written.push('third'));
  });
  await nextTurn();
  await nextTurn();
  assert.equal(written, ['first', 'second', 'third']);
});

test('holds nothing while somebody computes for longer than it may hold', () => {
  const { put, compute } = createTimed();
  const written: number[] = [];
  for (const at of [1, 2, 3]) {
    put(() => written.push(at));
    assert.is(written.length, at);
    compute(2);
  }
});

test('does not wait for a long turn to end', () => {
  const { put, compute } = createTimed();
  const written: number[] = [];
  for (const at of [1, 2]) put(() => written.push(at));
  compute(2);
  put(() => written.push(3));
  assert.equal(written, [1, 2, 3]);
});
test.run();
