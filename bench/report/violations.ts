// The promises that results show to be broken, and the pair tests that count as evidence. The answer
// of a report, the headline and `study` use the same list. Pure.

import { formatCount } from '../../src/present/text.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import type { AskLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { findWrongCounts } from '../scenarios/tallies-section.js';
import { trimStop } from './wording.js';

/** A line for each; empty when no promise is broken. */
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

/** Pairs in which both answers had a ticket or a count; the file's reader does not check it. */
export function countJudged(asks: readonly AskLine[]): number {
  return asks.reduce((sum, { asked }) => sum + (Number.isFinite(asked.judged) ? asked.judged : 0), 0);
}

/** Distinct, in the order of the asks. */
export function listTopologies(asks: readonly AskLine[]): readonly string[] {
  return [...new Set(asks.map(({ topology }) => topology))];
}
