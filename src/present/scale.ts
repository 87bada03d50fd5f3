// Scales of charts: the domain of an axis, round ticks that have room for their labels, and short
// numbers beside them. The reader's fonts are unknown, so the width of a text is an estimate. Pure.

import { displayWidth } from './text.js';

export type ScaleKind = 'linear' | 'log';

export interface AxisScale {
  readonly kind: ScaleKind;
  readonly domain: readonly [low: number, high: number];
}

export interface AxisTick {
  readonly at: number;
  readonly label: string;
}

/** The space for the labels of an axis. */
export interface AxisSpace {
  readonly lengthPx: number;
  readonly fontPx: number;
  /** Labels of a horizontal axis stand side by side. */
  readonly isHorizontal: boolean;
}

/** As a part of the font size; wider than most letters of most fonts. */
const LETTER_EM = 0.64;
/** Larger or smaller values make labels that no axis has room for. */
const LARGEST = 1e15;
const LOG_SMALLEST = 1e-9;
/** A linear domain starts at zero unless the smallest value exceeds this part of the largest. */
const ZOOM_FROM = 0.8;
const TICKS_MAX = 24;
const LINEAR_TICKS_MAX = 7;
/** An axis that reaches this value uses `K`, `M` and so on. */
const COMPACT_FROM = 100_000;

const PLAIN = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const COMPACT = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4, notation: 'compact' });

export function estimateTextPx(text: string, fontPx: number): number {
  return displayWidth(text) * fontPx * LETTER_EM;
}

/** `0.25`, `12.5`, `1,234`: at most four significant digits. */
export function formatShort(value: number): string {
  return PLAIN.format(value);
}

/** Why a scale cannot show the value; null where it can. */
export function findScaleProblem(value: number, kind: ScaleKind): string | null {
  if (Number.isNaN(value)) return 'not measured';
  if (!Number.isFinite(value)) return 'infinite';
  if (Math.abs(value) > LARGEST) return 'too large for an axis';
  if (kind === 'linear') return null;
  if (value <= 0) return `a log scale cannot show ${formatShort(value)}`;
  return value < LOG_SMALLEST ? 'too small for an axis' : null;
}

/** The scale that shows all values; none of them may have a problem. */
export function fitScale(values: readonly number[], kind: ScaleKind): AxisScale {
  return { kind, domain: kind === 'log' ? fitLogDomain(values) : fitLinearDomain(values) };
}

/** The position of a value: 0 at the low end of the domain, 1 at the high end. */
export function computeFraction({ kind, domain: [low, high] }: AxisScale, value: number): number {
  if (kind === 'log') return Math.log(value / low) / Math.log(high / low);
  return (value - low) / (high - low);
}

function fitLinearDomain(values: readonly number[]): [number, number] {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Values this small are rounding errors of a subtraction.
  if (values.length === 0 || size < 1e-12) return [0, 1];
  const isFlat = high - low <= size * 1e-9;
  if (low >= 0 && (isFlat || low < high * ZOOM_FROM)) low = 0;
  else if (high <= 0 && (isFlat || high > low * ZOOM_FROM)) high = 0;
  const pad = (high - low) * 0.05;
  return [low === 0 ? 0 : low - pad, high === 0 ? 0 : high + pad];
}

function fitLogDomain(values: readonly number[]): [number, number] {
  if (values.length === 0) return [1, 10];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high / low < 1 + 1e-9) return [low / 3, high * 3];
  const pad = (high / low) ** 0.05;
  return [low / pad, high * pad];
}

/** The finest ticks that have room. `preferred` ticks win where enough of them have room. */
export function chooseTicks(
  scale: AxisScale,
  space: AxisSpace,
  preferred: readonly AxisTick[] = [],
): AxisTick[] {
  const thinned = [1, 2, 3, 4, 6, 8, 12, 24]
    .map((every) => preferred.filter((_, at) => at % every === 0))
    .filter(({ length }) => length > 2 || length === preferred.length);
  const round = scale.kind === 'log' ? listLogTicks(scale.domain) : listLinearTicks(scale.domain);
  const labelled = round.map((values) => {
    const labels = formatTicks(values, scale.kind);
    return values.map((at, index) => ({ at, label: labels[index] ?? '' }));
  });
  const candidates = [...thinned, ...labelled].filter(({ length }) => length > 0);
  const fitting = candidates.find((ticks) => haveRoom(ticks, scale, space));
  // Where not even two labels have room, one remains.
  return fitting ?? candidates.at(-1)?.slice(0, 1) ?? [];
}

/** Labels of a linear axis have equal decimals; `0` has none. */
export function formatTicks(values: readonly number[], kind: ScaleKind): string[] {
  if (values.some((value) => Math.abs(value) >= COMPACT_FROM)) {
    return values.map((value) => COMPACT.format(value));
  }
  const labels = values.map(formatShort);
  if (kind === 'log') return labels;
  const digits = Math.max(0, ...labels.map((label) => label.split('.')[1]?.length ?? 0));
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return values.map((value) => (value === 0 ? '0' : format.format(value)));
}

/** Round steps (1, 2 or 5 times a power of ten), the finest first. */
function listLinearTicks([low, high]: AxisScale['domain']): number[][] {
  const finest = Math.floor(Math.log10((high - low) / LINEAR_TICKS_MAX));
  const steps = [0, 1, 2].flatMap((more) => [1, 2, 5].map((one) => one * 10 ** (finest + more)));
  return steps.flatMap((step) => {
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    if (count > LINEAR_TICKS_MAX || count < 1) return [];
    return [Array.from({ length: count }, (_, at) => removeRoundingError((first + at) * step))];
  });
}

/** 1, 2, 5 of each decade, then 1 and 3, then whole decades; linear ticks for a short domain. */
function listLogTicks(domain: AxisScale['domain']): number[][] {
  const [low, high] = domain;
  const from = Math.floor(Math.log10(low));
  const count = Math.ceil(Math.log10(high)) - from + 1;
  const exponents = Array.from({ length: count }, (_, at) => from + at);
  const list = (factors: readonly number[], every = 1) =>
    exponents
      .filter((exponent) => exponent % every === 0)
      .flatMap((exponent) => factors.map((one) => removeRoundingError(one * 10 ** exponent)))
      .filter((value) => value >= low && value <= high);
  const ticks = [list([1, 2, 5]), list([1, 3]), list([1]), list([1], 2), list([1], 3), list([1], 6)];
  const linear = listLinearTicks(domain);
  return high / low < 8 ? [...linear, ...ticks] : [...ticks.filter(({ length }) => length > 1), ...linear];
}

function removeRoundingError(value: number): number {
  return Number(value.toPrecision(12));
}

function haveRoom(ticks: readonly AxisTick[], scale: AxisScale, space: AxisSpace): boolean {
  const { lengthPx, fontPx, isHorizontal } = space;
  if (ticks.length > TICKS_MAX) return false;
  return ticks.every(({ at, label }, index) => {
    const before = ticks[index - 1];
    if (before === undefined) return true;
    const distance = computeFraction(scale, at) - computeFraction(scale, before.at);
    const widths = [label, before.label].map((each) => estimateTextPx(each, fontPx) / 2);
    const needed = isHorizontal ? (widths[0] ?? 0) + (widths[1] ?? 0) + fontPx * 0.8 : fontPx * 2;
    return distance * lengthPx >= needed;
  });
}
