// Plans and runs the self-test: every tally, correct or with a seeded fault, in every topology, once per
// seed, in an order that the seed decides. For each run it starts a fresh service, lets the checker judge
// it as a black box, and compares the verdict with the expected one. Main thread; it prints nothing.

import { runStages } from '../checker/driver/run-check.js';
import { parseTarget } from '../checker/driver/target-options.js';
import { random, shuffled } from '../checker/random.js';
import { formatEvidence } from '../checker/report/terminal.js';
import { formatError } from '../present/text.js';
import { findSeededFault, SEEDED_FAULT_NAMES } from '../tally/faults/seeded-faults.js';
import { TALLY_KINDS, type TallyName } from '../tally/tally.js';
import { assessVisibility } from '../topologies/fault-visibility.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../topologies/topology.js';
import type { Verdict } from '../verdict.js';
import { StartError, startService } from './started-service.js';

/** Requests in all at the end of each stage; the report gives the share caught within each. */
export const STAGES = [1_000, 10_000, 100_000] as const;

/**
 * - `caught`, `missed`: a fault that can show here; the verdict was `violated`, or it was not;
 * - `passed`: no fault can show here, and the verdict was `ok`;
 * - `alarm`: no fault can show here, and the verdict was another one. `unknown` is an alarm too:
 *   nothing happened that explains it.
 */
export type SelfTestOutcome = 'caught' | 'missed' | 'passed' | 'alarm';

/** What the checker found in one run. */
export interface RunFindings {
  /** Requests in all when the verdict first was `violated`; null for never. */
  readonly caughtWithin: number | null;
  readonly verdict: Verdict;
  /** The verdict in a sentence. */
  readonly answer: string;
  /** The conditions that failed, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** The gravest findings in words, each with its operations. */
  readonly evidence: readonly string[];
  readonly requests: number;
  readonly reads: number;
  readonly callers: number;
  readonly durationMs: number;
  /** The exit code of the service after SIGTERM. */
  readonly exitCode: number | null;
}

export interface SelfTestRun extends PlannedRun, RunFindings {
  readonly outcome: SelfTestOutcome;
}

export interface SelfTestResult {
  readonly plan: SelfTestPlan;
  readonly runs: readonly SelfTestRun[];
  /** It was interrupted. */
  readonly partial: boolean;
}

/** Callbacks during a self-test. */
export interface SelfTestWatch {
  readonly begins: (planned: PlannedRun) => void;
  /** A request is over. */
  readonly adds: () => void;
  readonly ends: (run: SelfTestRun) => void;
}

export type ServiceCheck = (
  planned: PlannedRun,
  requests: number,
  signal: AbortSignal,
  onAdd: () => void,
) => Promise<RunFindings>;

const CALLERS = { min: 8, max: 64 } as const;
/** Only reads show the faults `stale` and `torn`. */
const READS_PER_SECOND = 200;
/** No other client can count, so a short look at rest is enough. */
const REST_MS = 20;
const TIMEOUT_MS = 10_000;
const FINDINGS_MAX = 3;

/** `check` is replaced by tests. @throws StartError when a service does not start */
export async function runSelfTest(
  flags: SelfTestFlags,
  signal: AbortSignal,
  watch: SelfTestWatch,
  check: ServiceCheck = checkService,
): Promise<SelfTestResult> {
  const plan = planSelfTest(flags);
  const runs: SelfTestRun[] = [];
  for (const planned of plan.runs) {
    if (signal.aborted) break;
    watch.begins(planned);
    const findings = await check(planned, flags.requests, signal, watch.adds).catch((error) => {
      if (error instanceof StartError) throw error;
      return { ...NO_FINDINGS, answer: `the run failed: ${formatError(error)}` };
    });
    // What an interrupted run saw proves nothing about the checker.
    if (signal.aborted) break;
    const run = { ...planned, ...findings, outcome: classifyRun(planned, findings) };
    runs.push(run);
    watch.ends(run);
  }
  return { plan, runs, partial: signal.aborted };
}

