// The headline of a report: two sentences, and their findings as data. Pure; only whole intervals decide.

import { formatCount } from '../../src/present/text.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import type { AskLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { findWrongCounts } from '../scenarios/tallies-section.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { decide } from '../stats/statistics.js';
import { explainUndecided, findBest, findBreakEven, selectPayoffs } from './payoff.js';
import { findOrigin, readScenario } from './sessions.js';
import { formatWork, joinNames, trimStop } from './wording.js';

const TOPOLOGIES_NAMED_MAX = 2;

export type CountingFinding =
  | { readonly kind: 'violated'; readonly violations: readonly string[] }
  | { readonly kind: 'not-tried' }
  | { readonly kind: 'undecided'; readonly topologies: readonly string[] }
  | { readonly kind: 'counted'; readonly tries: number; readonly topologies: readonly string[] };

/** From which work threads pay. `sometimes`: at some work, but not at the most. */
export type CostFinding =
  | { readonly kind: 'not-measured' | 'smoke' | 'undecided' | 'never' | 'sometimes' }
  | { readonly kind: 'pays'; readonly fromWorkUs: number };

export function findCounting(results: Results): CountingFinding {
  const violations = findViolations(results);
  if (violations.length > 0) return { kind: 'violated', violations };
  const asks = selectCorrectAsks(results.asks);
  if (asks.length === 0) return { kind: 'not-tried' };
  const open = asks.filter((ask) => ask.asked.verdict !== 'ok' || countJudged([ask]) === 0);
  if (open.length > 0) return { kind: 'undecided', topologies: listTopologies(open) };
  return { kind: 'counted', tries: countJudged(asks), topologies: listTopologies(asks) };
}

export function findCost(dispatch: ScenarioData, isSmoke: boolean): CostFinding {
  const payoffs = selectPayoffs(dispatch);
  const best = findBest(dispatch, payoffs);
  if (best === undefined) return { kind: 'not-measured' };
  if (isSmoke) return { kind: 'smoke' };
  if (explainUndecided(best) !== undefined) return { kind: 'undecided' };
  const point = findBreakEven(best);
  if (point !== undefined) return { kind: 'pays', fromWorkUs: point.workUs };
  const points = payoffs.flatMap((one) => one.points);
  const isEver = points.some(({ ratio }) => decide(ratio) === 'more');
  return { kind: isEver ? 'sometimes' : 'never' };
}

/** Two short sentences. */
export function buildHeadline(results: Results, seed: number): readonly string[] {
  const isSmoke = findOrigin(results, 'dispatch')?.isSmoke === true;
  const cost = findCost(readScenario(results, 'dispatch', seed), isSmoke);
  return [formatCounting(findCounting(results)), formatCost(cost)];
}

function formatCounting(finding: CountingFinding): string {
  switch (finding.kind) {
    case 'violated':
      return 'VIOLATED: a promise is broken; the answer below names it.';
    case 'not-tried':
      return 'Two simultaneous calls were not tried here.';
    case 'undecided':
      return `Two simultaneous calls: undecided for ${joinNames(finding.topologies)}.`;
    case 'counted': {
      const { topologies, tries } = finding;
      const isLong = topologies.length > TOPOLOGIES_NAMED_MAX;
      const where = isLong ? `${topologies.length} topologies` : joinNames(topologies);
      return `Both are counted: no lost count in ${formatCount(tries, 'try', 'tries')} (${where}).`;
    }
  }
}

function formatCost(finding: CostFinding): string {
  if (finding.kind === 'pays') {
    const { fromWorkUs } = finding;
    if (fromWorkUs === 0) return 'Worker threads are faster, even with no added work.';
    return `From ${formatWork(fromWorkUs)} of work per request, worker threads are faster.`;
  }
  return {
    'not-measured': 'The cost of threads was not measured.',
    smoke: 'The cost of threads is unknown: this was a smoke run.',
    undecided: 'From which work threads pay is undecided.',
    never: 'Worker threads were not seen to be faster.',
    sometimes: 'Worker threads are faster at some work, but not at the most.',
  }[finding.kind];
}

export function findViolations(results: Results): readonly string[] {
  const asks = selectCorrectAsks(results.asks)
    .filter(({ asked }) => asked.verdict === 'violated')
    .map(({ topology, tally, asked: { answer } }) => {
      return `two callers in ${topology} with the tally ${tally}: ${trimStop(answer)}`;
    });
  const tests = results.selfTests
    .filter(({ selfTest }) => isFailedSelfTest(selfTest))
    .map(({ selfTest: { missed, falseAlarms } }) => {
      const faults = formatCount(missed, 'seeded fault');
      return `the checker missed ${faults} and raised ${formatCount(falseAlarms, 'false alarm')}`;
    });
  // Of any session: a later session without a loss does not undo it.
  const counts = findWrongCounts(results.runs.filter(({ scenario }) => scenario === 'tallies'));
  const what = 'a correct tally lost or invented adds';
  return [...asks, ...tests, ...counts.map((place) => `${what}: ${place}`)];
}

/** Of correct tallies; a file that was appended to itself contains each twice. */
export function selectCorrectAsks(asks: readonly AskLine[]): readonly AskLine[] {
  const distinct = new Map(asks.map((ask) => [JSON.stringify(ask), ask] as const)).values();
  return [...distinct].filter(({ tally }) => (TALLY_KINDS as readonly string[]).includes(tally));
}

export function isFailedSelfTest(test: Results['selfTests'][number]['selfTest']): boolean {
  return test.verdict === 'violated' || test.missed > 0 || test.falseAlarms > 0;
}

/** Pairs in which both answers had a ticket or a count. The file may lack it. */
export function countJudged(asks: readonly AskLine[]): number {
  return asks.reduce((sum, { asked }) => sum + (Number.isFinite(asked.judged) ? asked.judged : 0), 0);
}

export function listTopologies(asks: readonly AskLine[]): readonly string[] {
  return [...new Set(asks.map(({ topology }) => topology))];
}
