// Two tables of a report. Pair tests: a row for each outcome, a column for each test. Self-test: a row for
// each tally, a column for each topology. Pure.

import type { OutcomeRow } from '../../src/checker/pair-test/outcome-table.js';
import { formatCount, formatNumber, sanitize } from '../../src/present/text.js';
import { findSeededFault } from '../../src/tally/faults/seeded-faults.js';
import { isTopologyName, TOPOLOGY_NAMES } from '../../src/topologies/topology.js';
import type { Verdict } from '../../src/verdict.js';
import type { AskLine, SelfTestLine } from '../runner/result-lines.js';

export interface OutcomeTable {
  readonly columns: readonly OutcomeColumn[];
  readonly outcomes: readonly OutcomeLine[];
  /** Reads while no call was in flight. */
  readonly atRest: readonly OutcomeLine[];
}

export interface OutcomeColumn {
  /** The topology, and the tally unless it is the default. */
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
  /** Empty where all planned pairs were made. */
  readonly partial: string;
  /** Samples of outcomes that are not acceptable. */
  readonly evidence: readonly string[];
}

export interface OutcomeLine {
  readonly seen: string;
  readonly grade: OutcomeRow['grade'];
  readonly meaning: string;
  /** By column; null where the test cannot show the outcome. */
  readonly cells: readonly (OutcomeCell | null)[];
}

export interface OutcomeCell {
  readonly samples: number;
  /** Of all samples of this column. */
  readonly share: number;
}

const GRADES: readonly OutcomeRow['grade'][] = ['acceptable', 'interesting', 'unknown', 'forbidden'];
const EVIDENCE_MAX = 5;
const TALLY_DEFAULT = 'atomic';

/** Forbidden outcomes always have a row; allowed ones where a pair showed them. */
export function buildOutcomeTable(asks: readonly AskLine[]): OutcomeTable | null {
  if (asks.length === 0) return null;
  const names = nameColumns(asks);
  return {
    columns: asks.map((ask, at) => buildColumn(ask, names[at] ?? '')),
    outcomes: buildLines(asks.map(({ asked }) => asked.outcomes)),
    atRest: buildLines(asks.map(({ asked }) => asked.atRest)),
  };
}

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
      return row ? { samples: row.samples, share: row.samples / Math.max(1, totals[at] ?? 0) } : null;
    });
    return { seen, grade, meaning, cells };
  });
  const isShown = ({ grade, cells }: OutcomeLine) =>
    grade === 'forbidden' || cells.some((cell) => cell !== null && cell.samples > 0);
  const rank = ({ grade }: OutcomeLine) => GRADES.indexOf(grade);
  return lines.filter(isShown).toSorted((a, b) => rank(a) - rank(b));
}

type RecordedRun = SelfTestLine['selfTest']['runs'][number];

export interface SelfTestTable {
  readonly verdict: Verdict;
  readonly says: readonly string[];
  readonly topologies: readonly string[];
  readonly rows: readonly SelfTestRow[];
  readonly wrong: readonly string[];
  readonly unavailable: readonly string[];
  readonly partial: string;
}

export interface SelfTestRow {
  readonly tally: string;
  /** False: the tally has a seeded fault. */
  readonly isCorrect: boolean;
  /** By topology; null where it did not run. */
  readonly cells: readonly (SelfTestCell | null)[];
}

export interface SelfTestCell {
  readonly right: number;
  readonly runs: number;
  /** `passed*`: the seeded fault cannot show in this topology. */
  readonly word: 'caught' | 'passed' | 'passed*';
}

const WRONG_MAX = 20;
const COLUMNS_MAX = 200;

export function buildSelfTestTable({ selfTest }: SelfTestLine): SelfTestTable {
  const { verdict, runs, partial, planned, unavailable } = selfTest;
  const topologies = listDistinct(runs.map(({ topology }) => topology));
  topologies.sort((a, b) => rankTopology(a) - rankTopology(b));
  const rows = listDistinct(runs.map(({ tally }) => tally)).map((tally) => {
    const own = runs.filter((run) => run.tally === tally);
    const cells = topologies.map((name) => buildCell(own.filter((run) => run.topology === name)));
    return { tally, isCorrect: own.every((run) => run.isHonest), cells };
  });
  return {
    verdict,
    says: describeRuns(runs),
    topologies,
    rows: [...rows.filter(({ isCorrect }) => isCorrect), ...rows.filter((row) => !row.isCorrect)],
    wrong: listWrongRuns(runs),
    unavailable: unavailable.map(({ reason }) => reason),
    partial: partial ? `${runs.length} of ${formatCount(planned, 'run')} were made` : '',
  };
}

function listDistinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function rankTopology(name: string): number {
  return isTopologyName(name) ? TOPOLOGY_NAMES.indexOf(name) : TOPOLOGY_NAMES.length;
}

function describeRuns(runs: readonly RecordedRun[]): string[] {
  const count = (outcome: RecordedRun['outcome']) => runs.filter((run) => run.outcome === outcome).length;
  const [caught, missed] = [count('caught'), count('missed')];
  const [passed, alarms] = [count('passed'), count('alarm')];
  const result = missed === 0 ? 'the checker caught every one' : `the checker missed ${missed}`;
  const unknown = 'the self-test does not show what the checker catches';
  const calm = alarms === 0 ? 'no false alarm' : formatCount(alarms, 'false alarm');
  const faults = formatCount(caught + missed, 'run');
  return [
    `${faults} with a seeded fault that can show: ${caught + missed === 0 ? unknown : result}.`,
    `${formatCount(passed + alarms, 'run')} without such a fault: ${calm}.`,
  ];
}

function buildCell(runs: readonly RecordedRun[]): SelfTestCell | null {
  const [first] = runs;
  if (first === undefined) return null;
  const right = runs.filter(({ outcome }) => outcome === 'caught' || outcome === 'passed').length;
  const calm = first.isHonest ? 'passed' : 'passed*';
  return { right, runs: runs.length, word: first.expected === 'violated' ? 'caught' : calm };
}

function listWrongRuns(runs: readonly RecordedRun[]): string[] {
  const wrong = runs.filter(({ outcome }) => outcome === 'missed' || outcome === 'alarm');
  const lines = wrong.slice(0, WRONG_MAX).map((run) => {
    const kind = run.outcome === 'alarm' ? 'false alarm' : 'missed';
    const answer = sanitize(run.answer, COLUMNS_MAX);
    return `${kind}: ${run.tally} in ${run.topology}, seed ${run.seed}: ${answer}`;
  });
  const more = wrong.length - lines.length;
  return more === 0 ? lines : [...lines, `and ${formatCount(more, 'wrong run')} more`];
}