/** Starts a service, checks it and ends it. @throws Error when it does not start or answer */
export const checkService: ServiceCheck = async (planned, requests, signal, onAdd) => {
  const { topology, tally, expected } = planned;
  const seed = computeRunSeed(planned);
  const callers = CALLERS.min + Math.floor(random(seed)() * (CALLERS.max - CALLERS.min + 1));
  const flags = ['--topology', topology, '--tally', tally, '--threads', String(THREADS)];
  const service = await startService(flags);
  try {
    const target = await parseTarget(service.url, { timeoutMs: TIMEOUT_MS, seed });
    const { caughtWithin, run } = await runStages({
      target,
      callers,
      readsPerSecond: READS_PER_SECOND,
      seed,
      alone: true,
      stages: expected === 'violated' ? STAGES : [requests],
      restMs: REST_MS,
      signal,
      onAdd,
    });
    const { judgement, history, verdict, answer, durationMs } = run;
    return {
      caughtWithin,
      verdict,
      answer,
      failures: judgement.failures,
      evidence: judgement.findings.slice(0, FINDINGS_MAX).flatMap((one) => formatEvidence(one, run)),
      requests: history.adds.length,
      reads: history.reads.length,
      callers,
      durationMs,
      exitCode: await service.stop(),
    };
  } finally {
    await service.stop();
  }
};

const NO_FINDINGS: RunFindings = {
  caughtWithin: null,
  verdict: 'unknown',
  answer: '',
  failures: {},
  evidence: [],
  requests: 0,
  reads: 0,
  callers: 0,
  durationMs: 0,
  exitCode: null,
};

function classifyRun({ expected }: PlannedRun, { verdict, exitCode }: RunFindings): SelfTestOutcome {
  if (expected === 'violated') return verdict === 'violated' ? 'caught' : 'missed';
  return verdict === 'ok' && exitCode === 0 ? 'passed' : 'alarm';
}

export interface SelfTestFlags {
  /** The number of seeds, from `seed` on. */
  readonly seeds: number;
  readonly seed: number;
  /** Requests of a run without a fault. */
  readonly requests: number;
  /** Only this one; undefined for all. */
  readonly topology?: TopologyName;
  readonly tally?: TallyName;
  readonly json: boolean;
}

export const SELF_TEST_DEFAULTS: SelfTestFlags = {
  seeds: 20,
  seed: 1,
  requests: 2_000,
  json: false,
};

export const TALLY_NAMES: readonly TallyName[] = [...TALLY_KINDS, ...SEEDED_FAULT_NAMES];

/** Task workers, listening threads or processes: two on every machine, the fewest that can race. */
export const THREADS = 2;

/** One tally in one topology, and the verdict expected of the checker. */
export interface Combination {
  readonly topology: TopologyName;
  readonly tally: TallyName;
  /** The tally is correct; the name is that of the JSON. */
  readonly isHonest: boolean;
  /** `violated`: the tally has a fault, and the fault can show in this topology. */
  readonly expected: 'ok' | 'violated';
  /** How the fault shows here, or why it cannot; null for a correct tally. */
  readonly why: string | null;
  /** At least one of these conditions should fail. */
  readonly conditions: readonly string[];
}

export interface PlannedRun extends Combination {
  readonly seed: number;
}

export interface SelfTestPlan {
  readonly combinations: readonly Combination[];
  readonly runs: readonly PlannedRun[];
  /** Topologies that cannot run here, with the reason. */
  readonly unavailable: readonly { readonly topology: TopologyName; readonly reason: string }[];
}

type PlanFlags = Pick<SelfTestFlags, 'seeds' | 'seed' | 'topology' | 'tally'>;

export function planSelfTest({ seeds, seed, topology, tally }: PlanFlags): SelfTestPlan {
  const topologies = TOPOLOGY_NAMES.filter((name) => name === (topology ?? name));
  const missing = topologies.flatMap((name) => {
    const reason = unavailable(name);
    return reason === undefined ? [] : [{ topology: name, reason }];
  });
  const available = topologies.filter((name) => unavailable(name) === undefined);
  const tallies = TALLY_NAMES.filter((name) => name === (tally ?? name));
  const combinations = tallies.flatMap((each) => available.map((name) => combine(each, name)));
  const runs = Array.from({ length: seeds }, (_, at) => {
    const planned = combinations.map((one) => ({ ...one, seed: seed + at }));
    return shuffled(planned, random(seed + at));
  });
  return { combinations, runs: runs.flat(), unavailable: missing };
}

function combine(tally: TallyName, topology: TopologyName): Combination {
  const fault = findSeededFault(tally);
  const correct = { topology, tally, isHonest: true, expected: 'ok', why: null } as const;
  if (fault === undefined) return { ...correct, conditions: [] };
  const { isVisible, why, conditions } = assessVisibility(fault, topology, THREADS);
  return { ...correct, isHonest: false, expected: isVisible ? 'violated' : 'ok', why, conditions };
}

/** The seed of one run (FNV-1a). It does not depend on the other runs of the plan. */
export function computeRunSeed({ topology, tally, seed }: PlannedRun): number {
  let hash = 0x811c9dc5;
  for (const letter of `${tally} ${topology} ${seed}`) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
