// The added work: the same number of iterations is the same work everywhere, and no compiler can
// skip it. Calibration depends on the machine, so its tests assert no times.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { calibrateWork, doWork } from '../../src/execution/work.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

const test = suite('added work');

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
  propertyTest(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      (iterations) => BigInt(worker(iterations) >>> 0) === xorshift(iterations),
    ),
  );

test('no iterations are no work', () => {
  assert.is(doWork(0), 2463534242 | 0);
});

test('its first step gives the number of the paper', () => {
  assert.is(doWork(1) >>> 0, 723471715);
});

test('every step depends on the one before it', () => isXorshift(doWork).holds());

test('refuted: work that skips a step', () => {
  assert.ok(isXorshift((iterations) => doWork(Math.max(0, iterations - 1))).isRefuted());
});
test('no microseconds are no iterations, without measuring', () => {
  assert.is(calibrateWork(0), 0);
});

test('any time above 0 is a whole number of iterations, at least one', () => {
  for (const us of [1e-9, 0.5, 1, 100]) {
    const iterations = calibrateWork(us);
    assert.ok(Number.isSafeInteger(iterations) && iterations >= 1, `${us}: ${iterations}`);
  }
});

test('a thousand times the time is about a thousand times the iterations', () => {
  // Each of the two measures anew: between them another program may have taken half the machine.
  const ratio = calibrateWork(100_000) / calibrateWork(100);
  assert.ok(ratio > 250 && ratio < 4000, `${ratio} times`);
});
test.run();
