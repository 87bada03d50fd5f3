// Everything that a report says, made of results and not yet shown: page.ts and markdown.ts show
// it. Pure: the same results and the same seed give the same report, and nothing is measured.

import { formatCount, formatNumber } from '../../src/present/text.js';
import type { SessionLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { answerOf } from './answer.js';
import { dataOf } from './data.js';
import { type EnvironmentSeen, environmentsOf } from './environments.js';
import { headlineOf } from './headline.js';
import type { Section } from './model.js';
import { type OutcomeTable, outcomesOf } from './outcomes.js';
import { chosenOf } from './sections/chosen.js';
import { sectionsOf } from './sections.js';
import { buildSelfTestTable, type SelfTestTable } from './self-tests.js';

export const QUESTION = 'What happens if two people call /score at the same time?';

export interface Report {
  readonly question: string;
  /** The answer in short sentences computed from the results. */
  readonly headline: readonly string[];
  /** And what it rests on, with numbers. */
  readonly answer: readonly string[];
  /** What is to be known before anything is believed. */
  readonly notices: readonly Notice[];
  readonly outcomes: OutcomeTable | null;
  readonly selfTests: readonly SelfTestTable[];
  readonly sections: readonly Section[];
  readonly environments: readonly EnvironmentSeen[];
  readonly sessions: readonly SessionTold[];
  /** Of the intervals. */
  readonly seed: number;
  /** The results, as lines of JSON. */
  readonly data: string;
}

export interface Notice {
  /** In a word, as a label: `partial`. */
  readonly kind: string;
  readonly says: string;
}

/** What was measured in one go. */
export interface SessionTold {
  readonly startedAt: string;
  readonly command: string;
  readonly scenarios: readonly string[];
  /** Rounds, seconds, connections and so on, in words. */
  readonly plan: string;
  readonly seed: string;
}

export function reportOf(results: Results, seed: number): Report {
  const outcomes = outcomesOf(results.asks);
  const selfTests = results.selfTests.map(buildSelfTestTable);
  const sections = sectionsOf(results, seed);
  const environments = environmentsOf(results);
  return {
    question: QUESTION,
    headline: headlineOf(results, seed),
    answer: answerOf(results, seed),
    notices: [
      ...partialNotices(sections, outcomes, selfTests),
      ...scaleNotices(results),
      ...voidNotices(sections, results),
      ...coreNotices(environments),
    ],
    ...{ outcomes, selfTests, sections, environments },
    sessions: results.sessions.map(sessionOf),
    seed,
    data: dataOf(results),
  };
}

function partialNotices(
  sections: readonly Section[],
  outcomes: OutcomeTable | null,
  selfTests: readonly SelfTestTable[],
): Notice[] {
  const parts = [
    ...(outcomes?.columns ?? []).map(({ name, partial }) => [`asking (${name})`, partial] as const),
    ...selfTests.map(({ partial }) => ['the self-test', partial] as const),
    ...sections.map(({ scenario, partial }) => [scenario, partial] as const),
  ].filter(([, partial]) => partial !== '');
  if (parts.length === 0) return [];
  const says = parts.map(([what, partial]) => `${what}: ${partial}`).join('; ');
  return [{ kind: 'partial', says: `Not all that was planned was measured. ${says}.` }];
}

const SCALES = {
  smoke: 'one tiny round, to see that everything runs: these numbers mean nothing',
  quick: 'short runs and fewer rows, for a first look; the full plan measures more, and longer',
} as const;

/** Of what is shown: a quick look beside a full measurement is in no section. */
function scaleNotices(results: Results): Notice[] {
  const shown = chosenOf(results);
  return (['smoke', 'quick'] as const).flatMap((scale) => {
    const own = shown.filter(({ runs }) => runs.some((run) => run.conditions.scale === scale));
    const names = own.map(({ scenario }) => scenario);
    if (names.length === 0) return [];
    return [{ kind: scale, says: `${names.join(', ')}: ${SCALES[scale]}.` }];
  });
}

function voidNotices(sections: readonly Section[], { runs }: Results): Notice[] {
  const count = runs.filter((run) => run.discardReason !== undefined).length;
  if (count === 0) return [];
  const names = sections.filter(({ voids }) => voids.length > 0).map(({ scenario }) => scenario);
  const where = names.length === 0 ? '' : ` See ${names.join(', ')}.`;
  const are = count === 1 ? 'is void: it is' : 'are void: they are';
  const says = `${formatNumber(count)} of ${formatCount(runs.length, 'run')} ${are} in no number.`;
  return [{ kind: 'discarded', says: `${says}${where}` }];
}

/** With more than these the generator can have one of its own. */
const SHARED_CORES_MAX = 2;
const SHARED: Readonly<Record<number, string>> = {
  1: 'One core shared by generator and service cannot show scaling',
  2: 'Two cores shared by generator and service cannot show scaling beyond contention',
};

function coreNotices(environments: Report['environments']): Notice[] {
  const cores = environments.map((environment) => environment.cores);
  const few = [...new Set(cores)].filter((count) => count <= SHARED_CORES_MAX);
  return few.flatMap((count) => {
    const says = SHARED[count];
    if (says === undefined) return [];
    const rest = 'the ratios say what each topology costs, not how far it scales';
    return [{ kind: 'cores', says: `${says}: ${rest}.` }];
  });
}

function sessionOf({ startedAt, command, plan, planned }: SessionLine): SessionTold {
  const { rounds, seconds, connections, generator, scale, seed } = plan;
  const parts = [
    [rounds, (count: number) => formatCount(count, 'round')],
    [seconds, (count: number) => `${count} s of load`],
    [connections, (count: number) => formatCount(count, 'connection')],
  ] as const;
  const words = parts.flatMap(([value, say]) => (typeof value === 'number' ? [say(value)] : []));
  const named = [generator, scale].filter((word) => typeof word === 'string');
  return {
    ...{ startedAt, command },
    scenarios: planned.map(({ scenario }) => String(scenario)),
    plan: [...words, ...named].join(', '),
    seed: typeof seed === 'number' ? String(seed) : 'unknown',
  };
}
