// The headline and the answer: computed from the results, violations first, and each part says what
// it can when others are missing. The golden file has the texts of all cases.
import * as assert from 'uvu/assert';
import { buildAnswer } from '../../../bench/report/answer.js';
import { buildHeadline, findCost, findCounting, findViolations } from '../../../bench/report/headline.js';
import { readScenario } from '../../../bench/report/sessions.js';
import {
  askLineOf,
  type MadeRow,
  read,
  runLines,
  selfTestLineOf,
} from '../../fixtures/report/made-results.js';
import { assertGolden } from '../../support/golden.js';
import { suite } from '../../support/suite.js';
import type { Line } from '../result-files.js';
import { dispatchRows, ISOLATION, RATES, TALLIES } from './scenario-rows.js';

const test = suite('the answer');

const HEADLINE_COLUMNS = 90;
const ASKED = [askLineOf({}), askLineOf({ judged: 500 }, { topology: 'threads' })];
const HEALTH = runLines('isolation', ISOLATION);
const SPEED = runLines('dispatch', dispatchRows());
const ALL = [...ASKED, selfTestLineOf(), ...runLines('tallies', TALLIES), ...SPEED, ...HEALTH];

const rates = (...batched: [number, number, number]) =>
  runLines('dispatch', dispatchRows({ ...RATES, batched }));

const changeAtomic = (lostPercent: number, reason: string): readonly MadeRow[] =>
  TALLIES.map((row) => {
    if (row.variant !== 'atomic x2, 1 cell') return row;
    return { ...row, values: { lostPercent }, voidAt: { 1: reason } };
  });

const RACY = askLineOf({ verdict: 'violated', answer: 'lost' }, { tally: 'racy' });
const LOST = askLineOf({ verdict: 'violated', answer: 'a lost count' }, { topology: 'cluster' });
const OPEN = askLineOf({ verdict: 'unknown', answer: 'no pair.' }, { topology: 'cluster' });
const FEW = { rounds: 3 };
const ELSEWHERE = { session: 's2', change: { cpu: 'another CPU' } };
const TWO = ['batched', 'threads'];

/** Results, the kind of their counting and of their cost, and the number of violations. */
const CASES: Readonly<
  Record<string, readonly [lines: readonly Line[], counting: string, cost: string, wrong?: number]>
> = {
  everything: [ALL, 'counted', 'pays'],
  nothing: [[], 'not-tried', 'not-measured'],
  'only speed': [SPEED, 'not-tried', 'pays'],
  'only health': [HEALTH, 'not-tried', 'not-measured'],
  'overlaps known': [[askLineOf({ overlap: { overlapping: 990 } })], 'counted', 'not-measured'],
  'a lost count': [[...ALL, LOST], 'violated', 'pays', 1],
  'a missed seeded fault': [
    [...ASKED, selfTestLineOf({ missed: 2, verdict: 'violated' })],
    'violated',
    'not-measured',
    1,
  ],
  'a false alarm': [[selfTestLineOf({ falseAlarms: 1 })], 'violated', 'not-measured', 1],
  'a correct tally that lost adds': [
    runLines('tallies', changeAtomic(1, '9 of 900 adds were lost')),
    'violated',
    'not-measured',
    7,
  ],
  'a correct tally that invented adds': [
    runLines('tallies', changeAtomic(-1, '9 counted without an add')),
    'violated',
    'not-measured',
    7,
  ],
  'a seeded fault that was caught': [[...ASKED, RACY], 'counted', 'not-measured'],
  'only a seeded fault': [[RACY], 'not-tried', 'not-measured'],
  'a topology without a conclusion': [[...ASKED, OPEN], 'undecided', 'not-measured'],
  'only a topology without a conclusion': [[OPEN], 'undecided', 'not-measured'],
  'no judged pair': [[askLineOf({ judged: 0 })], 'undecided', 'not-measured'],
  'asks that stand twice': [[...ASKED, ...ASKED], 'counted', 'not-measured'],
  'too few rounds': [
    [...runLines('dispatch', dispatchRows(), FEW), ...runLines('isolation', ISOLATION, FEW)],
    'not-tried',
    'undecided',
  ],
  'a smoke run': [runLines('dispatch', dispatchRows(), { scale: 'smoke' }), 'not-tried', 'smoke'],
  'never faster': [[...rates(9_000, 7_000, 4_000), ...HEALTH], 'not-tried', 'never'],
  'faster early, not at the most work': [
    [...rates(9_000, 9_600, 4_000), ...HEALTH],
    'not-tried',
    'sometimes',
  ],
  'faster everywhere': [[...rates(11_000, 9_000, 7_500), ...HEALTH], 'not-tried', 'pays'],
  'no difference below': [[...rates(10_000, 8_000, 7_500), ...HEALTH], 'not-tried', 'pays'],
  'two machines': [[...SPEED, ...runLines('isolation', ISOLATION, ELSEWHERE)], 'not-tried', 'pays'],
};

