// The section of the scenario `tallies`: the cost of an add beside the adds that were lost. Pure.

import { formatCount } from '../../src/present/text.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import { buildDots, buildTable, formatMedians, formatRatioCells } from '../report/chart-data.js';
import type { DotRow, SectionContent, Tone } from '../report/model.js';
import {
  formatComparison,
  formatEstimate,
  formatTimes,
  formatWithUnit,
  joinNames,
  toSentence,
} from '../report/wording.js';
import type { Sample } from '../runner/scenario.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { type ConfidenceInterval, isKnown } from '../stats/statistics.js';
import { isCorrectCounter, isCountWrong } from './adding-job.js';

/** From a variant's name: `atomic x2, 1 cell`. */
export interface AddingVariant {
  readonly variant: string;
  readonly counter: string;
  readonly threads: number;
  readonly cells: number;
}

const NAME = /^(\S+) x(\d+), (\d+) cells?$/;
/** `cells[i]++` on shared memory: no tally, and no promise. */
const PLAIN = 'plain';
const ORDER: readonly string[] = [...TALLY_KINDS, 'racy', PLAIN];

function parseName(variant: string): AddingVariant | undefined {
  const [, counter, threads, cells] = NAME.exec(variant) ?? [];
  if (counter === undefined) return undefined;
  return { variant, counter, threads: Number(threads), cells: Number(cells) };
}

/** By threads and cells, the correct tallies first. */
export function listAddings(data: ScenarioData): readonly AddingVariant[] {
  const rank = ({ counter }: AddingVariant) =>
    ORDER.includes(counter) ? ORDER.indexOf(counter) : ORDER.length;
  return data.variants
    .flatMap(({ variant }) => parseName(variant) ?? [])
    .toSorted((a, b) => a.threads - b.threads || a.cells - b.cells || rank(a) - rank(b));
}

/** The runs in which a correct tally lost or invented adds; each is discarded for that reason. */
export function findWrongCounts(runs: readonly Sample[]): readonly string[] {
  return runs.flatMap(({ variant, round, values, discardReason = '' }) => {
    const adding = parseName(variant);
    if (adding === undefined || !isCountWrong(adding.counter, values)) return [];
    const share = `${Math.abs(values.lostPercent ?? 0)} % of the adds`;
    return [`${variant}, round ${round}: ${discardReason === '' ? share : discardReason}`];
  });
}

/** For a table or a chart: `lost 46 % [40, 52]`. */
function formatLoss(interval: ConfidenceInterval): string {
  if (!isKnown(interval)) return 'loss unknown';
  const { median, low, high } = interval;
  if (low === 0 && high === 0) return '0 lost';
  if (low === median && high === median) return `lost ${formatShare(median)} %`;
  return `lost ${formatShare(median)} % [${formatShare(low)}, ${formatShare(high)}]`;
}

function formatShare(value: number): string {
  return value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(2);
}

const readLoss = (data: ScenarioData, { variant }: AddingVariant): ConfidenceInterval =>
  data.median(variant, 'lostPercent');

/** The loss of each incorrect counter, on one cell with the most threads measured. */
export function describeLosses(data: ScenarioData): readonly string[] {
  const faulty = listAddings(data).filter(
    ({ counter, cells, threads }) => !isCorrectCounter(counter) && cells === 1 && threads > 1,
  );
  const crowded = new Map(faulty.map((one) => [one.counter, one] as const));
  return [...crowded].flatMap(([counter, adding]) => {
    const lost = readLoss(data, adding);
    if (!isKnown(lost)) return [];
    const what = counter === PLAIN ? 'a plain increment' : `the seeded fault ${counter}`;
    const [low, high] = [formatShare(lost.low), formatShare(lost.high)];
    const interval = low === high ? `n = ${lost.n}` : `95 % CI ${low}–${high}, n = ${lost.n}`;
    const share = `${formatShare(lost.median)} % of its adds`;
    return [`with ${adding.threads} threads on one cell, ${what} loses ${share} (${interval})`];
  });
}

function describeCorrect(data: ScenarioData): string {
  const correct = listAddings(data).filter(({ counter }) => isCorrectCounter(counter));
  if (correct.length === 0) return 'no correct tally was measured';
  const names = joinNames([...new Set(correct.map(({ counter }) => counter))]);
  if (!correct.every((one) => readLoss(data, one).high === 0)) {
    return `not every correct tally lost nothing: ${names}`;
  }
  const runs = data.valid.filter(({ variant }) => correct.some((one) => one.variant === variant));
  const adds = runs.reduce((sum, { values }) => sum + (values.adds ?? 0), 0);
  const of = adds > 0 ? ` of ${(adds / 1e6).toFixed(0)} million` : '';
  return `${names} lost no add${of} in ${formatCount(runs.length, 'run')}`;
}

