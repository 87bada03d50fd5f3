// What two callers saw, of all topologies side by side: a row for each outcome, a column for each
// time that it was asked. An outcome that is forbidden has a row also where it was never seen; one
// that is allowed has one only where it was. Pure.

import type { OutcomeRow } from '../../src/checker/pair-test/outcome-table.js';
import { formatNumber } from '../../src/present/text.js';
import { findSeededFault } from '../../src/tally/faults/seeded-faults.js';
import type { Verdict } from '../../src/verdict.js';
import type { AskLine } from '../runner/result-lines.js';

export interface OutcomeTable {
  readonly columns: readonly OutcomeColumn[];
  /** From allowed to forbidden. */
  readonly outcomes: readonly OutcomeLine[];
  /** What was read while nobody called. */
  readonly atRest: readonly OutcomeLine[];
}

export interface OutcomeColumn {
  /** The topology; the tally too, where it is not the one that everybody gets. */
  readonly name: string;
  /** The tally is broken on purpose, and `violated` is what should come out. */
  readonly isPlanted: boolean;
  readonly verdict: Verdict;
  readonly answer: string;
  readonly pairs: number;
  /** Share of the pairs that were on their way together; null where that is not known. */
  readonly together: number | null;
  /** Share in which the one released second was counted first; null where that is not known. */
  readonly overtaken: number | null;
  /** Pairs that were asked for and not made: empty where all were. */
  readonly partial: string;
  /** The first samples of what is not allowed, a sentence each. */
  readonly evidence: readonly string[];
}

export interface OutcomeLine {
  readonly seen: string;
  readonly grade: OutcomeRow['grade'];
  readonly meaning: string;
  /** One for each column; null where it could not come out in this one. */
  readonly cells: readonly (OutcomeCell | null)[];
}

export interface OutcomeCell {
  readonly samples: number;
  /** Of all that this column has in this table. */
  readonly share: number;
}

const GRADES: readonly OutcomeRow['grade'][] = [
  'acceptable',
  'interesting',
  'unknown',
  'forbidden',
];
const EVIDENCE_MAX = 5;
const HONEST = 'atomic';

/** Null where nobody asked. */
export function outcomesOf(asks: readonly AskLine[]): OutcomeTable | null {
  if (asks.length === 0) return null;
  const names = namesOf(asks);
  return {
    columns: asks.map((ask, at) => columnOf(ask, names[at] ?? '')),
    outcomes: linesOf(asks.map(({ asked }) => asked.outcomes)),
    atRest: linesOf(asks.map(({ asked }) => asked.atRest)),
  };
}

/** Where one name would stand twice, it is numbered. */
function namesOf(asks: readonly AskLine[]): string[] {
  const plain = asks.map(({ topology, tally }) =>
    tally === HONEST ? topology : `${topology}, ${tally}`,
  );
  return plain.map((name, at) => {
    const before = plain.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

function columnOf({ tally, asked }: AskLine, name: string): OutcomeColumn {
  const { overlap, verdict, answer, pairs, partial } = asked;
  const evidence = [...asked.outcomes, ...asked.atRest].flatMap((row) => row.evidence);
  const made = `${formatNumber(pairs)} of ${formatNumber(asked.asked)} pairs were made`;
  return {
    ...{ name, verdict, answer, pairs },
    isPlanted: findSeededFault(tally) !== undefined,
    together: shareOf(overlap.overlapping, overlap.pairs),
    overtaken: shareOf(overlap.overtaken, overlap.ordered),
    partial: partial ? made : '',
    evidence: evidence.slice(0, EVIDENCE_MAX),
  };
}

function shareOf(part: number, whole: number): number | null {
  return part >= 0 && whole > 0 ? part / whole : null;
}

function linesOf(tables: readonly (readonly OutcomeRow[])[]): OutcomeLine[] {
  const keyOf = ({ kind, seen, grade, meaning }: OutcomeRow) =>
    JSON.stringify([kind, seen, grade, meaning]);
  const kinds = new Map(tables.flat().map((row) => [keyOf(row), row] as const));
  const totals = tables.map((rows) => rows.reduce((sum, { samples }) => sum + samples, 0));
  const lines = [...kinds].map(([key, { seen, grade, meaning }]) => {
    const cells = tables.map((rows, at) => {
      const row = rows.find((one) => keyOf(one) === key);
      const share = (row?.samples ?? 0) / Math.max(1, totals[at] ?? 0);
      return row === undefined ? null : { samples: row.samples, share };
    });
    return { seen, grade, meaning, cells };
  });
  const isShown = ({ grade, cells }: OutcomeLine) =>
    grade === 'forbidden' || cells.some((cell) => cell !== null && cell.samples > 0);
  const rank = ({ grade }: OutcomeLine) => GRADES.indexOf(grade);
  return lines.filter(isShown).toSorted((a, b) => rank(a) - rank(b));
}
