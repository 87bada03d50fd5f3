// The work per request from which threads pay: there the ratio of `batched` to `inline` crosses 1. It is
// interpolated in log work, with intervals bootstrapped over rounds. Also its text and chart. Main thread.

import { formatTable } from '../../src/present/table.js';
import { formatInterval } from '../../src/present/text.js';
import type { Post } from '../load/transaction.js';
import type { CurveChart } from '../report/model.js';
import { describeDecision } from '../report/wording.js';
import { measurePost } from '../runner/measure.js';
import type { Sample, Scenario } from '../runner/scenario.js';
import { rows, variant } from '../scenarios/variants.js';
import {
  bootstrapMedian,
  type ConfidenceInterval,
  median,
  middle95,
  ROUNDS_MIN,
  resampled,
} from '../stats/statistics.js';
import { formatMicroseconds } from './scorer-profile.js';

export interface BreakEven {
  /** `us`: work that leaves the event loop. `ratio`: throughput of batched over inline, paired by round. */
  readonly points: readonly { readonly us: number; readonly ratio: ConfidenceInterval }[];
  /** Microseconds where the median of the ratio crosses 1 for the last time; see `crossing`. */
  readonly at: number;
  readonly low: number;
  readonly high: number;
  /** From here on the lower end of the ratio's interval is above 1 too. */
  readonly provedFrom: number;
  readonly rounds: number;
}

const RESAMPLES = 2_000;

/** `bareUs`: of a request without added work; undefined where no pair of runs counts. */
export function computeBreakEven(
  samples: readonly Sample[],
  bareUs: number,
  next: () => number,
): BreakEven | undefined {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const sizes = [...new Set(valid.map(({ workUs }) => workUs))].sort((a, b) => a - b);
  // Of each round: the ratio at each size of work, NaN where a run of the pair does not count.
  const rounds = [...new Set(valid.map(({ round }) => round))].map((round) =>
    sizes.map((workUs) => computeRatio(valid, round, workUs)),
  );
  const known = (some: typeof rounds, size: number) =>
    some.map((ratios) => ratios[size] ?? Number.NaN).filter((ratio) => !Number.isNaN(ratio));
  const points = sizes.flatMap((workUs, size) => {
    const values = known(rounds, size);
    return values.length === 0 ? [] : [{ us: workUs + bareUs, size, ratio: bootstrapMedian(values, next) }];
  });
  if (points.length === 0) return undefined;
  const us = points.map((point) => point.us);
  const findCrossing = (some: typeof rounds) => {
    const medians = points.map(({ size, ratio }) => {
      const values = known(some, size);
      return values.length === 0 ? ratio.median : median(values);
    });
    return crossing(us, medians);
  };
  const crossings = Array.from({ length: RESAMPLES }, () => findCrossing(resampled(rounds, next)));
  const lowest = points.map(({ ratio }) => ratio.low);
  return {
    points: points.map(({ us, ratio }) => ({ us, ratio })),
    at: findCrossing(rounds),
    ...middle95(crossings),
    provedFrom: crossing(us, lowest),
    rounds: rounds.length,
  };
}

function computeRatio(valid: readonly Sample[], round: number, workUs: number): number {
  const perSecond = (topology: string) =>
    valid.find((one) => one.topology === topology && one.round === round && one.workUs === workUs)?.values
      .perSecond ?? Number.NaN;
  return perSecond('batched') / perSecond('inline');
}

/** Where the ratio reaches 1 and stays: -Infinity when it is never below, Infinity when it ends below. */
export function crossing(us: readonly number[], ratios: readonly number[]): number {
  const last = ratios.findLastIndex((ratio) => ratio < 1);
  if (last < 0) return Number.NEGATIVE_INFINITY;
  const [from, to] = [us[last], us[last + 1]];
  const [below, above] = [ratios[last], ratios[last + 1]];
  if (from === undefined || to === undefined || below === undefined || above === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  const share = (1 - below) / (above - below);
  return Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)));
}

/** JSON has no infinity: below or above all measured sizes. */
export function breakEvenJson({ at, low, high, provedFrom, ...rest }: BreakEven): object {
  const toEdge = (us: number) => (Number.isFinite(us) ? us : us < 0 ? 'below' : 'above');
  const edges = { at: toEdge(at), low: toEdge(low), high: toEdge(high), provedFrom: toEdge(provedFrom) };
  return { ...rest, ...edges };
}

export const CURVE = 'advise-curve';

/** `post`: with the level that the rules assign. */
export function curveFor(post: Post, threads: number): Scenario {
  return {
    about: 'inline and batched by added work',
    isDefault: false,
    variants: ({ workUs }) =>
      rows(workUs.flatMap((us) => [variant('inline', 0, us), variant('batched', threads, us)])),
    claims: () => [],
    measure: (row, context) => measurePost(post, row, context),
  };
}

