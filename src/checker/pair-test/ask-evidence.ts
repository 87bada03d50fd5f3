// One sample of what is not allowed, as a sentence: the pair, what was known before it, and each
// caller's times, status and number. Pure; what came from the service is made printable.

import { clip, formatNumber, printable } from '../../present/text.js';
import type { Ticket } from '../history.js';
import type { RestFinding } from './at-rest.js';
import type { Call, Known, Pair, Way } from './outcomes.js';
import type { Interval } from './overlap.js';

const CELL_COLUMNS_MAX = 40;

/** `number` counts pairs from 1; `known` is what was known before it. */
export function pairText(number: number, { a, b }: Pair, known: Known, way: Way): string {
  const before = beforeText(a, b, known);
  const calls = `caller A ${callText(a, way)}; caller B ${callText(b, way)}`;
  return `pair ${formatNumber(number)}: ${before}${calls}`;
}

function beforeText(a: Call, b: Call, { bases }: Known): string {
  const cells = new Set([a, b].flatMap(({ told }) => (told === null ? [] : [told.cell])));
  const known = [...cells].flatMap((cell) => {
    const base = bases.get(cell);
    if (base === undefined) return [];
    const name = cell === '' ? 'the counter' : shown(cell);
    return [`${name} was ${base.isExact ? '' : 'at least '}${base.value}`];
  });
  return known.length === 0 ? '' : `${known.join(' and ')}; `;
}

function callText({ outcome, status, error, told, toldIn, ...add }: Call, way: Way): string {
  const answered = `${interval(add)} ${status ?? 'no answer'}`;
  if (outcome !== 'ok') return `${answered} (${error ?? outcome})`;
  if (told === null) return `${answered} without a number`;
  if (way === 'tickets') return `${answered}, ticket ${shownTicket(told)}`;
  return `${answered}, read ${told.value} at ${interval(toldIn)}`;
}

function shownTicket({ cell, value }: Ticket): string {
  return cell === '' ? String(value) : `${shown(cell)}:${value}`;
}

function shown(text: string): string {
  return clip(printable(text), CELL_COLUMNS_MAX);
}

function interval({ beginMs, endMs }: Interval): string {
  return `${formatNumber(beginMs, 3)}–${formatNumber(endMs, 3)} ms`;
}

/** `pairs`: how many there had been. */
export function restText(pairs: number, { acknowledged, from, to }: RestFinding): string {
  const moved = `the counter went from ${formatNumber(from)} to ${formatNumber(to)}`;
  return `after pair ${formatNumber(pairs)}: ${formatNumber(acknowledged)} acknowledged, ${moved}`;
}
