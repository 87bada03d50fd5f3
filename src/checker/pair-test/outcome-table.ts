// The graded table of outcomes, after jcstress: every outcome that is expected or feared has a row
// with its verdict and its meaning, and is printed with 0 samples too. Samples are counted, not
// kept, but for the first few of what is wrong.

import type { QuiescentKind } from './baselines.js';
import type { ObservationMode, PairOutcomeKind } from './pair-outcome.js';

/**
 * - `interesting`: allowed, and worth a look;
 * - `unknown`: somebody else who counts would explain it; `forbidden` where there is nobody;
 * - `forbidden`: nothing explains it but a fault of the service.
 */
export type Grade = 'acceptable' | 'interesting' | 'unknown' | 'forbidden';

type AnyKind = PairOutcomeKind | QuiescentKind;

export interface OutcomeRow {
  readonly kind: AnyKind;
  /** What the two were told, such as `1,2`; of a read at rest how it compares. */
  readonly seen: string;
  readonly samples: number;
  readonly grade: Grade;
  readonly meaning: string;
  /** The first few samples of what is not allowed, a sentence each: so many of each kind. */
  readonly evidence: readonly string[];
}

type Row = readonly [kind: AnyKind, seen: string, grade: Grade, meaning: string];

const A_FIRST = 'one after the other: caller A was counted first';
const B_FIRST = 'one after the other: caller B was counted first';
const UNANSWERED: Row = ['unanswered', '1,?', 'interesting', 'no answer: counted at most once'];
const REFUSED: Row = ['refused', '1,x', 'interesting', 'refused: not counted'];
const LATE = 'a call without an answer was counted in between';
const JUMP = 'a number that neither was told: counted twice, or by somebody else';

const TABLE: Readonly<Record<ObservationMode, readonly Row[]>> = {
  tickets: [
    ['in-turn', '1,2', 'acceptable', A_FIRST],
    ['in-turn', '2,1', 'acceptable', B_FIRST],
    ['own-cells', '1|1', 'acceptable', 'each holds the next number of a cell of its own'],
    UNANSWERED,
    REFUSED,
    ['untold', '1,-', 'interesting', 'acknowledged without a number: it shows nothing'],
    ['late', '2,3', 'interesting', LATE],
    ['jump', '1,3', 'unknown', JUMP],
    ['jump', '2,3', 'unknown', JUMP],
    ['same', '1,1', 'forbidden', 'both hold one number, so one count was lost'],
    ['same', '2,2', 'forbidden', 'both hold the later number: it was read apart from the add'],
    [
      'backwards',
      '0,1',
      'forbidden',
      'a number that was reached before: a count lost, or begun anew',
    ],
    ['order', '2;1', 'forbidden', 'called after the other had ended, yet holds the smaller number'],
  ],
  reads: [
    ['in-turn', '1,2', 'acceptable', A_FIRST],
    ['in-turn', '2,1', 'acceptable', B_FIRST],
    ['both', '2,2', 'acceptable', 'each saw both'],
    UNANSWERED,
    REFUSED,
    ['untold', '1,-', 'interesting', 'acknowledged, and its read had no answer: it shows nothing'],
    ['late', '2,3', 'interesting', LATE],
    ['jump', '1,3', 'unknown', 'more than two: counted twice, or by somebody else'],
    ['jump', '2,3', 'unknown', 'more than two: counted twice, or by somebody else'],
    ['same', '1,1', 'forbidden', 'neither saw the other, so one count was lost'],
    ['backwards', '0,1', 'forbidden', 'its own acknowledged add is not in what it read'],
    ['order', '2;1', 'forbidden', 'read after the other had read, and saw less'],
  ],
};

const REST: readonly Row[] = [
  ['rest-even', 'all', 'acceptable', 'as much was counted as was acknowledged'],
  ['rest-more', 'more', 'unknown', 'more than was asked for: counted twice, or by somebody else'],
  ['rest-fewer', 'fewer', 'forbidden', 'less than was acknowledged: lost at rest, or a stale read'],
];

/** Of these a row is shown only when there is a sample. */
const SHOWN_WHEN_SEEN: readonly AnyKind[] = ['untold', 'late'];
const GRADES: readonly Grade[] = ['acceptable', 'interesting', 'unknown', 'forbidden'];
const EVIDENCE_MAX = 3;
/** A stranger who counts fast makes an outcome of every pair: the rest of a kind goes together. */
const ROWS_OF_KIND_MAX = 5;
export const OTHERS = 'others';

export interface OutcomeTable {
  /** `evidence` is asked for while there is little of that kind, and only where it is wrong. */
  add(kind: AnyKind, seen: string, evidence: () => string): void;
  /** From acceptable to forbidden, as they stand in the table. */
  rows(): OutcomeRow[];
}

export function createPairOutcomes(way: ObservationMode, alone: boolean): OutcomeTable {
  return createGraded(TABLE[way], alone);
}

export function createQuiescentOutcomes(alone: boolean): OutcomeTable {
  return createGraded(REST, alone);
}

interface Counted {
  readonly kind: AnyKind;
  readonly seen: string;
  readonly grade: Grade;
  readonly meaning: string;
  samples: number;
  readonly evidence: string[];
}

function createGraded(table: readonly Row[], alone: boolean): OutcomeTable {
  const rows: Counted[] = table.map(([kind, seen, grade, meaning]) => {
    const real = grade === 'unknown' && alone ? 'forbidden' : grade;
    return { kind, seen, grade: real, meaning, samples: 0, evidence: [] };
  });

  function rowOf(kind: AnyKind, seen: string): Counted {
    const found = rows.find((row) => row.kind === kind && row.seen === seen);
    if (found !== undefined) return found;
    const ofKind = rows.filter((row) => row.kind === kind);
    const [first] = ofKind;
    if (first === undefined) throw new Error(`no row for the outcome ${kind}`);
    if (ofKind.length >= ROWS_OF_KIND_MAX && seen !== OTHERS) return rowOf(kind, OTHERS);
    const made = { ...first, seen, samples: 0, evidence: [] };
    rows.splice(rows.lastIndexOf(ofKind.at(-1) ?? first) + 1, 0, made);
    return made;
  }

  return {
    add(kind, seen, evidence) {
      const row = rowOf(kind, seen);
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
