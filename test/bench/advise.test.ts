// Which topology is advised, out of planted measurements: each choice, what is too close to call,
// targets that are met, missed and unclear. Nothing is measured.

import * as assert from 'uvu/assert';
import { decideAdvice } from '../../bench/advise/advice.js';
import { answerLines } from '../../bench/advise/advice-text.js';
import type { Targets } from '../../bench/advise/topology-rows.js';
import { computeKeptUp, isPastCapacity } from '../../bench/advise/topology-scenario.js';
import { judgeChoice } from '../../bench/advise/validate.js';
import { random } from '../../src/checker/random.js';
import { TOPOLOGIES, TOPOLOGY_NAMES, type TopologyName } from '../../src/topologies/topology.js';
import { suite } from '../support/suite.js';
import { createRuns, type Planted } from './advise-fixtures.js';

const test = suite('bench: advise');

function advise(
  planted: Readonly<Partial<Record<TopologyName, Planted>>>,
  targets: Targets = {},
  rounds?: number,
) {
  const advice = decideAdvice(createRuns(planted, rounds), targets, random(1));
  return { ...advice, text: answerLines(advice, targets).join('\n') };
}

type Change = Planted['change'];
const discarded: Change = (sample) => ({ ...sample, discardReason: 'seeded' });
/** Around a target of 50 ms. */
const unclear: Change = ({ values, ...sample }) => {
  return { ...sample, values: { ...values, p99Ms: 44 + 3 * sample.round } };
};

const rank = (name: TopologyName) => TOPOLOGIES[name].simplicity.rank;
/** The simplest first: whatever stands in the table is advised. */
const ALL = TOPOLOGY_NAMES.toSorted((a, b) => rank(a) - rank(b));
const slow = Object.fromEntries(ALL.map((name) => [name, { perSecond: 1_000 }]));

for (const name of ALL) {
  test(`${name} is advised where it is clearly ahead, with its margin`, () => {
    const advice = advise({ ...slow, [name]: { perSecond: 1_400 } });
    assert.equal([advice.outcome, advice.choice?.topology], ['clear', name]);
    assert.is(Math.round((advice.margin?.ratio.median ?? 0) * 10), 14);
    const says = `^Use ${name}( x2)?: it serves 1\\.[34]\\d× the requests of .* \\(95 % CI `;
    assert.match(advice.text, new RegExp(says));
  });
}

test('each topology of the table has a distinct rank of simplicity', () => {
  assert.is(new Set(TOPOLOGY_NAMES.map(rank)).size, TOPOLOGY_NAMES.length);
});

test('alike: it is too close to call, and the simplest is the default, with the reason', () => {
  const advice = advise({ ...slow, cluster: { perSecond: 1_003 } });
  assert.equal([advice.outcome, advice.choice?.topology], ['too close to call', 'inline']);
  assert.equal(advice.alike, ['inline', 'batched x2', 'pool x2', 'threads x2', 'cluster x2']);
  assert.match(advice.text, /between inline, batched x2, .* and cluster x2/);
  assert.match(advice.text, /By default use inline: .* one thread/);
});

test('a sure margin below 5 % is too close to call; one above it is not', () => {
  const [inline, noise] = [{ perSecond: 1_000, noise: 0 }, 0];
  const small = advise({ inline, pool: { perSecond: 1_040, noise } });
  assert.equal([small.outcome, small.choice?.topology], ['too close to call', 'inline']);
  const large = advise({ inline, pool: { perSecond: 1_060, noise } });
  assert.equal([large.outcome, large.choice?.topology], ['clear', 'pool']);
});

test('an interval that includes 1 is too close to call, but no reason to take the slower', () => {
  const advice = advise({
    inline: { perSecond: 1_000, noise: 0.4 },
    batched: { perSecond: 1_150, noise: 0.4 },
  });
  assert.is(advice.outcome, 'too close to call');
  assert.ok((advice.margin?.ratio.low ?? 2) <= 1);
  assert.is(advice.choice?.name, advice.rows[0]?.name);
  assert.match(advice.text, /inline is simpler, .* 5 rounds|the simplest/);
});

test('with two rounds nothing is clear, however large the margin', () => {
  const advice = advise({ inline: { perSecond: 1_000 }, pool: { perSecond: 3_000 } }, {}, 2);
  assert.equal([advice.outcome, advice.choice?.topology], ['too close to call', 'pool']);
});

test('of those alike, one that is late with /health is no default where another is not', () => {
  const inline = { perSecond: 1_010, values: { healthP99Ms: 130 } };
  const deaf = advise({ inline, batched: { perSecond: 1_000 } });
  assert.is(deaf.choice?.topology, 'batched');
  assert.match(deaf.why, /with inline, GET \/health takes 130\.0 ms .*; with batched x2, 2\.0 ms/);
  const both = advise({ inline, batched: { perSecond: 1_000, values: { healthP99Ms: 90 } } });
  assert.is(both.choice?.topology, 'inline', 'when both are late, the simpler one');
});

