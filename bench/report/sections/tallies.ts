// What an add costs and what is lost, told: the loss stands beside every time. Pure.

import { formatCount } from '../../../src/present/text.js';
import { TALLY_KINDS } from '../../../src/tally/tally.js';
import { isHonest as isHonestCounter, isHonestLoss } from '../../scenarios/tallies.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import type { DotRow, Tone } from '../model.js';
import { barsText, dots, tableOf } from './drawn.js';
import type { Told } from './telling.js';
import { isKnown, medianOf, ratioOf, type View } from './view.js';
import { bare, byDecision, listed, ratioText, said, sentence, shown, timesText } from './words.js';

/** What a variant's name says: `atomic x2, 1 cell`. */
interface Adding {
  readonly variant: string;
  readonly counter: string;
  readonly threads: number;
  readonly cells: number;
}

const NAME = /^(\S+) x(\d+), (\d+) cells?$/;
/** What `cells[i]++` on shared memory is called: no tally, and no promise. */
const PLAIN = 'plain';

function nameOf(variant: string): Adding | undefined {
  const [, counter, threads, cells] = NAME.exec(variant) ?? [];
  if (counter === undefined) return undefined;
  return { variant, counter, threads: Number(threads), cells: Number(cells) };
}

export function isHonest({ counter }: Adding): boolean {
  return isHonestCounter(counter);
}

const ORDER: readonly string[] = [...TALLY_KINDS, 'racy', PLAIN];

/** By threads and cells, the honest first. */
export function addingsOf(view: View): readonly Adding[] {
  const all = [...new Set(view.valid.map(({ variant }) => variant))].flatMap((variant) => {
    const adding = nameOf(variant);
    return adding === undefined ? [] : [adding];
  });
  const rank = ({ counter }: Adding) => (ORDER.includes(counter) ? ORDER.indexOf(counter) : 99);
  return all.toSorted((a, b) => a.threads - b.threads || a.cells - b.cells || rank(a) - rank(b));
}

/**
 * Runs in which an honest tally lost an add, or counted one that nobody made: such a run is void,
 * and the gravest of all.
 */
export function honestLosses({ voids }: View): readonly string[] {
  return voids.flatMap(({ variant, round, values, discardReason: reason = '' }) => {
    const adding = nameOf(variant);
    if (adding === undefined || !isHonestLoss(adding.counter, values)) return [];
    return [`${variant}, round ${round}: ${reason}`];
  });
}

/** `46 % [40, 52]` */
export function lossText(interval: ConfidenceInterval): string {
  if (!isKnown(interval)) return 'loss unknown';
  const { median, low, high } = interval;
  if (low === 0 && high === 0) return '0 lost';
  if (low === median && high === median) return `lost ${percent(median)} %`;
  const [middle, ...ends] = [median, low, high].map(percent) as [string, string, string];
  return `lost ${middle} % [${ends.join(', ')}]`;
}

function percent(value: number): string {
  return value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(2);
}

function loss(view: View, { variant }: Adding): ConfidenceInterval {
  return medianOf(view, variant, 'lostPercent');
}

/** Of the most threads on one cell that a broken counter was measured with. */
export function worstLoss(
  view: View,
): { readonly adding: Adding; readonly lost: ConfidenceInterval }[] {
  const broken = addingsOf(view).filter((one) => !isHonest(one) && one.cells === 1);
  return [...new Set(broken.map(({ counter }) => counter))].flatMap((counter) => {
    const adding = broken.findLast((one) => one.counter === counter && one.threads > 1);
    const lost = adding === undefined ? undefined : loss(view, adding);
    return adding === undefined || lost === undefined || !isKnown(lost) ? [] : [{ adding, lost }];
  });
}

function honestText(view: View): string {
  const honest = addingsOf(view).filter(isHonest);
  if (honest.length === 0) return 'No honest tally was measured';
  const sound = honest.filter((one) => loss(view, one).high === 0);
  const names = listed([...new Set(honest.map(({ counter }) => counter))]);
  const runs = view.valid.filter(({ variant }) => honest.some((one) => one.variant === variant));
  const adds = runs.reduce((sum, { values }) => sum + (values.adds ?? 0), 0);
  const of = adds > 0 ? ` of ${(adds / 1e6).toFixed(0)} million` : '';
  if (sound.length === honest.length) return `${names} lost no add${of} in ${runs.length} runs`;
  return `not every tally that promises it lost nothing: ${names}`;
}

