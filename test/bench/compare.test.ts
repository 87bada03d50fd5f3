// Comparing two sets of runs: a planted regression is found, noise is not taken for one, and runs
// that cannot be compared are told apart. Synthetic result lines; pure.

import * as assert from 'uvu/assert';
import { comparisonJson, comparisonLines } from '../../bench/compare/lines.js';
import {
  compareRuns,
  differences,
  isOneSession,
  listMetrics,
  type MetricChange,
  type Runs,
  unmatched,
} from '../../bench/compare/runs.js';
import { PLAN_DEFAULTS } from '../../bench/runner/plan.js';
import { random } from '../../src/checker/random.js';
import { NO_COLORS } from '../../src/present/colours.js';
import { suite } from '../support/suite.js';
import { type Line, lines, type Planted, parseRuns, textOf } from './result-files.js';

const test = suite('bench: compare');

function runs(file: string, planted: Planted = {}, edit = (line: Line) => line): Runs {
  return { file, results: parseRuns(textOf(lines(planted).map(edit)), file), sessions: [] };
}

const BEFORE = runs('a', { seed: 11 });

function compared(after: Runs, before = BEFORE): MetricChange[] {
  return compareRuns(before, after, listMetrics([before, after]), random(1));
}

const changes = (rows: readonly MetricChange[]) =>
  rows
    .filter(({ change }) => change !== 'no change seen')
    .map(({ variant, metric, change }) => {
      return `${variant} ${metric} ${change}`;
    });

test('a planted regression is found, where it is and nowhere else', () => {
  const slow = (variant: string) => (variant === 'batched x2 + 100 us' ? 0.8 : 1);
  assert.equal(changes(compared(runs('b', { seed: 12, speed: slow }))), [
    'batched x2 + 100 us perSecond regressed',
    'batched x2 + 100 us p99Ms regressed',
  ]);
});

test('less of a latency and more of a rate is improved', () => {
  const quick = (variant: string) => (variant === 'inline + 0 us' ? 1.3 : 1);
  const rows = compared(runs('b', { seed: 12, speed: quick }));
  assert.equal(changes(rows), ['inline + 0 us perSecond improved', 'inline + 0 us p99Ms improved']);
  const [rate, latency] = rows.filter(({ variant }) => variant === 'inline + 0 us');
  assert.ok((rate?.ratio.median ?? 0) > 1.2 && (latency?.ratio.median ?? 1) < 0.85);
});

test('noise is taken for a change as seldom as intervals of 95 % may', () => {
  let [seen, all] = [0, 0];
  for (let seed = 20; seed < 40; seed++) {
    const [before, after] = [runs('a', { seed: 100 + seed }), runs('b', { seed })];
    const rows = compared(after, before).filter(({ metric }) => metric === 'perSecond');
    seen += changes(rows).length;
    all += rows.length;
  }
  assert.is(all, 100);
  assert.ok(seen > 0 && seen <= 10, `${seen} of ${all}`);
});

test('the same seed gives the same intervals', () => {
  const after = runs('b', { seed: 12 });
  assert.equal(compared(after), compared(after));
});

test('fewer than five rounds say nothing, however far apart', () => {
  const few = runs('b', { seed: 12, rounds: 4, speed: () => 0.1 });
  assert.equal([...new Set(compared(few).map(({ change }) => change))], ['too few rounds to say']);
});

test('one session is paired by round: a machine that changes its speed changes nothing', () => {
  // Each round is up to 8 times as fast as another, in both alike; the second is 5 % slower.
  const gears = (line: Line, factor: number) => {
    const speed = factor * 2 ** ((line.round as number) % 4);
    const { perSecond } = line.values as { perSecond: number };
    return { ...line, values: { perSecond: perSecond * speed } };
  };
  const session = { seed: 1, session: 'one' };
  const before = runs('a', session, (line) => gears(line, 1));
  const after = runs('b', session, (line) => gears(line, 0.95));
  assert.ok(isOneSession(before, after));
  for (const { change, ratio } of compared(after, before)) {
    assert.is(change, 'regressed');
    assert.ok(Math.abs(ratio.low - 0.95) < 1e-9 && Math.abs(ratio.high - 0.95) < 1e-9);
  }
  const apart = runs('b', { ...session, session: 'two' }, (line) => gears(line, 0.95));
  assert.not(isOneSession(before, apart));
  assert.equal(changes(compared(apart, before)), []);
});

test('planted void runs, however slow, change nothing, and are counted', () => {
  const values = { perSecond: 1, p99Ms: 9_999 };
  const bad = lines({ seed: 12 }).map((line) => ({ ...line, values, valid: false, void: 'busy' }));
  const good = lines({ seed: 12 });
  const results = parseRuns(textOf([...good, ...bad]), 'b');
  const after = { file: 'b', results, sessions: [] };
  assert.equal(changes(compared(after)), []);
  const text = comparisonLines(comparison(after), NO_COLORS).join('\n');
  assert.match(text, /^b: 70 runs \(35 discarded\), commit 0123456, .* 3\.50 ms$/m);
});

test('a value that is no number, and one that has no ratio, are not judged', () => {
  const none = (perSecond: number | null) => (line: Line) => ({ ...line, values: { perSecond } });
  assert.equal(compared(runs('b', {}, none(null))), []);
  const zero = compared(runs('b', {}, none(0)));
  assert.equal([...new Set(zero.map(({ change }) => change))], ['no ratio']);
});

