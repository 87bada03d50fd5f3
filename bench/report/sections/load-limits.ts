// Scenarios that go to a limit: overload (twice the peak) and memory (millions of requests). Pure.

import { formatNumber } from '../../../src/present/text.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import type { DotRow } from '../model.js';
import { barsText, dots, mediansTable, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import { isKnown, labelOf, medianOf, type Row, rowsOf, shareOf, type View } from './view.js';
import { bare, byDecision, listed, ratioText, sentence } from './words.js';

const goodput = (view: View, { variant }: Row) =>
  shareOf(view, variant, 'goodputPerSecond', 'peakPerSecond');
const wait = (view: View, { variant }: Row) => shareOf(view, variant, 'acceptedP99Ms', 'boundMs');

/** Rounds in which the service counted its refusals as the client saw them. */
function refusals(view: View): string {
  const told = view.valid.filter(({ values }) => {
    return Number.isFinite(values.shedSeen) && Number.isFinite(values.shedCounted);
  });
  const right = told.filter(({ values }) => values.shedSeen === values.shedCounted).length;
  if (told.length === 0) return 'Refusals were not measured.';
  const all = `${right} of ${told.length} runs every refusal was counted exactly once`;
  return sentence(right === told.length ? `In ${all}` : `NOT counted as seen: only in ${all}`);
}

const GOODPUT = {
  less: 'less is answered than at the peak',
  more: 'more is answered than at the peak',
  open: 'no difference from the peak is seen',
};
const WAIT = {
  less: 'shorter than that bound',
  more: 'longer than that bound',
  open: 'no difference from that bound is seen',
};

/** Variants of one decision together: `less ...: pool x1 0.78 [0.73, 0.81] (n = 7)`. */
function grouped(
  rows: readonly Row[],
  of: (row: Row) => ConfidenceInterval,
  words: Parameters<typeof byDecision>[1],
): string {
  const all = rows.map((row) => {
    const share = of(row);
    const value = isKnown(share) ? `${ratioText(share)} (n = ${share.n})` : 'unknown';
    // The number of rounds is said with each value.
    const word = byDecision(share, words).replace(/ \(n = \d+\)$/, '');
    return { word, text: `${labelOf(row)} ${value}` };
  });
  const kinds = [...new Set(all.map(({ word }) => word))];
  return kinds
    .map((word) => {
      const own = all.filter((one) => one.word === word).map(({ text }) => text);
      return `${word.slice(0, 1).toLowerCase()}${word.slice(1)}: ${listed(own)}`;
    })
    .join('; ');
}

function overloadSays(view: View): readonly string[] {
  const rows = rowsOf(view);
  if (rows.length === 0) return ['Nothing was measured past the peak.'];
  const goodputs = grouped(rows, (row) => goodput(view, row), GOODPUT);
  const waits = grouped(rows, (row) => wait(view, row), WAIT);
  return [
    sentence(`Offered twice what it can bear, as a share of the peak, ${goodputs}`),
    sentence(`The p99 of accepted requests, as multiples of what a full queue takes, is ${waits}`),
    refusals(view),
  ];
}

export function overload(view: View): Told {
  const rows = rowsOf(view);
  const drawn = rows.map((row): DotRow => {
    const interval = goodput(view, row);
    return { label: labelOf(row), group: '', interval, tone: toneOf(row.topology) };
  });
  const cells = rows.map((row) => {
    const of = (metric: Parameters<typeof medianOf>[2]) =>
      bare(medianOf(view, row.variant, metric), metric);
    const rates = [of('peakPerSecond'), of('offeredPerSecond'), of('goodputPerSecond')];
    const share = goodput(view, row);
    const waits = [of('acceptedP99Ms'), of('boundMs'), ratioText(wait(view, row))];
    return [labelOf(row), ...rates, ratioText(share), ...waits, of('shedSeen'), `${share.n}`];
  });
  return {
    title: 'What is left at twice the load that it can bear?',
    says: overloadSays(view),
    charts: dots({
      id: 'overload-goodput',
      title: 'Right answers a second at twice the peak, as a share of the peak',
      told: ratioText,
      axis: 'goodput, share of the peak',
      scale: 'linear',
      caption: barsText(drawn.map(({ interval }) => interval)),
      rows: drawn,
    }),
    tables: tableOf(
      'Medians over the rounds; the bound is what a full queue and the batches under way take',
      [
        'where it is computed',
        'peak, /s',
        'offered, /s',
        'answered, /s',
        'answered / peak',
        'accepted p99, ms',
        'bound, ms',
        'p99 / bound',
        '503s',
        'n',
      ],
      cells,
    ),
    how:
      'The peak is measured in a closed loop, then an open loop offers twice as much to the same ' +
      'process, with a queue of 64 and 500 µs of work a request; what does not fit is refused ' +
      'with 503.',
    changes:
      'A longer queue refuses less and makes the accepted wait longer. Refusing costs time too: ' +
      'the lighter the work, the more of it goes into refusals. The generator takes its share of ' +
      'the same cores.',
  };
}

/** Half of fewer requests is no warm-up: heaps and compilers still grow. */
const REQUESTS_MIN = 1_000_000;

/** The slope of one long run has an interval of its own. */
function slopeOf({ values }: View['valid'][number]): ConfidenceInterval {
  const { slopeBytes, slopeLowBytes, slopeHighBytes } = values;
  const [median = Number.NaN, low = Number.NaN, high = Number.NaN] = [
    slopeBytes,
    slopeLowBytes,
    slopeHighBytes,
  ];
  return { median, low, high, n: values.rssSamples ?? 0 };
}

export function memory(view: View): Told {
  const says = view.valid.map((run) => {
    const slope = slopeOf(run);
    const { requests = Number.NaN } = run.values;
    const many = Number.isFinite(requests) ? formatNumber(requests) : 'an unknown number of';
    const size = `over ${many} requests of ${run.variant}`;
    if (!isKnown(slope)) return sentence(`No slope is known ${size}`);
    if (!(requests >= REQUESTS_MIN)) return sentence(`Too short to say ${size}: all is warm-up`);
    const lead = slope.low > 0 ? 'Growth is seen' : 'No growth is seen';
    const range = `[${slope.low.toFixed(3)}, ${slope.high.toFixed(3)}] bytes a request`;
    const samples = `n = ${slope.n} readings of the second half`;
    const most = slope.low > 0 || slope.high <= 0 ? '' : '; up to the upper end is not excluded';
    return sentence(`${lead} ${size}: ${slope.median.toFixed(3)} ${range} (${samples})${most}`);
  });
  return {
    title: 'Does memory grow with the requests it has served?',
    says: says.length === 0 ? ['No run of it counts.'] : says,
    charts: [],
    tables: mediansTable(
      'What was measured',
      'variant',
      [
        ['requests', 'requests'],
        ['minutes', 'took, min'],
        ['slopeBytes', 'bytes/request'],
        ['slopeLowBytes', 'at least'],
        ['slopeHighBytes', 'at most'],
        ['rssFirstMB', 'RSS at half, MB'],
        ['rssLastMB', 'RSS at the end, MB'],
      ],
      rowsOf(view).map((row) => [row.variant, (metric) => medianOf(view, row.variant, metric)]),
    ),
    how:
      'The resident set is read about 200 times during one long run; the slope is the median ' +
      'over all pairs of ten batches of the second half (Theil), with the interval of Sen.',
    changes:
      'A longer run sees a smaller growth: what is not seen here may still be there below the ' +
      'upper end of the interval. Heaps that the engine has not given back look like growth.',
  };
}
