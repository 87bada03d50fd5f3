// What asking, the checker's self-test and the adding threads came to, in all that a report was
// given: which asking speaks for honest tallies, and which promise was broken. Pure.

import { formatCount } from '../../src/present/text.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import type { AskLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { honestLosses } from './sections/tallies.js';
import type { View } from './sections/view.js';
import { inside, listed } from './sections/words.js';

/** In words, what nobody may overlook: empty when nothing is wrong. */
export function violationsOf(results: Results, tallies: View): readonly string[] {
  return [...saidWrong(results), ...lossesOf(results, tallies)];
}

function isHonestAsk({ tally }: AskLine): boolean {
  return (TALLY_KINDS as readonly string[]).includes(tally);
}

/** Of honest tallies; a file that was appended to itself holds each of them twice. */
export function honestAsks(asks: readonly AskLine[]): readonly AskLine[] {
  const distinct = new Map(asks.map((ask) => [JSON.stringify(ask), ask] as const)).values();
  return [...distinct].filter(isHonestAsk);
}

function saidWrong({ asks, selfTests }: Results): readonly string[] {
  const asked = asks
    .filter((ask) => isHonestAsk(ask) && ask.asked.verdict === 'violated')
    .map(({ topology, tally, asked: { answer } }) => {
      return `two callers in ${topology} with the tally ${tally}: ${inside(answer)}`;
    });
  const tested = selfTests
    .filter(({ selfTest }) => isBadSelfTest(selfTest))
    .map(({ selfTest: { missed, falseAlarms } }) => {
      const alarms = formatCount(falseAlarms, 'false alarm');
      return `the checker missed ${formatCount(missed, 'planted fault')} and raised ${alarms}`;
    });
  return [...asked, ...tested];
}

export function isBadSelfTest(test: Results['selfTests'][number]['selfTest']): boolean {
  return test.verdict === 'violated' || test.missed > 0 || test.falseAlarms > 0;
}

/** Of any session: a later one that lost nothing does not undo it. */
function lossesOf(results: Results, tallies: View): readonly string[] {
  const voids = results.runs.filter(({ scenario, discardReason: reason }) => {
    return scenario === tallies.scenario && reason !== undefined;
  });
  const losses = honestLosses({ ...tallies, voids });
  const what = 'an honest tally lost or invented adds';
  return losses.length === 0 ? [] : [`${what}: ${listed(losses.slice(0, 3))}`];
}

/** Pairs in which both answers said something; the line was not checked so far. */
export function judgedIn(asks: readonly AskLine[]): number {
  return asks.reduce(
    (sum, { asked }) => sum + (Number.isFinite(asked.judged) ? asked.judged : 0),
    0,
  );
}
