// The break-even as text for a terminal (a sentence, a table, and a scale that marks the scorer) and
// as a chart for a report. Pure.

import { formatTable } from '../../src/present/table.js';
import { formatInterval } from '../../src/present/text.js';
import type { CurveChart } from '../report/model.js';
import { type ConfidenceInterval, ROUNDS_MIN } from '../stats/statistics.js';
import type { BreakEven, Edge } from './break-even.js';
import { formatMicroseconds } from './scorer-profile.js';

const COLUMNS = 60;

/** `us`: the time of the scorer; undefined where it waits, since the curve is about computing. */
export function curveLines(breakEven: BreakEven, us: number | undefined): string[] {
  const { points, rounds } = breakEven;
  const rows = points.map(({ us: at, ratio }) => {
    return [formatMicroseconds(at), formatInterval(ratio, 2), describeAhead(ratio)];
  });
  const head = ['work per request', 'batched/inline [95 %]', `ahead (n = ${rounds} rounds)`];
  return [
    breakEvenText(breakEven),
    ...standsText(breakEven, us),
    ...formatTable(head, rows),
    ...axis(breakEven, us),
  ];
}

/** An interval that includes 1 shows no difference, which is not the same as none. */
function describeAhead({ low, high, n }: ConfidenceInterval): string {
  if (n < ROUNDS_MIN) return `too few rounds to say (n = ${n})`;
  if (low > 1) return 'threads';
  return high < 1 ? 'inline' : 'no difference seen';
}

export function breakEvenText({ at, low, high, points, provedFrom }: BreakEven): string {
  const [least, most] = [points[0]?.us ?? 0, points.at(-1)?.us ?? 0].map(formatMicroseconds);
  const isFew = points.some(({ ratio }) => ratio.n < ROUNDS_MIN);
  const proved =
    typeof provedFrom === 'number' && !isFew ? `; proved from about ${formatMicroseconds(provedFrom)}` : '';
  if (at === 'above') return `Threads did not pay up to ${most} of work per request${formatRange()}.`;
  if (at === 'below') return `Threads pay from ${least} of work per request on, or less${formatRange()}.`;
  return `Threads pay from about ${formatMicroseconds(at)} of work per request on${formatRange()}${proved}.`;

  function formatRange(): string {
    return ` [${edgeText(low)}, ${edgeText(high)}]`;
  }

  function edgeText(edge: Edge): string {
    if (edge === 'below') return `under ${least}`;
    return edge === 'above' ? `over ${most}` : formatMicroseconds(edge);
  }
}

function standsText({ at, low, high }: BreakEven, us: number | undefined): string[] {
  if (us === undefined) return ['The scorer waits more than it computes: the curve does not apply to it.'];
  const [from, to, middle] = [low, high, at].map(toMicroseconds) as [number, number, number];
  const side = us < from ? 'below it' : us > to ? 'above it' : 'within its interval';
  const times = us > middle ? us / middle : middle / us;
  const far = side === 'within its interval' || !Number.isFinite(times) || times < 1.5;
  const by = far ? '' : `, ${times.toFixed(times < 10 ? 1 : 0)} times`;
  return [`A request with this scorer is ${formatMicroseconds(us)} of work: ${side}${by}.`];
}

function toMicroseconds(edge: Edge): number {
  if (edge === 'below') return 0;
  return edge === 'above' ? Number.POSITIVE_INFINITY : edge;
}

/** `-` inline, `?` within the interval, `=` threads pay; the scorer above it. */
function axis({ points, low, high, at }: BreakEven, us: number | undefined): string[] {
  const [least, most] = [points[0]?.us ?? 1, points.at(-1)?.us ?? 1];
  if (!(most > least)) return [];
  const place = (value: number) => {
    const share = Math.log(value / least) / Math.log(most / least);
    return Math.round(Math.min(1, Math.max(0, share)) * (COLUMNS - 1));
  };
  const [from, to] = [low, high].map(toMicroseconds) as [number, number];
  const line = Array.from({ length: COLUMNS }, (_, column): string => {
    const value = least * (most / least) ** (column / (COLUMNS - 1));
    if (value < from) return '-';
    return value > to ? '=' : '?';
  });
  if (typeof at === 'number') line[place(at)] = '|';
  const mark = us === undefined ? [] : [`${' '.repeat(place(us))}v this scorer`];
  const legend = '- inline is ahead, ? within the interval, | the break-even, = threads are ahead';
  const indent = ' '.repeat(formatMicroseconds(least).length + 1);
  return [
    ...mark.map((text) => indent + text),
    `${formatMicroseconds(least)} ${line.join('')} ${formatMicroseconds(most)}`,
    `${indent}(${legend})`,
  ];
}

export function breakEvenChart(breakEven: BreakEven, us: number | undefined): CurveChart {
  const { points, rounds } = breakEven;
  const values = points.map(({ us: at, ratio }) => `${ratio.median.toFixed(2)} at ${formatMicroseconds(at)}`);
  const own = us === undefined ? [] : [{ axis: 'x' as const, at: us / 1_000, says: 'this scorer' }];
  return {
    kind: 'curves',
    id: 'advise-break-even',
    title: 'When do threads pay?',
    description: `${breakEvenText(breakEven)} Batched over inline: ${values.join(', ')}.`,
    caption: `n = ${rounds} rounds; the band is the 95 % bootstrap interval.`,
    x: { title: 'work per request, ms', scale: 'log' },
    y: { title: 'requests/s, batched over inline', scale: 'linear' },
    series: [
      {
        name: 'batched / inline',
        tone: 'batched',
        points: points.map(({ us: at, ratio }) => ({ x: at / 1_000, interval: ratio })),
      },
    ],
    marks: [{ axis: 'y', at: 1, says: 'equal' }, ...own],
  };
}
