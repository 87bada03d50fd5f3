// What all sections share: discarded runs, partial and several sessions, what is unavailable, scales,
// notes and environments.

import * as assert from 'uvu/assert';
import type { Section } from '../../../bench/report/model.js';
import { buildSections } from '../../../bench/report/sections.js';
import { listEnvironments } from '../../../bench/report/sessions.js';
import { read, runLines, sessionLineOf } from '../../fixtures/report/made-results.js';
import { suite } from '../../support/suite.js';
import type { Line } from '../result-files.js';
import { dispatchRows, ISOLATION, OVERHEAD } from './scenario-rows.js';

const test = suite('the frame of a section');

function only(lines: readonly Line[]): Section {
  const sections = buildSections(read(lines), 1);
  assert.is(sections.length, 1);
  return sections[0] as Section;
}

test('results without a run have no section, and no environment', () => {
  assert.equal(buildSections(read([]), 1), []);
  assert.equal(listEnvironments(read([])), []);
});

test('sections stand in the order of the table of scenarios, unknown ones last', () => {
  const lines = ['mystery', 'isolation', 'overhead'].flatMap((name) => runLines(name, OVERHEAD));
  const names = buildSections(read(lines), 1).map(({ scenario }) => scenario);
  assert.equal(names, ['overhead', 'isolation', 'mystery']);
});

test('an unknown scenario gets a table of the medians of every metric', () => {
  const { title, says, tables, charts } = only(runLines('mystery', OVERHEAD));
  assert.is(title, 'What was measured of mystery?');
  assert.equal(says, ['The session measured 2 variants in 7 rounds; the table has the medians.']);
  assert.equal(charts, []);
  assert.equal(tables[0]?.rows[0], ['bare + 0 us', 'answered', '50000 [49000, 51000]', 'requests/s', '7']);
  assert.is(tables[0]?.rows.length, 4);
});

test('a discarded run is listed with its variant, round and reason, and is in no table', () => {
  const [bare, inline] = OVERHEAD;
  if (bare === undefined || inline === undefined) throw new Error('no rows');
  const values = { perSecond: 1, p99Ms: 1 };
  const bad = { ...inline, values, voidAt: { 2: 'wrong answer: LOW' } };
  const { voids } = only(runLines('overhead', [bare, bad]));
  assert.equal(voids, ['inline + 0 us, round 2: wrong answer: LOW']);
});

test('discarded runs of one reason are one line, also where its numbers differ', () => {
  const [bare, inline] = OVERHEAD;
  if (bare === undefined || inline === undefined) throw new Error('no rows');
  const { voids } = only(
    runLines('overhead', [
      { ...bare, voidAt: { 1: 'it took 1.7 times', 3: 'it took 2.2 times', 4: 'no answer' } },
      { ...inline, voidAt: { 6: 'it took 1.7 times', 4: 'no answer' } },
    ]),
  );
  assert.equal(voids, [
    '3 runs: it took 1.7 times, or similar (bare + 0 us, rounds 1, 3; inline + 0 us, round 6)',
    '2 runs: no answer (bare + 0 us, round 4; inline + 0 us, round 4)',
  ]);
});

test('a session that was cut off is partial; one that was not is none', () => {
  const runs = runLines('overhead', OVERHEAD, { rounds: 5 });
  const planned = { scenario: 'overhead', variants: 2 };
  const cut = only([sessionLineOf([{ ...planned, rounds: 7 }]), ...runs]);
  assert.is(cut.partial, '10 of 14 runs were made');
  const whole = only([sessionLineOf([{ ...planned, rounds: 5 }]), ...runs]);
  assert.is(whole.partial, '');
  assert.is(whole.command, 'two-callers bench --seed 1');
  assert.is(only(runs).command, 'npx two-callers bench overhead');
});

test('a scenario that was planned and not begun is told as such', () => {
  const { says, partial } = only([sessionLineOf([{ scenario: 'overhead', variants: 2, rounds: 7 }])]);
  assert.equal(says, ['It was planned, and no run of it was made.']);
  assert.is(partial, '0 of 14 runs were made');
});

test('what is unavailable has its reason, also where that is everything', () => {
  const reason = ['threads x2', 'needs Node 22.12'] as const;
  const planned = { scenario: 'threads', variants: 0, rounds: 7, unavailable: [reason] };
  const { says, unavailable, partial } = only([sessionLineOf([planned])]);
  assert.equal(unavailable, ['threads x2: needs Node 22.12']);
  assert.equal(says, ['None of its variants is available here.']);
  assert.is(partial, '');
});

test('the scale is named: quick is a quick look, and smoke means nothing', () => {
  const quick = only(runLines('overhead', OVERHEAD, { scale: 'quick' }));
  assert.match(quick.how, /quick look/);
  assert.not.match(quick.says.join(' '), /SMOKE/);
  const smoke = only(runLines('overhead', OVERHEAD, { scale: 'smoke' }));
  assert.match(smoke.how, /mean nothing/);
  assert.is(smoke.says[0], 'SMOKE: these numbers mean nothing.');
  assert.not.match(only(runLines('overhead', OVERHEAD)).how, /quick|SMOKE/);
});

