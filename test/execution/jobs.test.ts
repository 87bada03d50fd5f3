// How many places in the queue a submission needs, and what is said of one not taken. Pure.

import * as assert from 'uvu/assert';
import type { Completion } from '../../src/execution/executor.js';
import { neverBegun, PLACE_ITEMS_MAX, placesFor, refuse } from '../../src/execution/jobs.js';
import { suite } from '../support/suite.js';

const test = suite('a submission');

test('needs a place for each 64 texts or a part of them', () => {
  const sizes = [0, 1, PLACE_ITEMS_MAX, PLACE_ITEMS_MAX + 1, 10_000];
  assert.equal(sizes.map(placesFor), [0, 1, 1, 2, 157]);
});

test('of which a part was never begun says so of each text', () => {
  const said = { ok: false, code: 'CLOSING', detail: 'it was never begun' };
  assert.equal(neverBegun('CLOSING'), said);
});

test('that is refused is settled at once, and cancelling it changes nothing', () => {
  const settled: Completion[] = [];
  refuse((completion) => settled.push(completion), 'QUEUE_FULL')();
  assert.equal(settled, [{ state: 'refused', reason: 'QUEUE_FULL' }]);
});
test.run();