test('only those that meet the p99 are compared, and that it is met is said', () => {
  const inline = { perSecond: 2_000, values: { p99Ms: 80 } };
  const advice = advise({ inline, batched: { perSecond: 1_000 } }, { p99Ms: 50 });
  assert.equal([advice.outcome, advice.choice?.topology], ['clear', 'batched']);
  assert.match(
    advice.text,
    /^Use batched x2: .* It meets a p99 of 50 ms\.\nLeft out:\n {2}inline \(faster\): /,
  );
});

const rate = (keptUp: number, atRateP99Ms: number) => ({ values: { keptUp, atRateP99Ms } });

test('with a rate it is the p99 at that rate that counts, not the one of the full load', () => {
  const targets = { p99Ms: 50, perSecond: 500 };
  const inline = { perSecond: 900, values: { ...rate(1, 10).values, p99Ms: 90 } };
  const batched = { perSecond: 1_200, ...rate(1, 70) };
  const advice = advise({ inline, batched }, targets);
  assert.is(advice.choice?.topology, 'inline');
  assert.match(advice.text, /It meets 500 requests\/s with a p99 of 50 ms\./);
});

test('when none meets it, that is said, with how far each is, and the nearest', () => {
  const targets = { p99Ms: 50, perSecond: 500 };
  const past = { values: { keptUp: 0.2, atRateP99Ms: Number.NaN } };
  const advice = advise(
    { inline: { perSecond: 98, ...past }, batched: { perSecond: 600, ...rate(1, 65) } },
    targets,
  );
  assert.equal([advice.outcome, advice.choice?.topology], ['none meets', 'batched']);
  assert.match(advice.text, /^No topology meets 500 requests\/s with a p99 of 50 ms/);
  assert.match(advice.text, /The nearest is batched x2\./);
  assert.match(advice.text, /^ {2}inline: answers 100 of 500 requests\/s \(20 %\)$/m);
  assert.match(advice.text, /^ {2}batched x2: p99 65\.0 ms is 1\.3 times the 50 ms$/m);
});

test('a target inside the interval is unclear, and that is said', () => {
  const advice = advise({ inline: { perSecond: 1_000, change: unclear } }, { p99Ms: 50 });
  assert.is(advice.outcome, 'clear');
  assert.match(advice.text, /Whether it meets a p99 of 50 ms is unclear/);
});

/** A scorer of 8.9 µs. A crowded machine left one p99 of `inline` above the target, so it settles nothing. */
const QUICK_SCORER: Parameters<typeof advise>[0] = {
  inline: {
    perSecond: 21_000,
    change: ({ values, ...sample }) => {
      const atRateP99Ms = sample.round === 5 ? 61 : 34 + 3 * sample.round;
      return { ...sample, values: { ...values, keptUp: 1, atRateP99Ms } };
    },
  },
  batched: { perSecond: 18_000, ...rate(1, 90) },
  cluster: { perSecond: 19_500, ...rate(1, 6) },
};

test('a demand below a tenth of the capacity of the simplest topology: the simplest, for that reason', () => {
  const advice = advise(QUICK_SCORER, { p99Ms: 50, perSecond: 500 });
  assert.equal([advice.outcome, advice.choice?.name, advice.margin], ['clear', 'inline', undefined]);
  assert.match(advice.text, /^Use inline: 500 requests\/s .* tenth .* unclear/);
  const late = advise(
    { ...QUICK_SCORER, inline: { perSecond: 21_000, ...rate(1, 80) } },
    { p99Ms: 50, perSecond: 500 },
  );
  assert.is(late.choice?.name, 'cluster x2', 'a simple topology that surely misses the p99 is no choice');
  const much = advise(
    { ...QUICK_SCORER, cluster: { perSecond: 30_000, ...rate(1, 6) } },
    { perSecond: 2_500 },
  );
  assert.is(much.choice?.name, 'cluster x2', 'above a tenth the fastest wins');
});

test('what took no part in the choice is named with its reason, and a slower row is not the fastest', () => {
  const advice = advise(QUICK_SCORER, { p99Ms: 50, perSecond: 5_000 });
  assert.is(advice.choice?.name, 'cluster x2');
  assert.equal(
    advice.leftOut.map(({ name, code, isFaster }) => [name, code, isFaster]),
    [
      ['inline', 'unsettled', true],
      ['batched x2', 'misses', false],
    ],
  );
  assert.not.match(advice.text, /fastest/);
  assert.match(advice.text, /^ {2}inline \(faster\): .*43\.0 \[37\.0, 61\.0\] ms .* 50 ms/m);
});