const MISMATCHED: readonly (readonly [Line, string])[] = [
  [{ cpu: 'another' }, 'cpu: a CPU in a, another in b'],
  [{ cores: 8 }, 'cores: 2 in a, 8 in b'],
  [{ node: 'v24.1.0' }, 'node: v20.20.2 in a, v24.1.0 in b'],
  [{ seconds: 5 }, 'seconds: 2 in a, 5 in b'],
  [{ generator: 'autocannon' }, 'generator: raw in a, autocannon in b'],
  [{ scale: 'smoke' }, 'scale: full in a, smoke in b'],
];

for (const [change, says] of MISMATCHED) {
  test(`planted: another ${Object.keys(change)} is told`, () => {
    assert.equal(differences(BEFORE, runs('b', { seed: 12, change })), [says]);
  });
}

test('another commit, seed and session are what is compared, and no difference', () => {
  const change = { commit: 'fedcba', seed: 7 };
  assert.equal(differences(BEFORE, runs('b', { seed: 12, change })), []);
});

test('one file of two machines is told, too', () => {
  const mixed = runs('b', {}, (line) => ({ ...line, cores: line.round === 1 ? 4 : 2 }));
  assert.equal(differences(BEFORE, mixed), ['cores: 2 in a, 2 and 4 in b']);
  assert.equal(differences(mixed, mixed), ['cores: 2 and 4 in b']);
});

test('what is only in one of them is named', () => {
  const other = runs('b', {}, (line) => ({ ...line, scenario: 'thin' }));
  assert.is(unmatched(BEFORE, other)[0], 'dispatch: batched x2 + 0 us');
  assert.equal([compared(other), unmatched(BEFORE, BEFORE)], [[], []]);
});

test('values of context are compared only when they are asked for', () => {
  assert.equal(listMetrics([BEFORE]), ['perSecond', 'p99Ms']);
  const rows = compareRuns(BEFORE, BEFORE, ['generatorCpu'], random(1));
  assert.is(rows.length, 5);
});

function comparison(after: Runs) {
  const rows = compared(after);
  const files = [BEFORE, after];
  const rest = { isPaired: false, differences: [], unmatched: [], thresholds: [], seed: 1 };
  return { files, rows, ...rest };
}

test('people see both sides with units, the ratio, and what chance alone would show', () => {
  const slow = (variant: string) => (variant === 'pool x2 + 0 us' ? 0.5 : 1);
  const all = comparisonLines(comparison(runs('b', { seed: 12, speed: slow })), NO_COLORS);
  const row = all.find((line) => line.startsWith('dispatch: pool x2 + 0 us')) ?? '';
  assert.match(row, /answered +\d+ \[\d+, \d+\] \/s +\d+ .* 0\.\d+ \[0\.\d+, 0\.\d+\] +7 +regressed$/);
  assert.ok(all.includes('2 regressed, 8 no change seen'), all.join('\n'));
  assert.ok(all.includes('Of 10 intervals judged, about 0.5 exclude 1 by chance alone.'));
});

/** One session of which so many runs were planned. */
function planned(rounds: number): Runs['sessions'] {
  const row = { scenario: 'dispatch', variants: 5, rounds, unavailable: [] };
  const { limits, ...plan } = PLAN_DEFAULTS;
  const machine = { cpu: 'c', cores: 2, os: 'Linux 6 x64', memoryGB: 4, node: 'v20' };
  const made = { session: 's12', startedAt: '', command: '', plan, planned: [row] };
  return [{ ...made, ...machine, commit: 'x', versions: {} }];
}

test('planned: a file with fewer runs than its session planned is marked partial', () => {
  const after = { ...runs('b', { seed: 12 }), sessions: planned(9) };
  const all = comparisonLines(comparison(after), NO_COLORS);
  assert.ok(all.includes('PARTIAL: b: 35 of 45 runs were made'), all.join('\n'));
  const [, file] = JSON.parse(JSON.stringify(comparisonJson(comparison(after)))).files;
  assert.equal([file.runs, file.planned, file.partial], [35, 45, true]);
});

test('a file with all the runs that were planned is not', () => {
  const after = { ...runs('b', { seed: 12 }), sessions: planned(7) };
  assert.not.match(comparisonLines(comparison(after), NO_COLORS).join(' '), /PARTIAL/);
});

test('programs read the same as JSON', () => {
  const read = JSON.parse(JSON.stringify(comparisonJson(comparison(runs('b', { seed: 12 })))));
  const whole = { file: 'b', runs: 35, void: 0, planned: 35, partial: false };
  assert.equal(read.files[1], whole);
  assert.is(read.rows.length, 10);
  assert.equal([read.rows[0].after.n, read.byChance, read.seed], [7, 0.5, 1]);
});

test('planted: a file that was appended to itself has no more rounds than before', () => {
  const twice = (file: string, seed: number): Runs => {
    const made = lines({ seed, rounds: 3 });
    return { file, results: parseRuns(textOf([...made, ...made]), file), sessions: [] };
  };
  const rows = compared(twice('b', 12), twice('a', 11));
  assert.equal([...new Set(rows.map(({ ratio }) => ratio.n))], [3]);
  assert.equal([...new Set(rows.map(({ change }) => change))], ['too few rounds to say']);
});

test.run();
