// The answer in two sentences: computed from the results, what is violated first, and each sentence
// saying what it can when parts are missing.
import * as assert from 'uvu/assert';
import { answerOf } from '../../../bench/report/answer.js';
import { suite } from '../../support/suite.js';
import type { Line } from '../result-files.js';
import { askLineOf, type PlantedRow, read, runLines, selfTestLineOf } from './planted.js';
import { dispatchRows, ISOLATION, RATES, TALLIES } from './rows.js';

const test = suite('the answer');

function answer(lines: readonly Line[]): readonly [counting: string, cost: string] {
  const sentences = answerOf(read(lines));
  assert.is(sentences.length, 2);
  for (const one of sentences) assert.match(one, /^[A-Z][^.]*.*\.$/);
  assert.not.match(sentences.join(' '), /NaN|Infinity|undefined|null/);
  return sentences as unknown as readonly [string, string];
}

const ASKED = [askLineOf({}), askLineOf({ judged: 500 }, { topology: 'threads' })];
const COST = [...runLines('dispatch', dispatchRows()), ...runLines('isolation', ISOLATION)];
const ALL = [...ASKED, selfTestLineOf(), ...runLines('tallies', TALLIES), ...COST];

test('what happens: pairs, topologies, no forbidden outcome, faults caught, adds lost', () => {
  const [counting] = answer(ALL);
  assert.match(counting, /^Two people called \/score at the same moment 1,500 times \(batched and/);
  assert.match(counting, /both were counted every time: 0 forbidden outcomes/);
  // Of the topology that was asked least: none in 500 (Wilson).
  assert.match(counting, /less than 1 pair in 131 of each topology/);
  assert.match(counting, /caught 60 runs with a planted fault, missed 0 and raised 0 false alarms/);
  assert.match(counting, /a plain increment lost 46 % \[45, 47\] with 2 threads \(n = 7\)/);
  assert.match(counting, /the honest tallies 0\.$/);
});

test('what it costs: from which work on threads pay, who else waits, and what to choose', () => {
  const [, cost] = answer(ALL);
  assert.match(cost, /^From 100 µs of work a request at the latest threads pay/);
  assert.match(cost, /1\.50 \[1\.50, 1\.50\] times what inline answers \(n = 7\) at 100 µs/);
  assert.match(cost, /0\.90 \[0\.90, 0\.90\] times as much \(n = 7\) with no added work/);
  assert.match(cost, /200 \[196, 204\] ms inline and 5\.00 \[4\.90, 5\.10\] ms with batched x2/);
  assert.match(
    cost,
    /so choose batched from 100 µs of work on, and inline for requests without added work/,
  );
});

test('a topology that counted one number twice is said first, whatever else is sound', () => {
  const wrong = { verdict: 'violated', answer: '3 of 1,000 pairs saw 1,1: one count was lost' };
  const [counting] = answer([...ALL, askLineOf(wrong, { topology: 'cluster' })]);
  assert.match(
    counting,
    /^VIOLATED: two callers in cluster with the tally atomic: 3 of 1,000 pairs/,
  );
  assert.match(counting, /besides, two people called .* 1,500 times/);
});

test('a missed fault, a false alarm and an honest tally that lost are violations too', () => {
  const [missed] = answer([...ASKED, selfTestLineOf({ missed: 2, verdict: 'violated' })]);
  assert.match(missed, /^VIOLATED: the checker missed 2 planted faults and raised 0 false alarms/);
  const [alarm] = answer([selfTestLineOf({ falseAlarms: 1 })]);
  assert.match(alarm, /^VIOLATED: the checker missed 0 planted faults and raised 1 false alarm/);
  const lost = TALLIES.map((row): PlantedRow => {
    return row.variant === 'atomic x2, 1 cell'
      ? { ...row, values: { lostPercent: 1 }, voidAt: { 1: '9 of 900 adds were lost' } }
      : row;
  });
  const [tally] = answer(runLines('tallies', lost));
  assert.match(
    tally,
    /^VIOLATED: an honest tally lost or invented adds: atomic x2, 1 cell, round 1: 9 of 900/,
  );
  assert.not.match(tally, /the honest tallies 0/);
});

test('how often both calls were on their way at once is said where it is known', () => {
  const overlap = { overlapping: 990 };
  const [counting] = answer([askLineOf({ overlap })]);
  assert.match(
    counting,
    /1,000 times \(batched; both were on their way at once in 990\), and both/,
  );
  assert.not.match(answer([askLineOf({ overlap }), ...ASKED])[0], /on their way/);
});

test('a planted tally that was caught by asking is no violation', () => {
  const wrong = { verdict: 'violated', answer: 'lost' };
  const [counting] = answer([...ASKED, askLineOf(wrong, { tally: 'racy' })]);
  assert.not.match(counting, /VIOLATED/);
  assert.match(counting, /1,500 times/);
});

test('a topology without a conclusion is named, and not among those that kept their word', () => {
  const open = { verdict: 'unknown', answer: 'nothing was tested.' };
  const [counting] = answer([...ASKED, askLineOf(open, { topology: 'cluster' })]);
  assert.match(
    counting,
    /\(batched and threads\).*; in cluster it is unknown: nothing was tested;/,
  );
  const [alone] = answer([askLineOf(open)]);
  assert.match(alone, /^In batched it is unknown: nothing was tested/);
});

test('with nothing measured both sentences say so', () => {
  const [counting, cost] = answer([]);
  assert.match(counting, /were not tried here; the checker was not tested/);
  assert.match(cost, /^What threads cost was not measured; who else waits was not measured\.$/);
});

test('each part is said without the others', () => {
  const [, speed] = answer(runLines('dispatch', dispatchRows()));
  assert.match(speed, /^From 100 µs .* who else waits was not measured\.$/);
  const [, health] = answer(runLines('isolation', ISOLATION));
  assert.match(health, /^What threads cost was not measured; while 2 ms of work saturates it/);
  for (const text of [speed, health]) assert.not.match(text, /choose/);
});

test('nothing is recommended from too few rounds, from no gain, or from a smoke run', () => {
  const few = { rounds: 3 };
  const [, unsure] = answer([
    ...runLines('dispatch', dispatchRows(), few),
    ...runLines('isolation', ISOLATION, few),
  ]);
  assert.match(unsure, /^Too few rounds to say \(n = 3\) from how much work on batched x2 pays/);
  assert.match(unsure, /too few rounds to say\.$/);
  const never = dispatchRows({ ...RATES, batched: [9_000, 7_000, 4_000] });
  const [, none] = answer([...runLines('dispatch', never), ...runLines('isolation', ISOLATION)]);
  assert.match(none, /^Batched x2 is not seen to answer more than inline: 0\.80/);
  const [, smoke] = answer(runLines('dispatch', dispatchRows(), { scale: 'smoke' }));
  assert.match(smoke, /a smoke run, whose numbers mean nothing/);
  for (const text of [unsure, none, smoke]) assert.not.match(text, /choose/);
});

test('inline is recommended only where it is seen to be faster', () => {
  const even = dispatchRows({ ...RATES, batched: [10_000, 8_000, 7_500] });
  const [, cost] = answer([...runLines('dispatch', even), ...runLines('isolation', ISOLATION)]);
  assert.match(cost, /so choose batched from 100 µs of work on; below that nothing is decided\.$/);
  const always = dispatchRows({ ...RATES, batched: [11_000, 9_000, 7_500] });
  const [, all] = answer([...runLines('dispatch', always), ...runLines('isolation', ISOLATION)]);
  assert.match(all, /so choose batched\.$/);
});

test('what was measured on two machines is not weighed against each other', () => {
  const elsewhere = { session: 's2', change: { cpu: 'another CPU' } };
  const apart = [
    ...runLines('dispatch', dispatchRows()),
    ...runLines('isolation', ISOLATION, elsewhere),
  ];
  const [, cost] = answer(apart);
  assert.match(cost, /the two were measured on different machines or versions\.$/);
  assert.not.match(cost, /choose/);
});

test('what is faster at some work and not at the most is not said to be never faster', () => {
  const early = dispatchRows({ ...RATES, batched: [9_000, 9_600, 4_000] });
  const [, cost] = answer([...runLines('dispatch', early), ...runLines('isolation', ISOLATION)]);
  assert.match(cost, /^Batched x2 is not seen to answer more than inline at the most work: 0\.80/);
  assert.match(cost, /, though 1\.20 \[1\.20, 1\.20\] times as much \(n = 7\) at 20 µs;/);
  assert.not.match(cost, /choose/);
});

test('planted: adds that an honest tally invented are a violation as well as those it lost', () => {
  const invented = TALLIES.map((row): PlantedRow => {
    return row.variant === 'atomic x2, 1 cell'
      ? { ...row, values: { lostPercent: -1 }, voidAt: { 1: '9 counted without an add' } }
      : row;
  });
  const [counting] = answer(runLines('tallies', invented));
  assert.match(counting, /^VIOLATED: an honest tally lost or invented adds: .* 9 counted without/);
  assert.not.match(counting, /the honest tallies 0/);
});

test('asking that stands twice, in a file appended to itself, is counted once', () => {
  assert.equal(answer([...ASKED, ...ASKED])[0], answer(ASKED)[0]);
});

test.run();
