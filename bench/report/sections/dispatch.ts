// What each way of computing a score costs, told: throughput over added work, its ratio to inline,
// and from how much work a request the threads pay. Pure.

import type { Series } from '../model.js';
import { barsText, curves, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import {
  distinctNumbers,
  labelOf,
  medianOf,
  type Ratio,
  type Row,
  ratioOf,
  rowsOf,
  type View,
} from './view.js';
import {
  bare,
  chanceText,
  decided,
  listed,
  ratioText,
  sentence,
  timesText,
  workText,
} from './words.js';

/** A way to compute with task workers, against inline at each size of added work. */
export interface Paying {
  readonly label: string;
  readonly points: readonly { readonly workUs: number; readonly ratio: Ratio }[];
}

/** Of the most task workers; empty where nothing can be compared. */
export function payingOf(view: View): readonly Paying[] {
  const rows = rowsOf(view);
  const threads = Math.max(0, ...rows.map((row) => row.threads));
  return allPaying(view).filter(({ label }) => label.endsWith(` x${threads}`));
}

function allPaying(view: View): readonly Paying[] {
  const rows = rowsOf(view);
  const inline = new Map(
    rows.filter(isInline).map(({ workUs, variant }) => [workUs, variant] as const),
  );
  const labels = [...new Set(rows.filter((row) => !isInline(row)).map(labelOf))];
  return labels.map((label) => {
    const points = rows
      .filter((row) => labelOf(row) === label)
      .flatMap(({ variant, workUs }) => {
        const against = inline.get(workUs);
        if (against === undefined) return [];
        return [{ workUs, ratio: ratioOf(view, variant, against, 'perSecond') }];
      });
    return { label, points };
  });
}

function isInline({ topology }: Row): boolean {
  return topology === 'inline';
}

const at = (workUs: number) => (workUs === 0 ? 'with no added work' : `at ${workText(workUs)}`);

/**
 * From which added work on it is faster than inline: only what the intervals decide. `before` is
 * the largest size below, where it is not, or is not seen to be.
 */
function paysFrom({ label, points }: Paying): string {
  const first = points.findIndex(({ ratio }) => decided(ratio) === 'more');
  const open = undecidedText({ label, points });
  if (open !== undefined) return open;
  const point = points[first];
  if (point === undefined) {
    const works = listed(points.map(({ workUs }) => workText(workUs)));
    return `${label} is not seen to be faster than inline at any work measured (${works})`;
  }
  const last = points.slice(first + 1).filter(({ ratio }) => decided(ratio) !== 'more');
  const not = last.map(({ workUs, ratio }) => `${at(workUs)} ${inWords(ratio)}`);
  const but = not.length === 0 ? '' : `, though ${listed(not)}`;
  const before = points[first - 1];
  const below = before === undefined ? '' : `; ${at(before.workUs)} ${inWords(before.ratio)}`;
  const gain = `it answers ${timesText(point.ratio, 'what inline answers')}`;
  const from = point.workUs === 0 ? 'even with no added work' : `from ${workText(point.workUs)}`;
  const what = point.workUs === 0 ? '' : ' of added work a request at the latest';
  return `${label} pays ${from}${what}: there ${gain}${below}${but}`;
}

/** Where no interval may be judged: too few rounds of each, or nothing known. */
export function undecidedText({ label, points }: Paying): string | undefined {
  const found = points.map(({ ratio }) => decided(ratio));
  if (found.some((one) => one !== 'few' && one !== 'unknown')) return undefined;
  if (!found.includes('few')) return `${label} was not measured beside inline`;
  const n = Math.max(...points.map(({ ratio }) => ratio.n));
  return `too few rounds to say (n = ${n}) from how much work on ${label} pays`;
}

function inWords(ratio: Ratio): string {
  const what = { more: 'it is faster', less: 'it is slower', open: 'no difference is seen' };
  const found = decided(ratio);
  if (found === 'unknown') return 'it is not known';
  if (found === 'few') return `there are too few rounds to say (n = ${ratio.n})`;
  return `${what[found]} (${ratioText(ratio)})`;
}

function says(view: View): readonly string[] {
  const paying = payingOf(view).toReversed();
  if (paying.length === 0) return ['Nothing was measured that could be compared with inline.'];
  return paying.map((one) => sentence(paysFrom(one)));
}

function seriesOf(view: View, rows: readonly Row[]): readonly Series[] {
  return [...new Set(rows.map(labelOf))].map((name) => {
    const own = rows.filter((row) => labelOf(row) === name);
    const points = own.map(({ variant, workUs }) => {
      return { x: workUs, interval: medianOf(view, variant, 'perSecond') };
    });
    return { name, tone: toneOf(own[0]?.topology ?? ''), points };
  });
}

const WORK = { title: 'added work, µs a request', scale: 'steps' } as const;

function charts(view: View) {
  const rows = rowsOf(view);
  const threads = Math.max(0, ...rows.map((row) => row.threads));
  const series = seriesOf(
    view,
    rows.filter((row) => row.threads === 0 || row.threads === threads),
  );
  const ratios = allPaying(view).map(({ label, points }) => ({
    name: label,
    tone: toneOf(label.split(' ')[0] ?? ''),
    points: points.map(({ workUs, ratio }) => ({ x: workUs, interval: ratio })),
  }));
  const bars = (all: readonly Series[]) =>
    barsText(all.flatMap(({ points }) => points.map(({ interval }) => interval)));
  return [
    ...curves({
      id: 'dispatch-throughput',
      title: 'Requests answered a second, by the work that each adds',
      caption: bars(series),
      x: WORK,
      y: { title: 'answered, requests/s', scale: 'log' },
      series,
      place: at,
      told: (interval) => `${bare(interval, 'perSecond')} requests/s`,
    }),
    ...curves({
      id: 'dispatch-ratio',
      title: 'Throughput with task workers as a multiple of inline',
      caption: `${bars(ratios)} Ratios are paired by round; above the line threads pay.`,
      x: WORK,
      y: { title: 'times inline', scale: 'linear' },
      series: ratios,
      marks: [{ axis: 'y', at: 1, says: 'inline' }],
      place: at,
      told: (interval) => `${ratioText(interval)} times`,
    }),
  ];
}

const PAIRS = [
  ['batched', 'inline'],
  ['pool', 'inline'],
  ['batched', 'pool'],
] as const;

function ratioRows(view: View): readonly (readonly string[])[] {
  const rows = rowsOf(view);
  const numbers = distinctNumbers(rows.map(({ threads }) => threads)).filter((one) => one > 0);
  const find = (topology: string, threads: number, workUs: number) =>
    rows.find(
      (row) =>
        row.topology === topology &&
        row.workUs === workUs &&
        row.threads === (topology === 'inline' ? 0 : threads),
    );
  return distinctNumbers(rows.map(({ workUs }) => workUs)).flatMap((workUs) =>
    numbers.flatMap((threads) =>
      PAIRS.flatMap(([one, other]) => {
        const [of, against] = [find(one, threads, workUs), find(other, threads, workUs)];
        if (of === undefined || against === undefined) return [];
        const rate = ratioOf(view, of.variant, against.variant, 'perSecond');
        const p99 = ratioOf(view, of.variant, against.variant, 'p99Ms');
        const name = `${labelOf(of)} / ${labelOf(against)}`;
        const cells = [ratioText(rate), rate.words, ratioText(p99), `${rate.n}`];
        return [[workText(workUs), name, ...cells]];
      }),
    ),
  );
}

function tables(view: View) {
  const rows = rowsOf(view).toSorted((a, b) => a.workUs - b.workUs);
  const ratios = ratioRows(view);
  const medians = rows.map((row) => {
    const values = (['perSecond', 'p50Ms', 'p99Ms'] as const).map((metric) =>
      bare(medianOf(view, row.variant, metric), metric),
    );
    const { n } = medianOf(view, row.variant, 'perSecond');
    return [workText(row.workUs), labelOf(row), ...values, `${n}`];
  });
  const chance = chanceText(ratios.map((cells) => Number(cells.at(-1))));
  return [
    ...tableOf(
      `Ratios, paired by round; the word is of throughput${chance}`,
      ['added work', 'ratio', 'throughput', 'seen', 'p99', 'n'],
      ratios,
    ),
    ...tableOf(
      'Medians over the rounds',
      ['added work', 'where it is computed', 'requests/s', 'p50, ms', 'p99, ms', 'n'],
      medians,
    ),
  ];
}

export function dispatch(view: View): Told {
  return {
    title: 'How much work must a request have before threads pay?',
    says: says(view),
    charts: charts(view),
    tables: tables(view),
    how:
      'Every request adds a fixed number of calibrated iterations (CPU work, not waiting) to the ' +
      'scoring by rules, on the event loop (inline) or on task workers (pool: one by one; ' +
      'batched: what has gathered).',
    changes:
      'More cores, or a load generator on another machine: here it takes its share of the same ' +
      'cores, most where the work is small. Work that waits instead of computing would not need ' +
      'threads at all.',
  };
}
