// The section of each scenario, from results with known medians: a golden file has all texts and
// tables, these tests have what a section decides. Only the whole interval decides.
import * as assert from 'uvu/assert';
import type { Chart, Section } from '../../../bench/report/model.js';
import { buildSections } from '../../../bench/report/sections.js';
import { formatSection } from '../../../bench/report/terminal.js';
import { SCENARIO_NAMES } from '../../../bench/scenarios/scenarios.js';
import { type Made, type MadeRow, read, runLines, type Values } from '../../fixtures/report/made-results.js';
import { assertGolden } from '../../support/golden.js';
import { suite } from '../../support/suite.js';
import {
  CALLERS,
  dispatchRows,
  EXHIBIT,
  ISOLATION,
  MEMORY,
  OVERHEAD,
  OVERLOAD,
  RATES,
  ROWS,
  TAIL,
  TALLIES,
} from './scenario-rows.js';

const test = suite('the section of a scenario');

function build(scenario: string, rows = ROWS[scenario] ?? [], made: Made = {}): Section {
  const [section] = buildSections(read(runLines(scenario, rows, made)), 1);
  if (section === undefined) throw new Error(`no section of ${scenario}`);
  return section;
}

/** Its sentences and cells. */
function textOf(scenario: string, rows?: readonly MadeRow[], made?: Made): string {
  const { says, tables } = build(scenario, rows, made);
  return [...says, ...tables.flatMap((table) => table.rows.flat())].join('\n');
}

/** The row, or an error: tests change one of the rows of a scenario. */
function rowOf(rows: readonly MadeRow[], at = 0): MadeRow {
  const row = rows[at];
  if (row === undefined) throw new Error('no such row');
  return row;
}

const discardAll = (row: MadeRow): MadeRow => {
  return { ...row, voidAt: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((at) => [at, 'busy'])) };
};

test('the sentences and tables of every scenario are those of the golden file', () => {
  const parts = SCENARIO_NAMES.flatMap((name) => [...formatSection(build(name), { hasTables: true }), '']);
  assertGolden('report-sections.txt', parts.join('\n'));
});

test('every section has a question, an answer, how it was made and what would change it', () => {
  for (const scenario of SCENARIO_NAMES) {
    const { title, says, how, changes, command } = build(scenario);
    assert.match(title, /\?$/);
    assert.ok(says.length > 0 && says.every((one) => one.endsWith('.')), says.join('\n'));
    for (const text of [how, changes, command]) assert.ok(text.length > 10, scenario);
    assert.match(how, /^[A-Z/a-z].* 7 rounds.* Measurement on a CPU, 2 cores, with Node v20\.20\.2\.$/);
  }
});

