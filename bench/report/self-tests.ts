// The table of a self-test: for each tally in each topology, the runs in which the checker found a
// seeded fault or rightly reported none; its misses and its false alarms. Pure.

import { formatCount, sanitize } from '../../src/present/text.js';
import { isTopologyName, TOPOLOGY_NAMES } from '../../src/topologies/topology.js';
import type { Verdict } from '../../src/verdict.js';
import type { SelfTestLine } from '../runner/result-lines.js';

type Run = SelfTestLine['selfTest']['runs'][number];

export interface SelfTestTable {
  readonly verdict: Verdict;
  /** One sentence about seeded faults, one about false alarms. */
  readonly says: readonly string[];
  readonly topologies: readonly string[];
  readonly rows: readonly SelfTestRow[];
  /** One line for each wrong run. */
  readonly wrong: readonly string[];
  readonly unavailable: readonly string[];
  /** Empty where the self-test ran to its end. */
  readonly partial: string;
}

export interface SelfTestRow {
  readonly tally: string;
  /** False: the tally has a seeded fault. */
  readonly isCorrect: boolean;
  /** One for each topology; null where it did not run. */
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

function describeRuns(runs: readonly Run[]): string[] {
  const count = (outcome: Run['outcome']) => runs.filter((run) => run.outcome === outcome).length;
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

function buildCell(runs: readonly Run[]): SelfTestCell | null {
  const [first] = runs;
  if (first === undefined) return null;
  const right = runs.filter(({ outcome }) => outcome === 'caught' || outcome === 'passed').length;
  const calm = first.isHonest ? 'passed' : 'passed*';
  return { right, runs: runs.length, word: first.expected === 'violated' ? 'caught' : calm };
}

function listWrongRuns(runs: readonly Run[]): string[] {
  const wrong = runs.filter(({ outcome }) => outcome === 'missed' || outcome === 'alarm');
  const lines = wrong.slice(0, WRONG_MAX).map((run) => {
    const kind = run.outcome === 'alarm' ? 'false alarm' : 'missed';
    const answer = sanitize(run.answer, COLUMNS_MAX);
    return `${kind}: ${run.tally} in ${run.topology}, seed ${run.seed}: ${answer}`;
  });
  const more = wrong.length - lines.length;
  return more === 0 ? lines : [...lines, `and ${formatCount(more, 'wrong run')} more`];
}
