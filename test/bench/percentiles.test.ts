// When a percentile is shown: with ten samples above it, and not with one less; then it is unknown,
// and the reason reaches the report. How long a load is to last for one. Pure.

import * as assert from 'uvu/assert';
import { createLatencyRecord } from '../../bench/load/load-child.js';
import { conclude } from '../../bench/report/conclusion.js';
import { describeSample, formatConclusion } from '../../bench/report/terminal.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import type { Sample, Scenario } from '../../bench/runner/scenario.js';
import { samplesNeeded, secondsFor, supported } from '../../bench/stats/percentiles.js';
import { suite } from '../support/suite.js';

const test = suite('bench: percentiles');

const { limits: LIMITS } = PLAN_DEFAULTS;
const PERCENTS = { p50Ms: 50, p99Ms: 99, p999Ms: 99.9 } as const;

const shown = (count: number, limits = LIMITS) => {
  const record = createLatencyRecord();
  for (let sample = 1; sample <= count; sample++) record.add(sample);
  const { samples, p50Ms, p99Ms, p999Ms } = record.read();
  return supported({ perSecond: 500, p50Ms, p99Ms, p999Ms }, PERCENTS, samples, limits);
};

test('a median needs 20 samples, p90 100, p99 1,000 and p99.9 10,000', () => {
  const needed = [50, 90, 99, 99.9].map((percent) => samplesNeeded(percent, LIMITS));
  assert.equal(needed, [20, 100, 1_000, 10_000]);
});

for (const [name, count] of [
  ['p50Ms', 20],
  ['p99Ms', 1_000],
  ['p999Ms', 10_000],
] as const) {
  test(`${name} of ${count} samples is known; planted, one sample less makes it unknown`, () => {
    const { values, unknown } = shown(count);
    assert.ok((values[name] ?? 0) > count / 3 && unknown[name] === undefined);
    const fewer = shown(count - 1);
    assert.ok(Number.isNaN(fewer.values[name]) && fewer.values.perSecond === 500);
    const says = `p${PERCENTS[name]} of ${count - 1} samples: it needs ${count}`;
    assert.is(fewer.unknown[name], says);
  });
}

test('of nothing, every percentile is unknown; in a smoke run one sample will do', () => {
  assert.equal(Object.keys(shown(0).unknown), Object.keys(PERCENTS));
  assert.equal(shown(1, PLAN_SMOKE.limits).unknown, {});
});

test('a load lasts long enough for p99, within bounds, and no shorter than asked', () => {
  assert.is(secondsFor(10_000, PLAN_DEFAULTS), PLAN_DEFAULTS.seconds);
  const seconds = secondsFor(100, PLAN_DEFAULTS);
  assert.ok(seconds * 100 >= samplesNeeded(99, LIMITS) && seconds < 20);
  assert.is(secondsFor(1, PLAN_DEFAULTS), 60);
  assert.equal(
    [0, Number.NaN].map((rate) => secondsFor(rate, PLAN_DEFAULTS)),
    [2, 2],
  );
  assert.is(secondsFor(1, PLAN_SMOKE), PLAN_SMOKE.seconds);
});

const sample = (round: number, p99Ms: number, why?: string): Sample => {
  const row = { variant: 'inline + 0 us', topology: 'inline', threads: 0, workUs: 0 };
  const unknown = why === undefined ? {} : { p99Ms: why };
  return { scenario: 'f', ...row, round, order: 1, values: { p99Ms }, unknown, discardReason: undefined };
};

const SCENARIO: Scenario = {
  about: '',
  isDefault: false,
  variants: () => [{ topology: 'inline', threads: 0, workUs: 0, flags: [] }],
  claims: () => [{ says: 'p99', metric: 'p99Ms', of: 'inline + 0 us', against: [], target: { atMost: 3 } }],
  measure: () => Promise.reject(new Error('it is not measured here')),
};

const reported = (samples: readonly Sample[]) =>
  formatConclusion(conclude([['f', SCENARIO]], samples, PLAN_DEFAULTS), [], samples).join('\n');

test('an unknown value is in no median, and its reason is said; the others are', () => {
  const known = [1, 2, 3, 2, 2].map((ms, at) => sample(at + 1, ms));
  const text = reported([...known, sample(6, Number.NaN, 'a reason')]);
  assert.match(text, /f: p99 +<= 3 +2\.000 \[1\.000, 3\.000\] +5 +yes/);
  assert.match(text, /n = 6 {2}p99 2\.00 \[.*\] ms\n/);
  assert.match(text, /\np99 unknown: f: inline \+ 0 us: a reason$/);
  assert.not.match(reported(known), /unknown|NaN/);
});

test('a value that is never known has no number, and decides no target', () => {
  const one = sample(1, Number.NaN, 'a reason');
  assert.match(reported([one]), /f: p99 +<= 3 +not measured +0 +unclear/);
  assert.match(reported([one]), /n = 1 {2}p99 unknown\n/);
  assert.match(describeSample(one), /p99 unknown$/);
});

test.run();
