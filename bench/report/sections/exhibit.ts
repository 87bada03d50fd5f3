// One server as several instruments see it, told: what is exhibited is the instruments. Pure.

import type { MetricName } from '../../runner/scenario.js';
import type { DotRow } from '../model.js';
import { barsText, dots, tableOf } from './drawn.js';
import type { Told } from './telling.js';
import { medianOf, type Row, ratioOf, rowsOf, shareOf, type View } from './view.js';
import { bare, decided, ratioText, said, sentence, shown, timesText } from './words.js';

const OPEN = 'open loop';

/** The one that counts from the moment a request was due. */
function openOf(rows: readonly Row[]): Row | undefined {
  return rows.find(({ variant }) => variant.startsWith(OPEN));
}

/** The closed loop first, the open loop last, as on a way to the truth. */
function instrumentsOf(view: View): readonly Row[] {
  const place = ({ variant }: Row) => {
    if (variant.startsWith(OPEN)) return 3;
    if (variant.includes('closed')) return 0;
    return variant.includes('not corrected') ? 1 : 2;
  };
  return rowsOf(view).toSorted((a, b) => place(a) - place(b));
}

const SEEN = {
  less: 'sees less than that',
  more: 'sees more than that',
  open: 'shows no difference',
  few: 'too few rounds to say',
} as const;

function says(view: View): readonly string[] {
  const rows = instrumentsOf(view);
  const open = openOf(rows);
  if (open === undefined) return ['The open loop, which sees every wait, was not measured.'];
  const truth = (['p50Ms', 'p99Ms'] as const).map((metric) => {
    const value = said(medianOf(view, open.variant, metric), metric);
    return `${metric === 'p50Ms' ? 'p50' : 'p99'} ${value}`;
  });
  const others = rows
    .filter((row) => row !== open)
    .map((row) => {
      const parts = (['p50Ms', 'p99Ms'] as const).map((metric) => {
        const ratio = ratioOf(view, row.variant, open.variant, metric);
        const what = metric === 'p50Ms' ? 'p50' : 'p99';
        const found = decided(ratio);
        if (found === 'unknown') return `${what} unknown`;
        return `${what} ${timesText(ratio, 'as long')}, ${SEEN[found]}`;
      });
      return `${row.variant}: ${parts.join('; ')}`;
    });
  const first = `Whoever calls 100 times a second, whatever happens, waits ${truth.join(' and ')}`;
  return [sentence(first), ...others.map(sentence), ...inventions(view, rows)];
}

function inventions(view: View, rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ variant }) => {
    const ratio = shareOf(view, variant, 'samples', 'requests');
    if (!(ratio.low > 1)) return [];
    return [sentence(`${variant} makes up samples: ${timesText(ratio, 'as many as answers')}`)];
  });
}

export function exhibit(view: View): Told {
  const rows = instrumentsOf(view);
  const metrics: readonly (readonly [MetricName, string])[] = [
    ['p50Ms', 'p50'],
    ['p99Ms', 'p99'],
  ];
  const drawn = metrics.flatMap(([metric, group]) =>
    rows.map((row): DotRow => {
      const interval = medianOf(view, row.variant, metric);
      const isOpen = row.variant.startsWith(OPEN);
      return { label: row.variant, group, interval, tone: isOpen ? 'batched' : 'other' };
    }),
  );
  const cells = rows.map(({ variant }) => {
    const of = (metric: MetricName) => bare(medianOf(view, variant, metric), metric);
    const ratio = shareOf(view, variant, 'samples', 'requests');
    const values = [of('p50Ms'), of('p99Ms'), of('maxMs'), of('requests'), of('samples')];
    return [variant, ...values, ratioText(ratio), `${ratio.n}`];
  });
  return {
    title: 'Do four instruments see the same server?',
    says: says(view),
    charts: dots({
      id: 'exhibit-latency',
      title: 'p50 and p99 of one server, by who measures',
      told: (interval) => shown(interval, 'p99Ms'),
      axis: 'latency, ms',
      scale: 'log',
      caption: `${barsText(drawn.map(({ interval }) => interval))} autocannon prints whole ms.`,
      rows: drawn,
    }),
    tables: tableOf(
      'Medians over the rounds; more samples than answers are made up',
      [
        'instrument',
        'p50, ms',
        'p99, ms',
        'longest, ms',
        'answers',
        'samples',
        'samples / answers',
        'n',
      ],
      cells,
    ),
    how:
      'One server with 2 ms of work a request, whose thread is held for 200 ms every 1.3 s. ' +
      'autocannon has one connection, in a closed loop or with a rate; the ' +
      'open loop sends 100 a second and counts from the moment each was due.',
    changes:
      'A server without stalls: where nothing is held up, all of them agree. More connections in ' +
      'the closed loop see more of each stall, and never how many would have come meanwhile.',
  };
}
