// A scale of a chart: from where to where, with ticks that have room for their labels. The chart's
// numbers decide it and not Vega, so that we know where everything stands. Pure.

import { textPx } from '../../../src/checker/report/timeline-ticks.js';
import { labelsOf, type ScaleKind } from './numbers.js';

interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Ruler {
  readonly kind: ScaleKind;
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
}

/** The line that the ticks stand along. */
export interface Edge {
  readonly lengthPx: number;
  readonly fontPx: number;
  /** Across the page: labels stand one beside the other, else one above the other. */
  readonly isAcross: boolean;
}

/** Data that begin above this part of their largest are shown without the zero. */
const ZOOM_FROM = 0.8;
const TICKS_MAX = 24;
const DUST = 1e-12;

/** From 0 at the low end to 1 at the high end. */
export function fractionOf({ kind, domain }: Pick<Ruler, 'kind' | 'domain'>, value: number) {
  const [from, to, at] = [...domain, value].map((end) => (kind === 'log' ? Math.log(end) : end));
  return ((at ?? 0) - (from ?? 0)) / ((to ?? 1) - (from ?? 0));
}

/** `values` have no flaw; `preferred`: ticks that are taken if all of them have room. */
export function rulerOf(
  values: readonly number[],
  kind: ScaleKind,
  edge: Edge,
  preferred: readonly number[] = [],
): Ruler {
  const domain = kind === 'log' ? logDomain(values) : linearDomain(values);
  if (values.length === 0) return { kind, domain, ticks: [] };
  const candidates = [
    ...thinned(preferred),
    ...(kind === 'log' ? logTicks(domain) : linearTicks(domain)),
  ];
  return { kind, domain, ticks: firstThatFits(candidates, { kind, domain }, edge) };
}

/** All, every second and so on: as long as there are enough to read between them. */
function thinned(values: readonly number[]): number[][] {
  return [1, 2, 3, 4]
    .map((every) => values.filter((_, at) => at % every === 0))
    .filter(({ length }) => length > 2 || length === values.length);
}

/** Values one beside the other: a linear ruler of their indexes; labels left out as need be. */
export function stepsRuler(values: readonly number[], edge: Edge): Ruler {
  const kind = 'linear';
  const last = Math.max(0, values.length - 1);
  const domain = [-0.15 - last * 0.02, last + 0.15 + last * 0.02] as const;
  const labels = labelsOf(values, false);
  const indexes = values.map((_, index) => index);
  const candidates = [1, 2, 3, 4, 6, 8, 12, 24, 48, values.length].map((every) => {
    return indexes.filter((index) => index % Math.max(1, every) === 0);
  });
  const label = (at: readonly number[]) => at.map((index) => labels[index] ?? '');
  return { kind, domain, ticks: firstThatFits(candidates, { kind, domain }, edge, label) };
}

function linearDomain(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  let low = Math.min(...values);
  let high = Math.max(...values);
  const size = Math.max(Math.abs(low), Math.abs(high));
  // The dust of a subtraction is zero.
  if (size < DUST) return [0, 1];
  const isFlat = high - low <= size * 1e-9;
  if (low >= 0 && (isFlat || low < high * ZOOM_FROM)) low = 0;
  else if (high <= 0 && (isFlat || high > low * ZOOM_FROM)) high = 0;
  if (low === high) return [0, 1];
  const pad = (high - low) * 0.05;
  return [low === 0 ? 0 : low - pad, high === 0 ? 0 : high + pad];
}

function logDomain(values: readonly number[]): [number, number] {
  if (values.length === 0) return [1, 10];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (high / low < 1 + 1e-9) return [low / 3, high * 3];
  const pad = (high / low) ** 0.05;
  return [low / pad, high * pad];
}

/** Round steps, the finest first. */
function linearTicks([low, high]: readonly [number, number], most = 6): number[][] {
  const candidates: number[][] = [];
  const begin = Math.floor(Math.log10((high - low) / most));
  for (const exponent of [begin, begin + 1, begin + 2]) {
    for (const factor of [1, 2, 5]) {
      const step = factor * 10 ** exponent;
      const first = Math.ceil(low / step - 1e-9);
      const count = Math.floor(high / step + 1e-9) - first + 1;
      if (count > most + 1 || count < 1) continue;
      const ticks = Array.from({ length: count }, (_, at) => cleaned((first + at) * step));
      candidates.push(ticks);
    }
  }
  return candidates;
}

/** 1, 2, 5 of each decade, 1 and 3, or whole decades; round steps where there is less than one. */
function logTicks(domain: readonly [number, number]): number[][] {
  const [low, high] = domain;
  const from = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, at) => {
    return from + at;
  });
  const at = (factors: readonly number[], every = 1) =>
    decades
      .filter((exponent) => exponent % every === 0)
      .flatMap((exponent) => factors.map((factor) => cleaned(factor * 10 ** exponent)))
      .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  const coarse = [at([1, 2, 5]), at([1, 3]), at([1]), at([1], 2), at([1], 3), at([1], 6)];
  if (high / low < 8) return [...linearTicks(domain), ...coarse];
  return coarse.filter((ticks) => ticks.length > 1).concat(linearTicks(domain));
}

/** Without the dust of binary fractions. */
function cleaned(value: number): number {
  return Number(value.toPrecision(12));
}

function firstThatFits(
  candidates: readonly (readonly number[])[],
  ruler: Pick<Ruler, 'kind' | 'domain'>,
  edge: Edge,
  label = (at: readonly number[]) => labelsOf(at, ruler.kind === 'linear'),
): Tick[] {
  let last: Tick[] = [];
  for (const values of candidates) {
    if (values.length === 0) continue;
    const labels = label(values);
    last = values.map((at, index) => ({ at, label: labels[index] ?? '' }));
    if (fits(last, ruler, edge)) return last;
  }
  // Not even two have room.
  return last.slice(0, 1);
}

function fits(ticks: readonly Tick[], ruler: Pick<Ruler, 'kind' | 'domain'>, edge: Edge): boolean {
  if (ticks.length > TICKS_MAX) return false;
  return ticks.every(({ at, label }, index) => {
    const before = ticks[index - 1];
    if (before === undefined) return true;
    const distancePx = (fractionOf(ruler, at) - fractionOf(ruler, before.at)) * edge.lengthPx;
    if (!edge.isAcross) return distancePx >= edge.fontPx * 2;
    const roomPx = (textPx(before.label, edge.fontPx) + textPx(label, edge.fontPx)) / 2;
    return distancePx >= roomPx + edge.fontPx * 0.8;
  });
}
