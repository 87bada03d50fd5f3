// The intended starts of an open loop: even or by chance; complete, and due when the clock has
// reached them. A seeded schedule of bursts is told from an even one, and an even one from chance. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type Arrivals, createSchedule, type Schedule, STARTS_MAX } from '../../bench/load/schedule.js';
import { median } from '../../bench/stats/statistics.js';
import { suite } from '../support/suite.js';

const steady = (perSecond: number, seconds: number, arrivals?: Arrivals) =>
  createSchedule({ perSecond, seconds }, arrivals);
const listStarts = ({ count, intendedMs }: Schedule) =>
  Array.from({ length: count }, (_, n) => intendedMs(n));
const listGaps = (schedule: Schedule) => listStarts(schedule).map((at, n, all) => at - (all[n - 1] ?? 0));
const computeMean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** The variance of the values around their mean. */
function computeVariance(values: readonly number[]): number {
  const mean = computeMean(values);
  return computeMean(values.map((value) => (value - mean) ** 2));
}

/** The spread of the gaps as a share of their mean: 0 when even, 1 when exponential. */
function computeVariation(schedule: Schedule): number {
  const gaps = listGaps(schedule).slice(1);
  return Math.sqrt(computeVariance(gaps)) / computeMean(gaps);
}

const test = suite('bench: intended starts');

test('they are evenly spaced, as many as the rate says; seeded bursts are not even', () => {
  const even = steady(400, 2);
  assert.equal([even.count, even.intendedMs(0)], [800, 0]);
  assert.ok(computeVariation(even) < 1e-9);
  const bursts = { ...even, intendedMs: (index: number) => Math.floor(index / 400) * 1000 };
  assert.ok(computeVariation(bursts) > 1);
});

const arrivals = fc.oneof(
  fc.constant('even' as const),
  fc.nat().map((seed) => ({ poisson: { seed } })),
);

test('what is due is what was intended by then, at any moment, rate and spacing', () => {
  const rate = fc.integer({ min: 1, max: 5_000 });
  const moments = fc.double({ min: 0, max: 3_000, noNaN: true });
  fc.assert(
    fc.property(rate, arrivals, moments, (perSecond, how, elapsedMs) => {
      const { count, dueAt, intendedMs } = steady(perSecond, 1.4, how);
      const due = dueAt(elapsedMs);
      if (due > 0) assert.ok(intendedMs(due - 1) <= elapsedMs);
      if (due < count) assert.ok(intendedMs(due) > elapsedMs);
      assert.is(dueAt(1_400 + 1e-6), count);
      for (let index = 1; index < count; index++) {
        assert.ok(intendedMs(index) >= intendedMs(index - 1), `start ${index}`);
      }
    }),
    { numRuns: 50 },
  );
});

test('nothing is due before the beginning, and never more than there is', () => {
  const { count, dueAt } = steady(10, 1);
  assert.equal([dueAt(-1), dueAt(0), dueAt(1e9)], [0, 1, count]);
});

const poisson = (seed: number) => steady(1_000, 20, { poisson: { seed } });

test('by chance, the same seed gives the same starts, another seed others', () => {
  assert.equal(listStarts(poisson(7)), listStarts(poisson(7)));
  assert.not.equal(listStarts(poisson(7)), listStarts(poisson(8)));
});

test('by chance, gaps have the mean of the rate and are exponential; even ones are not', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const schedule = poisson(seed);
    const gaps = listGaps(schedule);
    // 20,000 gaps: five standard errors are 3.5 %.
    assert.ok(Math.abs(computeMean(gaps) - 1) < 0.035, `mean ${computeMean(gaps)}`);
    assert.ok(Math.abs(median(gaps) - Math.LN2) < 0.035, `median ${median(gaps)}`);
    assert.ok(Math.abs(computeVariation(schedule) - 1) < 0.05, `${computeVariation(schedule)}`);
  }
  assert.ok(computeVariation(steady(1_000, 20)) < 0.02);
});

test('by chance, the number of starts varies as its mean does, down to none; even, never', () => {
  const countAll = (perSecond: number) =>
    Array.from({ length: 200 }, (_, at) => steady(perSecond, 1, { poisson: { seed: at + 1 } }).count);
  const counts = countAll(100);
  const variance = computeVariance(counts);
  assert.ok(Math.abs(computeMean(counts) - 100) < 4, `mean ${computeMean(counts)}`);
  assert.ok(variance > 60 && variance < 150, `variance ${variance}`);
  assert.is(steady(100, 1).count, 100);
  const rare = countAll(0.5);
  assert.ok(rare.includes(0) && rare.some((count) => count > 0), `${rare}`);
});

for (const [what, perSecond, seconds] of [
  ['nobody', 0, 1],
  ['less than nobody', -1, 1],
  ['no number', Number.NaN, 1],
  ['no time', 10, 0],
  ['more than can be held', STARTS_MAX, 2],
] as const) {
  test(`a rate of ${what} is refused`, () => {
    assert.throws(() => steady(perSecond, seconds), /makes .* starts: choose from 1 to/);
  });
}

test.run();