test('intervals that span more than 2× choose nothing', () => {
  const speeds = [0.4, 1.4, 0.6, 1.3, 1];
  const noisy: Change = ({ values, ...sample }) => {
    return { ...sample, values: { ...values, perSecond: 1_000 * (speeds[sample.round - 1] ?? 1) } };
  };
  const advice = advise({ inline: { perSecond: 0, change: noisy }, batched: { perSecond: 1_050 } });
  assert.equal([advice.outcome, advice.choice], ['too noisy', undefined]);
  assert.match(advice.text, /^No advice: .*inline serves 1000 \[400, 1400\] requests\/s/);
  const far = advise({ inline: { perSecond: 0, change: noisy }, batched: { perSecond: 9_000 } });
  assert.equal(
    [far.outcome, far.choice?.name],
    ['clear', 'batched x2'],
    'a noisy row that cannot be the choice',
  );
  const wide: Change = ({ values, ...sample }) => ({
    ...sample,
    values: { ...values, p99Ms: 20 * sample.round },
  });
  const late = advise(
    { inline: { perSecond: 2_000, change: wide }, batched: { perSecond: 1_000 } },
    { p99Ms: 50 },
  );
  assert.is(late.outcome, 'too noisy', 'the p99 that excludes a faster and simpler topology');
});

test('discarded runs decide nothing, and without any other nothing is advised', () => {
  const pool = { perSecond: 9_000, change: discarded };
  const one = advise({ inline: { perSecond: 1_000 }, pool });
  assert.is(one.choice?.topology, 'inline');
  assert.is(one.rows.find(({ topology }) => topology === 'pool')?.voids.length, 5);
  const none = advise({ pool });
  assert.equal([none.outcome, none.choice], ['unmeasured', undefined]);
  assert.match(none.text, /^Nothing can be advised/);
});

test('one lucky run of a topology whose others are discarded is no choice', () => {
  const lucky: Change = (sample) => (sample.round === 1 ? sample : { ...sample, discardReason: 'busy' });
  const pool = { perSecond: 9_000, change: lucky };
  assert.is(advise({ inline: { perSecond: 1_000 }, pool }).choice?.topology, 'inline');
});

test('validated: a choice within 5 % of the best is right, and one below it is not', () => {
  const said = { chosen: 'inline', outcome: 'clear' };
  for (const [perSecond, isRight] of [
    [1_030, true],
    [1_090, false],
    [900, true],
  ] as const) {
    const samples = createRuns({ inline: { perSecond: 1_000 }, pool: { perSecond } });
    const one = judgeChoice('mine', said, samples, random(1));
    assert.is(one.isRight, isRight, `${perSecond}`);
    assert.is(one.best, perSecond > 1_000 ? 'pool x2' : 'inline');
  }
  assert.throws(() => judgeChoice('mine', said, [], random(1)), /mine: no run counts/);
});

test('one that bears the rate in a closed loop and not in the open one is short of it', () => {
  const inline = { perSecond: 520, ...rate(0.8, Number.NaN) };
  const batched = { perSecond: 600, ...rate(0.9, Number.NaN) };
  const advice = advise({ inline, batched }, { perSecond: 500 });
  assert.equal([advice.outcome, advice.choice?.topology], ['none meets', 'batched']);
  assert.match(advice.text, /^ {2}inline: answers 400 of 500 requests\/s \(80 %\)$/m);
});

test('the only one that counts, or that is sure, is not said to be the fastest of all', () => {
  const inline = { perSecond: 1_000 };
  const only = advise({ inline, pool: { perSecond: 9_000, change: discarded } });
  assert.match(only.text, /^Use inline: all others are left out\.\n.*\n {2}pool x2: 0 of its 5 runs count$/);
  const sure = advise({ inline, pool: { perSecond: 2_000, change: unclear } }, { p99Ms: 50 });
  assert.match(sure.text, /^Use inline: all others are left out\. .*\n {2}pool x2 \(faster\): p99 /s);
});

test('the simplest of those within 5 % is not said to be the simplest of all', () => {
  const speeds = [0.75, 1.25, 0.8, 0.9, 0.95];
  const noisy: Change = ({ values, ...sample }) => {
    return { ...sample, values: { ...values, perSecond: 1_000 * (speeds[sample.round - 1] ?? 1) } };
  };
  const inline = { perSecond: 1_000, change: noisy };
  const advice = advise({ inline, batched: { perSecond: 1_095 }, pool: { perSecond: 1_100 } });
  assert.is(advice.choice?.topology, 'batched');
  assert.match(advice.why, /^of those within 5 % .*; inline is simpler/);
});

test('the wait for the last answer of a slow scorer is no backlog, and a backlog is', () => {
  const load = (tookSeconds: number) => ({ ok: 300, due: 300, tookSeconds });
  assert.is(computeKeptUp(load(1.6), 1.5, 0.1), 1);
  assert.is(computeKeptUp(load(1.4), 1.5, 0.1), 1, 'chance ended it early');
  assert.ok(computeKeptUp(load(1.6), 1.5, 0.000_5) < 0.95);
});

test('callers that were the limit put nothing past its capacity', () => {
  const offer = { perSecond: 1_000, capacity: 630, callSeconds: 0.1 };
  assert.not(isPastCapacity(offer, 64), 'each of 64 waits for 100 ms');
  assert.ok(isPastCapacity({ ...offer, capacity: 20 }, 64), 'two task workers, one at a time');
  assert.ok(isPastCapacity({ ...offer, callSeconds: 0.001 }, 64), 'one that computes');
  assert.not(isPastCapacity({ ...offer, capacity: 950, callSeconds: 0.001 }, 64));
});

test.run();
