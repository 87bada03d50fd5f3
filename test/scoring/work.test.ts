// The work dial: the same number of iterations is the same work everywhere, and none of it can be
// skipped. It says nothing of time.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { work } from '../../src/scoring/work.js';
import { suite } from '../support/suite.js';
import { claim } from './claims.js';

const test = suite('the work dial');

/** Marsaglia's xorshift of 32 bits in whole numbers without a sign, from his paper's seed. */
function xorshift(iterations: number): bigint {
  const bits = 0xffff_ffffn;
  let state = 2463534242n;
  for (let step = 0; step < iterations; step += 1) {
    state ^= (state << 13n) & bits;
    state ^= state >> 17n;
    state ^= (state << 5n) & bits;
  }
  return state;
}

const isXorshift = (worker: (iterations: number) => number) =>
  claim(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      (iterations) => BigInt(worker(iterations) >>> 0) === xorshift(iterations),
    ),
  );

test('no iterations are no work', () => {
  assert.is(work(0), 2463534242 | 0);
});

test('its first step gives the number of the paper', () => {
  assert.is(work(1) >>> 0, 723471715);
});

test('every step depends on the one before it', () => isXorshift(work).holds());

test('refuted: work that skips a step', () => {
  assert.ok(isXorshift((iterations) => work(Math.max(0, iterations - 1))).isRefuted());
});
test.run();
