// From microseconds of work to iterations. The number itself depends on the machine and on what
// else runs on it, so only what must hold on every machine is tested: no times.

import * as assert from 'uvu/assert';
import { iterationsFor } from '../../src/execution/calibrate.js';
import { suite } from '../support/suite.js';

const test = suite('calibrated work');

test('no microseconds are no iterations, without measuring', () => {
  assert.is(iterationsFor(0), 0);
});

test('any time above 0 is a whole number of iterations, at least one', () => {
  for (const us of [1e-9, 0.5, 1, 100]) {
    const iterations = iterationsFor(us);
    assert.ok(Number.isSafeInteger(iterations) && iterations >= 1, `${us}: ${iterations}`);
  }
});

test('a thousand times the time is about a thousand times the iterations', () => {
  // Each of the two measures anew: between them another program may have taken half the machine.
  const ratio = iterationsFor(100_000) / iterationsFor(100);
  assert.ok(ratio > 250 && ratio < 4000, `${ratio} times`);
});
test.run();
