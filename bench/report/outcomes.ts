// The table of what two callers saw: a row for each outcome, a column for each pair test. Forbidden
// outcomes always have a row; allowed ones only where a pair showed them. Pure.

import type { OutcomeRow } from '../../src/checker/pair-test/outcome-table.js';
import { formatNumber } from '../../src/present/text.js';
import { findSeededFault } from '../../src/tally/faults/seeded-faults.js';
import type { Verdict } from '../../src/verdict.js';
import type { AskLine } from '../runner/result-lines.js';

export interface OutcomeTable {
  readonly columns: readonly OutcomeColumn[];
  /** From allowed to forbidden. */
  readonly outcomes: readonly OutcomeLine[];
  /** Reads while no call was in flight. */
  readonly atRest: readonly OutcomeLine[];
}

export interface OutcomeColumn {
  /** The topology, and the tally where it is not the default. */
  readonly name: string;
  /** The tally has a seeded fault, so `violated` is the right verdict. */
  readonly hasSeededFault: boolean;
  readonly verdict: Verdict;
  readonly answer: string;
  readonly pairs: number;
  /** The share of pairs with both calls in flight at once; null where unknown. */
  readonly together: number | null;
  /** The share of pairs in which the service counted the later call first; null where unknown. */
  readonly overtaken: number | null;
  /** How many of the planned pairs were made; empty where all were. */
  readonly partial: string;
  /** The first samples of outcomes that are not acceptable, one sentence each. */
  readonly evidence: readonly string[];
}

export interface OutcomeLine {
  readonly seen: string;
  readonly grade: OutcomeRow['grade'];
  readonly meaning: string;
  /** One for each column; null where this column's test cannot show the outcome. */
  readonly cells: readonly (OutcomeCell | null)[];
}

export interface OutcomeCell {
  readonly samples: number;
  /** Of all samples of this column in this table. */
  readonly share: number;
}

const GRADES: readonly OutcomeRow['grade'][] = ['acceptable', 'interesting', 'unknown', 'forbidden'];
const EVIDENCE_MAX = 5;
const TALLY_DEFAULT = 'atomic';

/** Null without a pair test. */
export function buildOutcomeTable(asks: readonly AskLine[]): OutcomeTable | null {
  if (asks.length === 0) return null;
  const names = nameColumns(asks);
  return {
    columns: asks.map((ask, at) => buildColumn(ask, names[at] ?? '')),
    outcomes: buildLines(asks.map(({ asked }) => asked.outcomes)),
    atRest: buildLines(asks.map(({ asked }) => asked.atRest)),
  };
}

/** Equal names get numbers. */
function nameColumns(asks: readonly AskLine[]): string[] {
  const plain = asks.map(({ topology, tally }) =>
    tally === TALLY_DEFAULT ? topology : `${topology}, ${tally}`,
  );
  return plain.map((name, at) => {
    const before = plain.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

function buildColumn({ tally, asked }: AskLine, name: string): OutcomeColumn {
  const { overlap, verdict, answer, pairs, partial } = asked;
  const evidence = [...asked.outcomes, ...asked.atRest].flatMap((row) => row.evidence);
  const made = `${formatNumber(pairs)} of ${formatNumber(asked.asked)} pairs were made`;
  return {
    ...{ name, verdict, answer, pairs },
    hasSeededFault: findSeededFault(tally) !== undefined,
    together: computeShare(overlap.overlapping, overlap.pairs),
    overtaken: computeShare(overlap.overtaken, overlap.ordered),
    partial: partial ? made : '',
    evidence: evidence.slice(0, EVIDENCE_MAX),
  };
}

function computeShare(part: number, whole: number): number | null {
  return part >= 0 && whole > 0 ? part / whole : null;
}

function buildLines(tables: readonly (readonly OutcomeRow[])[]): OutcomeLine[] {
  const createKey = ({ kind, seen, grade, meaning }: OutcomeRow) =>
    JSON.stringify([kind, seen, grade, meaning]);
  const kinds = new Map(tables.flat().map((row) => [createKey(row), row] as const));
  const totals = tables.map((rows) => rows.reduce((sum, { samples }) => sum + samples, 0));
  const lines = [...kinds].map(([key, { seen, grade, meaning }]) => {
    const cells = tables.map((rows, at) => {
      const row = rows.find((one) => createKey(one) === key);
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
