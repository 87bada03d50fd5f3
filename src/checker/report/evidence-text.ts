// Text for the operations on the page: their names, what they got, how the service answered, and how two of
// them lie in time. Names match the sentences of the findings: `add 3`, `read 2`. Pure; main thread.

import { formatNumber, sanitize } from '../../present/text.js';
import type { Attempt, CheckRun, RunRead } from '../driver/check-run.js';
import { sumValues, type TimeSpan } from '../history.js';

const CELL_COLUMNS = 24;
const VECTOR_FIELDS_MAX = 4;
const VALUES_MAX = 12;

/** The label on a bar, as short as possible: a ticket or a value; empty for nothing. */
export function formatLabel(
  run: CheckRun,
  operation: Attempt | RunRead,
  isEvidence: boolean,
  cell: string | null,
): string {
  if ('outcome' in operation) {
    const { outcome, ticket, status } = operation;
    if (outcome === 'unknown') return '?';
    if (outcome === 'failed') return status === null ? 'failed' : String(status);
    return ticket === null ? '' : formatTicket(ticket);
  }
  const { values, sum } = operation;
  const field = cell === null ? -1 : run.model.fields.indexOf(cell);
  const value = values[field];
  if (value !== undefined) return formatNumber(value);
  if (values.length === 1 && sum === null) return formatNumber(values[0] ?? 0);
  if (isEvidence && values.length > 1 && values.length <= VECTOR_FIELDS_MAX) {
    return values.map((each) => formatNumber(each)).join(' · ');
  }
  return formatNumber(sum ?? sumValues(values));
}

/** `CRITICAL:17`; `17` where the counter has one unnamed cell. */
export function formatTicket({ cell, value }: NonNullable<Attempt['ticket']>): string {
  return cell === '' ? String(value) : `${sanitize(cell, CELL_COLUMNS)}:${value}`;
}

/** `LOW 12, HIGH 3; sum 15`; a single field needs no name. */
export function formatValues({ model }: CheckRun, { values, sum }: RunRead): string {
  const parts = values.slice(0, VALUES_MAX).map((value, at) => {
    const name = sanitize(model.fields[at] ?? '', CELL_COLUMNS);
    return values.length === 1 ? formatNumber(value) : `${name} ${formatNumber(value)}`;
  });
  if (values.length > parts.length) parts.push(`… and ${values.length - parts.length} more`);
  return parts.join(', ') + (sum === null ? '' : `; sum ${formatNumber(sum)}`);
}

/** `ok, 200`, `failed, 503: overloaded`, `unknown: no answer within 50 ms`. */
export function formatOutcome({ outcome, status, error }: Attempt): string {
  const code = status === null ? '' : `, ${status}`;
  return `${outcome}${code}${error === null ? '' : `: ${sanitize(error, 120)}`}`;
}

/** `12.345`, in milliseconds. */
export function formatMoment(ms: number): string {
  return formatNumber(ms, 3);
}

/** Three significant digits: `0.315 ms`, `12.4 ms`, `1.50 s`. */
export function formatDuration(ms: number): string {
  if (ms >= 1000) return `${formatNumber(ms / 1000, ms >= 100_000 ? 0 : 2)} s`;
  return `${formatNumber(ms, ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3)} ms`;
}

export interface NamedSpan extends TimeSpan {
  readonly name: string;
  /** An unanswered add: its effect has no known end. */
  readonly isOpen: boolean;
}

/** The time that two operations share, or the time between them. */
export interface TimeRelation extends TimeSpan {
  readonly kind: 'overlap' | 'gap';
  /** Above the figure. */
  readonly label: string;
  readonly text: string;
}

/** Null where the first operation is unanswered: it may have taken effect later. */
export function relateSpans(one: NamedSpan, other: NamedSpan): TimeRelation | null {
  const [first, second] = one.beginMs <= other.beginMs ? [one, other] : [other, one];
  if (second.beginMs > first.endMs) {
    if (first.isOpen) return null;
    const gap = formatDuration(second.beginMs - first.endMs);
    const text = `${first.name} had ended ${gap} before ${second.name} began.`;
    const span = { beginMs: first.endMs, endMs: second.beginMs };
    return { kind: 'gap', label: `${gap} between`, text, ...span };
  }
  const span = { beginMs: second.beginMs, endMs: Math.min(first.endMs, second.endMs) };
  const shared = formatDuration(span.endMs - span.beginMs);
  const text = `${first.name} and ${second.name} overlapped for ${shared}.`;
  return { kind: 'overlap', label: `overlap ${shared}`, text, ...span };
}