test('every chart describes its figures in words, and its id is unique', () => {
  const charts = SCENARIO_NAMES.flatMap((scenario) => build(scenario).charts);
  const ids = charts.map(({ id }) => id);
  assert.is(new Set(ids).size, ids.length);
  for (const { title, description, caption } of charts) {
    assert.ok(description.startsWith(title), description);
    assert.match(description, /\d \[?/);
    assert.match(caption, /n = 7 rounds/);
  }
});

const CHARTS: Readonly<Record<string, readonly string[]>> = {
  dispatch: ['dispatch-throughput: curves', 'dispatch-ratio: curves'],
  isolation: ['isolation-health: dots'],
  'latency-under-load': ['latency-under-load-p99: curves', 'latency-under-load-goodput: curves'],
  scalability: ['scalability-0: curves'],
  tallies: ['tallies-add: dots'],
  peers: ['peers-throughput: dots', 'peers-p99: dots'],
  memory: [],
};

for (const [scenario, expected] of Object.entries(CHARTS)) {
  test(`${scenario} has the charts that suit it`, () => {
    const names = build(scenario).charts.map(({ id, kind }) => `${id}: ${kind}`);
    assert.equal(names, expected);
  });
}

function chartOf<Kind extends Chart['kind']>(section: Section, kind: Kind) {
  const chart = section.charts.find((one) => one.kind === kind);
  if (chart === undefined) throw new Error(`no ${kind}`);
  return chart as Extract<Chart, { kind: Kind }>;
}

test('a seeded fault is drawn as broken, with its loss beside it; a correct tally with 0', () => {
  const { rows } = chartOf(build('tallies'), 'dots');
  const cells = rows.map(({ label, group, tone, note }) => [label, group, tone, note]);
  assert.equal(cells.at(-1), ['plain', '2 threads, 1 cell', 'broken', 'lost 46 % [45, 47]']);
  assert.equal(cells[0], ['atomic', '1 thread, 1 cell', 'batched', '0 lost']);
});

test('a law is drawn where it fits, and a refusal has its reason', () => {
  const fitted = chartOf(build('scalability'), 'curves').series[0]?.law ?? [];
  assert.equal([fitted.length, fitted.at(-1)?.x.toFixed(3)], [60, '128.000']);
  const jumps = CALLERS.map((row, at) => {
    return at === 2 ? { ...row, values: { perSecond: 100, generatorCpu: 0.3 } } : row;
  });
  for (const [rows, reason] of [
    [jumps, /throughput falls by more than 10\.0 %/],
    [CALLERS.slice(0, 3), /too few numbers of connections \(3\)/],
  ] as const) {
    const refused = build('scalability', rows);
    assert.is(chartOf(refused, 'curves').series[0]?.law, undefined);
    assert.match(refused.says.join('\n'), reason);
  }
});

test('memory grows only above zero, and a short run decides nothing', () => {
  const row = rowOf(MEMORY);
  const says = (change: Values) => {
    return textOf('memory', [{ ...row, values: { ...(row.values as Values), ...change } }]);
  };
  assert.match(says({ slopeLowBytes: 0.1 }), /^Memory grows/);
  assert.match(says({}), /^No growth is seen/);
  assert.match(says({ requests: 10_000 }), /^Too short to say/);
});

test('a logarithmic scale has no place for zero: it is not drawn, and named', () => {
  const zero = { ...rowOf(EXHIBIT), values: { p50Ms: 0, p99Ms: 3, samples: 9, requests: 9 } };
  const section = build('coordinated-omission', [zero, ...EXHIBIT.slice(1)]);
  const chart = chartOf(section, 'dots');
  assert.is(chart.rows.length, 5);
  assert.match(chart.caption, /Not drawn.*: p50, autocannon, closed loop\.$/);
});

/** The second row has so many times the rate of the first, from round to round. */
function overheadRows(factors: readonly number[]): readonly MadeRow[] {
  const values = (round: number) => ({ perSecond: 1_000 * (factors[round - 1] ?? 1), p99Ms: 5 });
  return [
    { ...rowOf(OVERHEAD), values: () => ({ perSecond: 1_000, p99Ms: 5 }) },
    { ...rowOf(OVERHEAD, 1), values },
  ];
}

const NOISY = [0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2];

test('an interval with 1 inside shows no difference; any other is slower or faster', () => {
  for (const [factors, word, others] of [
    [NOISY, 'no difference seen', /slower|faster/],
    [[0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86], 'slower', /no difference|faster/],
    [[1.1, 1.11, 1.12, 1.13, 1.14, 1.15, 1.16], 'faster', /no difference|slower/],
  ] as const) {
    const { says, tables } = build('overhead', overheadRows(factors));
    assert.ok(says[0]?.endsWith(`: ${word}.`), says[0]);
    assert.is(tables[0]?.rows[0]?.[3], word);
    assert.not.match(says.join(' '), others);
  }
});

for (const [scenario, rows] of [
  ['overhead', OVERHEAD],
  ['isolation', ISOLATION],
  ['overload', OVERLOAD],
  ['latency-under-load', TAIL],
  ['dispatch', dispatchRows()],
] as const) {
  test(`${scenario}: fewer than five rounds decide nothing, whatever the ratio`, () => {
    const few = textOf(scenario, rows, { rounds: 4 });
    assert.match(few, /too few( rounds)? to say/);
    assert.not.match(few, /\b(faster|slower|longer|shorter|less than|more than)\b/);
    assert.not.match(textOf(scenario, rows, { rounds: 5 }), /too few/);
  });
}

test('threads pay from the first work at which they are faster, and exceptions are named', () => {
  const rates = (...batched: [number, number, number]) =>
    build('dispatch', dispatchRows({ ...RATES, batched })).says.join('\n');
  assert.match(rates(11_000, 9_000, 7_500), /^Even with no added work, batched x2 is faster/m);
  const gap = rates(11_000, 6_000, 7_500);
  assert.match(gap, /^Even with no added work/m);
  assert.match(gap, /^At 20 µs of work, batched x2 serves 0\.75× .*: slower\.$/m);
  assert.match(rates(9_000, 7_000, 4_000), /^Batched x2 was faster than inline at no measured work/m);
});

test('discarded runs that leave one work with too few rounds leave the others decided', () => {
  const voidAt = { 1: 'busy', 2: 'busy', 3: 'busy' };
  const rows = dispatchRows().map((row) => {
    return row.variant === 'batched x2 + 20 us' ? { ...row, voidAt } : row;
  });
  const says = build('dispatch', rows).says.join('\n');
  assert.match(says, /^At 100 µs of work, batched x2 is faster/m);
  assert.match(says, /^At 20 µs of work, batched x2 .*n = 4\): too few rounds to say\.$/m);
});

