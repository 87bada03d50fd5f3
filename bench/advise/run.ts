// What is measured for one advice, in order: the scorer by itself, a message to a task worker,
// every topology with this scorer, and the curve of added work. Each is bounded in time. Main
// thread of the runner; it judges nothing, and tells what it is handed how far it is.

import { random } from '../../src/checker/random.js';
import {
  formatDuration,
  type Stage,
  sumExpectedSeconds,
} from '../../src/present/estimate-duration.js';
import type { RunProgress } from '../../src/present/progress.js';
import { scoreByRules } from '../../src/scoring/rules.js';
import { scorerName } from '../../src/scoring/scorers.js';
import { readTransaction } from '../../src/scoring/transaction.js';
import type { Plan } from '../runner/plan.js';
import type { WriteLine } from '../runner/results-file.js';
import type { NamedScenario } from '../runner/scenario.js';
import { beginSession, measureSession, type Session } from '../runner/session.js';
import { describePlan, planStages, watchSession } from '../runner/session-progress.js';
import type { ExpectedLevel } from '../runner/validity.js';
import { measureAlone, measureTrip } from './alone.js';
import { CURVE, curveFor } from './curve.js';
import type { Measurements } from './measurements.js';
import { BRIEFS, curvePlan, limitsOf, planFor, type Wishes } from './plan.js';
import type { Targets } from './rows.js';
import { ADVISE, topologiesFor } from './topologies.js';

export interface AdviseOptions extends Wishes {
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  /** One transaction as a JSON text. */
  readonly body: string;
  readonly targets: Targets;
  readonly withCurve: boolean;
  /** To a file of results. */
  readonly write: WriteLine;
  readonly command: string;
  readonly signal: AbortSignal;
  /** How it is told, once it is known what is to be measured. */
  readonly showRunProgress: (stages: readonly Stage[]) => RunProgress;
}

/** For loading, warming up, all calls, and the blocks of reading and printing. */
const ALONE_MS_MAX = 20_000;
const CALLS_MAX = 100_000;
const WARM_SHARE = 0.3;

/** @throws Error in one line: the scorer or a server failed, or it was interrupted */
export async function measureAdvice(options: AdviseOptions): Promise<Measurements> {
  const { scorer, body, targets, threads, scale, signal } = options;
  const alone = await measureScorer(options);
  const plan = planFor(alone, options);
  const trip = await measureTrip(BRIEFS[scale].trips, signal);
  const post = { path: '/score', body, items: 1, level: alone.level };
  const { perSecond } = targets;
  const callSeconds = alone.meanUs / 1e6;
  const subject = { scorer, post, threads, callSeconds, perSecond, withHealth: true };
  const topologies = topologiesFor(subject);
  const curve = curveFor({ ...post, level: levelByRules(body) }, threads);
  const parts: readonly Part[] = [
    { scenarios: [[ADVISE, topologies]], plan },
    ...(options.withCurve ? [{ scenarios: [[CURVE, curve] as const], plan: curvePlan(plan) }] : []),
  ];
  const [first, second] = await measureParts(parts, options);
  if (first === undefined) throw new Error('nothing was measured');
  return {
    scorer: scorerName(scorer),
    targets,
    threads,
    environment: first.environment,
    alone,
    trip,
    plan,
    samples: first.samples,
    unavailable: topologies.unavailable?.() ?? [],
    curve: second && { plan: curvePlan(plan), samples: second.samples },
  };
}

/** @throws Error in one line: it cannot be loaded, fails on this transaction, or never ends */
export function measureScorer({ scorer, body, scale, seed, signal }: AdviseOptions) {
  const { aloneMs: measureMs } = BRIEFS[scale];
  const job = { scorer, body, warmMs: WARM_SHARE * measureMs, measureMs, callsMax: CALLS_MAX };
  return measureAlone(job, limitsOf(scale), ALONE_MS_MAX, signal, random(seed));
}

function levelByRules(body: string): ExpectedLevel {
  const read = readTransaction(body);
  if (!read.ok) throw new Error(read.detail);
  return scoreByRules(read.transaction).risk_level;
}

interface Part {
  readonly scenarios: readonly NamedScenario[];
  readonly plan: Plan;
}

/** One session after the other, each by its own plan; they are told as one. */
async function measureParts(parts: readonly Part[], options: AdviseOptions): Promise<Session[]> {
  const { write, command, signal, showRunProgress } = options;
  const stages = parts.flatMap(planStages);
  const live = showRunProgress(stages);
  for (const part of parts) live.say(describePlan(part));
  live.say(formatDuration(sumExpectedSeconds(stages)));
  const sessions: Session[] = [];
  try {
    for (const { scenarios, plan } of parts) {
      const begun = beginSession(scenarios, plan, command, write);
      const session = await measureSession(begun, watchSession(begun, live, signal));
      if (session.failure !== undefined) throw session.failure;
      sessions.push(session);
      if (signal.aborted) throw new Error('interrupted');
    }
    return sessions;
  } finally {
    live.stop();
  }
}