function answer(lines: readonly Line[]) {
  const results = read(lines);
  return { headline: buildHeadline(results, 1), paragraphs: buildAnswer(results, 1) };
}

for (const [name, [lines, counting, cost, wrong = 0]] of Object.entries(CASES)) {
  test(`${name}: counting is ${counting}, cost is ${cost}`, () => {
    const results = read(lines);
    assert.is(findCounting(results).kind, counting);
    const data = readScenario(results, 'dispatch', 1);
    assert.is(findCost(data, cost === 'smoke').kind, cost);
    assert.is(findViolations(results).length, wrong);
    const { headline, paragraphs } = answer(lines);
    assert.equal([headline.length, paragraphs.length], [2, 2]);
    for (const one of headline) assert.ok(one.length <= HEADLINE_COLUMNS && one.endsWith('.'), one);
    for (const one of paragraphs) assert.match(one, /^[A-Z].*\.$/);
    assert.not.match([...headline, ...paragraphs].join(' '), /NaN|Infinity|undefined|null/);
    const isWrong = wrong > 0;
    assert.is(headline[0]?.startsWith('VIOLATED: '), isWrong);
    assert.is(paragraphs[0]?.startsWith('VIOLATED: '), isWrong);
  });
}

test('the texts of all cases are those of the golden file', () => {
  const texts = Object.entries(CASES).flatMap(([name, [lines]]) => {
    const { headline, paragraphs } = answer(lines);
    return [`# ${name}`, '', headline.join(' '), '', ...paragraphs.flatMap((text) => [text, ''])];
  });
  assertGolden('report-answers.txt', texts.join('\n'));
});

test('tries and topologies are those of correct tallies, each ask once', () => {
  const expected = { kind: 'counted', tries: 1_500, topologies: TWO };
  for (const lines of [ASKED, [...ASKED, RACY], [...ASKED, ...ASKED], ALL]) {
    assert.equal(findCounting(read(lines)), expected);
  }
});

test('the first work from which threads stay faster is named', () => {
  const from = (lines: readonly Line[]) => findCost(readScenario(read(lines), 'dispatch', 1), false);
  assert.equal(from(SPEED), { kind: 'pays', fromWorkUs: 100 });
  assert.equal(from(rates(11_000, 9_000, 7_500)), { kind: 'pays', fromWorkUs: 0 });
});

const CHOICES: Readonly<Record<string, RegExp>> = {
  everything: /Choose batched from 100 µs .* Choose inline with no added work/,
  'faster everywhere': /Choose batched\.$/,
  'no difference below': /Choose batched from 100 µs .*; below that nothing is decided\.$/,
  'two machines': /different machines or versions\.$/,
};

test('a choice is recommended only where both comparisons are decided, on one machine', () => {
  for (const [name, [lines]] of Object.entries(CASES)) {
    const [, cost = ''] = answer(lines).paragraphs;
    const expected = CHOICES[name];
    if (expected !== undefined) assert.match(cost, expected);
    if (!(name in CHOICES) && name !== 'a lost count') assert.not.match(cost, /[Cc]hoose/, name);
  }
});

test('the bound of the rate of forbidden outcomes is that of the topology with the fewest pairs', () => {
  // None in 500 (Wilson).
  assert.match(answer(ALL).paragraphs[0] ?? '', /less than 1 in 131 pairs of each topology/);
});

test.run();
