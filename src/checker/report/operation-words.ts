// Words for the operations of a run: what one is called, what it got, how it was answered, and how
// two of them lie in time. Names are those of the findings' sentences: `add 3`, `read 2`. Pure.

import { formatNumber, sanitize } from '../../present/text.js';
import type { Attempt, CheckRun, RunRead } from '../driver/check-run.js';
import { sumValues } from '../history.js';
import type { Interval } from './timeline-window.js';

const CELL_COLUMNS = 24;
const VECTOR_FIELDS_MAX = 4;

/** On a bar, as short as can be. */
export function labelOf(
  run: CheckRun,
  operation: Attempt | RunRead,
  isEvidence: boolean,
  cell: string | null,
): string {
  if ('outcome' in operation) return addLabel(operation);
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

function addLabel({ outcome, ticket, status }: Attempt): string {
  if (outcome === 'unknown') return '?';
  if (outcome === 'failed') return status === null ? 'failed' : String(status);
  return ticket === null ? '' : ticketText(ticket);
}

/** As the findings' sentences call it. */
export function nameOf({ kind, index }: { kind: 'add' | 'read'; index: number }): string {
  return `${kind} ${index}`;
}

/** `CRITICAL:17`; `17` where the counter has one unnamed cell. */
export function ticketText({ cell, value }: NonNullable<Attempt['ticket']>): string {
  return cell === '' ? String(value) : `${sanitize(cell, CELL_COLUMNS)}:${value}`;
}

/** `LOW 12, HIGH 3; sum 15`, with the fields' own names where there are several. */
export function valuesText({ model }: CheckRun, { values, sum }: RunRead): string {
  const parts = values.slice(0, 12).map((value, at) => {
    const name = sanitize(model.fields[at] ?? '', CELL_COLUMNS);
    return values.length === 1 ? formatNumber(value) : `${name} ${formatNumber(value)}`;
  });
  if (values.length > parts.length) parts.push(`… and ${values.length - parts.length} more`);
  return parts.join(', ') + (sum === null ? '' : `; sum ${formatNumber(sum)}`);
}

/** `ok, 200`, `failed, 503: overloaded`, `unknown: no answer within 50 ms`. */
export function answerText({ outcome, status, error }: Attempt): string {
  const code = status === null ? '' : `, ${status}`;
  return `${outcome}${code}${error === null ? '' : `: ${sanitize(error, 120)}`}`;
}

/** `12.345`, in milliseconds. */
export function momentText(ms: number): string {
  return formatNumber(ms, 3);
}

/** A duration with three digits that mean something: `0.315 ms`, `12.4 ms`, `1.50 s`. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${formatNumber(ms / 1000, ms >= 100_000 ? 0 : 2)} s`;
  return `${formatNumber(ms, ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3)} ms`;
}

export interface Named extends Interval {
  readonly name: string;
  /** Its effect has no end that is known. */
  readonly isOpen: boolean;
}

export interface Relation extends Interval {
  readonly kind: 'together' | 'apart';
  /** Over the figure. */
  readonly label: string;
  readonly text: string;
}

/**
 * How two operations lie to each other: the stretch they share, or the one between them. Null where
 * that says nothing: the first was given up, and may have taken effect later.
 */
export function relationOf(one: Named, other: Named): Relation | null {
  const [first, second] = one.beginMs <= other.beginMs ? [one, other] : [other, one];
  if (second.beginMs > first.endMs) {
    if (first.isOpen) return null;
    const interval = { beginMs: first.endMs, endMs: second.beginMs };
    const gap = durationText(second.beginMs - first.endMs);
    const text = `${first.name} had ended ${gap} before ${second.name} began.`;
    return { kind: 'apart', label: `${gap} between`, text, ...interval };
  }
  const interval = { beginMs: second.beginMs, endMs: Math.min(first.endMs, second.endMs) };
  const shared = durationText(interval.endMs - interval.beginMs);
  const text = `${first.name} and ${second.name} were under way together for ${shared}.`;
  return { kind: 'together', label: `together ${shared}`, text, ...interval };
}
