// The two paragraphs behind a report's headline: what two simultaneous calls do, and what it costs. Pure;
// only whole intervals decide.

import { wilson } from '../../src/checker/proportion.js';
import { formatCount, formatNumber } from '../../src/present/text.js';
import type { AskLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { findPair } from '../scenarios/isolation.js';
import { describeLosses, listAddings } from '../scenarios/tallies-section.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { decide } from '../stats/statistics.js';
import {
  countJudged,
  findViolations,
  isFailedSelfTest,
  listTopologies,
  selectCorrectAsks,
} from './headline.js';
import {
  explainUndecided,
  findBest,
  findBreakEven,
  type Payoff,
  selectJudged,
  selectPayoffs,
} from './payoff.js';
import { findOrigin, readScenario } from './sessions.js';
import {
  describeDecision,
  formatAtWork,
  formatComparison,
  formatEstimate,
  formatWork,
  joinNames,
  SPEED,
  toSentence,
  trimStop,
  WAIT,
} from './wording.js';

const VIOLATIONS_NAMED_MAX = 5;

export function buildAnswer(results: Results, seed: number): readonly string[] {
  const paragraphs = [describeCounting(results, seed), describeCost(results, seed)];
  return paragraphs.map((parts) =>
    parts
      .filter((part) => part !== '')
      .map(toSentence)
      .join(' '),
  );
}

function describeCounting(results: Results, seed: number): readonly string[] {
  const tallies = readScenario(results, 'tallies', seed);
  const violations = findViolations(results);
  const shown = violations.slice(0, VIOLATIONS_NAMED_MAX);
  const more = violations.length - shown.length;
  const losses = listAddings(tallies).length === 0 ? [] : describeLosses(tallies);
  return [
    ...shown.map((text) => `VIOLATED: ${text}`),
    more > 0 ? `${more} more violations are in the sections` : '',
    ...describeAsks(results.asks),
    describeSelfTest(results),
    ...losses,
  ];
}

function describeAsks(asks: readonly AskLine[]): readonly string[] {
  const correct = selectCorrectAsks(asks);
  if (correct.length === 0) return ['two simultaneous calls of /score were not tried here'];
  const sound = correct.filter(({ asked }) => asked.verdict === 'ok');
  const open = correct.filter(({ asked }) => !['ok', 'violated'].includes(asked.verdict));
  const undecided = open.map(({ topology, asked: { verdict, answer } }) => {
    return `in ${topology} the verdict is ${verdict}: ${trimStop(answer)}`;
  });
  if (sound.length === 0) {
    return undecided.length === 0 ? ['no topology kept its promise'] : undecided;
  }
  const topologies = listTopologies(sound);
  const counts = topologies.map((name) => {
    return countJudged(sound.filter(({ topology }) => topology === name));
  });
  const tries = formatCount(countJudged(sound), 'time');
  return [
    `two people called /score at the same moment ${tries}, in ${joinNames(topologies)}`,
    describeOverlap(sound),
    `both calls were counted every time: 0 forbidden outcomes${boundRate(Math.min(...counts))}`,
    ...undecided,
  ];
}

function describeOverlap(asks: readonly AskLine[]): string {
  const overlaps = asks.map(({ asked }) => asked.overlap.overlapping);
  if (!overlaps.every(Number.isFinite)) return '';
  const sum = overlaps.reduce((all, one) => all + one, 0);
  return `the two calls overlapped in ${formatNumber(sum)} of these pairs`;
}

/** How rare an outcome can be that no pair showed, by Wilson's interval. */
function boundRate(pairs: number): string {
  if (pairs === 0) return '';
  const oneIn = formatNumber(Math.floor(1 / wilson(0, pairs).high));
  return ` (95 % CI: less than 1 in ${oneIn} pairs of each topology)`;
}

function describeSelfTest({ selfTests }: Results): string {
  const last = selfTests.at(-1)?.selfTest;
  if (last === undefined) return 'the checker was not tested on seeded faults here';
  if (isFailedSelfTest(last)) return '';
  const runs = formatCount(last.caught ?? 0, 'run');
  const cut = last.verdict === 'ok' ? '' : '; its self-test was cut off';
  return `the checker caught ${runs} with a seeded fault, missed 0 and raised 0 false alarms${cut}`;
}

function describeCost(results: Results, seed: number): readonly string[] {
  const [speed, waiting] = [
    readScenario(results, 'dispatch', seed),
    readScenario(results, 'isolation', seed),
  ] as const;
  const isSmoke = ['dispatch', 'isolation'].some((name) => findOrigin(results, name)?.isSmoke);
  if (isSmoke) return ['the cost is unknown: this was a smoke run, whose numbers mean nothing'];
  const best = findBest(speed, selectPayoffs(speed));
  const gains = best === undefined ? ['the cost of threads was not measured'] : describeGain(best);
  return [...gains, ...describeHealth(waiting), ...recommend(results, best, waiting)];
}

function describeGain(payoff: Payoff): readonly string[] {
  const { label, points } = payoff;
  const undecided = explainUndecided(payoff);
  if (undecided !== undefined) return [undecided];
  const describeAt = ({ workUs, ratio }: (typeof points)[number]) => {
    const times = formatComparison(ratio, 'the requests of inline', SPEED);
    return `${formatAtWork(workUs)}, ${label} serves ${times}`;
  };
  const point = findBreakEven(payoff);
  const judged = selectJudged(payoff);
  // A gain at some smaller work is named, because the topology is then not slower everywhere.
  const shown =
    point === undefined
      ? [judged.findLast(({ ratio }) => decide(ratio) === 'more'), judged.at(-1)]
      : [points[0] === point ? undefined : points[0], point];
  return shown.flatMap((one) => (one === undefined ? [] : [describeAt(one)]));
}

function describeHealth(waiting: ScenarioData): readonly string[] {
  const pair = findPair(waiting);
  if (pair === undefined) return ['the wait of other requests was not measured'];
  const { of, against } = pair;
  const [own, other] = [against, of].map(({ variant }) => {
    return formatEstimate(waiting.median(variant, 'healthP99Ms'), 'healthP99Ms');
  });
  const ratio = waiting.ratio(against.variant, of.variant, 'healthP99Ms');
  const word = describeDecision(ratio, WAIT);
  return [
    `while 2 ms of work saturate inline, the p99 of /health is ${own}`,
    `with ${of.label} it is ${other}; inline: ${word}`,
  ];
}

/** Only where both comparisons are decided, on one machine and version. */
function recommend(results: Results, payoff: Payoff | undefined, waiting: ScenarioData): readonly string[] {
  const pair = findPair(waiting);
  const point = payoff && findBreakEven(payoff);
  if (payoff === undefined || point === undefined || pair === undefined) return [];
  const [place, other] = ['dispatch', 'isolation'].map((name) => findOrigin(results, name)?.place);
  if (place !== other) return ['the two were measured on different machines or versions'];
  const { of, against } = pair;
  const wait = waiting.ratio(against.variant, of.variant, 'healthP99Ms');
  if (decide(wait) !== 'more') return [];
  const choice = `choose ${payoff.label.split(' ')[0]}`;
  if (point === payoff.points[0]) return [choice];
  const below = payoff.points.filter(({ workUs }) => workUs < point.workUs);
  const slower = below.findLast(({ ratio }) => decide(ratio) === 'less');
  const from = `${choice} from ${formatWork(point.workUs)} of work per request`;
  if (slower === undefined) return [`${from}; below that nothing is decided`];
  const light = formatAtWork(slower.workUs);
  return [from, `choose inline ${light} or less, where no other request waits`];
}
