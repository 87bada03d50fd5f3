// What two callers who called at the same moment were told, as an outcome, and what is wrong with
// it. Pure: a pair and what was known before it in, an outcome out. Numbers are relative to what
// the counter was known to be before: 1 is the first to come after it. The table of outcomes
// with their verdicts is in graded.ts.

import type { Add, Ticket, TimeSpan } from '../history.js';

/**
 * How a caller learns a number: `tickets`: its own add's result comes with the answer; `reads`: it
 * reads the counter on its own connection once its add is acknowledged.
 */
export type ObservationMode = 'tickets' | 'reads';

/** One caller's part in a pair. */
export interface Call extends TimeSpan {
  readonly outcome: Add['outcome'];
  /** Its ticket; or what it read, in the cell '' of the whole counter. Null: it was not told. */
  readonly observed: Ticket | null;
  /** When it was told: the add itself, or its read. */
  readonly observedDuring: TimeSpan;
  readonly status: number | null;
  readonly error: string | null;
}

export interface Pair {
  readonly a: Call;
  readonly b: Call;
}

/** What a cell was known to be when nobody of us was calling. */
export interface Baseline {
  readonly value: number;
  /** False: it may be more. */
  readonly isExact: boolean;
}

/** What is known before a pair. */
export interface Known {
  readonly bases: ReadonlyMap<string, Baseline>;
  /** Adds of ours that may have taken a number nobody was told, or may still take one. */
  readonly untold: number;
}

export type PairOutcomeKind =
  | 'in-turn' // the next two numbers
  | 'both' // both saw both adds
  | 'own-cells' // the next number of two cells
  | 'late' // numbers were left out, and adds of ours without an answer can have taken them
  | 'unanswered' // one had no answer: counted at most once
  | 'refused' // one was refused: not counted
  | 'untold' // acknowledged, but not told a number
  | 'jump' // numbers were left out that none of us was told
  | 'same' // both hold one number; or both saw one add only
  | 'backwards' // a number that had been given out before; or not even its own add was seen
  | 'order'; // began after the other had ended, and yet holds the smaller number

export interface PairOutcome {
  readonly kind: PairOutcomeKind;
  /** What A and B were told: `1,2`; in cells of their own `1|1`; one after the other `2;1`. */
  readonly seen: string;
  /** How many numbers were left out. */
  readonly leftOut: number;
}

interface Told {
  readonly call: Call;
  /** Null where it was told nothing. */
  readonly number: number | null;
}

export function classifyPair({ a, b }: Pair, known: Known, way: ObservationMode): PairOutcome {
  const isOneCell = a.observed?.cell === b.observed?.cell;
  // Two reads that show one number may well have seen both adds; two tickets are never alike.
  const areBoth = way === 'reads' && isOneCell && a.observed?.value === b.observed?.value;
  const base = (call: Call, other: Call): Told => {
    if (call.observed === null) return { call, number: null };
    const least = isOneCell
      ? Math.min(call.observed.value, other.observed?.value ?? Infinity)
      : null;
    const next = (least ?? call.observed.value) - (areBoth ? 1 : 0);
    return { call, number: call.observed.value - baseOf(call.observed, next, known) };
  };
  const one = base(a, b);
  const two = base(b, a);
  if (one.number === null || two.number === null) return incomplete(one, two);
  if (!isOneCell) return apart(one.number, two.number, known);
  return together(one.call, one.number, two.call, two.number, known, way);
}

/** Where a cell is not known well, `next` is taken for its next number: what explains most. */
function baseOf({ cell }: Ticket, next: number, { bases }: Known): number {
  const base = bases.get(cell);
  return base?.isExact === true ? base.value : Math.max(base?.value ?? 0, next - 1);
}

/** Not both were told a number: then only what a single one says can be wrong. */
function incomplete(one: Told, two: Told): PairOutcome {
  const both = [one, two];
  const seen = both.map(markOf).join(',');
  const has = (outcome: Add['outcome']): boolean =>
    both.some(({ call }) => call.outcome === outcome);
  if (both.some(({ number }) => number !== null && number <= 0)) {
    return { kind: 'backwards', seen, leftOut: 0 };
  }
  const kind = has('unknown') ? 'unanswered' : has('failed') ? 'refused' : 'untold';
  return { kind, seen, leftOut: 0 };
}

function markOf({ call, number }: Told): string {
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
  a: Call,
  one: number,
  b: Call,
  two: number,
  { untold }: Known,
  way: ObservationMode,
): PairOutcome {
  const seen = `${one},${two}`;
  const isFirstA = a.observedDuring.endMs < b.observedDuring.beginMs;
  const isFirstB = b.observedDuring.endMs < a.observedDuring.beginMs;
  // Two reads may well show one number, but not the first: the own add of one of them is missing.
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

/** Whether A was counted first; null where the numbers do not tell. */
export function isCountedFirst({ a, b }: Pair, { kind }: PairOutcome): boolean | null {
  if (kind !== 'in-turn' || a.observed === null || b.observed === null) return null;
  return a.observed.value < b.observed.value;
}
