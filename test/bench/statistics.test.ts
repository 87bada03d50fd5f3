// The statistics of the benchmarks: the same seed gives the same numbers, intervals hold what they
// should as often as they should, and words are not stronger than the interval. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { bootstrapMedian, describeSpeed, median, missChance } from '../../bench/stats/statistics.js';
import { random, shuffled } from '../../src/checker/random.js';
import { suite } from '../support/suite.js';

const test = suite('bench: statistics');

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, random(seed));
  assert.equal(draw(7), draw(7));
  assert.not.equal(draw(7), draw(8));
});

test('random numbers are from 0 up to 1, and evenly so', () => {
  const next = random(3);
  const tenths = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw++) {
    const tenth = Math.floor(next() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  assert.is(tenths.length, 10);
  for (const count of tenths) assert.ok(Math.abs(count - 10_000) < 500, `${tenths}`);
});

test('a shuffled list has the same members', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat(), (list, seed) => {
      assert.equal(shuffled(list, random(seed)).sort(), [...list].sort());
    }),
  );
});

test('the median splits a list in halves', () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 3, 2]), 2.5);
  assert.is(median([5]), 5);
  assert.ok(Number.isNaN(median([])));
});

test('the interval holds the true median in about 95 of 100 samples, and not in all', () => {
  const next = random(11);
  const trials = 200;
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const sample = Array.from({ length: 25 }, next); // uniform: its median is 0.5
    const { low, high } = bootstrapMedian(sample, next);
    if (low <= 0.5 && high >= 0.5) held++;
  }
  assert.ok(held > trials * 0.88 && held < trials, `${held} of ${trials}`);
});

test('words say no more than the interval does', () => {
  const ratio = { median: 1, n: 7 };
  assert.is(describeSpeed({ ...ratio, low: 1.1, high: 1.2 }), 'faster');
  assert.is(describeSpeed({ ...ratio, low: 0.8, high: 0.9 }), 'slower');
  assert.is(describeSpeed({ ...ratio, low: 0.9, high: 1.1 }), 'no difference seen');
  assert.match(describeSpeed({ ...ratio, low: 1.1, high: 1.2, n: 4 }), /too few rounds/);
});

test('few rounds leave the true median more often than one interval in twenty', () => {
  const percents = [5, 7, 9, 11].map((n) => Number((100 * missChance(n)).toFixed(2)));
  assert.equal(percents, [6.25, 12.5, 3.91, 6.54]);
  // Simulated: medians of seven draws, whose true median is 0.5.
  const next = random(7);
  const rounds = Array.from({ length: 400 }, () => Array.from({ length: 7 }, next));
  const outside = rounds.filter((values) => {
    const { low, high } = bootstrapMedian(values, next);
    return low > 0.5 || high < 0.5;
  });
  assert.ok(Math.abs(outside.length / 400 - missChance(7)) < 0.05, `${outside.length} of 400`);
});

test.run();
