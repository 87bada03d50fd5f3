// Reports for the tests of how one is shown: what the fixture's results say, with sections made up
// here that have everything a section can have. A test changes what it plants.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CurveChart, DotChart, Section, Table } from '../../bench/report/model.js';
import { buildReport, type Report } from '../../bench/report/report.js';
import { parseResults, type Results } from '../../bench/runner/results-file.js';

export const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/report');
export const RESULTS = join(FIXTURES, 'results.ndjson');

export function fixtureResults(): Results {
  return parseResults(readFileSync(RESULTS, 'utf8'), 'results.ndjson');
}

const interval = (middle: number) => ({
  ...{ median: middle, low: middle * 0.9, high: middle * 1.07 },
  n: 7,
});

const DOTS: DotChart = {
  kind: 'dots',
  id: 'dispatch-throughput',
  title: 'Answered a second, by topology and work',
  description: 'With no added work inline answers 15,000 a second, batched 10,100, pool 4,000.',
  caption: 'Medians of 7 rounds; bars are 95 % intervals.',
  axis: 'answered, requests/s',
  scale: 'log',
  rows: [
    { label: 'inline', group: 'no work', interval: interval(15_000), tone: 'inline' },
    { label: 'pool', group: 'no work', interval: interval(4_000), tone: 'pool' },
    { label: 'batched', group: 'no work', interval: interval(10_100), tone: 'batched' },
    { label: 'inline', group: '2 ms', interval: interval(450), tone: 'inline' },
    { label: 'pool', group: '2 ms', interval: interval(690), tone: 'pool' },
    {
      ...{ label: 'batched', group: '2 ms', interval: interval(725), tone: 'batched' },
      note: '0 lost',
    },
  ],
};

const CURVES: CurveChart = {
  kind: 'curves',
  id: 'tail-p99',
  title: 'Latency over the rate that is offered',
  description: 'From 0.9 of the peak on p99 grows: inline 240 ms at 1.0, batched 90 ms.',
  caption: 'Medians of 5 rounds; bands are 95 % intervals.',
  x: { title: 'offered, of the peak', scale: 'linear' },
  y: { title: 'p99, ms', scale: 'log' },
  marks: [{ axis: 'x', at: 1, says: 'peak' }],
  series: (['inline', 'batched'] as const).map((tone, at) => ({
    ...{ name: tone, tone },
    points: [0.2, 0.6, 0.9, 1, 1.2].map((x) => {
      return { x, interval: interval((2 + at) * (1 + 50 * Math.max(0, x - 0.8) ** 2)) };
    }),
  })),
};

export const MAIN_TABLE: Table = {
  caption: 'Medians and their 95 % intervals',
  head: ['variant', 'answered, 1/s', 'p50, ms', 'p99, ms', 'p99.9, ms', 'CPU, s', 'n', 'seen'],
  rows: ['inline + 0 us', 'pool x2 + 0 us', 'batched x2 + 10000 us'].map((name, at) => [
    ...[name, `${15_000 - 4_000 * at} [14,120, 15,904]`, '3.94 [3.81, 4.06]'],
    ...['9.8 [9.1, 10.6]', '21.2 [18.0, 30.4]', '1.93', '7', at === 0 ? 'base' : 'slower'],
  ]),
  numeric: [1, 2, 3, 4, 5, 6],
};

export function madeSection(change: Partial<Section> = {}): Section {
  return {
    scenario: 'dispatch',
    title: 'What does sending a score to another thread cost?',
    says: [
      'With no added work batched answers 0.67 [0.64, 0.71] of what inline answers (n = 7).',
      'From 500 us of work on batched is faster than both.',
    ],
    charts: [DOTS],
    tables: [MAIN_TABLE, { ...MAIN_TABLE, caption: 'Inside the server: mean and p99 of every part' }],
    how: 'Each variant on a fresh server process, beside a generator of its own process.',
    changes: 'More cores: the generator would not share them. A scorer that only waits.',
    command: 'two-callers bench dispatch --rounds 7 --seed 1 --out results.ndjson',
    unavailable: [],
    voids: [],
    partial: '',
    ...change,
  };
}

/** Everything at once. */
export function madeReport(change: Partial<Report> = {}): Report {
  const busy = 'the machine was busy: a fixed piece of work before the run took 2.2 times its best';
  const sections = [
    madeSection({ voids: [`pool x2 + 0 us, round 3: ${busy}`] }),
    madeSection({
      ...{ scenario: 'tail', title: 'How long does one wait near the limit?', charts: [CURVES] },
      partial: '9 of 35 runs were made',
      unavailable: ['threads: it needs Node 22.12 or 23.1, and this is v20.20.2'],
      voids: Array.from({ length: 9 }, (_, at) => `inline + 500 us, round ${at + 1}: ${busy}`),
      tables: [MAIN_TABLE],
    }),
    madeSection({
      ...{ scenario: 'tallies', title: 'What does counting cost, and who loses?', charts: [] },
      tables: [],
    }),
  ];
  const report = buildReport(fixtureResults(), 1);
  const notices = [
    {
      kind: 'partial',
      says: 'Not all that was planned was measured. tail: 9 of 35 runs were made.',
    },
    ...report.notices.filter(({ kind }) => kind !== 'partial'),
  ];
  const answer = [
    'Both are answered and both are counted: in 2,400 pairs of calls no two held one number.',
    'A pool of two threads answers 0.27 [0.26, 0.28] of what one answers, batched 0.67.',
  ];
  const headline = ['Both are counted.', 'Threads pay from 100 µs of work a request at the latest.'];
  return { ...report, headline, answer, notices, sections, ...change };
}