function describeCosts(data: ScenarioData): readonly string[] {
  const all = listAddings(data).filter(({ cells }) => cells === 1);
  const find = (counter: string, threads: number) =>
    all.find((one) => one.counter === counter && one.threads === threads)?.variant;
  const [atomic, alone, striped] = [find('atomic', 2), find('atomic', 1), find('striped', 2)];
  if (atomic === undefined) return [];
  const price = formatEstimate(data.median(atomic, 'nsPerAdd'), 'nsPerAdd');
  const says = [`with two threads on one cell, an atomic add takes ${price}`];
  if (alone !== undefined) {
    const grown = data.ratio(atomic, alone, 'nsPerAdd');
    says.push(`that is ${formatTimes(grown, 'the time of a thread alone')}`);
  }
  if (striped !== undefined) {
    const ratio = data.ratio(striped, atomic, 'nsPerAdd');
    const words = { less: 'faster', more: 'slower' };
    const times = formatComparison(ratio, 'the time of an atomic add', words);
    says.push(`striped, with a cell per thread, takes ${times}`);
  }
  return says;
}

function describeAdds(data: ScenarioData): readonly string[] {
  const wrong = findWrongCounts(data.discarded).length;
  const runs = formatCount(wrong, 'run');
  return [
    ...(wrong === 0 ? [] : [`VIOLATED: a correct tally lost or invented adds in ${runs}`]),
    describeCorrect(data),
    ...describeLosses(data),
    ...describeCosts(data),
  ].map(toSentence);
}

const formatGroup = ({ threads, cells }: AddingVariant) =>
  `${formatCount(threads, 'thread')}, ${formatCount(cells, 'cell')}`;

function chooseTone({ counter }: AddingVariant): Tone {
  if (!isCorrectCounter(counter)) return 'broken';
  return counter === 'atomic' ? 'batched' : 'other';
}

export function describeTallies(data: ScenarioData): SectionContent {
  const all = listAddings(data);
  const rows = all.map((adding): DotRow => {
    const interval = data.median(adding.variant, 'nsPerAdd');
    const named = { label: adding.counter, group: formatGroup(adding), tone: chooseTone(adding) };
    return { ...named, interval, note: formatLoss(readLoss(data, adding)) };
  });
  const cells = all.map((adding) => {
    const { variant, counter, threads, cells: size } = adding;
    const atomic = all.find((one) => one.counter === 'atomic' && formatGroup(one) === formatGroup(adding));
    const isOther = atomic !== undefined && atomic !== adding;
    const ratio = isOther ? data.ratio(variant, atomic.variant, 'nsPerAdd') : undefined;
    const values = formatMedians(data, variant, ['nsPerAdd', 'cpuNsPerAdd', 'lostPercent']);
    const { n } = data.median(variant, 'nsPerAdd');
    return [counter, `${threads}`, `${size}`, ...values, ...formatRatioCells(ratio), `${n}`];
  });
  return {
    title: 'What does an add cost, and is it counted?',
    says: describeAdds(data),
    charts: buildDots({
      id: 'tallies-add',
      title: 'What an add costs its thread, and what is lost',
      format: (interval) => formatWithUnit(interval, 'nsPerAdd'),
      axis: 'per add, ns',
      scale: 'log',
      isDescribed: ({ group }) => group.endsWith(' 1 cell'),
      note: 'The incorrect counters are seeded faults.',
      rows,
    }),
    tables: buildTable(
      'Medians over the rounds; the ratio is of ns per add to atomic, paired by round',
      ['counter', 'threads', 'cells', 'ns', 'CPU, ns', 'lost, %', '/ atomic', 'seen', 'n'],
      cells,
    ),
    how:
      'No HTTP and no scoring: the threads of one process wait at a gate and start together. Each ' +
      'makes a fixed number of adds, to one cell or to four in turn. The counters are read before ' +
      'and after. owner adds by message and waits for each answer.',
    changes:
      'The number of cores and their distance: the cache line of a cell travels between the ' +
      'threads that add. The share that an incorrect counter loses changes with every machine and ' +
      'load; that it can lose does not.',
  };
}
