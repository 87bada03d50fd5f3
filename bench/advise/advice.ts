// Decides which topology to use, or that it is too close to call. Pure; caveats.ts adds the limits.

import { TOPOLOGIES } from '../../src/topologies/topology.js';
import type { Sample } from '../runner/scenario.js';
import { bootstrapRatio, type ConfidenceInterval } from '../stats/statistics.js';
import { judge, type Met } from '../stats/verdicts.js';
import {
  ROUNDS_MIN,
  shortBy,
  shortfallText,
  summarizeTopologies,
  type Targets,
  type TopologyRow,
} from './topology-rows.js';

export type Outcome = 'clear' | 'too close to call' | 'none meets' | 'unmeasured';

export interface Advice {
  readonly outcome: Outcome;
  /** The topology to use; where none meets the targets, the nearest. Undefined without valid runs. */
  readonly choice: TopologyRow | undefined;
  /** The ratio of the fastest to the next, among those that meet the targets. */
  readonly margin: Margin | undefined;
  /** The fastest, and all that it does not clearly lead; the simplest first. */
  readonly alike: readonly string[];
  /** The reason of the choice, where throughput alone does not decide it. */
  readonly why: string;
  /** Where none meets the targets: how far each misses them. */
  readonly shortfalls: readonly string[];
  /** The fastest first. */
  readonly rows: readonly TopologyRow[];
}

export interface Margin {
  readonly of: string;
  readonly over: string;
  readonly ratio: ConfidenceInterval;
}

const MARGIN_MIN = 1.05;
/** Above this `GET /health` is slow under load: a reason against a topology where another is fast. */
export const HEALTH_MS_MAX = 20;

/** `next` is the random source of the intervals. */
export function decideAdvice(samples: readonly Sample[], targets: Targets, next: () => number): Advice {
  const rows = summarizeTopologies(samples, targets, next);
  const measured = listMeasured(rows);
  const nothing = { choice: undefined, margin: undefined, alike: [], why: '', shortfalls: [] };
  if (measured.length === 0) return { outcome: 'unmeasured', ...nothing, rows };
  const able = listAble(measured);
  if (able.length === 0) {
    const shortfalls = measured.map((row) => shortfallText(row, targets));
    const choice = measured.toSorted((a, b) => shortBy(a, targets) - shortBy(b, targets))[0];
    return { ...nothing, outcome: 'none meets', choice, shortfalls, rows };
  }
  const [best, second] = able as [TopologyRow, ...TopologyRow[]];
  if (second === undefined) {
    const why = aloneText(best, measured, rows);
    return { ...nothing, outcome: 'clear', choice: best, alike: [best.name], why, rows };
  }
  const over = (row: TopologyRow) => compareRates(best, row, samples, next);
  const margin = { of: best.name, over: second.name, ratio: over(second) };
  const close = able.slice(1).flatMap((row): Close[] => {
    const ratio = over(row);
    return isClose(ratio) ? [{ row, ratio }] : [];
  });
  const alike = bySimplicity([best, ...close.map(({ row }) => row)]);
  if (alike.length === 1) {
    return { ...nothing, outcome: 'clear', choice: best, margin, alike: [best.name], rows };
  }
  const near = close.filter(({ ratio }) => ratio.median < MARGIN_MIN).map(({ row }) => row);
  const nearest = [best, ...near];
  const chosen = chooseSimplest(
    nearest,
    nearest.some((row) => row === alike[0]),
  );
  const why = [chosen.why, unsettledText(alike, chosen.choice, close)].filter(Boolean).join('; ');
  const names = alike.map(({ name }) => name);
  const rest = { why, margin, alike: names, shortfalls: [], rows };
  return { outcome: 'too close to call', choice: chosen.choice, ...rest };
}

/** Why there is nothing to compare it with; that does not make it the fastest. */
function aloneText(
  only: TopologyRow,
  measured: readonly TopologyRow[],
  rows: readonly TopologyRow[],
): string {
  const others = measured.filter((row) => row !== only);
  if (others.length === 0) {
    return rows.length > 1 ? 'no other topology has enough valid runs' : '';
  }
  const isOpen = others.some((row) => combineMet(row) !== 'no');
  return `no other ${isOpen ? 'is sure to meet' : 'meets'} the targets`;
}

