// Thresholds: read, met, missed, undecided, and refused with the nearest name. Synthetic results; pure.

import * as assert from 'uvu/assert';
import { type JudgedThreshold, judgeThreshold, parseThreshold } from '../../bench/compare/thresholds.js';
import type { Result } from '../../bench/runner/result-lines.js';
import { random } from '../../src/checker/random.js';
import { suite } from '../support/suite.js';
import { lines, type Planted, parseRuns, textOf } from './result-files.js';

const test = suite('bench: thresholds');

const results = (planted: Planted = {}) => parseRuns(textOf(lines(planted)), 'b');
const RESULTS = results();

function judged(text: string, from: readonly Result[] = RESULTS): JudgedThreshold[] {
  return judgeThreshold(parseThreshold(text), from, random(1));
}

test('a threshold is read into its parts, with or without spaces', () => {
  const text = 'dispatch.batched x2 + 0 us / pool x2 + 0 us.throughput >= 2.3';
  assert.equal(parseThreshold(text), {
    text,
    scenario: 'dispatch',
    of: 'batched x2 + 0 us',
    against: 'pool x2 + 0 us',
    metric: 'perSecond',
    isAtLeast: true,
    number: 2.3,
  });
  const { against, isAtLeast, number } = parseThreshold('dispatch.inline.p99Ms<=.5');
  assert.equal([against, isAtLeast, number], [undefined, false, 0.5]);
});

const UNREADABLE: readonly (readonly [string, RegExp])[] = [
  ['', /it must be <scenario>/],
  ['dispatch', /it must be <scenario>/],
  ['dispatch.inline.p99', /it must be <scenario>/],
  ['dispatch.inline.p99=5', /it must be <scenario>/],
  ['dispatch.p99<=5', /it must be <scenario>/],
  ['.inline.p99<=5', /names no scenario/],
  ['dispatch..p99<=5', /a variant has no name/],
  ['dispatch.batched/.p99<=5', /a variant has no name/],
  ['dispatch.a/b/c.p99<=5', /a ratio is of two variants/],
  ['dispatch.inline.p99<=', /"" is no number/],
  ['dispatch.inline.p99<=fast', /"fast" is no number/],
  ['dispatch.inline.p99<=5ms', /"5ms" is no number/],
  ['dispatch.inline.troughput<=5', /unknown metric "troughput": did you mean throughput\?/],
  ['dispatch.inline.toString<=5', /unknown metric "toString"/],
];

for (const [text, says] of UNREADABLE) {
  test(`"${text}" is refused, and told why`, () => {
    assert.throws(() => parseThreshold(text), says);
    assert.throws(
      () => parseThreshold(text),
      (error: Error) => error.message.startsWith('threshold "') && !error.message.includes('\n'),
    );
  });
}

const UNKNOWN: readonly (readonly [string, RegExp])[] = [
  ['dispach.inline.p99<=5', /no runs of the scenario "dispach"; did you mean dispatch\?/],
  ['dispatch.inlin.p99<=5', /no runs of the variant "inlin"; did you mean "inline"\?/],
  ['dispatch.batched/poll.p99<=5', /no runs of the variant "poll"; did you mean "pool"\?/],
  ['dispatch.batched x2 + 100 us/cluster.p99<=5', /no runs of the variant "cluster"/],
];

for (const [text, says] of UNKNOWN) {
  test(`"${text}" names nothing that was measured, and the nearest is said`, () => {
    assert.throws(() => judged(text), says);
  });
}

const DECIDED: readonly (readonly [string, JudgedThreshold['met']])[] = [
  ['dispatch.batched x2 + 0 us/pool x2 + 0 us.throughput>=2.3', 'yes'],
  ['dispatch.batched x2 + 0 us/pool x2 + 0 us.throughput>=2.7', 'no'],
  ['dispatch.batched x2 + 0 us/pool x2 + 0 us.throughput>=2.5', 'unclear'],
  ['dispatch.batchedx2+0us/poolx2+0us.p99<=0.5', 'yes'],
  ['dispatch.batchedx2+0us/poolx2+0us.p99<=0.3', 'no'],
  ['dispatch.inline.perSecond>=13000', 'yes'],
  ['dispatch.inline.p99<=6', 'no'],
];

for (const [text, met] of DECIDED) {
  test(`${text} is ${met}, by the whole interval`, () => {
    assert.equal(
      judged(text).map((one) => one.met),
      [met],
    );
  });
}

test('of fewer than five rounds, and of no numbers, nothing is decided', () => {
  const text = 'dispatch.inline.perSecond>=1';
  const few = judged(text, results({ rounds: 4 }))[0];
  assert.equal([few?.met, few?.measured.n], ['unclear', 4]);
  const none = judged('dispatch.inline.maxMs<=1')[0];
  assert.equal([none?.met, none?.measured.n], ['unclear', 0]);
});

test('a topology alone is all its variants, paired with those of the same threads and work', () => {
  const pairs = judged('dispatch.batched/pool.throughput>=2.2').map(({ of, against, met }) => {
    return `${of} / ${against} ${met}`;
  });
  assert.equal(pairs, [
    'batched x2 + 0 us / pool x2 + 0 us yes',
    'batched x2 + 100 us / pool x2 + 100 us no',
  ]);
  const inline = judged('dispatch.batched/inline.throughput>=0.5');
  assert.equal(
    inline.map(({ of, against }) => `${of} / ${against}`),
    ['batched x2 + 0 us / inline + 0 us'],
  );
});

test('rows of a curve are paired with those at the same place', () => {
  const at = (connections: number) =>
    lines().map((line) => {
      const { variant } = line;
      const place = { name: 'connections', value: connections };
      return { ...line, variant: `${variant}, ${connections} connections`, at: place };
    });
  const both = parseRuns(textOf([...at(1), ...at(8)]), 'b');
  const pairs = judged('dispatch.batched/pool.throughput>=1', both);
  assert.is(pairs.length, 4);
  assert.ok(pairs.every(({ of, against }) => of.split(', ')[1] === against?.split(', ')[1]));
});

test('a ratio is paired by round within each session, and unpaired where rounds repeat', () => {
  const two = [...lines({ seed: 1 }), ...lines({ seed: 2 })];
  const text = 'dispatch.batched x2 + 0 us/pool x2 + 0 us.throughput>=2.3';
  assert.is(judged(text, parseRuns(textOf(two), 'b'))[0]?.measured.n, 14);
  const merged = two.map((line) => ({ ...line, session: 'one' }));
  const [one] = judged(text, parseRuns(textOf(merged), 'b'));
  assert.equal([one?.measured.n, one?.met], [14, 'yes']);
});

test.run();
