// Runs the parts of the study, the question first, so that an early Ctrl-C leaves the answer's
// first half; each line goes to the file of results as it is known. What measures is handed in.
// Main thread; it prints nothing and judges nothing.

import { askLine, selfTestLine } from '../../bench/runner/result-lines.js';
import { parseResults, type Results, type WriteLine } from '../../bench/runner/results-file.js';
import {
  beginSession,
  type Session,
  type SessionWatcher,
  type StartedSession,
} from '../../bench/runner/session.js';
import { watchSession } from '../../bench/runner/session-progress.js';
import { scenariosNamed } from '../../bench/scenarios/scenarios.js';
import { formatPairTestJson, type PairTestResult } from '../checker/pair-test/result.js';
import type { InterimTable, RunProgress } from '../present/progress.js';
import { formatNumber } from '../present/text.js';
import type { SelfTestFlags } from '../self-test/plan.js';
import { formatSelfTestJson } from '../self-test/result.js';
import type {
  SelfTestOutcome,
  SelfTestResult,
  SelfTestRun,
  SelfTestWatch,
} from '../self-test/run.js';
import type { TopologyName } from '../topologies/topology.js';
import { STAGES, type StudyPlan } from './study-plan.js';

/** What measures; tests put something else in its place. */
export interface StudyTools {
  /** Of a fresh service of our own. Undefined: stopped before there was anything to see. */
  readonly ask: (
    topology: TopologyName,
    asking: { readonly pairs: number; readonly seed: number; readonly signal: AbortSignal },
    onProgress: (done: number) => void,
  ) => Promise<PairTestResult | undefined>;
  readonly selfTest: (
    flags: SelfTestFlags,
    signal: AbortSignal,
    watch: SelfTestWatch,
  ) => Promise<SelfTestResult>;
  readonly measure: (begun: StartedSession, watch: SessionWatcher) => Promise<Session>;
}

export interface Study {
  readonly plan: StudyPlan;
  readonly results: Results;
  /** It was interrupted. */
  readonly isPartial: boolean;
  /** Why it could not go on; undefined: it did. */
  readonly failure: unknown;
}

/** Which tally the question is put to: the one that serves where none is named. */
const TALLY = 'atomic';

/** Pairs; the words of each one would cost more than they tell. */
const NOTED_EVERY = 50;

interface Under {
  readonly plan: StudyPlan;
  readonly begun: StartedSession;
  readonly live: RunProgress;
  readonly signal: AbortSignal;
  readonly tools: StudyTools;
}

/** `command` is what repeats it. */
export async function runStudy(
  plan: StudyPlan,
  command: string,
  write: WriteLine,
  under: Pick<Under, 'live' | 'signal' | 'tools'>,
): Promise<Study> {
  let said = '';
  const begun = beginSession(scenariosNamed(plan.names), plan.bench, command, (line) => {
    write(line);
    said += line;
  });
  const all: Under = { ...under, plan, begun };
  let failure: unknown;
  try {
    await askAll(all);
    await testChecker(all);
    failure = await measureAll(all);
  } catch (error) {
    failure = error;
  }
  const results = parseResults(said, 'the results of the study');
  return { plan, results, isPartial: under.signal.aborted, failure };
}

async function askAll({ plan, begun, live, signal, tools }: Under): Promise<void> {
  const { topologies, pairs, selfTest } = plan;
  const rows: string[][] = [];
  for (const topology of topologies) {
    if (signal.aborted) return;
    const what = (done: number) => {
      const amount = `${formatNumber(done)} of ${formatNumber(pairs)}`;
      return `two callers at the same moment: ${topology}, ${amount} pairs`;
    };
    const table: InterimTable = {
      titles: ['topology', 'pairs', 'verdict'],
      rows: [...rows],
      current: -1,
    };
    live.beginRun(what(0), table);
    const asking = { pairs, seed: selfTest.seed, signal };
    const asked = await tools.ask(topology, asking, (done) => {
      if (done % NOTED_EVERY === 0) live.describeRun(what(done));
    });
    if (asked === undefined) return;
    const { session } = begun;
    begun.write(askLine({ session, topology, tally: TALLY, asked: formatPairTestJson(asked) }));
    rows.push([topology, formatNumber(asked.pairs), asked.verdict]);
    const line = `ask: ${topology}: ${asked.verdict}: ${asked.answer}`;
    live.endRun(STAGES.ask, line, { stay: asked.verdict !== 'ok' });
  }
}

async function testChecker({ plan, begun, live, signal, tools }: Under): Promise<void> {
  if (signal.aborted) return;
  const runs: SelfTestRun[] = [];
  const result = await tools.selfTest(plan.selfTest, signal, {
    begins({ tally, topology }) {
      live.beginRun(`the checker on itself: ${tally} in ${topology}`, outcomes(runs));
    },
    adds() {},
    ends(run) {
      runs.push(run);
      const { outcome, tally, topology } = run;
      const isBad = outcome === 'missed' || outcome === 'alarm';
      live.endRun(STAGES.selfTest, `self-test: ${tally} in ${topology}: ${SAYS[outcome]}`, {
        stay: isBad,
      });
    },
  });
  if (result.runs.length === 0) return;
  const selfTest = formatSelfTestJson(result, plan.selfTest);
  begun.write(selfTestLine({ session: begun.session, selfTest }));
}

const SAYS: Readonly<Record<SelfTestOutcome, string>> = {
  caught: 'caught',
  missed: 'MISSED',
  passed: 'passed',
  alarm: 'FALSE ALARM',
};

function outcomes(runs: readonly SelfTestRun[]): InterimTable {
  const rows = (Object.keys(SAYS) as SelfTestOutcome[]).map((outcome) => {
    return [SAYS[outcome], `${runs.filter((run) => run.outcome === outcome).length}`];
  });
  return { titles: ['so far', 'runs'], rows, current: -1 };
}

/** Why it could not go on. */
async function measureAll({ begun, live, signal, tools }: Under): Promise<unknown> {
  if (signal.aborted) return undefined;
  const { failure } = await tools.measure(begun, watchSession(begun, live, signal));
  return failure;
}
