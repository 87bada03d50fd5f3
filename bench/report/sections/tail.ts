// How latency grows with the load, and what is left past the peak, told. Pure.

import type { MetricName } from '../../runner/scenario.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import type { Series } from '../model.js';
import { barsText, curves, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import {
  distinctNumbers,
  isKnown,
  labelOf,
  medianOf,
  type Row,
  ratioOf,
  rowsOf,
  shareOf,
  type View,
} from './view.js';
import { bare, byDecision, ratioText, said, sentence, timesText } from './words.js';

interface Line {
  readonly name: string;
  readonly topology: string;
  readonly rows: readonly Row[];
}

function linesOf(view: View): readonly Line[] {
  const rows = rowsOf(view).filter((row) => row.at?.name === 'ofPeak');
  return [...new Set(rows.map(labelOf))].map((name) => {
    const own = rows.filter((row) => labelOf(row) === name);
    return { name, topology: own[0]?.topology ?? '', rows: own };
  });
}

const shareAt = (row: Row): number => row.at?.value ?? Number.NaN;
/** `0.8 of its peak` */
const place = (share: number) => `at ${share} of its peak`;

/** The last at most so loaded, and the most loaded of all. */
function endsOf({ rows }: Line): { readonly calm: Row; readonly most: Row } | undefined {
  const below = rows.filter((row) => shareAt(row) < 1);
  const [calm, most] = [below[0], rows.at(-1)];
  return calm === undefined || most === undefined || calm === most ? undefined : { calm, most };
}

function says(view: View): readonly string[] {
  const lines = linesOf(view);
  const all = lines.flatMap((line) => {
    const ends = endsOf(line);
    if (ends === undefined) return [];
    const { calm, most } = ends;
    const ratio = ratioOf(view, most.variant, calm.variant, 'p99Ms');
    const [from, to] = [calm, most].map((row) =>
      said(medianOf(view, row.variant, 'p99Ms'), 'p99Ms'),
    );
    const grows = byDecision(ratio, {
      more: 'waiting grows',
      less: 'waiting shrinks',
      open: 'no difference is seen',
    });
    const times = isKnown(ratio) ? `, ${timesText(ratio, 'as long')}` : '';
    const [low, high] = [place(shareAt(calm)), place(shareAt(most))];
    return [`${line.name}: ${grows}, from a p99 of ${from} ${low} to ${to} ${high}${times}`];
  });
  if (all.length === 0) return [alone(view)];
  return [...all.map(sentence), ...pastPeak(view, lines)];
}

function alone(view: View): string {
  const values = linesOf(view).flatMap(({ name, rows }) =>
    rows.map((row) => {
      const p99 = said(medianOf(view, row.variant, 'p99Ms'), 'p99Ms');
      return `${name} ${place(shareAt(row))}: p99 ${p99}`;
    }),
  );
  const one = 'Only one load was measured, so nothing is said about growth';
  return values.length === 0 ? 'No load was measured.' : sentence(`${one}: ${values.join('; ')}`);
}

function goodput(view: View, { variant }: Row): ConfidenceInterval {
  return shareOf(view, variant, 'goodputPerSecond', 'peakPerSecond');
}

function pastPeak(view: View, lines: readonly Line[]): readonly string[] {
  const parts = lines.flatMap(({ name, rows }) => {
    const most = rows.at(-1);
    if (most === undefined || shareAt(most) <= 1) return [];
    const share = goodput(view, most);
    const says = `${name} answers ${ratioText(share)} of its peak (n = ${share.n})`;
    return [{ at: shareAt(most), says }];
  });
  // Where the runs at the most are void, one may end at less than the others.
  return distinctNumbers(parts.map(({ at }) => at)).map((at) => {
    const own = parts.filter((part) => part.at === at).map(({ says }) => says);
    return sentence(`Past the peak, at ${at} of it, ${own.join('; ')}`);
  });
}

function series(lines: readonly Line[], of: (row: Row) => ConfidenceInterval): readonly Series[] {
  return lines.map(({ name, topology, rows }) => {
    const points = rows.map((row) => ({ x: shareAt(row), interval: of(row) }));
    return { name, tone: toneOf(topology), points };
  });
}

function charts(view: View) {
  const lines = linesOf(view);
  const p99 = series(lines, (row) => medianOf(view, row.variant, 'p99Ms'));
  const good = series(lines, (row) => goodput(view, row));
  const bars = (all: readonly Series[]) =>
    barsText(all.flatMap(({ points }) => points.map(({ interval }) => interval)));
  const x = { title: 'offered, share of the own peak', scale: 'linear' } as const;
  const peak = { axis: 'x', at: 1, says: 'peak' } as const;
  return [
    ...curves({
      id: 'tail-p99',
      title: 'p99 from the intended start, by the load that is offered',
      caption: `${bars(p99)} Each topology is offered shares of its own peak.`,
      x,
      y: { title: 'p99, ms', scale: 'log' },
      series: p99,
      marks: [peak],
      place,
      told: (interval) => `${bare(interval, 'p99Ms')} ms`,
    }),
    ...curves({
      id: 'tail-goodput',
      title: 'Right answers a second as a share of the peak, by the load that is offered',
      caption: `${bars(good)} On the way up goodput is what is offered.`,
      x,
      y: { title: 'answered, share of the own peak', scale: 'linear' },
      series: good,
      marks: [peak],
      place,
      told: (interval) => ratioText(interval),
    }),
  ];
}

const COLUMNS: readonly (readonly [MetricName, string])[] = [
  ['offeredPerSecond', 'offered, /s'],
  ['goodputPerSecond', 'answered, /s'],
  ['p50Ms', 'p50, ms'],
  ['p99Ms', 'p99, ms'],
  ['serviceP99Ms', 'service time p99, ms'],
];

function tables(view: View) {
  const lines = linesOf(view);
  const shares = distinctNumbers(lines.flatMap(({ rows }) => rows.map(shareAt)));
  const rows = lines.flatMap(({ name, rows: own }) =>
    shares.flatMap((share) =>
      own
        .filter((row) => shareAt(row) === share)
        .map((row) => {
          const cells = COLUMNS.map(([metric]) =>
            bare(medianOf(view, row.variant, metric), metric),
          );
          const { n } = medianOf(view, row.variant, 'goodputPerSecond');
          const hidden = shareOf(view, row.variant, 'p99Ms', 'serviceP99Ms');
          return [name, `${share}`, ...cells, ratioText(hidden), `${n}`];
        }),
    ),
  );
  const head = ['where', 'of its peak', ...COLUMNS.map(([, says]) => says), 'p99 / service', 'n'];
  return tableOf(
    'Medians over the rounds; p99 is from the intended start, service time from the real one',
    head,
    rows,
  );
}

export function tail(view: View): Told {
  return {
    title: 'How long does a request wait as the load comes near the peak?',
    says: says(view),
    charts: charts(view),
    tables: tables(view),
    how:
      'The peak is measured in a closed loop; then an open loop offers shares of it to the same ' +
      'process, at 500 µs of work a request, with arrivals by chance (Poisson). Latency counts ' +
      'from the moment a request was to be sent, so that a wait in the generator is a wait.',
    changes:
      'Arrivals that come more evenly or in bursts move the bend to the right or to the left; so ' +
      'does a longer run past the peak, where the queue grows for as long as it lasts. The ' +
      'generator shares the cores: on a machine of its own the peak would be higher.',
  };
}
