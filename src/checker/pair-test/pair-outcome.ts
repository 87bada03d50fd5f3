// Classifies the two numbers that a pair of callers observed. Numbers are relative to the baseline: 1 is
// the first number after it. Pure. The verdict on each outcome is in outcome-table.ts.

import type { Add, Ticket, TimeSpan } from '../history.js';

/**
 * How a caller observes a number. `tickets`: the answer contains the result of its add; `reads`: it
 * reads the counter on the same connection after its add was acknowledged.
 */
export type ObservationMode = 'tickets' | 'reads';

/** One caller's part in a pair. */
export interface PairCall extends TimeSpan {
  readonly outcome: Add['outcome'];
  /** Its ticket, or the total that it read, in the cell ''. Null without a number. */
  readonly observed: Ticket | null;
  /** The time of the observation: the add itself, or the read. */
  readonly observedDuring: TimeSpan;
  readonly status: number | null;
  readonly error: string | null;
}

export interface Pair {
  readonly a: PairCall;
  readonly b: PairCall;
}

/** The value of a cell with no call of ours in flight. */
export interface Baseline {
  readonly value: number;
  /** False: the value may be greater. */
  readonly isExact: boolean;
}

/** The knowledge before a pair. */
export interface Known {
  readonly bases: ReadonlyMap<string, Baseline>;
  /** Adds of ours that can have taken a number, now or later, that no caller observed. */
  readonly untold: number;
}

export type PairOutcomeKind =
  | 'in-turn' // the next two numbers
  | 'both' // both saw both adds
  | 'own-cells' // the next number of two cells
  | 'late' // numbers are missing, and adds of ours without an answer explain them
  | 'unanswered' // one had no answer: counted at most once
  | 'refused' // one was refused: not counted
  | 'untold' // acknowledged without a number
  | 'jump' // numbers are missing that no add of ours explains
  | 'same' // both hold one number; or each saw only one add
  | 'backwards' // a number that was used before; or a caller did not see its own add
  | 'order'; // it began after the other had ended, and holds the smaller number

export interface PairOutcome {
  readonly kind: PairOutcomeKind;
  /** What A and B saw: `1,2`; in two cells `1|1`; one after the other `2;1`. */
  readonly seen: string;
  /** The count of missing numbers. */
  readonly leftOut: number;
}

interface Observed {
  readonly call: PairCall;
  /** Relative to the baseline; null without an observation. */
  readonly number: number | null;
}

export function classifyPair({ a, b }: Pair, known: Known, way: ObservationMode): PairOutcome {
  const isOneCell = a.observed?.cell === b.observed?.cell;
  // Two reads that show one number can both have seen both adds; two tickets are never equal.
  const areBoth = way === 'reads' && isOneCell && a.observed?.value === b.observed?.value;
  const base = (call: PairCall, other: PairCall): Observed => {
    if (call.observed === null) return { call, number: null };
    const least = isOneCell ? Math.min(call.observed.value, other.observed?.value ?? Infinity) : null;
    const next = (least ?? call.observed.value) - (areBoth ? 1 : 0);
    return { call, number: call.observed.value - findBaseline(call.observed, next, known) };
  };
  const one = base(a, b);
  const two = base(b, a);
  if (one.number === null || two.number === null) return incomplete(one, two);
  if (!isOneCell) return apart(one.number, two.number, known);
  return together(one.call, one.number, two.call, two.number, known, way);
}

/** Where the baseline is not exact, `next` counts as the next number, which explains most. */
function findBaseline({ cell }: Ticket, next: number, { bases }: Known): number {
  const base = bases.get(cell);
  return base?.isExact === true ? base.value : Math.max(base?.value ?? 0, next - 1);
}

/** Only one caller, or none, has a number: only that number can be wrong. */
function incomplete(one: Observed, two: Observed): PairOutcome {
  const both = [one, two];
  const seen = both.map(formatMark).join(',');
  const has = (outcome: Add['outcome']): boolean => both.some(({ call }) => call.outcome === outcome);
  if (both.some(({ number }) => number !== null && number <= 0)) {
    return { kind: 'backwards', seen, leftOut: 0 };
  }
  const kind = has('unknown') ? 'unanswered' : has('failed') ? 'refused' : 'untold';
  return { kind, seen, leftOut: 0 };
}

function formatMark({ call, number }: Observed): string {
  if (number !== null) return String(number);
  return { ok: '-', failed: 'x', unknown: '?' }[call.outcome];
}

function apart(one: number, two: number, { untold }: Known): PairOutcome {
  const seen = `${one}|${two}`;
  if (Math.min(one, two) <= 0) return { kind: 'backwards', seen, leftOut: 0 };
  const leftOut = one - 1 + (two - 1);
  if (leftOut === 0) return { kind: 'own-cells', seen, leftOut };
  return { kind: leftOut <= untold ? 'late' : 'jump', seen, leftOut };
}

function together(
  a: PairCall,
  one: number,
  b: PairCall,
  two: number,
  { untold }: Known,
  way: ObservationMode,
): PairOutcome {
  const seen = `${one},${two}`;
  const isFirstA = a.observedDuring.endMs < b.observedDuring.beginMs;
  const isFirstB = b.observedDuring.endMs < a.observedDuring.beginMs;
  // Two reads can show one number, but not the first: the add of one caller is missing in it.
  const isSame = one === two && (way === 'tickets' || one === 1);
  if (isSame) return { kind: 'same', seen, leftOut: 0 };
  if (Math.min(one, two) <= 0) return { kind: 'backwards', seen, leftOut: 0 };
  if ((isFirstA && one > two) || (isFirstB && two > one)) {
    return { kind: 'order', seen: `${one};${two}`, leftOut: 0 };
  }
  const most = Math.max(one, two);
  if (most === 2) return { kind: one === two ? 'both' : 'in-turn', seen, leftOut: 0 };
  const leftOut = most - 2;
  return { kind: leftOut <= untold ? 'late' : 'jump', seen, leftOut };
}

/** Whether A was counted first; null where the numbers do not show it. */
export function isCountedFirst({ a, b }: Pair, { kind }: PairOutcome): boolean | null {
  if (kind !== 'in-turn' || a.observed === null || b.observed === null) return null;
  return a.observed.value < b.observed.value;
}
