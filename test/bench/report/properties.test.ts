// Whatever a file holds of what bench can write, sections are made of it: no telling throws, every
// number of a chart is finite, every row of a table has a cell for each head.
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { buildAnswer } from '../../../bench/report/answer.js';
import { type Chart, type Section, TONES } from '../../../bench/report/model.js';
import { buildSections } from '../../../bench/report/sections.js';
import { listEnvironments } from '../../../bench/report/sessions.js';
import { PLAN_QUICK } from '../../../bench/runner/plan.js';
import { METRICS, nameVariant, type Scenario } from '../../../bench/runner/scenario.js';
import { SCENARIOS } from '../../../bench/scenarios/scenarios.js';
import {
  askLineOf,
  type MadeRow,
  read,
  runLines,
  selfTestLineOf,
  sessionLineOf,
  type Values,
} from '../../fixtures/report/made-results.js';
import { suite } from '../../support/suite.js';
import type { Line } from '../result-files.js';
import { PEERS, ROWS } from './scenario-rows.js';

const test = suite('sections of any results');
test.timeout(60_000);

/** The variants that the scenarios themselves make; peers by hand. */
function rowsIn(scenario: string, { variants }: Scenario) {
  return variants(PLAN_QUICK).map((variant) => {
    const { topology, threads, workUs, at } = variant;
    const where = at === undefined ? {} : { at };
    return {
      scenario,
      row: { variant: nameVariant(variant), topology, threads, workUs, ...where },
    };
  });
}

const ALL = [
  ...Object.entries(SCENARIOS)
    // Which peers there are depends on what is installed.
    .filter(([name]) => !['peers'].includes(name))
    .flatMap(([name, scenario]) => rowsIn(name, scenario)),
  ...PEERS.map(({ values, ...row }) => ({ scenario: 'peers', row })),
  { scenario: 'mystery', row: { variant: 'a thing', topology: 'odd', threads: 3, workUs: 0 } },
  {
    scenario: 'tallies',
    row: { variant: 'no such name', topology: 'none', threads: 0, workUs: 0 },
  },
];
const NAMES = [...new Set(ALL.map(({ scenario }) => scenario))];

/** What a metric may be read as; most of them are plain numbers. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0.001, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, null, -1, 1e300, 5e-324) },
);
const values = fc.record(Object.fromEntries(Object.keys(METRICS).map((name) => [name, value])), {
  requiredKeys: [],
});

const line = (scenario: string): fc.Arbitrary<Line[]> =>
  fc
    .record({
      row: fc.constantFrom(...ALL.filter((one) => one.scenario === scenario)),
      round: fc.integer({ min: 1, max: 7 }),
      made: fc.array(values, { minLength: 1, maxLength: 7 }),
      reason: fc.option(fc.constantFrom('busy', 'it took 2.1 times', '9 of 90 adds were lost'), {
        freq: 5,
        nil: undefined,
      }),
      session: fc.constantFrom('s1', 's2'),
    })
    .map(({ row: { row }, round, made, reason, session }) => {
      const voidAt = reason === undefined ? {} : { [round]: reason };
      const own = (at: number): Values => ({ ...made[at % made.length] }) as Values;
      const rows: readonly MadeRow[] = [{ ...row, values: own, voidAt } as MadeRow];
      return runLines(scenario, rows, { rounds: 1 + (made.length % 7), session });
    });

/** A subset of one scenario's lines, so that rows meet each other. */
const linesOfOne = fc
  .constantFrom(...NAMES)
  .chain((scenario) => fc.array(line(scenario), { maxLength: 25 }))
  .map((all) => all.flat());

const more = fc.subarray<Line>([
  sessionLineOf(NAMES.map((scenario) => ({ scenario, variants: 2, rounds: 7 }))),
  sessionLineOf([], { session: 's2', node: 'v24.0.0' }),
  askLineOf({}),
  askLineOf({ verdict: 'violated', judged: undefined }),
  askLineOf({ verdict: 'unknown' }, { tally: 'racy' }),
  selfTestLineOf(),
  selfTestLineOf({ verdict: 'unknown', caught: undefined }),
]);

function numbersOf(chart: Chart): readonly number[] {
  if (chart.kind === 'dots') {
    return chart.rows.flatMap(({ interval: { median, low, high, n } }) => [median, low, high, n]);
  }
  const points = chart.series.flatMap((one) =>
    one.points.flatMap(({ x, interval: { median, low, high, n } }) => [x, median, low, high, n]),
  );
  const laws = chart.series.flatMap(({ law = [] }) => law.flatMap(({ x, y }) => [x, y]));
  return [...points, ...laws, ...(chart.marks ?? []).map(({ at }) => at)];
}

function checkSection({ charts, tables, says, how, changes, title }: Section): void {
  for (const chart of charts) {
    assert.ok(numbersOf(chart).every(Number.isFinite), chart.description);
    const parts = chart.kind === 'dots' ? chart.rows : chart.series;
    assert.ok(parts.length > 0);
    assert.ok(parts.every(({ tone }) => TONES.includes(tone)));
    const isLog = chart.kind === 'dots' ? chart.scale === 'log' : chart.y.scale === 'log';
    const shown = numbersOf({ ...chart, marks: [] } as Chart);
    assert.ok(!isLog || chart.kind === 'curves' || shown.every((one) => one > 0), chart.id);
  }
  for (const { head, rows, numeric } of tables) {
    assert.ok(rows.length > 0);
    for (const row of rows) assert.is(row.length, head.length, head.join());
    assert.ok(numeric.every((at) => at > 0 && at < head.length));
  }
  const text = [title, how, changes, ...says, ...charts.map(({ description }) => description)];
  for (const one of text) assert.not.match(one, /NaN|Infinity|undefined|\[object/);
  assert.ok(says.length > 0);
}

test('no subset of valid lines makes a section throw, a number endless or a row uneven', () => {
  fc.assert(
    fc.property(linesOfOne, more, (runs, others) => {
      const results = read([...others, ...runs]);
      const sections = buildSections(results, 1);
      for (const section of sections) checkSection(section);
      const ids = sections.flatMap(({ charts }) => charts.map(({ id }) => id));
      assert.is(new Set(ids).size, ids.length);
      const answer = buildAnswer(results, 1);
      assert.is(answer.length, 2);
      assert.not.match(answer.join(' '), /NaN|Infinity|undefined/);
      listEnvironments(results);
    }),
    { numRuns: 60 },
  );
});

test('the order of the lines in a file changes nothing', () => {
  const planted = Object.entries(ROWS).flatMap(([name, rows]) => runLines(name, rows));
  const places = planted.map((_, at) => at);
  const linesAt = (all: readonly number[]) => all.flatMap((at) => planted.slice(at, at + 1));
  fc.assert(
    fc.property(fc.shuffledSubarray(places, { minLength: places.length / 2 }), (mixed) => {
      const inOrder = mixed.toSorted((a, b) => a - b);
      const [one, other] = [mixed, inOrder].map((all) => buildSections(read(linesAt(all)), 1));
      assert.equal(one, other);
    }),
    { numRuns: 5 },
  );
});

test.run();
