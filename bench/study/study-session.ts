// Plans and runs the study (3 minutes on two cores): pair tests, then self-test and quick benchmarks, so that
// an early Ctrl-C leaves half of the answer. Main thread; it writes each line at once.

import { PAIR_TEST_DEFAULTS } from '../../src/checker/pair-test/pair-test.js';
import { formatPairTestJson, type PairTestResult } from '../../src/checker/pair-test/result.js';
import type { Stage } from '../../src/present/estimate-duration.js';
import type { InterimTable, RunProgress } from '../../src/present/progress.js';
import { formatNumber } from '../../src/present/text.js';
import { formatSelfTestJson } from '../../src/self-test/result.js';
import {
  planSelfTest,
  SELF_TEST_DEFAULTS,
  type SelfTestFlags,
  type SelfTestOutcome,
  type SelfTestResult,
  type SelfTestRun,
  type SelfTestWatch,
} from '../../src/self-test/run.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { PLAN_QUICK, PLAN_SMOKE, type Plan } from '../runner/plan.js';
import { askLine, selfTestLine } from '../runner/result-lines.js';
import { parseResults, type Results, type WriteLine } from '../runner/results-file.js';
import {
  type BenchSession,
  beginSession,
  type SessionWatcher,
  type StartedSession,
} from '../runner/session.js';
import { watchSession } from '../runner/session-progress.js';
import { type ScenarioName, scenariosNamed } from '../scenarios/scenarios.js';

export interface StudyPlan {
  readonly topologies: readonly TopologyName[];
  /** Why the other topologies are unavailable here. */
  readonly missing: readonly string[];
  /** Pairs of calls in each topology. */
  readonly pairs: number;
  readonly selfTest: SelfTestFlags;
  readonly bench: Plan;
  readonly names: readonly ScenarioName[];
}

const NAMES = ['dispatch', 'isolation', 'tallies', 'coordinated-omission'] as const;
/** Per self-test run without a fault; a search for a seeded fault has the usual effort. */
const REQUESTS = 1_000;
const SMOKE_PAIRS = 20;
const SMOKE_REQUESTS = 200;

export function planStudy(seed: number, { isSmoke }: { readonly isSmoke: boolean }): StudyPlan {
  const reasons = TOPOLOGY_NAMES.map((name) => unavailable(name));
  const selfTest = { ...SELF_TEST_DEFAULTS, seeds: 1, seed, requests: REQUESTS };
  const all = {
    topologies: TOPOLOGY_NAMES.filter((_, at) => reasons[at] === undefined),
    missing: reasons.filter((reason) => reason !== undefined),
    names: NAMES,
  };
  if (!isSmoke) {
    return { ...all, pairs: PAIR_TEST_DEFAULTS.pairs, selfTest, bench: { ...PLAN_QUICK, seed } };
  }
  const small = { ...selfTest, topology: 'inline', requests: SMOKE_REQUESTS } as const;
  return { ...all, pairs: SMOKE_PAIRS, selfTest: small, bench: { ...PLAN_SMOKE, seed } };
}

/** Starting and ending a service. */
const SERVICE_SECONDS = 0.9;
/** A pair with its reads. */
const PAIR_SECONDS = 0.001;
const SELF_TEST_SECONDS = 0.3;
const STAGES = { ask: 'ask', selfTest: 'self-test' } as const;

export function planFirstStages({ topologies, pairs, selfTest }: StudyPlan): readonly Stage[] {
  const askSeconds = SERVICE_SECONDS + pairs * PAIR_SECONDS;
  const testSeconds = SERVICE_SECONDS + SELF_TEST_SECONDS;
  const runs = planSelfTest(selfTest).runs.length;
  return [
    { name: STAGES.ask, runs: topologies.length, expectedSeconds: askSeconds },
    { name: STAGES.selfTest, runs, expectedSeconds: testSeconds },
  ];
}

/** The three ways to measure; a test replaces them. */
export interface StudyTools {
  /** Of a fresh service of ours. Undefined: interrupted before the first pair. */
  readonly ask: (
    topology: TopologyName,
    options: { readonly pairs: number; readonly seed: number; readonly signal: AbortSignal },
    onProgress: (done: number) => void,
  ) => Promise<PairTestResult | undefined>;
  readonly selfTest: (
    flags: SelfTestFlags,
    signal: AbortSignal,
    watch: SelfTestWatch,
  ) => Promise<SelfTestResult>;
  readonly measure: (begun: StartedSession, watch: SessionWatcher) => Promise<BenchSession>;
}

