// Decides which topology to use, that it is too close to call, or that the runs are too noisy. Pure.

import { formatInterval, formatNumber } from '../../src/present/text.js';
import { TOPOLOGIES } from '../../src/topologies/topology.js';
import type { Sample } from '../runner/scenario.js';
import { bootstrapRatio, type ConfidenceInterval } from '../stats/statistics.js';
import { judge, type Met } from '../stats/verdicts.js';
import {
  explainTargets,
  pickP99,
  ROUNDS_MIN,
  shortBy,
  summarizeTopologies,
  type Targets,
  type TopologyRow,
} from './topology-rows.js';

export interface Advice {
  readonly outcome: 'clear' | 'too close to call' | 'too noisy' | 'none meets' | 'unmeasured';
  /** The topology to use; where none meets the targets, the nearest. Undefined where nothing is advised. */
  readonly choice: TopologyRow | undefined;
  /** The ratio of the fastest of those compared to the next; undefined where rates do not decide. */
  readonly margin: Margin | undefined;
  /** The fastest of those compared, and all that it does not clearly lead; the simplest first. */
  readonly alike: readonly string[];
  /** The reason of the choice or of the refusal, where the margin alone does not decide. */
  readonly why: string;
  /** The topologies that took no part in the choice. */
  readonly leftOut: readonly LeftOut[];
  /** The fastest first. */
  readonly rows: readonly TopologyRow[];
}

interface LeftOut {
  readonly name: string;
  readonly code: 'few runs' | 'misses' | 'unsettled';
  readonly why: string;
  /** It served more requests than the choice. */
  readonly isFaster: boolean;
}

export interface Margin {
  readonly of: string;
  readonly over: string;
  readonly ratio: ConfidenceInterval;
}

const MARGIN_MIN = 1.05;
/** A demand below this share of the capacity leaves room for every peak: more parts gain nothing. */
const AMPLE_SHARE = 0.1;
/** An interval that spans a larger factor chooses nothing. */
const SPAN_MAX = 2;
/** Above this `GET /health` is slow under load: a reason against a topology where another is fast. */
export const HEALTH_MS_MAX = 20;

/** `next` is the random source of the intervals. */
export function decideAdvice(samples: readonly Sample[], targets: Targets, next: () => number): Advice {
  const rows = summarizeTopologies(samples, targets, next);
  const measured = listMeasured(rows);
  const possible = measured.filter((row) => combineMet(row) !== 'no');
  const nothing = { margin: undefined, alike: [], why: '', rows };
  const [simplest] = bySimplicity(possible);
  if (simplest === undefined) {
    const [choice] = measured.toSorted((a, b) => shortBy(a, targets) - shortBy(b, targets));
    const outcome = choice === undefined ? 'unmeasured' : 'none meets';
    return { ...nothing, outcome, choice, leftOut: listLeftOut(rows, [], undefined, targets) };
  }
  const demand = targets.perSecond;
  if (demand !== undefined && demand < AMPLE_SHARE * simplest.perSecond.low) {
    const ample = `${formatNumber(demand)} requests/s are less than a tenth of its capacity`;
    const leftOut = listLeftOut(rows, possible, simplest, targets);
    const of = leftOut.length > 0 ? ' of those compared' : '';
    const why = `${ample}, and it is the simplest${of}: ${TOPOLOGIES[simplest.topology].simplicity.why}`;
    return { ...nothing, outcome: 'clear', choice: simplest, alike: [simplest.name], why, leftOut };
  }
  const sure = possible.filter((row) => combineMet(row) === 'yes');
  const able = sure.length > 0 ? sure : possible;
  const [best, ...others] = able as [TopologyRow, ...TopologyRow[]];
  const compared = others.map((row) => ({ row, ratio: compareRates(best, row, samples, next) }));
  const close = compared.filter(({ ratio }) => isClose(ratio));
  const { choice, why } = chooseAmong(best, close);
  const leftOut = listLeftOut(rows, able, choice, targets);
  const rivals = possible.filter(
    (row) => !able.includes(row) && (leads(row, choice) || rankSimplicity(row) < rankSimplicity(choice)),
  );
  const noise = listNoise(best, close, rivals, targets).join('; ');
  if (noise !== '') return { ...nothing, outcome: 'too noisy', choice: undefined, why: noise, leftOut };
  const margin = compared[0] && { of: best.name, over: compared[0].row.name, ratio: compared[0].ratio };
  const alike = bySimplicity([best, ...close.map(({ row }) => row)]).map(({ name }) => name);
  const outcome = close.length > 0 ? 'too close to call' : 'clear';
  return { outcome, choice, margin, alike, why: leftOut.length === 0 || margin ? why : ALONE, leftOut, rows };
}

/** That does not make it the fastest. */
const ALONE = 'all others are left out';

function listMeasured(rows: readonly TopologyRow[]): readonly TopologyRow[] {
  const known = rows.filter(({ perSecond }) => perSecond.n > 0);
  const enough = known.filter(({ perSecond }) => perSecond.n >= ROUNDS_MIN);
  return enough.length > 0 ? enough : known;
}

/** The worse of both targets. */
function combineMet({ meetsP99, meetsRate }: TopologyRow): Met {
  const both = [meetsP99, meetsRate];
  if (both.includes('no')) return 'no';
  return both.includes('unclear') ? 'unclear' : 'yes';
}

