// Growth of a memory: a planted leak is seen, saw teeth without one are not mistaken for it, and a
// few wild samples move nothing. Seeded; pure.

import * as assert from 'uvu/assert';
import { fitSlope, POINTS_MIN, type Point } from '../../bench/stats/statistics.js';
import { random } from '../../src/checker/random.js';
import { suite } from '../support/suite.js';

const MB = 1_000_000;

/** 100 samples of 5 MB saw teeth of any length and phase, with noise, over 2.5 million requests. */
function memory(bytesPerRequest: number, seed: number): Point[] {
  const next = random(seed);
  const period = 3 + next() * 20;
  const phase = next() * period;
  return Array.from({ length: 100 }, (_, at) => {
    const x = 2_500_000 + at * 25_000;
    const tooth = (((at + phase) % period) / period) * 5 * MB;
    return { x, y: 90 * MB + tooth + next() * MB + bytesPerRequest * x };
  });
}

const test = suite('bench: growth of memory');

test('the slope of a line is exact', () => {
  const points = Array.from({ length: 30 }, (_, x) => ({ x, y: 7 + 3 * x }));
  const { slope, low, high, n } = fitSlope(points);
  assert.equal([slope, low, high, n].map(Math.round), [3, 3, 3, 30]);
});

test('a planted leak of 10 bytes a request is seen, and its size', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { low, high } = fitSlope(memory(10, seed));
    assert.ok(low > 0, `low ${low} (seed ${seed})`);
    assert.ok(high < 20, `high ${high} (seed ${seed})`);
  }
});

test('saw teeth without a leak are called growth as seldom as a 95 % interval may', () => {
  const trials = 200;
  let missed = 0;
  for (let seed = 1; seed <= trials; seed++) {
    const { low, high } = fitSlope(memory(0, seed));
    if (low > 0 || high < 0) missed++;
  }
  assert.ok(missed <= trials * 0.05, `${missed} of ${trials}`);
});

test('a few wild samples move it little', () => {
  const wild = memory(10, 3).map((point, at) =>
    at % 20 === 0 ? { ...point, y: point.y + 500 * MB } : point,
  );
  assert.ok(Math.abs(fitSlope(wild).slope - 10) < 3);
});

test('too few samples have no interval', () => {
  const { low, high } = fitSlope(memory(10, 1).slice(0, POINTS_MIN - 1));
  assert.ok(Number.isNaN(low) && Number.isNaN(high));
  assert.ok(Number.isNaN(fitSlope([]).slope));
});

test.run();
