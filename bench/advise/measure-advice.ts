// Measures what one advice needs: the scorer alone, a message to a task worker, each topology, the curve.
// Each has a time limit. Also reads the transaction file. Main thread of the runner; it judges nothing.

import { random } from '../../src/checker/random.js';
import { formatDuration, type Stage, sumExpectedSeconds } from '../../src/present/estimate-duration.js';
import type { RunProgress } from '../../src/present/progress.js';
import { sanitize } from '../../src/present/text.js';
import { scoreByRules } from '../../src/scoring/rules.js';
import { scorerName } from '../../src/scoring/scorers.js';
import { readTransaction } from '../../src/scoring/transaction.js';
import type { Environment } from '../runner/environment.js';
import type { Plan } from '../runner/plan.js';
import { readNamedFile, type WriteLine } from '../runner/results-file.js';
import type { NamedScenario, Sample } from '../runner/scenario.js';
import { type BenchSession, beginSession, measureSession } from '../runner/session.js';
import { describePlan, planStages, watchSession } from '../runner/session-progress.js';
import type { ExpectedLevel } from '../runner/validity.js';
import { CURVE, curveFor } from './break-even.js';
import { ADVICE_PLANS, curvePlan, getLimits, planFor, type Wishes } from './plan.js';
import { measureRoundTrip, profileScorer, type RoundTrip, type ScorerProfile } from './scorer-profile.js';
import type { Targets } from './topology-rows.js';
import { ADVISE, topologiesFor } from './topology-scenario.js';

export interface AdviseOptions extends Wishes {
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  readonly body: string;
  readonly targets: Targets;
  readonly withCurve: boolean;
  readonly write: WriteLine;
  readonly command: string;
  readonly signal: AbortSignal;
  /** Starts the progress display, once the stages are known. */
  readonly showRunProgress: (stages: readonly Stage[]) => RunProgress;
}

/** For loading, warming up, all calls, and the blocks of reading and printing. */
const ALONE_MS_MAX = 20_000;
const CALLS_MAX = 100_000;
const WARM_SHARE = 0.3;

/** @throws Error in one line: the scorer or a server failed, or it was interrupted */
export async function measureAdvice(options: AdviseOptions): Promise<Measurements> {
  const { scorer, body, targets, threads, scale, signal } = options;
  const profile = await measureScorer(options);
  const plan = planFor(profile, options);
  const roundTrip = await measureRoundTrip(ADVICE_PLANS[scale].trips, signal);
  const post = { path: '/score', body, items: 1, level: profile.level };
  const { perSecond } = targets;
  const callSeconds = profile.meanUs / 1e6;
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
    profile,
    roundTrip,
    plan,
    samples: first.samples,
    unavailable: topologies.unavailable?.() ?? [],
    curve: second && { plan: curvePlan(plan), samples: second.samples },
  };
}

/** @throws Error in one line: the scorer does not load, fails on this transaction, or never ends */
export function measureScorer({ scorer, body, scale, seed, signal }: AdviseOptions) {
  const { aloneMs: measureMs } = ADVICE_PLANS[scale];
  const job = { scorer, body, warmMs: WARM_SHARE * measureMs, measureMs, callsMax: CALLS_MAX };
  return profileScorer(job, getLimits(scale), ALONE_MS_MAX, signal, random(seed));
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

/** One session after the other, each by its own plan; the progress display shows them as one. */
async function measureParts(parts: readonly Part[], options: AdviseOptions): Promise<BenchSession[]> {
  const { write, command, signal, showRunProgress } = options;
  const stages = parts.flatMap(planStages);
  const live = showRunProgress(stages);
  for (const part of parts) live.say(describePlan(part));
  live.say(formatDuration(sumExpectedSeconds(stages)));
  const sessions: BenchSession[] = [];
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

export interface Measurements {
  /** As the user names it: `rules`, `mine`. */
  readonly scorer: string;
  readonly targets: Targets;
  readonly threads: number;
  readonly environment: Environment;
  readonly profile: ScorerProfile;
  readonly roundTrip: RoundTrip;
  readonly plan: Plan;
  readonly samples: readonly Sample[];
  readonly unavailable: readonly (readonly [what: string, reason: string])[];
  /** Undefined with --no-curve. */
  readonly curve: { readonly plan: Plan; readonly samples: readonly Sample[] } | undefined;
}

/** The service rejects a longer body. */
const BODY_BYTES_MAX = 64 * 1024;

/** One JSON object that the service would score. @throws Error in one line that says what to mend */
export function readBody(file: string): string {
  const text = decodeUtf8(readNamedFile(file, BODY_BYTES_MAX), file).trim();
  const fault = findFault(text);
  if (fault !== undefined) throw new Error(`${file}: ${fault}`);
  return text;
}

function decodeUtf8(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${file}: not UTF-8: save the file as UTF-8`);
  }
}

/** Undefined when the text is a transaction. */
function findFault(text: string): string | undefined {
  if (text.startsWith('[')) return 'an array: give one transaction, a JSON object';
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const reads = lines.map(readTransaction);
  if (lines.length > 1 && reads.every((one) => one.ok || one.code !== 'MALFORMED')) {
    return `${lines.length} JSON texts: give one transaction, a JSON object`;
  }
  const read = readTransaction(text);
  if (read.ok) return undefined;
  if (read.code !== 'INVALID') return sanitize(read.detail, 200);
  return read.errors
    .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
    .join('; ');
}