interface Close {
  readonly row: TopologyRow;
  /** Of the fastest to it. */
  readonly ratio: ConfidenceInterval;
}

/** Noisy rounds do not justify a simpler topology that measured slower by more than the margin. */
function unsettledText(
  alike: readonly TopologyRow[],
  choice: TopologyRow | undefined,
  close: readonly Close[],
): string {
  const [simplest] = alike;
  if (simplest === undefined || choice === undefined || simplest === choice) return '';
  const { ratio } = close.find(({ row }) => row === simplest) ?? {};
  if (ratio === undefined || ratio.median < MARGIN_MIN) return '';
  const slower = `the fastest served ${ratio.median.toFixed(2)}× its requests`;
  return `${simplest.name} is simpler, but ${slower}, which ${ratio.n} rounds do not settle`;
}

function listMeasured(rows: readonly TopologyRow[]): readonly TopologyRow[] {
  const known = rows.filter(({ perSecond }) => perSecond.n > 0);
  const enough = known.filter(({ perSecond }) => perSecond.n >= ROUNDS_MIN);
  return enough.length > 0 ? enough : known;
}

/** The topologies that meet the targets; where none surely does, those that may. */
function listAble(rows: readonly TopologyRow[]): readonly TopologyRow[] {
  const sure = rows.filter((row) => combineMet(row) === 'yes');
  return sure.length > 0 ? sure : rows.filter((row) => combineMet(row) === 'unclear');
}

/** The worse of both targets. */
function combineMet({ meetsP99, meetsRate }: TopologyRow): Met {
  const both = [meetsP99, meetsRate];
  if (both.includes('no')) return 'no';
  return both.includes('unclear') ? 'unclear' : 'yes';
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

function isClose({ median: middle, low, n }: ConfidenceInterval): boolean {
  return !(n >= ROUNDS_MIN && low > 1 && middle >= MARGIN_MIN);
}

/** 1 is the simplest. */
export function rankSimplicity({ topology }: TopologyRow): number {
  return TOPOLOGIES[topology].simplicity.rank;
}

function bySimplicity(rows: readonly TopologyRow[]): readonly TopologyRow[] {
  return rows.toSorted((a, b) => rankSimplicity(a) - rankSimplicity(b));
}

/** The simplest of the fastest that keeps `GET /health` fast. `isOfAll`: no simpler one may be as fast. */
function chooseSimplest(
  rows: readonly TopologyRow[],
  isOfAll: boolean,
): { readonly choice: TopologyRow | undefined; why: string } {
  const sorted = bySimplicity(rows);
  const [fastest] = rows;
  if (rows.length === 1) return { choice: fastest, why: 'it was the fastest' };
  const isQuick = ({ healthP99Ms }: TopologyRow) => healthP99Ms.median <= HEALTH_MS_MAX;
  const [simplest] = sorted;
  const quick = sorted.find(isQuick);
  if (simplest === undefined || isQuick(simplest) || quick === undefined) {
    return { choice: simplest, why: explainSimplest(simplest, isOfAll) };
  }
  const isUnknown = Number.isNaN(simplest.healthP99Ms.median);
  if (isUnknown) return { choice: simplest, why: explainSimplest(simplest, isOfAll) };
  const [slow, good] = [simplest, quick].map(({ healthP99Ms }) => healthP99Ms.median.toFixed(1));
  const why = `with ${simplest.name}, GET /health takes ${slow} ms under load (p99)`;
  return { choice: quick, why: `${why}; with ${quick.name}, ${good} ms` };
}

function explainSimplest(row: TopologyRow | undefined, isOfAll: boolean): string {
  const why = row === undefined ? '' : TOPOLOGIES[row.topology].simplicity.why;
  return `${isOfAll ? '' : 'of those within 5 % '}it is the simplest: ${why}`;
}
