// Charts of both kinds for the tests, also such as no run should give. It asserts nothing.

import type { CurveChart, DotChart, Series } from '../../../bench/report/model.js';
import type { ConfidenceInterval } from '../../../bench/stats/statistics.js';

export function about(median: number): ConfidenceInterval {
  return { median, low: median * 0.9, high: median * 1.2, n: 7 };
}

const TOLD = { title: 'How much is answered', description: 'In words.', caption: 'n = 7' };

export function dots(part: Partial<DotChart> = {}): DotChart {
  const rows = (['no work', '2 ms of work'] as const).flatMap((group) => [
    { label: 'inline', group, interval: about(240), tone: 'inline' as const },
    { label: 'pool', group, interval: about(20), tone: 'pool' as const, note: '0 lost' },
    { label: 'racy', group, interval: about(2), tone: 'broken' as const, note: '37 % lost' },
  ]);
  const kind = 'dots';
  return { kind, id: 'isolation', ...TOLD, axis: 'p99, ms', scale: 'log', rows, ...part };
}

const CALLERS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export function series(name: string, last: number, part: Partial<Series> = {}): Series {
  const points = CALLERS.map((x) => ({ x, interval: about((last * x) / 256) }));
  return { name, tone: 'batched', points, ...part };
}

export function curves(part: Partial<CurveChart> = {}): CurveChart {
  return {
    kind: 'curves',
    id: 'scalability',
    ...TOLD,
    x: { title: 'connections', scale: 'log' },
    y: { title: 'answered, requests/s', scale: 'linear' },
    series: [series('batched', 9000), series('pool', 3000, { tone: 'pool' })],
    ...part,
  };
}

const LAW = CALLERS.map((x) => ({ x, y: x * 30 }));
const BAD: readonly number[] = [Number.NaN, 0, -3, Number.POSITIVE_INFINITY, 1e300, 5];

const badSeries = (name: string): Series => ({
  name,
  tone: 'pool',
  points: BAD.flatMap((median, at) => [
    { x: at, interval: { median, low: median, high: median, n: 1 } },
    { x: median, interval: { median: 7, low: 0, high: Number.POSITIVE_INFINITY, n: 3 } },
  ]),
});

export const SAMPLES: Readonly<Record<string, DotChart | CurveChart>> = {
  'dots in groups': dots(),
  'dots, linear': dots({ scale: 'linear' }),
  'no rows': dots({ rows: [] }),
  'one row': dots({ scale: 'linear', rows: dots().rows.slice(0, 1) }),
  'bad rows': dots({
    rows: BAD.map((median) => ({
      label: `median ${median}`,
      group: '',
      interval: { median, low: 0, high: Number.POSITIVE_INFINITY, n: 3 },
      tone: 'other',
    })),
  }),
  'long labels': dots({
    axis: 'a long title of an axis '.repeat(20),
    rows: dots().rows.map((row) => ({ ...row, label: 'x'.repeat(400), note: 'lost '.repeat(99) })),
  }),
  curves: curves(),
  'curves over steps': curves({ x: { title: 'work, µs', scale: 'steps' } }),
  'curves with a law and marks': curves({
    series: [series('batched', 9000, { law: LAW }), series('pool', 3000, { tone: 'pool' })],
    marks: [
      { axis: 'x', at: 40, says: 'the law peaks' },
      { axis: 'x', at: 45, says: 'measured best' },
      { axis: 'y', at: 8000, says: 'capacity' },
    ],
  }),
  'no series': curves({ series: [] }),
  'a series without points': curves({ series: [series('empty', 1, { points: [] })] }),
  'one point': curves({ series: [{ ...series('one', 9), points: [{ x: 3, interval: about(9) }] }] }),
  'bad points': curves({ series: [badSeries('bad')] }),
  'bad points, log': curves({
    y: { title: 'ms', scale: 'log' },
    series: [badSeries('bad'), series('good', 9)],
    marks: [{ axis: 'y', at: 0, says: 'nowhere' }],
  }),
  'bad points, steps': curves({
    x: { title: 'work', scale: 'steps' },
    series: [badSeries('bad')],
    marks: [{ axis: 'x', at: 1e6, says: 'outside' }],
  }),
};