export interface Study {
  readonly plan: StudyPlan;
  readonly results: Results;
  readonly isPartial: boolean;
  /** The error that ended it early, or undefined. */
  readonly failure: unknown;
}

/** The default tally of `serve`. */
const TALLY = 'atomic';
/** Pairs: a line for each would cost more than it shows. */
const NOTED_EVERY = 50;

interface StudyContext {
  readonly plan: StudyPlan;
  readonly begun: StartedSession;
  readonly progress: RunProgress;
  readonly signal: AbortSignal;
  readonly tools: StudyTools;
}

/** `command` repeats the study. */
export async function runStudy(
  plan: StudyPlan,
  command: string,
  write: WriteLine,
  under: Pick<StudyContext, 'progress' | 'signal' | 'tools'>,
): Promise<Study> {
  let text = '';
  const begun = beginSession(scenariosNamed(plan.names), plan.bench, command, (line) => {
    write(line);
    text += line;
  });
  const context: StudyContext = { ...under, plan, begun };
  let failure: unknown;
  try {
    await askAll(context);
    await testChecker(context);
    failure = await measureAll(context);
  } catch (error) {
    failure = error;
  }
  const results = parseResults(text, 'the results of the study');
  return { plan, results, isPartial: under.signal.aborted, failure };
}

async function askAll({ plan, begun, progress, signal, tools }: StudyContext): Promise<void> {
  const { topologies, pairs, selfTest } = plan;
  const rows: string[][] = [];
  for (const topology of topologies) {
    if (signal.aborted) return;
    const describe = (done: number) => {
      const amount = `${formatNumber(done)} of ${formatNumber(pairs)}`;
      return `two callers at the same moment: ${topology}, ${amount} pairs`;
    };
    const titles = ['topology', 'pairs', 'verdict'];
    progress.beginRun(describe(0), { titles, rows: [...rows], current: -1 });
    const options = { pairs, seed: selfTest.seed, signal };
    const asked = await tools.ask(topology, options, (done) => {
      if (done % NOTED_EVERY === 0) progress.describeRun(describe(done));
    });
    if (asked === undefined) return;
    const { session } = begun;
    begun.write(askLine({ session, topology, tally: TALLY, asked: formatPairTestJson(asked) }));
    rows.push([topology, formatNumber(asked.pairs), asked.verdict]);
    const line = `ask: ${topology}: ${asked.verdict}: ${asked.answer}`;
    progress.endRun(STAGES.ask, line, { stay: asked.verdict !== 'ok' });
  }
}

async function testChecker(context: StudyContext): Promise<void> {
  const { plan, begun, progress, signal, tools } = context;
  if (signal.aborted) return;
  const runs: SelfTestRun[] = [];
  const result = await tools.selfTest(plan.selfTest, signal, {
    begins({ tally, topology }) {
      progress.beginRun(`the checker on itself: ${tally} in ${topology}`, countOutcomes(runs));
    },
    adds() {},
    ends(run) {
      runs.push(run);
      const { outcome, tally, topology } = run;
      const line = `self-test: ${tally} in ${topology}: ${OUTCOMES[outcome]}`;
      const stay = outcome === 'missed' || outcome === 'alarm';
      progress.endRun(STAGES.selfTest, line, { stay });
    },
  });
  if (result.runs.length === 0) return;
  const selfTest = formatSelfTestJson(result, plan.selfTest);
  begun.write(selfTestLine({ session: begun.session, selfTest }));
}

const OUTCOMES: Readonly<Record<SelfTestOutcome, string>> = {
  caught: 'caught',
  missed: 'MISSED',
  passed: 'passed',
  alarm: 'FALSE ALARM',
};

function countOutcomes(runs: readonly SelfTestRun[]): InterimTable {
  const rows = (Object.keys(OUTCOMES) as SelfTestOutcome[]).map((outcome) => {
    return [OUTCOMES[outcome], `${runs.filter((run) => run.outcome === outcome).length}`];
  });
  return { titles: ['so far', 'runs'], rows, current: -1 };
}

/** The error that ended it early, or undefined. */
async function measureAll(context: StudyContext): Promise<unknown> {
  const { begun, progress, signal, tools } = context;
  if (signal.aborted) return undefined;
  const { failure } = await tools.measure(begun, watchSession(begun, progress, signal));
  return failure;
}
