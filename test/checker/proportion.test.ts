// The interval of a share against known values (Wilson's score interval at 95 %).

import * as assert from 'uvu/assert';
import { wilson } from '../../src/checker/proportion.js';
import { suite } from '../support/suite.js';

const test = suite('check: proportions');

/** The examples of R. G. Newcombe (Statistics in Medicine 17, 1998, table I), and full marks. */
const KNOWN: readonly (readonly [number, number, number, number])[] = [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [20, 20, 0.8389, 1],
  [1, 1, 0.2065, 1],
];

for (const [count, n, low, high] of KNOWN) {
  test(`${count} of ${n} lies between ${low} and ${high}`, () => {
    const found = wilson(count, n);
    assert.is(found.low.toFixed(4), low.toFixed(4));
    assert.is(found.high.toFixed(4), high.toFixed(4));
    assert.equal([found.count, found.n], [count, n]);
  });
}

test('without trials the interval spans everything', () => {
  assert.equal(wilson(0, 0), { count: 0, n: 0, low: 0, high: 1 });
});

test.run();