const COLUMNS = 60;
const AHEAD = { more: 'threads', less: 'inline' };

/** `us`: the time of the scorer; undefined where it waits, since the curve is about computing. */
export function curveLines(breakEven: BreakEven, us: number | undefined): string[] {
  const { points, rounds } = breakEven;
  const cells = points.map(({ us: at, ratio }) => {
    return [formatMicroseconds(at), formatInterval(ratio, 2), describeDecision(ratio, AHEAD)];
  });
  const head = ['work per request', 'batched/inline [95 %]', `ahead (n = ${rounds} rounds)`];
  const place = describePlace(breakEven, us);
  return [breakEvenText(breakEven), place, ...formatTable(head, cells), ...axis(breakEven, us)];
}

export function breakEvenText({ at, low, high, points, provedFrom }: BreakEven): string {
  const [least, most] = [points[0]?.us ?? 0, points.at(-1)?.us ?? 0].map(formatMicroseconds);
  const [from, to] = [low, high].map((edge) => {
    if (Number.isFinite(edge)) return formatMicroseconds(edge);
    return edge < 0 ? `under ${least}` : `over ${most}`;
  });
  const range = ` [${from}, ${to}]`;
  if (at === Number.POSITIVE_INFINITY)
    return `Threads did not pay up to ${most} of work per request${range}.`;
  if (at === Number.NEGATIVE_INFINITY)
    return `Threads pay from ${least} of work per request on, or less${range}.`;
  const isProved = Number.isFinite(provedFrom) && points.every(({ ratio }) => ratio.n >= ROUNDS_MIN);
  const proved = isProved ? `; proved from about ${formatMicroseconds(provedFrom)}` : '';
  return `Threads pay from about ${formatMicroseconds(at)} of work per request on${range}${proved}.`;
}

function describePlace({ at, low, high }: BreakEven, us: number | undefined): string {
  if (us === undefined) return 'The scorer waits more than it computes: the curve does not apply to it.';
  const side = us < low ? 'below it' : us > high ? 'above it' : 'within its interval';
  const times = us > at ? us / at : at / us;
  const isNear = side === 'within its interval' || !Number.isFinite(times) || times < 1.5;
  const by = isNear ? '' : `, ${times.toFixed(times < 10 ? 1 : 0)} times`;
  return `A request with this scorer is ${formatMicroseconds(us)} of work: ${side}${by}.`;
}

/** `-` inline, `?` within the interval, `=` threads pay; the scorer above it. */
function axis({ points, low, high, at }: BreakEven, us: number | undefined): string[] {
  const [least, most] = [points[0]?.us ?? 1, points.at(-1)?.us ?? 1];
  if (!(most > least)) return [];
  const place = (value: number) => {
    const share = Math.log(value / least) / Math.log(most / least);
    return Math.round(Math.min(1, Math.max(0, share)) * (COLUMNS - 1));
  };
  const line = Array.from({ length: COLUMNS }, (_, column): string => {
    const value = least * (most / least) ** (column / (COLUMNS - 1));
    if (value < low) return '-';
    return value > high ? '=' : '?';
  });
  if (Number.isFinite(at)) line[place(at)] = '|';
  const [first, last] = [least, most].map(formatMicroseconds) as [string, string];
  const indent = ' '.repeat(first.length + 1);
  return [
    ...(us === undefined ? [] : [`${indent}${' '.repeat(place(us))}v this scorer`]),
    `${first} ${line.join('')} ${last}`,
    `${indent}(- inline is ahead, ? within the interval, | the break-even, = threads are ahead)`,
  ];
}

export function breakEvenChart(breakEven: BreakEven, us: number | undefined): CurveChart {
  const { points, rounds } = breakEven;
  const values = points.map(({ us: at, ratio }) => `${ratio.median.toFixed(2)} at ${formatMicroseconds(at)}`);
  const own = us === undefined ? [] : [{ axis: 'x' as const, at: us / 1_000, says: 'this scorer' }];
  const curve = points.map(({ us: at, ratio }) => ({ x: at / 1_000, interval: ratio }));
  return {
    kind: 'curves',
    id: 'advise-break-even',
    title: 'When do threads pay?',
    description: `${breakEvenText(breakEven)} Batched over inline: ${values.join(', ')}.`,
    caption: `n = ${rounds} rounds; the band is the 95 % bootstrap interval.`,
    x: { title: 'work per request, ms', scale: 'log' },
    y: { title: 'requests/s, batched over inline', scale: 'linear' },
    series: [{ name: 'batched / inline', tone: 'batched', points: curve }],
    marks: [{ axis: 'y', at: 1, says: 'equal' }, ...own],
  };
}
