// The answer in one breath: two short sentences of which each says no more than the results do.

import * as assert from 'uvu/assert';
import { headlineOf } from '../../../bench/report/headline.js';
import { suite } from '../../support/suite.js';
import type { Line } from '../result-files.js';
import { askLineOf, read, runLines, selfTestLineOf } from './planted.js';
import { dispatchRows, ISOLATION, RATES } from './rows.js';

const test = suite('the headline');

const SHORT_COLUMNS = 90;

function headline(lines: readonly Line[]): readonly [counting: string, cost: string] {
  const sentences = headlineOf(read(lines));
  assert.is(sentences.length, 2);
  for (const one of sentences) assert.ok(one.length <= SHORT_COLUMNS && one.endsWith('.'), one);
  return sentences as unknown as readonly [string, string];
}

const ASKED = [askLineOf({}), askLineOf({ judged: 500 }, { topology: 'threads' })];

test('both are counted: said with the number of tries, where every topology is ok', () => {
  const [counting] = headline([...ASKED, selfTestLineOf()]);
  assert.is(counting, 'Both are counted: in 1,500 tries (batched and threads) no count was lost.');
});

const racy = askLineOf({ verdict: 'violated', answer: 'lost' }, { tally: 'racy' });

test('a planted tally that lost changes nothing, and alone it answers nothing', () => {
  assert.equal(headline([...ASKED, racy]), headline(ASKED));
  assert.is(headline([racy])[0], 'What happens then was not tried here.');
});

for (const [what, line] of [
  ['a lost count', askLineOf({ verdict: 'violated', answer: 'lost' }, { topology: 'cluster' })],
  ['a missed fault', selfTestLineOf({ missed: 1, verdict: 'violated' })],
  ['a false alarm', selfTestLineOf({ falseAlarms: 1 })],
] as const) {
  test(`planted: ${what} is a violation, whatever else is sound`, () => {
    assert.match(headline([...ASKED, line])[0], /^VIOLATED: /);
  });
}

test('planted: a topology without a conclusion takes the word from all', () => {
  const open = { verdict: 'unknown', answer: 'nothing was tested.' };
  const [counting] = headline([...ASKED, askLineOf(open, { topology: 'cluster' })]);
  assert.is(counting, 'What happens then is not known of cluster.');
});

test('planted: an asking in which nothing was judged decides nothing', () => {
  const [counting] = headline([askLineOf({ judged: 0 })]);
  assert.is(counting, 'What happens then is not known of batched.');
});

test('many topologies are told by their number', () => {
  const three = ['inline', 'pool', 'batched'].map((topology) => askLineOf({}, { topology }));
  assert.is(
    headline(three)[0],
    'Both are counted: in 3,000 tries (3 topologies) no count was lost.',
  );
});

const cost = (rates: typeof RATES, change = {}) =>
  headline(runLines('dispatch', dispatchRows(rates), change))[1];

test('what threads cost: from which work on they pay, as far as that is decided', () => {
  assert.is(cost(RATES), 'Threads pay from 100 µs of work a request at the latest.');
  assert.is(
    cost({ ...RATES, batched: [11_000, 9_000, 7_500] }),
    'Threads pay, even with no added work.',
  );
  const never = { ...RATES, batched: [9_000, 7_000, 4_000] } as const;
  assert.is(cost(never), 'Threads are not seen to pay.');
  const early = { ...RATES, batched: [9_000, 9_600, 4_000] } as const;
  assert.is(cost(early), 'Threads pay at some work, and are not seen to at the most.');
});

test('planted: too few rounds, a smoke run or none decide nothing', () => {
  assert.is(cost(RATES, { rounds: 3 }), 'From which work threads pay is not decided.');
  assert.is(
    cost(RATES, { scale: 'smoke' }),
    'What threads cost is not known: this was a smoke run.',
  );
  assert.is(headline(ASKED)[1], 'What threads cost was not measured.');
  assert.match(headline(runLines('isolation', ISOLATION))[1], /was not measured/);
});

test.run();
