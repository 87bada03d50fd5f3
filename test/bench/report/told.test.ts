// Each scenario's telling: the medians of planted data stand in its sentences, charts and tables.
import * as assert from 'uvu/assert';
import type { Chart, Section } from '../../../bench/report/model.js';
import { sectionsOf, TELLINGS } from '../../../bench/report/sections.js';
import { SCENARIO_NAMES } from '../../../bench/scenarios/scenarios.js';
import { suite } from '../../support/suite.js';
import { type PlantedRow, read, runLines } from './planted.js';
import { CALLERS, EXHIBIT, MEMORY, ROWS, TALLIES } from './rows.js';

const test = suite('the telling of a scenario');

function sectionOf(scenario: string, rows: readonly PlantedRow[] = ROWS[scenario] ?? []): Section {
  const [section] = sectionsOf(read(runLines(scenario, rows)), 1);
  if (section === undefined) throw new Error(`no section of ${scenario}`);
  return section;
}

/** Parts of its sentences and cells of its tables that the planted medians make. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  dispatch: [
    'Batched x2 pays from 100 µs of added work a request at the latest',
    'it answers 1.50 [1.50, 1.50] times what inline answers (n = 7)',
    'at 20 µs no difference is seen (1.00 [1.00, 1.00])',
    'Pool x2 is not seen to be faster than inline',
    '10000 [9800, 10200]',
  ],
  thin: ['inline answers 0.80 [0.80, 0.80] times what a bare node:http handler answers'],
  isolation: [
    'Better with batched x2',
    '200 [196, 204] ms (n = 7) inline',
    '5.00 [4.90, 5.10] ms (n = 7) with batched x2',
    '40.0 [40.0, 40.0] times as long (n = 7)',
  ],
  mixed: ['the p99 is shorter', '20.0 [19.6, 20.4] ms', '0.50 [0.50, 0.50] times that of pool x2'],
  threads: ['More is answered', '1.70 [1.70, 1.70] times what threads x1 answers (n = 7)'],
  overload: [
    'less is answered than at the peak: batched x2 0.75 [0.75, 0.75] (n = 7)',
    'longer than that bound: batched x2 3.00 [3.00, 3.00] (n = 7)',
    'In 7 of 7 runs every refusal was counted exactly once',
  ],
  callers: ['Inline with no added work: throughput peaks at 30 ', 'R² 1.000'],
  payload: [
    'inline slower, at 60 kB 0.20 [0.20, 0.20] times what it answers at 0.1 kB (n = 7)',
    'batched x2 0.90 [0.90, 0.90] times as much (n = 7): slower',
  ],
  tail: [
    'waiting grows, from a p99 of 4.00 [3.92, 4.08] ms (n = 7) at 0.4 of its peak',
    '800 [784, 816] ms (n = 7) at 1.2 of its peak',
    'inline answers 0.90 [0.90, 0.90] of its peak (n = 7)',
    '4.00 [4.00, 4.00]',
  ],
  tallies: [
    'Atomic and striped lost no add of 21 million in 21 runs',
    'a plain increment lost 46 % [45, 47] with 2 threads on one cell (n = 7)',
    'An atomic add takes 40.0 [39.2, 40.8] ns (n = 7)',
    'striped, with a cell per thread, 0.30 [0.30, 0.30] times as long (n = 7): faster',
  ],
  'wake-up': [
    'sync 90.0 [90.0, 90.0] ms (n = 7), 100 % of them frozen',
    'sync is answered sooner, p50 0.50 [0.50, 0.50] times as long (n = 7)',
  ],
  exhibit: [
    'waits p50 4.00 [3.92, 4.08] ms (n = 7) and p99 180 [176, 184] ms (n = 7)',
    'p99 0.017 [0.017, 0.017] times as long (n = 7), sees less than that',
    'Autocannon -R 100 makes up samples: 1.50 [1.50, 1.50] times as many as answers (n = 7)',
  ],
  memory: ['No growth is seen over 5,000,000 requests of batched x2 + 0 us: 0.500 [-2.000, 3.000]'],
  peers: [
    'Faster than our inline, with no added work: fastify, inline 1.20 [1.20, 1.20] times',
    'Slower than our inline, with no added work: flask 0.050 [0.050, 0.050] times',
  ],
};

function textOf({ says, tables }: Section): string {
  return [...says, ...tables.flatMap(({ rows }) => rows.flat())].join('\n');
}

for (const [scenario, parts] of Object.entries(EXPECTED)) {
  test(`${scenario} shows the medians of its runs`, () => {
    const text = textOf(sectionOf(scenario));
    for (const part of parts) assert.ok(text.includes(part), `${part}\n\nis not in\n\n${text}`);
  });
}

test('every scenario that is expected to have a telling is tested here, and the reverse', () => {
  assert.equal(Object.keys(EXPECTED).toSorted(), Object.keys(TELLINGS).toSorted());
  const others: readonly string[] = SCENARIO_NAMES.filter((name) => !(name in TELLINGS));
  assert.equal(
    others.filter((name) => name !== 'advise'),
    [],
  );
});

test('every section has a question, an answer, how it was made and what would change it', () => {
  for (const scenario of Object.keys(ROWS)) {
    const { title, says, how, changes, command } = sectionOf(scenario);
    assert.match(title, /\?$/);
    assert.ok(says.length > 0 && says.every((one) => one.endsWith('.')), says.join('\n'));
    for (const text of [how, changes, command]) assert.ok(text.length > 10, scenario);
    assert.match(
      how,
      /^[A-Z/a-z].* 7 rounds.* Measured on a CPU, 2 cores, with Node v20\.20\.2\.$/,
    );
  }
});

test('every chart tells its main numbers in words, and its id is its own', () => {
  const charts = Object.keys(ROWS).flatMap((scenario) => sectionOf(scenario).charts);
  const ids = charts.map(({ id }) => id);
  assert.is(new Set(ids).size, ids.length);
  for (const { title, description, caption } of charts) {
    assert.ok(description.startsWith(title), description);
    assert.match(description, /\d \[?/);
    assert.match(caption, /n = 7 rounds/);
  }
});

const kindsOf = (charts: readonly Chart[]) => charts.map(({ id, kind }) => `${id}: ${kind}`);

test('each scenario has the charts that suit it', () => {
  const charts = (scenario: string) => kindsOf(sectionOf(scenario).charts);
  assert.equal(charts('dispatch'), ['dispatch-throughput: curves', 'dispatch-ratio: curves']);
  assert.equal(charts('isolation'), ['isolation-health: dots']);
  assert.equal(charts('tail'), ['tail-p99: curves', 'tail-goodput: curves']);
  assert.equal(charts('callers'), ['callers-0: curves']);
  assert.equal(charts('tallies'), ['tallies-add: dots']);
  assert.equal(charts('peers'), ['peers-throughput: dots', 'peers-p99: dots']);
});

test('what is planted is drawn as broken, with what it lost beside it; the honest with 0', () => {
  const [chart] = sectionOf('tallies', TALLIES).charts;
  if (chart?.kind !== 'dots') throw new Error('no dots');
  const rows = chart.rows.map(({ label, group, tone, note }) => [label, group, tone, note]);
  assert.equal(rows.at(-1), ['plain', '2 threads, 1 cell', 'broken', 'lost 46 % [45, 47]']);
  assert.equal(rows[0], ['atomic', '1 thread, 1 cell', 'batched', '0 lost']);
});

test('a law is drawn where it fits, and where it does not its refusal is told', () => {
  const lawOf = ({ charts, says }: Section) => {
    const [chart] = charts;
    if (chart?.kind !== 'curves') throw new Error('no curves');
    return { law: chart.series[0]?.law ?? [], said: says.join('\n') };
  };
  const fitted = lawOf(sectionOf('callers', CALLERS));
  assert.is(fitted.law.length, 60);
  assert.is(fitted.law.at(-1)?.x.toFixed(3), '128.000');
  const jumps = CALLERS.map((row, at) => {
    return at === 2 ? { ...row, values: { perSecond: 100, generatorCpu: 0.3 } } : row;
  });
  const refused = lawOf(sectionOf('callers', jumps));
  assert.equal(refused.law, []);
  assert.match(refused.said, /no law is fitted: throughput falls by more than 10\.0 %/);
  const few = lawOf(sectionOf('callers', CALLERS.slice(0, 3)));
  assert.match(few.said, /no law is fitted: too few numbers of connections \(3\)/);
});

test('growth of memory is seen above zero only, and nothing is told of a short run', () => {
  const [row] = MEMORY;
  if (row === undefined || typeof row.values === 'function') throw new Error('no row');
  const { values } = row;
  const saying = (change: object) => {
    return sectionOf('memory', [{ ...row, values: { ...values, ...change } }]).says.join('\n');
  };
  assert.match(saying({ slopeLowBytes: 0.1 }), /Growth is seen/);
  assert.match(saying({}), /No growth is seen/);
  assert.match(saying({ requests: 10_000 }), /Too short to say/);
});

test('a percentile of zero has no place on a logarithm: it is not drawn, and named', () => {
  const [closed, ...others] = EXHIBIT;
  if (closed === undefined) throw new Error('no row');
  const zero = { ...closed, values: { p50Ms: 0, p99Ms: 3, samples: 1_000, requests: 1_000 } };
  const [chart] = sectionOf('exhibit', [zero, ...others]).charts;
  if (chart?.kind !== 'dots') throw new Error('no dots');
  assert.is(chart.rows.length, 5);
  assert.match(chart.caption, /Not drawn, since unknown or zero: p50, autocannon, closed loop/);
});

test.run();
