// The intended starts of an open loop: even or by chance, at rates that stay, step or rise;
// complete, and due when the clock has reached them. A planted schedule of bursts is told from an
// even one, and an even one from chance. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  createSchedule,
  ramp,
  type Schedule,
  STARTS_MAX,
  type Stretch,
  steady,
  steps,
} from '../../bench/load/schedule.js';
import { median } from '../../bench/stats/statistics.js';
import { suite } from '../support/suite.js';

/** The largest difference between a gap and the mean gap, as a share of it: 0 is even. */
function unevenness({ count, intendedMs }: Schedule): number {
  const meanMs = (intendedMs(count - 1) - intendedMs(0)) / (count - 1);
  const gapsMs = Array.from({ length: count - 1 }, (_, at) => intendedMs(at + 1) - intendedMs(at));
  return Math.max(...gapsMs.map((gapMs) => Math.abs(gapMs - meanMs) / meanMs));
}

const test = suite('bench: intended starts');

test('they are evenly spaced, as many as the rate says', () => {
  const schedule = createSchedule(steady(400, 2));
  assert.is(schedule.count, 800);
  assert.is(schedule.intendedMs(0), 0);
  assert.ok(unevenness(schedule) < 1e-9);
});

test('a planted burst once a second is not even', () => {
  const even = createSchedule(steady(400, 2));
  const bursts = { ...even, intendedMs: (index: number) => Math.floor(index / 400) * 1000 };
  assert.ok(unevenness(bursts) > 1);
});

const rate = fc.integer({ min: 1, max: 5_000 });
const stretch = fc.record({ fromPerSecond: rate, toPerSecond: rate, seconds: fc.constant(0.7) });
const arrivals = fc.oneof(
  fc.constant('even' as const),
  fc.nat().map((seed) => ({ poisson: { seed } })),
);

test('what is due is what was intended by then, at any moment, rate and spacing', () => {
  const stretches = fc.array(stretch, { minLength: 1, maxLength: 3 });
  const moments = fc.double({ min: 0, max: 3_000, noNaN: true });
  fc.assert(
    fc.property(stretches, arrivals, moments, (rates, how, elapsedMs) => {
      const { count, dueAt, intendedMs, seconds } = createSchedule(rates, how);
      const due = dueAt(elapsedMs);
      if (due > 0) assert.ok(intendedMs(due - 1) <= elapsedMs);
      if (due < count) assert.ok(intendedMs(due) > elapsedMs);
      assert.is(dueAt(seconds * 1000 + 1e-6), count);
      for (let index = 1; index < count; index++) {
        assert.ok(intendedMs(index) >= intendedMs(index - 1), `start ${index}`);
      }
    }),
    { numRuns: 50 },
  );
});

test('nothing is due before the beginning, and never more than there is', () => {
  const { count, dueAt } = createSchedule(steady(10, 1));
  assert.equal([dueAt(-1), dueAt(0), dueAt(1e9)], [0, 1, count]);
});

const poisson = (seed: number) => createSchedule(steady(1_000, 20), { poisson: { seed } });
const startsOf = ({ count, intendedMs }: Schedule) => Array.from({ length: count }, (_, n) => intendedMs(n));
const gapsOf = (schedule: Schedule) => startsOf(schedule).map((at, n, all) => at - (all[n - 1] ?? 0));

test('by chance, the same seed gives the same starts, another seed others', () => {
  assert.equal(startsOf(poisson(7)), startsOf(poisson(7)));
  assert.not.equal(startsOf(poisson(7)), startsOf(poisson(8)));
});

/** The spread of the gaps as a share of their mean: 0 when even, 1 when exponential. */
function variation(schedule: Schedule): number {
  const gaps = gapsOf(schedule);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  return Math.sqrt(squares / gaps.length) / mean;
}

test('by chance, gaps have the mean of the rate and are exponential; even ones are not', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const schedule = poisson(seed);
    const gaps = gapsOf(schedule);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    // 20,000 gaps: five standard errors are 3.5 %.
    assert.ok(Math.abs(mean - 1) < 0.035, `mean ${mean}`);
    assert.ok(Math.abs(median(gaps) - Math.LN2) < 0.035, `median ${median(gaps)}`);
    assert.ok(Math.abs(variation(schedule) - 1) < 0.05, `variation ${variation(schedule)}`);
  }
  assert.ok(variation(createSchedule(steady(1_000, 20))) < 0.02);
});

test('by chance, the number of starts varies as its mean does; even, never', () => {
  const counts = Array.from({ length: 200 }, (_, at) => {
    return createSchedule(steady(100, 1), { poisson: { seed: at + 1 } }).count;
  });
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  assert.ok(Math.abs(mean - 100) < 4, `mean ${mean}`);
  assert.ok(variance > 60 && variance < 150, `variance ${variance}`);
  assert.is(createSchedule(steady(100, 1)).count, 100);
});

test('by chance, nobody may come at all', () => {
  const counts = Array.from({ length: 20 }, (_, seed) => {
    return createSchedule(steady(1, 0.5), { poisson: { seed } }).count;
  });
  assert.ok(counts.includes(0) && counts.some((count) => count > 0), `${counts}`);
});

test('rates in steps have each their number of starts in their own time', () => {
  const { count, dueAt, seconds } = createSchedule(steps([100, 400, 0, 200], 0.5));
  assert.equal([count, seconds], [350, 2]);
  const before = (ms: number) => dueAt(ms - 1e-6);
  assert.equal([500, 1_000, 1_500, 2_000].map(before), [50, 250, 250, 350]);
});

test('a ramp has a quarter of its starts in its first half, and three quarters downwards', () => {
  const up = createSchedule(ramp(0, 1_000, 2));
  const down = createSchedule(ramp(1_000, 0, 2));
  assert.equal([up.count, down.count], [1_000, 1_000]);
  assert.ok(Math.abs(up.dueAt(1_000) - 250) <= 1, `${up.dueAt(1_000)}`);
  assert.ok(Math.abs(down.dueAt(1_000) - 750) <= 1, `${down.dueAt(1_000)}`);
  const byChance = createSchedule(ramp(0, 20_000, 2), { poisson: { seed: 5 } });
  assert.ok(Math.abs(byChance.dueAt(1_000) / byChance.count - 0.25) < 0.03);
});

const REFUSED: readonly (readonly [string, readonly Stretch[]])[] = [
  ['no stretch', []],
  ['nobody', steady(0, 1)],
  ['less than nobody', steady(-1, 1)],
  ['no number', steady(Number.NaN, 1)],
  ['no time', steady(10, 0)],
  ['more than can be held', steady(STARTS_MAX, 2)],
];

for (const [what, rates] of REFUSED) {
  test(`a rate of ${what} is refused`, () => {
    assert.throws(() => createSchedule(rates), /make .* starts: choose from 1 to/);
  });
}

test.run();
