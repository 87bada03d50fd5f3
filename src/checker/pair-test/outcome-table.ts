// The graded table of outcomes, as in jcstress: every expected or forbidden outcome has a row with its
// grade and meaning, and appears with 0 samples too. The table counts samples, and keeps the first
// few wrong ones as evidence.

import type { QuiescentKind } from './baselines.js';
import type { ObservationMode, PairOutcomeKind } from './pair-outcome.js';

/**
 * - `interesting`: allowed, and worth a look;
 * - `unknown`: another client that counts would explain it; `forbidden` where there is none;
 * - `forbidden`: only a fault of the service explains it.
 */
export type Grade = 'acceptable' | 'interesting' | 'unknown' | 'forbidden';

type AnyKind = PairOutcomeKind | QuiescentKind;

export interface OutcomeRow {
  readonly kind: AnyKind;
  /** What the two saw, such as `1,2`; for a read at rest, how it compares. */
  readonly seen: string;
  readonly samples: number;
  readonly grade: Grade;
  readonly meaning: string;
  /** The first few samples of each kind that is not allowed, in a sentence each. */
  readonly evidence: readonly string[];
}

type OutcomeDefinition = readonly [kind: AnyKind, seen: string, grade: Grade, meaning: string];

const A_FIRST = 'one after the other: caller A was counted first';
const B_FIRST = 'one after the other: caller B was counted first';
const UNANSWERED: OutcomeDefinition = ['unanswered', '1,?', 'interesting', 'no answer: counted at most once'];
const REFUSED: OutcomeDefinition = ['refused', '1,x', 'interesting', 'refused: not counted'];
const LATE = 'a call without an answer was counted in between';
const JUMP = 'a number is missing: an add counted twice, or another client counts';

const TABLE: Readonly<Record<ObservationMode, readonly OutcomeDefinition[]>> = {
  tickets: [
    ['in-turn', '1,2', 'acceptable', A_FIRST],
    ['in-turn', '2,1', 'acceptable', B_FIRST],
    ['own-cells', '1|1', 'acceptable', 'each holds the next number of a separate cell'],
    UNANSWERED,
    REFUSED,
    ['untold', '1,-', 'interesting', 'acknowledged without a number: it shows nothing'],
    ['late', '2,3', 'interesting', LATE],
    ['jump', '1,3', 'unknown', JUMP],
    ['jump', '2,3', 'unknown', JUMP],
    ['same', '1,1', 'forbidden', 'both hold one number, so one count was lost'],
    ['same', '2,2', 'forbidden', 'both hold the later number: the service read it apart from the add'],
    ['backwards', '0,1', 'forbidden', 'a number that was used before: a count lost, or a restart'],
    ['order', '2;1', 'forbidden', 'it began after the other had ended, and holds the smaller number'],
  ],
  reads: [
    ['in-turn', '1,2', 'acceptable', A_FIRST],
    ['in-turn', '2,1', 'acceptable', B_FIRST],
    ['both', '2,2', 'acceptable', 'each saw both'],
    UNANSWERED,
    REFUSED,
    ['untold', '1,-', 'interesting', 'acknowledged, and its read had no answer: it shows nothing'],
    ['late', '2,3', 'interesting', LATE],
    ['jump', '1,3', 'unknown', 'more than two: an add counted twice, or another client counts'],
    ['jump', '2,3', 'unknown', 'more than two: an add counted twice, or another client counts'],
    ['same', '1,1', 'forbidden', 'neither saw the other, so one count was lost'],
    ['backwards', '0,1', 'forbidden', 'its own acknowledged add is not in what it read'],
    ['order', '2;1', 'forbidden', 'it read after the other had read, and saw less'],
  ],
};

const REST: readonly OutcomeDefinition[] = [
  ['rest-even', 'all', 'acceptable', 'the counter grew by the acknowledged adds'],
  ['rest-more', 'more', 'unknown', 'it grew by more: an add counted twice, or another client counts'],
  ['rest-fewer', 'fewer', 'forbidden', 'it grew by less: adds are lost, or the read is stale'],
];

/** Kinds whose row appears only with a sample. */
const SHOWN_WHEN_SEEN: readonly AnyKind[] = ['untold', 'late'];
const GRADES: readonly Grade[] = ['acceptable', 'interesting', 'unknown', 'forbidden'];
const EVIDENCE_MAX = 3;
/** A fast client can make every pair a new outcome: above this, a kind shares one row. */
const ROWS_OF_KIND_MAX = 5;
export const OTHERS = 'others';

export interface OutcomeCounter {
  /** Calls `evidence` only for a wrong outcome with few samples of its kind. */
  add(kind: AnyKind, seen: string, evidence: () => string): void;
  /** From acceptable to forbidden, in the order of the table. */
  rows(): OutcomeRow[];
}

export function createPairOutcomes(way: ObservationMode, alone: boolean): OutcomeCounter {
  return createOutcomeTable(TABLE[way], alone);
}

export function createQuiescentOutcomes(alone: boolean): OutcomeCounter {
  return createOutcomeTable(REST, alone);
}

interface CountedRow {
  readonly kind: AnyKind;
  readonly seen: string;
  readonly grade: Grade;
  readonly meaning: string;
  samples: number;
  readonly evidence: string[];
}

function createOutcomeTable(table: readonly OutcomeDefinition[], alone: boolean): OutcomeCounter {
  const rows: CountedRow[] = table.map(([kind, seen, grade, meaning]) => {
    const real = grade === 'unknown' && alone ? 'forbidden' : grade;
    return { kind, seen, grade: real, meaning, samples: 0, evidence: [] };
  });

  function findRow(kind: AnyKind, seen: string): CountedRow {
    const found = rows.find((row) => row.kind === kind && row.seen === seen);
    if (found !== undefined) return found;
    const ofKind = rows.filter((row) => row.kind === kind);
    const [first] = ofKind;
    if (first === undefined) throw new Error(`no row for the outcome ${kind}`);
    if (ofKind.length >= ROWS_OF_KIND_MAX && seen !== OTHERS) return findRow(kind, OTHERS);
    const made = { ...first, seen, samples: 0, evidence: [] };
    rows.splice(rows.lastIndexOf(ofKind.at(-1) ?? first) + 1, 0, made);
    return made;
  }

  return {
    add(kind, seen, evidence) {
      const row = findRow(kind, seen);
      row.samples++;
      const isWrong = row.grade === 'unknown' || row.grade === 'forbidden';
      if (!isWrong) return;
      const ofKind = rows.filter((other) => other.kind === kind);
      const kept = ofKind.reduce((sum, other) => sum + other.evidence.length, 0);
      if (kept < EVIDENCE_MAX) row.evidence.push(evidence());
    },
    rows: () =>
      rows
        .filter(({ kind, samples }) => samples > 0 || !SHOWN_WHEN_SEEN.includes(kind))
        .map((row) => ({ ...row, evidence: [...row.evidence] }))
        .toSorted((a, b) => GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade)),
  };
}
