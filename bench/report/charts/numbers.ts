// Numbers beside an axis: short, all of one axis in one manner, never scientific; and which numbers
// an axis cannot show. Pure.

import { formatNumber } from '../../../src/present/text.js';

export type ScaleKind = 'linear' | 'log';

/** Beyond these no reader could compare; they also keep labels and ticks bounded. */
const LARGEST = 1e15;
const LOG_SMALLEST = 1e-9;

/** Numbers of an axis that reaches this far are written with `k`, `M` and so on. */
const SHORT_FROM = 100_000;
const UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Why a number has no place on a scale; null where it has one. */
export function flawOf(value: number, scale: ScaleKind): string | null {
  if (Number.isNaN(value)) return 'not measured';
  if (!Number.isFinite(value)) return 'without end';
  if (Math.abs(value) > LARGEST) return 'too large for an axis';
  if (scale === 'linear') return null;
  if (value <= 0) return `${shortNumber(value)} has no place on a log scale`;
  return value < LOG_SMALLEST ? 'too small for an axis' : null;
}

/** The fewest decimals that tell it, four significant digits at most: `0.25`, `12.5`, `1,234`. */
function decimalsOf(value: number): number {
  if (value === 0) return 0;
  const most = Math.min(20, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))));
  for (let decimals = 0; decimals < most; decimals++) {
    const error = Math.abs(Number(value.toFixed(decimals)) - value);
    if (error < Math.abs(value) * 1e-6) return decimals;
  }
  return most;
}

export function shortNumber(value: number): string {
  return formatNumber(value, decimalsOf(value));
}

/** `isEven`: all with as many decimals, as on a linear axis; zero stays `0`. */
export function labelsOf(values: readonly number[], isEven: boolean): string[] {
  const isShort = values.some((value) => Math.abs(value) >= SHORT_FROM);
  const parts = values.map((value) => {
    const unit = isShort ? UNITS.find(([size]) => Math.abs(value) >= size) : undefined;
    return { value: value / (unit?.[0] ?? 1), unit: unit?.[1] ?? '' };
  });
  const most = Math.max(0, ...parts.map(({ value }) => decimalsOf(value)));
  return parts.map(({ value, unit }) => {
    const decimals = isEven && !isShort && value !== 0 ? most : decimalsOf(value);
    return formatNumber(value, decimals) + unit;
  });
}
