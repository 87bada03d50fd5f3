// Builds the whole report from results, as data. Pure: the same results and seed give the same report.

import { formatCount, formatNumber } from '../../src/present/text.js';
import { fileFields, formatLine, type SessionLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { groupBy } from '../stats/statistics.js';
import { buildAnswer } from './answer.js';
import {
  buildOutcomeTable,
  buildSelfTestTable,
  type OutcomeTable,
  type SelfTestTable,
} from './evidence-tables.js';
import { buildHeadline } from './headline.js';
import type { Section } from './model.js';
import { buildSections } from './sections.js';
import { findSeed, listEnvironments, type MeasuredEnvironment, selectRuns } from './sessions.js';

export const QUESTION = 'What happens if two people call /score at the same time?';

export interface Report {
  readonly question: string;
  readonly headline: readonly string[];
  readonly answer: readonly string[];
  readonly notices: readonly Notice[];
  readonly outcomes: OutcomeTable | null;
  readonly selfTests: readonly SelfTestTable[];
  readonly sections: readonly Section[];
  readonly environments: readonly MeasuredEnvironment[];
  readonly sessions: readonly SessionSummary[];
  /** Of the intervals. */
  readonly seed: number;
  readonly data: string;
}

export interface Notice {
  readonly kind: string;
  readonly says: string;
}

export interface SessionSummary {
  readonly startedAt: string;
  readonly command: string;
  readonly scenarios: readonly string[];
  readonly plan: string;
  readonly seed: string;
}

/** `seed`: of the intervals; by default the session's, so that figures repeat. */
export function buildReport(results: Results, seed = findSeed(results)): Report {
  const outcomes = buildOutcomeTable(results.asks);
  const selfTests = results.selfTests.map(buildSelfTestTable);
  const sections = buildSections(results, seed);
  const environments = listEnvironments(results);
  return {
    question: QUESTION,
    headline: buildHeadline(results, seed),
    answer: buildAnswer(results, seed),
    notices: [
      ...partialNotices(sections, outcomes, selfTests),
      ...scaleNotices(results),
      ...discardNotices(sections, results),
      ...coreNotices(environments),
    ],
    ...{ outcomes, selfTests, sections, environments },
    sessions: results.sessions.map(summarizeSession),
    seed,
    data: formatResultLines(results),
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

function scaleNotices(results: Results): Notice[] {
  const shown = selectRuns(results);
  return (['smoke', 'quick'] as const).flatMap((scale) => {
    const own = shown.filter(({ runs }) => runs.some((run) => run.conditions.scale === scale));
    const names = own.map(({ scenario }) => scenario);
    if (names.length === 0) return [];
    return [{ kind: scale, says: `${names.join(', ')}: ${SCALES[scale]}.` }];
  });
}

function discardNotices(sections: readonly Section[], { runs }: Results): Notice[] {
  const count = runs.filter((run) => run.discardReason !== undefined).length;
  if (count === 0) return [];
  const names = sections.filter(({ voids }) => voids.length > 0).map(({ scenario }) => scenario);
  const where = names.length === 0 ? '' : ` See ${names.join(', ')}.`;
  const were = count === 1 ? 'was' : 'were';
  const all = formatCount(runs.length, 'run');
  const says = `${formatNumber(count)} of ${all} ${were} discarded and count for nothing.`;
  return [{ kind: 'discarded', says: `${says}${where}` }];
}

/** With more cores, the generator can have a core for itself. */
const SHARED: Readonly<Record<number, string>> = {
  1: 'One core shared by generator and service cannot show scaling',
  2: 'Two cores shared by generator and service cannot show scaling beyond contention',
};

function coreNotices(environments: Report['environments']): Notice[] {
  const rest = 'the ratios show what each topology costs, not how far it scales';
  return [...new Set(environments.map(({ cores }) => cores))].flatMap((cores) => {
    const says = SHARED[cores];
    return says === undefined ? [] : [{ kind: 'cores', says: `${says}: ${rest}.` }];
  });
}

function summarizeSession({ startedAt, command, plan, planned }: SessionLine): SessionSummary {
  const { rounds, seconds, connections, generator, scale, seed } = plan;
  const parts = [
    typeof rounds === 'number' && formatCount(rounds, 'round'),
    typeof seconds === 'number' && `${seconds} s of load`,
    typeof connections === 'number' && formatCount(connections, 'connection'),
    ...[generator, scale],
  ];
  return {
    ...{ startedAt, command },
    scenarios: planned.map(({ scenario }) => String(scenario)),
    plan: parts.filter((part) => typeof part === 'string').join(', '),
    seed: typeof seed === 'number' ? String(seed) : 'unknown',
  };
}

/** Lines of a results file, each session before its runs, without metrics that this version does not know. */
function formatResultLines({ sessions, runs, asks, selfTests }: Results): string {
  const plain = runs.map(({ line, conditions, ...run }) => ({
    session: run.session,
    ...fileFields(run),
  }));
  const all = [
    ...sessions.map((one) => ['session', one] as const),
    ...plain.map((one) => ['run', one] as const),
    ...asks.map((one) => ['ask', one] as const),
    ...selfTests.map((one) => ['self-test', one] as const),
  ];
  const bySession = groupBy(all, ([, { session }]) => session);
  return [...bySession.values()]
    .flat()
    .map(([kind, one]) => formatLine(kind, one))
    .join('');
}