/** The price of `atomic` on one cell, and of what others cost beside it. */
function costText(view: View): readonly string[] {
  const crowd = addingsOf(view).filter(({ threads, cells }) => threads === 2 && cells === 1);
  const atomic = crowd.find(({ counter }) => counter === 'atomic');
  if (atomic === undefined) return [];
  const alone = addingsOf(view).find(
    ({ counter, threads, cells }) => counter === 'atomic' && threads === 1 && cells === 1,
  );
  const price = said(medianOf(view, atomic.variant, 'nsPerAdd'), 'nsPerAdd');
  const grown = alone && ratioOf(view, atomic.variant, alone.variant, 'nsPerAdd');
  const once = grown === undefined ? '' : `, ${timesText(grown, 'as long as alone')}`;
  const striped = crowd.find(({ counter }) => counter === 'striped');
  const ratio = striped && ratioOf(view, striped.variant, atomic.variant, 'nsPerAdd');
  const first = `An atomic add takes ${price} when two threads add to one cell${once}`;
  if (ratio === undefined) return [sentence(first)];
  const lead = byDecision(ratio, { less: 'faster', more: 'slower', open: 'no difference seen' });
  const small = `${lead.slice(0, 1).toLowerCase()}${lead.slice(1)}`;
  const many = `striped, with a cell per thread, ${timesText(ratio, 'as long')}: ${small}`;
  return [sentence(`${first}; ${many}`)];
}

function says(view: View): readonly string[] {
  const wrong = honestLosses(view);
  const broken = worstLoss(view).map(({ adding, lost }) => {
    const what = adding.counter === PLAIN ? 'a plain increment' : `the planted ${adding.counter}`;
    return `${what} ${lossText(lost)} with ${adding.threads} threads on one cell (n = ${lost.n})`;
  });
  const first = [honestText(view), ...broken].join('; ');
  return [
    ...(wrong.length === 0
      ? []
      : [
          sentence(
            `VIOLATED: an honest tally lost or invented adds in ${formatCount(wrong.length, 'run')}`,
          ),
        ]),
    sentence(first),
    ...costText(view),
  ];
}

function groupOf({ threads, cells }: Adding): string {
  const how = threads === 1 ? '1 thread' : `${threads} threads`;
  return `${how}, ${cells} ${cells === 1 ? 'cell' : 'cells'}`;
}

function toneOf(adding: Adding): Tone {
  if (!isHonest(adding)) return 'broken';
  return adding.counter === 'atomic' ? 'batched' : 'other';
}

export function tallies(view: View): Told {
  const all = addingsOf(view);
  const rows = all.map((adding): DotRow => {
    const interval = medianOf(view, adding.variant, 'nsPerAdd');
    const note = lossText(loss(view, adding));
    return { label: adding.counter, group: groupOf(adding), interval, note, tone: toneOf(adding) };
  });
  const cells = all.map((adding) => {
    const { variant, counter, threads, cells: size } = adding;
    const cost = medianOf(view, variant, 'nsPerAdd');
    const atomic = all.find(
      (one) => one.counter === 'atomic' && groupOf(one) === groupOf(adding) && one !== adding,
    );
    const ratio = atomic && ratioOf(view, variant, atomic.variant, 'nsPerAdd');
    return [
      counter,
      `${threads}`,
      `${size}`,
      bare(cost, 'nsPerAdd'),
      bare(medianOf(view, variant, 'cpuNsPerAdd'), 'cpuNsPerAdd'),
      bare(loss(view, adding), 'lostPercent'),
      ratio === undefined ? '' : ratioText(ratio),
      ratio?.words ?? '',
      `${cost.n}`,
    ];
  });
  return {
    title: 'What does an add cost, and is it counted?',
    says: says(view),
    charts: dots({
      id: 'tallies-add',
      title: 'What an add costs its thread, and what is lost',
      told: (interval) => shown(interval, 'nsPerAdd'),
      axis: 'an add, ns',
      scale: 'log',
      isTold: ({ group }) => group.endsWith(' 1 cell'),
      caption: `${barsText(rows.map(({ interval }) => interval))} Broken ones are planted.`,
      rows,
    }),
    tables: tableOf(
      'Medians over the rounds; the ratio is of ns an add to atomic, paired by round',
      ['counter', 'threads', 'cells', 'ns', 'CPU, ns', 'lost, %', '/ atomic', 'seen', 'n'],
      cells,
    ),
    how:
      'No HTTP and no scoring: threads of one process wait at a gate, start together and make a ' +
      'fixed number of adds, to one cell or to four in turn; the counters are read before and ' +
      'after. owner adds by message and waits for each answer.',
    changes:
      'The number of cores, and how far apart they are: the line of memory that a cell stands on ' +
      'travels between those that add. How much a broken one loses changes with every machine ' +
      'and load; that it can lose does not.',
  };
}