test('an unknown value is called unknown, and compared with nothing', () => {
  const values: Values = { perSecond: 450, healthP50Ms: 100, healthP99Ms: null };
  const { says } = build('isolation', [{ ...rowOf(ISOLATION), values }, rowOf(ISOLATION, 1)]);
  assert.match(says[0] ?? '', /is unknown with inline\.$/);
  assert.match(says[2] ?? '', /: not measured\.$/);
  assert.not.match(says.join(' '), /NaN|Infinity|undefined|longer|shorter/);
});

test('a variant whose runs are all discarded is not compared, and nothing fails', () => {
  const { says } = build('overhead', [discardAll(rowOf(OVERHEAD)), rowOf(OVERHEAD, 1)]);
  assert.match(says[0] ?? '', /not both measured/);
});

test('refusals that the service did not count as seen are named', () => {
  const row = rowOf(OVERLOAD);
  const values = { ...(row.values as Values), shedCounted: 4_000 };
  assert.match(textOf('overload', [{ ...row, values }]), /NOT count every refusal .* 0 of 7 runs/);
});

test('a correct tally that lost an add is VIOLATED, though its runs are discarded', () => {
  const lose = (row: MadeRow, round: number): MadeRow => {
    if (row.variant !== 'atomic x2, 1 cell') return row;
    const values = { nsPerAdd: 40, lostPercent: 0.1, adds: 1_000_000 };
    return { ...row, values, voidAt: { [round]: '1000 of 1000000 adds were lost' } };
  };
  const lost = build(
    'tallies',
    TALLIES.map((row) => lose(row, 3)),
  );
  assert.match(lost.says[0] ?? '', /^VIOLATED: .* in 1 run\.$/);
  const one = TALLIES.filter(({ variant }) => variant === 'atomic x2, 1 cell');
  const alone = build(
    'tallies',
    one.map((row) => lose(row, 1)),
    { rounds: 1 },
  );
  assert.match(alone.says[0] ?? '', /^VIOLATED/);
  assert.match(alone.says[1] ?? '', /none of 1 run counts/);
  assert.not.match(build('tallies').says.join(''), /VIOLATED/);
});

test('the same seed gives the same report, and a figure is the same wherever it is', () => {
  const lines = runLines('overhead', overheadRows(NOISY));
  const results = read([...lines, ...runLines('isolation', ISOLATION)]);
  const [, overhead] = [buildSections(results, 3)[0], buildSections(results, 3)[0]];
  assert.equal(buildSections(read(lines), 3)[0], overhead);
  const [, low = '', high = ''] = /CI ([\d.]+)–([\d.]+)/.exec(overhead?.says[0] ?? '') ?? [];
  assert.is(overhead?.tables[0]?.rows[0]?.[2], `1.00 [${low}, ${high}]`);
});

test('each topology is shown at the load at which it was measured, past the peak', () => {
  const rows = TAIL.map((row) => {
    return row.topology === 'inline' && row.at?.value === 1.2 ? discardAll(row) : row;
  });
  const past = (all: readonly MadeRow[]) =>
    build('latency-under-load', all).says.filter((one) => one.startsWith('Past the peak'));
  assert.is(past(TAIL).length, 2);
  assert.match(past(rows).join('\n'), /^Past the peak, at 1\.2 of its peak, batched[^\n]*$/);
});

test.run();
