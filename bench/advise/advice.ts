// From runs of every topology to which one to use: whether it meets what is asked for, by what
// margin it is ahead, and when that is too close to call. Pure: samples in, advice out. What else
// is to be known of them is in notes.ts.

import { TOPOLOGIES } from '../../src/topologies/topology.js';
import type { Sample } from '../runner/scenario.js';
import { bootstrapRatio, type ConfidenceInterval } from '../stats/statistics.js';
import { judge, type Met } from '../stats/verdicts.js';
import { ROUNDS_MIN, type Row, rowsOf, shortBy, shortfallText, type Targets } from './rows.js';

export type Outcome = 'clear' | 'too close to call' | 'none meets' | 'unmeasured';

export interface Advice {
  readonly outcome: Outcome;
  /** The one to use; of none that meets, the nearest. Undefined when nothing was measured. */
  readonly choice: Row | undefined;
  /** The ratio of the fastest to the next one, of those that meet what is asked for. */
  readonly margin: Margin | undefined;
  /** Those that the fastest is not clearly ahead of, itself included, the simplest first. */
  readonly alike: readonly string[];
  /** Why the choice is it, where throughput alone does not say it. */
  readonly why: string;
  /** How far each is from what none meets. */
  readonly shortfalls: readonly string[];
  /** The fastest first. */
  readonly rows: readonly Row[];
}

export interface Margin {
  readonly of: string;
  readonly over: string;
  readonly ratio: ConfidenceInterval;
}

/** A smaller margin decides nothing. */
const MARGIN_MIN = 1.05;
/** `GET /health` is slow beyond this under load, and that counts where another is not. */
export const HEALTH_MS_MAX = 20;

/** `next` is the random source of the intervals. */
export function adviceOf(samples: readonly Sample[], targets: Targets, next: () => number): Advice {
  const rows = rowsOf(samples, targets, next);
  const measured = measuredOf(rows);
  const nothing = { choice: undefined, margin: undefined, alike: [], why: '', shortfalls: [] };
  if (measured.length === 0) return { outcome: 'unmeasured', ...nothing, rows };
  const able = ableOf(measured);
  if (able.length === 0) {
    const shortfalls = measured.map((row) => shortfallText(row, targets));
    const choice = measured.toSorted((a, b) => shortBy(a, targets) - shortBy(b, targets))[0];
    return { ...nothing, outcome: 'none meets', choice, shortfalls, rows };
  }
  const [best, second] = able as [Row, ...Row[]];
  if (second === undefined) {
    const why = aloneText(best, measured, rows);
    return { ...nothing, outcome: 'clear', choice: best, alike: [best.name], why, rows };
  }
  const over = (row: Row) => ratioOf(best, row, samples, next);
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
  const chosen = simplestOf(
    nearest,
    nearest.some((row) => row === alike[0]),
  );
  const why = [chosen.why, unsettledText(alike, chosen.choice, close)].filter(Boolean).join('; ');
  const names = alike.map(({ name }) => name);
  const rest = { why, margin, alike: names, shortfalls: [], rows };
  return { outcome: 'too close to call', choice: chosen.choice, ...rest };
}

/** Why there is nothing to compare it with, which is another thing than being the fastest. */
function aloneText(only: Row, measured: readonly Row[], rows: readonly Row[]): string {
  const others = measured.filter((row) => row !== only);
  if (others.length === 0) {
    return rows.length > 1 ? 'it is the only one with enough runs that count' : '';
  }
  const isOpen = others.some((row) => worstOf(row) !== 'no');
  return `no other ${isOpen ? 'is sure to meet' : 'meets'} what is asked for`;
}

interface Close {
  readonly row: Row;
  /** Of the fastest to it. */
  readonly ratio: ConfidenceInterval;
}

/**
 * A simpler one that may be as fast, but was measured slower by more than the margin, is not the
 * choice: a few noisy rounds are no reason to give up what they showed.
 */