const early = { session: 'early', startedAt: '2026-01-01T00:00:00.000Z', command: 'first' };
const late = { session: 'late', startedAt: '2026-01-02T00:00:00.000Z', command: 'second' };
const PLANNED = [{ scenario: 'overhead', variants: 2, rounds: 7 }];
const slow = OVERHEAD.map((row) => ({ ...row, values: { perSecond: 10, p99Ms: 5 } }));

test('of several sessions the latest counts, wherever it is in the file, and the text says so', () => {
  const { how, command, tables } = only([
    sessionLineOf(PLANNED, late),
    ...runLines('overhead', OVERHEAD, { session: 'late' }),
    sessionLineOf(PLANNED, early),
    ...runLines('overhead', slow, { session: 'early' }),
  ]);
  assert.match(how, /Of 2 sessions .* the latest full session, begun 2026-01-02/);
  assert.is(command, 'second');
  assert.match(tables[1]?.rows[0]?.[1] ?? '', /^50000/);
});

test('a later session without a valid run leaves the earlier one, and its discarded runs are listed', () => {
  const voidAt = { 1: 'busy' };
  const { how, command, voids } = only([
    sessionLineOf(PLANNED, early),
    ...runLines('overhead', OVERHEAD, { session: 'early' }),
    sessionLineOf(PLANNED, late),
    ...runLines(
      'overhead',
      slow.map((row) => ({ ...row, voidAt })),
      { session: 'late', rounds: 1 },
    ),
  ]);
  assert.match(how, /the latest full session that has a valid run/);
  assert.is(command, 'first');
  assert.equal(voids, ['2 runs: busy (bare + 0 us, round 1; inline + 0 us, round 1)']);
});

test('a later quick look does not take the place of a full measurement', () => {
  const quick = { ...late, plan: { rounds: 5, scale: 'quick' } };
  const { command } = only([
    sessionLineOf(PLANNED, early),
    ...runLines('overhead', OVERHEAD, { session: 'early' }),
    sessionLineOf(PLANNED, quick),
    ...runLines('overhead', slow, { session: 'late' }),
  ]);
  assert.is(command, 'first');
});

test('a file that was appended to itself counts every run once', () => {
  const lines = [sessionLineOf(PLANNED), ...runLines('overhead', OVERHEAD)];
  const once = only(lines);
  assert.equal(only([...lines, ...lines]), { ...once, partial: '' });
});

test('notes of runs that count, and why a value is unknown, are said with their number', () => {
  const change = { notes: ['the generator was the limit'], unknown: { p99Ms: '200 samples' } };
  const { how } = only(runLines('overhead', OVERHEAD, { change }));
  assert.match(how, /In 14 runs \(bare \+ 0 us and inline \+ 0 us\): the generator was the limit/);
  assert.match(how, /In 14 runs \(.*\): p99 unknown: 200 samples/);
});

test('a run that was made again counts, and it is said why the earlier one does not', () => {
  const earlier = [{ values: { perSecond: 1 }, void: 'the machine was busy: 2.2 times' }];
  const told = only(runLines('overhead', OVERHEAD, { change: { earlier } }));
  assert.match(told.how, /In 14 runs \(.*\): measured again: the machine was busy: 2\.2 times\./);
  const quiet = only(runLines('overhead', OVERHEAD));
  assert.equal([told.voids, told.says], [[], quiet.says]);
  assert.not.match(quiet.how, /measured again/);
});

test('remarks that differ in their numbers only are one', () => {
  const lines = ['p99Ms', 'p50Ms'].flatMap((metric, at) =>
    runLines('overhead', OVERHEAD, {
      change: { unknown: { [metric]: `${200 + at} samples` }, round: at + 1 },
      rounds: 1,
    }),
  );
  const { how } = only(lines);
  assert.match(how, /In 4 runs \(.*\): p99 and p50 unknown: 200 samples, or similar\./);
  assert.is(how.match(/unknown/g)?.length, 1);
});

test('machines, versions and commits that differ between sessions are told apart', () => {
  const node = { node: 'v24.1.0' };
  const results = read([
    sessionLineOf(PLANNED, early),
    ...runLines('overhead', OVERHEAD, { session: 'early' }),
    sessionLineOf([], { ...late, ...node }),
    ...runLines('isolation', ISOLATION, { session: 'late', change: node }),
  ]);
  const found = listEnvironments(results).map((one) => [one.node, one.scenarios, one.startedAt]);
  assert.equal(found, [
    ['v20.20.2', ['overhead'], [early.startedAt]],
    ['v24.1.0', ['isolation'], [late.startedAt]],
  ]);
  assert.match(buildSections(results, 1)[1]?.how ?? '', /with Node v24\.1\.0/);
});

test('sessions of one environment are one, also without a session line', () => {
  const lines = [
    ...runLines('dispatch', dispatchRows(), { session: 'a' }),
    ...runLines('overhead', OVERHEAD, { session: 'b' }),
  ];
  const environments = listEnvironments(read(lines));
  assert.is(environments.length, 1);
  assert.equal(environments[0]?.scenarios, ['dispatch', 'overhead']);
});

test.run();