function listLeftOut(
  rows: readonly TopologyRow[],
  compared: readonly TopologyRow[],
  choice: TopologyRow | undefined,
  targets: Targets,
): LeftOut[] {
  const measured = listMeasured(rows);
  return rows
    .filter((row) => !compared.includes(row))
    .map((row) => {
      const { name, perSecond, voids } = row;
      const isFaster = choice !== undefined && leads(row, choice);
      if (!measured.includes(row)) {
        const why = `${perSecond.n} of its ${perSecond.n + voids.length} runs count`;
        return { name, code: 'few runs', why, isFaster };
      }
      const code = combineMet(row) === 'no' ? 'misses' : 'unsettled';
      return { name, code, why: explainTargets(row, targets), isFaster };
    });
}

interface Close {
  readonly row: TopologyRow;
  /** Of the fastest to it. */
  readonly ratio: ConfidenceInterval;
}

function isClose({ median: middle, low, n }: ConfidenceInterval): boolean {
  return !(n >= ROUNDS_MIN && low > 1 && middle >= MARGIN_MIN);
}

function leads(a: TopologyRow, b: TopologyRow): boolean {
  return a.perSecond.median > b.perSecond.median;
}

function isWide({ low, high }: ConfidenceInterval): boolean {
  return high > SPAN_MAX * low;
}

/** Only what could change the choice: a noisy row far behind is no reason to refuse. */
function listNoise(
  best: TopologyRow,
  close: readonly Close[],
  rivals: readonly TopologyRow[],
  targets: Targets,
): string[] {
  const contenders = [best, ...close.map(({ row }) => row)];
  const rates = contenders.filter(({ perSecond }) => isWide(perSecond));
  const ratios = close.filter(({ ratio }) => isWide(ratio));
  const waits = rivals.filter((row) => isWide(pickP99(row, targets)));
  return [
    ...rates.map(({ name, perSecond }) => `${name} serves ${formatInterval(perSecond, 0)} requests/s`),
    ...ratios.map(({ row, ratio }) => `${best.name} over ${row.name} is ${formatInterval(ratio, 2)}`),
    ...waits.map((row) => `${row.name}: ${explainTargets(row, targets)}`),
  ];
}

/** Paired by round, or unpaired where too few rounds have both. */
function compareRates(
  a: TopologyRow,
  b: TopologyRow,
  samples: readonly Sample[],
  next: () => number,
): ConfidenceInterval {
  const target = undefined;
  const claim = { says: '', metric: 'perSecond', of: a.name, against: [b.name], target } as const;
  const paired = judge(claim, samples, next).measured;
  if (paired.n >= ROUNDS_MIN) return paired;
  const values = ({ name }: TopologyRow) =>
    samples
      .filter((sample) => sample.variant === name && sample.discardReason === undefined)
      .flatMap((sample) => sample.values.perSecond ?? []);
  return bootstrapRatio(values(a), values(b), next);
}

/** 1 is the simplest. */
export function rankSimplicity({ topology }: TopologyRow): number {
  return TOPOLOGIES[topology].simplicity.rank;
}

function bySimplicity(rows: readonly TopologyRow[]): readonly TopologyRow[] {
  return rows.toSorted((a, b) => rankSimplicity(a) - rankSimplicity(b));
}

/**
 * The simplest within the margin that keeps `GET /health` fast. Noisy rounds do not justify a simpler
 * topology that measured slower by more than the margin.
 */
function chooseAmong(best: TopologyRow, close: readonly Close[]): { choice: TopologyRow; why: string } {
  if (close.length === 0) return { choice: best, why: '' };
  const ratioTo = (row: TopologyRow) => close.find((one) => one.row === row)?.ratio;
  const alike = bySimplicity([best, ...close.map(({ row }) => row)]) as [TopologyRow, ...TopologyRow[]];
  const near = alike.filter((row) => (ratioTo(row)?.median ?? 1) < MARGIN_MIN);
  const simplest = near[0] ?? best;
  const quick = near.find(({ healthP99Ms }) => healthP99Ms.median <= HEALTH_MS_MAX);
  const isLate = quick !== undefined && simplest.healthP99Ms.median > HEALTH_MS_MAX;
  const isOfAll = simplest === alike[0];
  const reasons: string[] = [];
  if (isLate) {
    const [slow, good] = [simplest, quick].map(({ healthP99Ms }) => healthP99Ms.median.toFixed(1));
    reasons.push(`with ${simplest.name}, GET /health takes ${slow} ms under load (p99)`);
    reasons.push(`with ${quick.name}, ${good} ms`);
  } else if (isOfAll || near.length > 1) {
    const { why } = TOPOLOGIES[simplest.topology].simplicity;
    reasons.push(`${isOfAll ? '' : 'of those within 5 % '}it is the simplest: ${why}`);
  }
  const ratio = ratioTo(alike[0]);
  if (!isOfAll && ratio !== undefined) {
    const slower = `${best.name} served ${ratio.median.toFixed(2)}× its requests`;
    reasons.push(`${alike[0].name} is simpler, but ${slower}, which ${ratio.n} rounds do not settle`);
  }
  return { choice: isLate ? quick : simplest, why: reasons.join('; ') };
}
