// The service's plain counters. That several threads may add at once is the promise of Slice.add,
// and is tested with real threads in tally/ and histogram.test.ts.

import * as assert from 'uvu/assert';
import { type Counters, createCounters } from '../../src/tally/counters.js';
import { createRegion, type Slice } from '../../src/tally/region.js';
import { suite } from '../support/suite.js';

const test = suite('shared: counters');

function create(words: number): { slice: Slice; counters: Counters } {
  const slice = createRegion({ requests: { words, padded: false } }).slice('requests');
  return { slice, counters: createCounters(slice) };
}

test('a counter starts at 0, adds 1 or as many as it is told, and leaves the others alone', () => {
  const { counters } = create(3);
  counters.add(1);
  counters.add(1, 4);
  counters.add(2, 0);
  assert.equal([counters.read(0), counters.read(1), counters.read(2)], [0, 5, 0]);
});

test('two sets of counters on one slice are the same counters', () => {
  const { slice, counters } = create(1);
  createCounters(slice).add(0);
  counters.add(0);
  assert.is(counters.read(0), 2);
});

test('a counter never goes down, and adds whole numbers only', () => {
  const { counters } = create(1);
  for (const by of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => counters.add(0, by), RangeError);
  }
  assert.is(counters.read(0), 0);
});

test('a counter that does not exist is refused', () => {
  const { counters } = create(2);
  assert.throws(() => counters.add(2), RangeError);
  assert.throws(() => counters.read(-1), RangeError);
});

test('a counter above 2^53-1 is refused when it is read, not rounded', () => {
  const { counters } = create(1);
  counters.add(0, Number.MAX_SAFE_INTEGER);
  assert.is(counters.read(0), Number.MAX_SAFE_INTEGER);
  counters.add(0);
  assert.throws(() => counters.read(0), /counter 0 would read 9007199254740992/);
});

test.run();
