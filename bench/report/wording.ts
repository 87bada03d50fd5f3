// Figures in words: a median has its interval and n; a sentence claims what the whole interval decides. Pure.

import { formatInterval, formatNumber } from '../../src/present/text.js';
import { METRICS, type MetricName } from '../runner/scenario.js';
import {
  type ConfidenceInterval,
  type Decision,
  decide,
  isKnown,
  missChance,
  ROUNDS_MIN,
} from '../stats/statistics.js';

const LIST = new Intl.ListFormat('en-GB');

/** `a, b and c` */
export function joinNames(names: readonly string[]): string {
  return LIST.format(names);
}

export function formatUnit(metric: MetricName): string {
  const { unit } = METRICS[metric];
  if (unit === 'us') return 'µs';
  return unit === '/s' ? 'requests/s' : unit;
}

/** About three significant digits; the table of metrics has the maximum. */
function chooseDigits(metric: MetricName, { median }: ConfidenceInterval): number {
  const size = Math.abs(median);
  const enough = size >= 100 ? 0 : size >= 10 ? 1 : 3;
  return Math.min(METRICS[metric].digits, enough);
}

function chooseRatioDigits({ median }: ConfidenceInterval): number {
  const size = Math.abs(median);
  return size >= 100 ? 0 : size >= 10 ? 1 : size < 0.1 ? 3 : 2;
}

/** For a table cell whose heading has the unit: `2.61 [2.50, 2.73]`. */
export function formatCell(interval: ConfidenceInterval, metric: MetricName): string {
  return isKnown(interval) ? formatInterval(interval, chooseDigits(metric, interval)) : 'unknown';
}

export function formatRatioCell(interval: ConfidenceInterval): string {
  return isKnown(interval) ? formatInterval(interval, chooseRatioDigits(interval)) : 'unknown';
}

/** For the description of a chart: `2.61 [2.50, 2.73] ms`. */
export function formatWithUnit(interval: ConfidenceInterval, metric: MetricName): string {
  if (!isKnown(interval)) return 'unknown';
  return `${formatCell(interval, metric)} ${formatUnit(metric)}`.trimEnd();
}

/** `(95 % CI 1.48–1.57, n = 7)`; a single value has no interval. */
function formatConfidence({ median, low, high, n }: ConfidenceInterval, digits: number): string {
  if (n === 1 && low === median && high === median) return '(n = 1)';
  const to = low < 0 ? ' to ' : '–';
  return `(95 % CI ${low.toFixed(digits)}${to}${high.toFixed(digits)}, n = ${n})`;
}

/** For a sentence: `200 ms (95 % CI 196–204, n = 7)`. */
export function formatEstimate(interval: ConfidenceInterval, metric: MetricName): string {
  if (!isKnown(interval)) return 'unknown';
  const digits = chooseDigits(metric, interval);
  const value = `${interval.median.toFixed(digits)} ${formatUnit(metric)}`.trimEnd();
  return `${value} ${formatConfidence(interval, digits)}`;
}

/** For a sentence: `1.52× the requests of inline (95 % CI 1.48–1.57, n = 7)`. */
export function formatTimes(interval: ConfidenceInterval, of: string): string {
  if (!isKnown(interval)) return `an unknown multiple of ${of}`;
  const digits = chooseRatioDigits(interval);
  const times = interval.median.toFixed(digits);
  return `${times}× ${of} ${formatConfidence(interval, digits)}`;
}

/** The word for what the interval of a ratio decides. */
export function describeDecision(
  interval: ConfidenceInterval,
  words: Readonly<Record<'more' | 'less', string>> & { readonly undecided?: string },
): string {
  const decision: Decision = decide(interval);
  if (decision === 'unknown') return 'not measured';
  if (decision === 'too-few') return 'too few rounds to say';
  return decision === 'undecided' ? (words.undecided ?? 'no difference seen') : words[decision];
}

export const SPEED = { more: 'faster', less: 'slower' } as const;
export const WAIT = { more: 'longer', less: 'shorter' } as const;

/** For a sentence: `1.52× the requests of inline (95 % CI 1.48–1.57, n = 7): faster`. */
export function formatComparison(
  interval: ConfidenceInterval,
  of: string,
  words: Parameters<typeof describeDecision>[1],
): string {
  return `${formatTimes(interval, of)}: ${describeDecision(interval, words)}`;
}

export function describeChance(rounds: readonly number[]): string {
  const judged = rounds.filter((n) => n >= ROUNDS_MIN);
  if (judged.length < 2) return '';
  const count = judged.reduce((sum, n) => sum + missChance(n), 0).toFixed(1);
  return `. By chance alone, about ${count} of these ${judged.length} intervals exclude 1`;
}

/** `2 ms`, `500 µs`, `no added work` */
export function formatWork(workUs: number): string {
  if (workUs === 0) return 'no added work';
  return workUs >= 1_000 ? `${formatNumber(workUs / 1_000)} ms` : `${formatNumber(workUs)} µs`;
}

/** `with no added work`, `at 2 ms of work` */
export function formatAtWork(workUs: number): string {
  return workUs === 0 ? 'with no added work' : `at ${formatWork(workUs)} of work`;
}

/** Capitalises the first letter and adds a full stop. */
export function toSentence(text: string): string {
  const first = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?:]$/.test(first) ? first : `${first}.`;
}

/** Drops the final full stop, so that the text can be part of a sentence. */
export function trimStop(text: string): string {
  return text.trim().replace(/[.\s]+$/, '');
}
