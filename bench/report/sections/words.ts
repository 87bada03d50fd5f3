// Numbers and comparisons in words, the same way in every section: a median never stands without
// its interval and its n, and what the interval does not decide is not said. Pure.

import { formatInterval, formatNumber } from '../../../src/present/text.js';
import { findMetric, METRICS, type MetricName } from '../../runner/scenario.js';
import { type ConfidenceInterval, chanceOf, ROUNDS_MIN } from '../../stats/statistics.js';
import { isKnown } from './view.js';

const LIST = new Intl.ListFormat('en-GB');

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  return LIST.format(words);
}

/** The unit as people write it; that of a rate says of what. */
export function unitOf(metric: MetricName): string {
  const { unit } = findMetric(metric);
  if (unit === 'us') return 'µs';
  return unit === '/s' ? 'requests/s' : unit;
}

/** About three digits that mean something; the table of metrics has the most there may be. */
function digitsOf(metric: MetricName, { median }: ConfidenceInterval): number {
  const size = Math.abs(median);
  const enough = size >= 100 ? 0 : size >= 10 ? 1 : 3;
  return Math.min(METRICS[metric].digits, enough);
}

/** For a cell of a table whose head has the unit: `2.61 [2.50, 2.73]`. */
export function bare(interval: ConfidenceInterval, metric: MetricName): string {
  return isKnown(interval) ? formatInterval(interval, digitsOf(metric, interval)) : 'unknown';
}

/** With its unit. */
export function shown(interval: ConfidenceInterval, metric: MetricName): string {
  return isKnown(interval) ? `${bare(interval, metric)} ${unitOf(metric)}`.trimEnd() : 'unknown';
}

/** For a sentence, with n. */
export function said(interval: ConfidenceInterval, metric: MetricName): string {
  return isKnown(interval) ? `${shown(interval, metric)} (n = ${interval.n})` : 'unknown';
}

/** `1.52 [1.48, 1.57]` */
export function ratioText(interval: ConfidenceInterval): string {
  if (!isKnown(interval)) return 'unknown';
  const size = Math.abs(interval.median);
  return formatInterval(interval, size >= 100 ? 0 : size >= 10 ? 1 : size < 0.1 ? 3 : 2);
}

/** `1.52 [1.48, 1.57] times what inline answers (n = 7)`; `of`: what follows the word. */
export function timesText(interval: ConfidenceInterval, of: string): string {
  const what = `times ${of}`;
  if (!isKnown(interval)) return `an unknown number of ${what}`;
  return `${ratioText(interval)} ${what} (n = ${interval.n})`;
}

/** How many of so many comparisons would say something though there is nothing. */
export function chanceText(rounds: readonly number[]): string {
  const judged = rounds.filter((n) => n >= ROUNDS_MIN);
  if (judged.length < 2) return '';
  const by = judged.reduce((sum, n) => sum + chanceOf(n), 0).toFixed(1);
  return `. Of ${judged.length} intervals judged, about ${by} would leave 1 by chance alone`;
}

type Decided = 'more' | 'less' | 'open' | 'few' | 'unknown';

/** What an interval allows to say against a number, which only the whole of it decides. */
export function decided(interval: ConfidenceInterval, against = 1): Decided {
  if (!isKnown(interval)) return 'unknown';
  if (interval.n < ROUNDS_MIN) return 'few';
  if (interval.low > against) return 'more';
  return interval.high < against ? 'less' : 'open';
}

/** The words for what was decided; the last two are the same for all. */
export function byDecision(
  interval: ConfidenceInterval,
  words: Readonly<Record<'more' | 'less' | 'open', string>>,
): string {
  const what = decided(interval);
  if (what === 'unknown') return 'Not measured';
  return what === 'few' ? `Too few rounds to say (n = ${interval.n})` : words[what];
}

/** As a heading and as an axis say it: `2 ms`, `500 µs`, `no added work`. */
export function workText(workUs: number): string {
  if (workUs === 0) return 'no added work';
  return workUs >= 1_000 ? `${formatNumber(workUs / 1_000)} ms` : `${formatNumber(workUs)} µs`;
}

/** A sentence: its first letter large, its end a full stop. */
export function sentence(text: string): string {
  const first = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?:]$/.test(first) ? first : `${first}.`;
}

/** Without the stop at its end, to stand inside a sentence. */
export function inside(text: string): string {
  return text.trim().replace(/[.\s]+$/, '');
}
