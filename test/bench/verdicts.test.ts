// From samples to verdicts: pairs by round, the best of several by its median, and a target that
// only the interval can meet or miss. Planted: samples that would turn a verdict if a void run, an
// unpaired round or a median counted. Pure.

import * as assert from 'uvu/assert';
import type { Claim, ClaimTarget, Sample, Values } from '../../bench/runner/scenario.js';
import { judge } from '../../bench/stats/verdicts.js';
import { random } from '../../src/checker/random.js';
import { suite } from '../support/suite.js';

function sample(variant: string, round: number, values: Values, reason?: string): Sample {
  const row = { variant, topology: 'inline', threads: 0, workUs: 0 };
  return { scenario: 'f', ...row, round, order: 1, values, discardReason: reason };
}

const rates = (variant: string, perSecond: readonly number[]) =>
  perSecond.map((value, index) => sample(variant, index + 1, { perSecond: value }));

const claimOf = (target: ClaimTarget | undefined, against: readonly string[] = ['b']): Claim => {
  return { says: 'a', metric: 'perSecond', of: 'a', against, target };
};

const judged = (claim: Claim, samples: readonly Sample[]) => judge(claim, samples, random(1));

const BASE = [100, 200, 400, 100, 300, 200, 100];
const times = (factor: number) => BASE.map((value) => value * factor);

const test = suite('bench: verdicts');

test('ratios are paired by round: a machine that changes its speed changes none', () => {
  const { measured } = judged(claimOf(undefined), [...rates('a', times(1.5)), ...rates('b', BASE)]);
  assert.equal(measured, { median: 1.5, low: 1.5, high: 1.5, n: 7 });
});

test('two instruments are neither faster nor slower than each other', () => {
  const samples = [...rates('a', times(1.5)), ...rates('b', BASE)];
  assert.is(judged(claimOf(undefined), samples).words, 'faster');
  const { words, measured } = judged({ ...claimOf(undefined), isSpeed: false }, samples);
  assert.equal([words, measured.median], ['', 1.5]);
});

const NOISY = BASE.map((value, at) => value * (0.9 + 0.1 * at)); // from 0.9 to 1.5

const MET: readonly (readonly [string, readonly number[], ClaimTarget, string])[] = [
  ['whose interval is above it is met', times(1.5), { atLeast: 1.3 }, 'yes'],
  ['whose interval is below it is missed', times(1.2), { atLeast: 1.3 }, 'no'],
  ['inside the interval is unclear', NOISY, { atLeast: 1.15 }, 'unclear'],
  ['at most, above the interval, is met', times(0.5), { atMost: 1 }, 'yes'],
  ['at most, below the interval, is missed', times(1.5), { atMost: 1 }, 'no'],
  ['at most, inside the interval, is unclear', NOISY, { atMost: 1.25 }, 'unclear'],
  ['of too few rounds is unclear', times(1.5).slice(0, 4), { atLeast: 1.3 }, 'unclear'],
  ['of every round is met by all', times(1).slice(0, 1), { always: 1 }, 'yes'],
  ['of every round is missed by one', [...BASE.slice(0, 6), 99], { always: 1 }, 'no'],
];

for (const [what, own, target, expected] of MET) {
  test(`a target ${what}`, () => {
    const { met } = judged(claimOf(target), [...rates('a', own), ...rates('b', BASE)]);
    assert.is(met, expected);
  });
}

test('a target without a single sample is unclear, whatever it is', () => {
  for (const target of [{ atLeast: 1 }, { always: 1 }, { growth: 'none seen' }] as const) {
    const { met, measured } = judged(claimOf(target), []);
    assert.equal([met, measured.n], ['unclear', 0]);
  }
});

test('a planted void run, however good, changes no verdict', () => {
  const fast = times(9).map((perSecond, at) => sample('a', at + 8, { perSecond }, 'lost a count'));
  const others = [...rates('b', [...BASE, ...BASE]), ...fast];
  const { measured, met } = judged(claimOf({ atLeast: 2 }), [...rates('a', BASE), ...others]);
  assert.equal([measured.n, measured.high, met], [7, 1, 'no']);
});

test('a round in which the other was void makes no pair', () => {
  const others = rates('b', BASE).map((one) => (one.round === 2 ? { ...one, discardReason: 'x' } : one));
  assert.is(judged(claimOf(undefined), [...rates('a', BASE), ...others]).measured.n, 6);
});

test('of several, the one with the best median is compared with, not the luckiest', () => {
  const lucky = rates('lucky', [9_000, 1, 1, 1, 1, 1, 1]);
  const good = rates('good', BASE);
  const { against, measured } = judged(claimOf(undefined, ['lucky', 'good']), [
    ...rates('a', times(2)),
    ...lucky,
    ...good,
  ]);
  assert.equal([against, measured.median], ['good', 2]);
});

test('of latencies the lowest is the best, and less is faster', () => {
  const slow = times(3).map((p99Ms, at) => sample('slow', at + 1, { p99Ms }));
  const quick = BASE.map((p99Ms, at) => sample('quick', at + 1, { p99Ms }));
  const own = times(0.5).map((p99Ms, at) => sample('a', at + 1, { p99Ms }));
  const claim: Claim = { ...claimOf({ atMost: 1 }, ['slow', 'quick']), metric: 'p99Ms' };
  const { against, words, met } = judged(claim, [...slow, ...quick, ...own]);
  assert.equal([against, words, met], ['quick', 'faster', 'yes']);
});

test('two metrics of one run are paired, and nothing against nothing is the same', () => {
  const claim: Claim = { ...claimOf({ always: 1 }, []), metric: 'shedSeen' };
  const counted: Claim = { ...claim, againstMetric: 'shedCounted' };
  const shed = (seen: number, by: number) => sample('a', seen, { shedSeen: seen, shedCounted: by });
  assert.is(judged(counted, [shed(0, 0), shed(7, 7)]).met, 'yes');
  assert.is(judged(counted, [shed(0, 0), shed(7, 8)]).met, 'no');
  assert.is(judged(counted, [shed(7, 0)]).met, 'no');
  // What nobody knows keeps no promise of every round.
  assert.is(judged(counted, [shed(0, 0), shed(7, Number.NaN)]).met, 'no');
});

const GROWTH: Claim = {
  ...claimOf({ growth: 'none seen' }, []),
  metric: 'slopeBytes',
  interval: ['slopeLowBytes', 'slopeHighBytes'],
};

for (const [what, low, high, expected] of [
  ['that reaches down to zero is none', -0.1, 0.4, 'yes'],
  ['above zero is seen', 0.1, 0.4, 'no'],
  ['of too few samples is unclear', Number.NaN, Number.NaN, 'unclear'],
] as const) {
  test(`growth ${what}`, () => {
    const values = { slopeBytes: 0.2, slopeLowBytes: low, slopeHighBytes: high };
    assert.is(judged(GROWTH, [sample('a', 1, values)]).met, expected);
  });
}

test.run();