function unsettledText(
  alike: readonly Row[],
  choice: Row | undefined,
  close: readonly Close[],
): string {
  const [simplest] = alike;
  if (simplest === undefined || choice === undefined || simplest === choice) return '';
  const { ratio } = close.find(({ row }) => row === simplest) ?? {};
  if (ratio === undefined || ratio.median < MARGIN_MIN) return '';
  const slower = `the fastest answered ${ratio.median.toFixed(2)} times what it did`;
  return `${simplest.name} is simpler, but ${slower}, which ${ratio.n} rounds do not settle`;
}

/** One that nearly all runs of were void is not compared with those that were measured. */
function measuredOf(rows: readonly Row[]): readonly Row[] {
  const known = rows.filter(({ perSecond }) => perSecond.n > 0);
  const enough = known.filter(({ perSecond }) => perSecond.n >= ROUNDS_MIN);
  return enough.length > 0 ? enough : known;
}

/** Those that meet what is asked for; where none does for certain, those that may. */
function ableOf(rows: readonly Row[]): readonly Row[] {
  const sure = rows.filter((row) => worstOf(row) === 'yes');
  return sure.length > 0 ? sure : rows.filter((row) => worstOf(row) === 'unclear');
}

/** Of both that may be asked for. */
function worstOf({ meetsP99, meetsRate }: Row): Met {
  const both = [meetsP99, meetsRate];
  if (both.includes('no')) return 'no';
  return both.includes('unclear') ? 'unclear' : 'yes';
}

/** Paired by round, or unpaired where too few rounds have both. */
function ratioOf(
  a: Row,
  b: Row,
  samples: readonly Sample[],
  next: () => number,
): ConfidenceInterval {
  const target = undefined;
  const claim = { says: '', metric: 'perSecond', of: a.name, against: [b.name], target } as const;
  const paired = judge(claim, samples, next).measured;
  if (paired.n >= ROUNDS_MIN) return paired;
  const values = ({ name }: Row) =>
    samples
      .filter((sample) => sample.variant === name && sample.discardReason === undefined)
      .flatMap((sample) => sample.values.perSecond ?? []);
  return bootstrapRatio(values(a), values(b), next);
}

function isClose({ median: middle, low, n }: ConfidenceInterval): boolean {
  return !(n >= ROUNDS_MIN && low > 1 && middle >= MARGIN_MIN);
}

/** 1 is the simplest. */
export function rankOf({ topology }: Row): number {
  return TOPOLOGIES[topology].simplicity.rank;
}

function bySimplicity(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/**
 * But not one that answers nobody while it scores, where another of them does. `isOfAll`: none that
 * is simpler may be as fast.
 */
function simplestOf(
  rows: readonly Row[],
  isOfAll: boolean,
): { readonly choice: Row | undefined; why: string } {
  const sorted = bySimplicity(rows);
  const [fastest] = rows;
  if (rows.length === 1) return { choice: fastest, why: 'it was the fastest' };
  const isQuick = ({ healthP99Ms }: Row) => healthP99Ms.median <= HEALTH_MS_MAX;
  const [simplest] = sorted;
  const quick = sorted.find(isQuick);
  if (simplest === undefined || isQuick(simplest) || quick === undefined) {
    return { choice: simplest, why: whyOf(simplest, isOfAll) };
  }
  const isUnknown = Number.isNaN(simplest.healthP99Ms.median);
  if (isUnknown) return { choice: simplest, why: whyOf(simplest, isOfAll) };
  const [slow, good] = [simplest, quick].map(({ healthP99Ms }) => healthP99Ms.median.toFixed(1));
  const why = `with ${simplest.name}, GET /health takes ${slow} ms under load (p99)`;
  return { choice: quick, why: `${why}; with ${quick.name}, ${good} ms` };
}

function whyOf(row: Row | undefined, isOfAll: boolean): string {
  const why = row === undefined ? '' : TOPOLOGIES[row.topology].simplicity.why;
  return `${isOfAll ? '' : 'of those within 5 % '}it is the simplest: ${why}`;
}
