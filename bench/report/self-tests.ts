// What the checker made of tallies that are known: a matrix of all tallies in all topologies, how
// many planted faults it caught and missed, how many false alarms it raised. Pure.

import { formatCount, sanitize } from '../../src/present/text.js';
import type { Verdict } from '../../src/verdict.js';
import type { SelfTestLine } from '../runner/result-lines.js';
import { TONES } from './model.js';

type Run = SelfTestLine['selfTest']['runs'][number];

export interface SelfTestTable {
  readonly verdict: Verdict;
  /** In a sentence or two. */
  readonly says: readonly string[];
  readonly topologies: readonly string[];
  readonly rows: readonly SelfTestRow[];
  /** Each run that went wrong, in a line. */
  readonly wrong: readonly string[];
  readonly unavailable: readonly string[];
  /** Empty where all was run. */
  readonly partial: string;
}

export interface SelfTestRow {
  readonly tally: string;
  readonly isHonest: boolean;
  /** One for each topology; null where it was not run. */
  readonly cells: readonly (SelfTestCell | null)[];
}

export interface SelfTestCell {
  readonly right: number;
  readonly runs: number;
  /** `passed*`: a planted fault that cannot show in this topology. */
  readonly word: 'caught' | 'passed' | 'passed*';
}

const WRONG_MAX = 20;
const COLUMNS_MAX = 200;

export function selfTestTable({ selfTest }: SelfTestLine): SelfTestTable {
  const { verdict, runs, partial, planned, unavailable } = selfTest;
  const topologies = distinct(runs.map(({ topology }) => topology)).toSorted(
    (a, b) => placeOf(a) - placeOf(b),
  );
  const tallies = distinct(runs.map(({ tally }) => tally));
  const rows = tallies.map((tally) => {
    const own = runs.filter((run) => run.tally === tally);
    const isHonest = own.every((run) => run.isHonest);
    const cells = topologies.map((name) => cellOf(own.filter((run) => run.topology === name)));
    return { tally, isHonest, cells };
  });
  const made = `${runs.length} of ${formatCount(planned, 'run')} were made`;
  return {
    verdict,
    says: saysOf(runs),
    topologies,
    rows: [...rows.filter(({ isHonest }) => isHonest), ...rows.filter((row) => !row.isHonest)],
    wrong: wrongOf(runs),
    unavailable: unavailable.map(({ reason }) => reason),
    partial: partial ? made : '',
  };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** As everywhere in a report. */
function placeOf(topology: string): number {
  const at = (TONES as readonly string[]).indexOf(topology);
  return at < 0 ? TONES.length : at;
}

function saysOf(runs: readonly Run[]): string[] {
  const of = (outcome: Run['outcome']) => runs.filter((run) => run.outcome === outcome).length;
  const [caught, missed, passed, alarms] = [of('caught'), of('missed'), of('passed'), of('alarm')];
  const none = caught + missed === 0 ? 'nothing is known of what it catches' : undefined;
  const sure = none ?? (missed === 0 ? 'every one was caught' : `${missed} were missed`);
  const calm = alarms === 0 ? 'no false alarm' : formatCount(alarms, 'false alarm');
  return [
    `${formatCount(caught + missed, 'run')} with a planted fault that can show: ${sure}.`,
    `${formatCount(passed + alarms, 'run')} in which nothing can go wrong: ${calm}.`,
  ];
}

function cellOf(runs: readonly Run[]): SelfTestCell | null {
  const [first] = runs;
  if (first === undefined) return null;
  const right = runs.filter(({ outcome }) => outcome === 'caught' || outcome === 'passed').length;
  const calm = first.isHonest ? 'passed' : 'passed*';
  return { right, runs: runs.length, word: first.expected === 'violated' ? 'caught' : calm };
}

function wrongOf(runs: readonly Run[]): string[] {
  const wrong = runs.filter(({ outcome }) => outcome === 'missed' || outcome === 'alarm');
  const lines = wrong.slice(0, WRONG_MAX).map((run) => {
    const what = run.outcome === 'alarm' ? 'false alarm' : 'missed';
    const said = sanitize(run.answer, COLUMNS_MAX);
    return `${what}: ${run.tally} in ${run.topology}, seed ${run.seed}: ${said}`;
  });
  const more = wrong.length - lines.length;
  return more === 0 ? lines : [...lines, `and ${formatCount(more, 'run')} more of the kind`];
}
