// The shapes that the runner, the scenarios and the report share: a scenario has variants to measure and
// claims about them; a sample is one measurement of one variant. Also the table of metrics.

import type { TopologyName } from '../../src/topologies/topology.js';
import type { Peer } from '../peers/peers.js';
import type { Plan, PlanScale } from './plan.js';
import type { ProbeTimes } from './validity.js';

interface MetricRow {
  readonly says: string;
  readonly unit: string;
  readonly digits: number;
  readonly isHigherBetter: boolean;
  /** How a run went, not how well: compared only when it is asked for. */
  readonly isContext?: true;
  /** By the server's own account: shown in a table of its own. */
  readonly isInside?: true;
}

/** A row of context, in which less is better where anything is. */
const context = (says: string, unit: string, digits: number) =>
  ({ says, unit, digits, isHigherBetter: false, isContext: true }) as const;

const inside = (says: string, unit: string, digits: number) =>
  ({ ...context(says, unit, digits), isInside: true }) as const;

const ROWS = {
  perSecond: { says: 'answered', unit: '/s', digits: 0, isHigherBetter: true },
  meanMs: { says: 'mean', unit: 'ms', digits: 2, isHigherBetter: false },
  p50Ms: { says: 'p50', unit: 'ms', digits: 2, isHigherBetter: false },
  p99Ms: { says: 'p99', unit: 'ms', digits: 2, isHigherBetter: false },
  p999Ms: { says: 'p99.9', unit: 'ms', digits: 2, isHigherBetter: false },
  maxMs: { says: 'longest', unit: 'ms', digits: 2, isHigherBetter: false },
  serviceP50Ms: { says: 'service time p50', unit: 'ms', digits: 2, isHigherBetter: false },
  serviceP99Ms: { says: 'service time p99', unit: 'ms', digits: 2, isHigherBetter: false },
  serviceP999Ms: { says: 'service time p99.9', unit: 'ms', digits: 2, isHigherBetter: false },
  transactionsPerSecond: { says: 'transactions', unit: '/s', digits: 0, isHigherBetter: true },
  healthP50Ms: { says: '/health p50', unit: 'ms', digits: 2, isHigherBetter: false },
  healthP99Ms: { says: '/health p99', unit: 'ms', digits: 2, isHigherBetter: false },
  peakPerSecond: { says: 'peak', unit: '/s', digits: 0, isHigherBetter: true },
  offeredPerSecond: context('offered', '/s', 0),
  goodputPerSecond: { says: 'goodput', unit: '/s', digits: 0, isHigherBetter: true },
  acceptedP99Ms: { says: 'accepted p99', unit: 'ms', digits: 2, isHigherBetter: false },
  boundMs: context('bound by queue and slice', 'ms', 2),
  shedSeen: context('503 seen', '', 0),
  shedCounted: context('503 counted', '', 0),
  foundNoPlace: context('found no place', '', 0),
  latenessP99Ms: context('generator late p99', 'ms', 2),
  generatorCpu: context('generator CPU', 'cores', 2),
  requests: context('requests', '', 0),
  minutes: context('took', 'min', 2),
  rssFirstMB: { says: 'RSS at half', unit: 'MB', digits: 1, isHigherBetter: false },
  rssLastMB: { says: 'RSS at the end', unit: 'MB', digits: 1, isHigherBetter: false },
  rssSamples: context('RSS samples fitted', '', 0),
  slopeBytes: { says: 'growth', unit: 'bytes/request', digits: 3, isHigherBetter: false },
  slopeLowBytes: context('at least', 'bytes/request', 3),
  slopeHighBytes: context('at most', 'bytes/request', 3),
  nsPerAdd: { says: 'an add', unit: 'ns', digits: 1, isHigherBetter: false },
  cpuNsPerAdd: { says: 'CPU of an add', unit: 'ns', digits: 1, isHigherBetter: false },
  lostPercent: { says: 'lost', unit: '%', digits: 2, isHigherBetter: false },
  adds: context('adds', '', 0),
  togetherPercent: context('at the same time', '%', 0),
  tripP50Us: { says: 'there and back p50', unit: 'us', digits: 1, isHigherBetter: false },
  tripP99Us: { says: 'there and back p99', unit: 'us', digits: 1, isHigherBetter: false },
  cpuUsPerTask: { says: 'CPU of a task', unit: 'us', digits: 1, isHigherBetter: false },
  timerLateMs: { says: 'timer late p50', unit: 'ms', digits: 2, isHigherBetter: false },
  frozenPercent: { says: 'timers frozen', unit: '%', digits: 0, isHigherBetter: false },
  samples: context('samples', '', 0),
  atRateP99Ms: { says: 'p99 at the asked rate', unit: 'ms', digits: 2, isHigherBetter: false },
  keptUp: { says: 'kept up with it', unit: '', digits: 3, isHigherBetter: true },
  queueMeanMs: inside('queue mean', 'ms', 3),
  queueP99Ms: inside('queue p99 (of buckets)', 'ms', 3),
  dispatchMeanMs: inside('dispatch mean', 'ms', 3),
  dispatchP99Ms: inside('dispatch p99 (of buckets)', 'ms', 3),
  scoreMeanMs: inside('score mean', 'ms', 3),
  scoreP99Ms: inside('score p99 (of buckets)', 'ms', 3),
  totalMeanMs: inside('in the server mean', 'ms', 3),
  totalP99Ms: inside('in the server p99 (of buckets)', 'ms', 3),
  serverCpuSeconds: inside('server CPU', 's', 2),
  serverRssMB: inside('server RSS', 'MB', 1),
  loopDelayP99Ms: inside('event loop delay p99 (10 when idle)', 'ms', 1),
  gcSeconds: inside('GC', 's', 3),
  listenerBusyPercent: inside('listener, event loop busy', '%', 0),
  taskWorkerBusyPercent: inside('a task worker, event loop busy', '%', 0),
  listenerCpuPercent: inside('listener, CPU', '%', 0),
  taskWorkerCpuPercent: inside('a task worker, CPU', '%', 0),
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof ROWS;
export const METRICS: Readonly<Record<MetricName, MetricRow>> = ROWS;

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

export type Values = Readonly<Partial<Record<MetricName, number>>>;

/** What a scenario varies besides the server, and how a row's name says it. */
const SETTINGS = {
  connections: (value: number) => `${value} connection${value === 1 ? '' : 's'}`,
  bodyBytes: (value: number) => `${value / 1000} kB`,
  batchBytes: (value: number) => `${value / 1000} kB in a batch`,
  ofPeak: (value: number) => `at ${value} of the peak`,
} as const;

export interface Setting {
  readonly name: keyof typeof SETTINGS;
  readonly value: number;
}

/** One way to start a server and to load it, or what is measured without one. */
export interface Variant {
  /** `bare`: a node:http handler; `peer`: the server below; `none`: no server. */
  readonly topology: TopologyName | 'bare' | 'peer' | 'none';
  readonly peer?: Peer;
  /** Task workers, listening threads or processes, or adding threads; 0 where there are none. */
  readonly threads: number;
  readonly workUs: number;
  /** Further flags of `serve`. */
  readonly flags: readonly string[];
  /** Its place on a curve. */
  readonly at?: Setting;
  /** Where topology, threads and work do not distinguish it. */
  readonly name?: string;
}

export function nameVariant({ topology, threads, workUs, at, name }: Variant): string {
  if (name !== undefined) return name;
  const times = threads === 0 ? '' : ` x${threads}`;
  const place = at === undefined ? '' : `, ${SETTINGS[at.name](at.value)}`;
  return `${topology}${times} + ${workUs} us${place}`;
}

export interface Readings {
  readonly values: Values;
  /** Why a value is NaN, by its name. */
  readonly unknown?: Readonly<Partial<Record<MetricName, string>>>;
}

export interface Measurement extends Readings {
  /** What the report says of a run that counts. */
  readonly notes?: readonly string[];
  /** Why the run does not count; undefined for a valid one. */
  readonly discardReason: string | undefined;
}

export interface RunAttempt extends Measurement {
  readonly spins?: ProbeTimes;
}

export interface Sample extends RunAttempt {
  readonly scenario: string;
  readonly variant: string;
  readonly topology: string;
  readonly threads: number;
  readonly workUs: number;
  readonly at?: Setting;
  readonly round: number;
  /** Its place in the order of the round, from 1. */
  readonly order: number;
  /** The same run before, void since the machine was busy. */
  readonly earlier?: readonly RunAttempt[];
}

export type ClaimTarget =
  | { readonly atLeast: number }
  | { readonly atMost: number }
  /** In every round. */
  | { readonly always: number }
  /** The interval reaches down to zero. */
  | { readonly growth: 'none seen' };

/** About a value of a variant, or its ratio to another's in the same round. */
export interface Claim {
  /** In words, without the scenario's name. */
  readonly says: string;
  readonly metric: MetricName;
  /** A variant's name. */
  readonly of: string;
  /** Empty: no ratio. Several: the one with the best median. */
  readonly against: readonly string[];
  /** For a ratio of two metrics of the same run. */
  readonly againstMetric?: MetricName;
  /** For a value that comes with an interval. */
  readonly interval?: readonly [low: MetricName, high: MetricName];
  /** False: neither is faster or slower. */
  readonly isSpeed?: boolean;
  readonly target: ClaimTarget | undefined;
}

export interface RunContext {
  readonly plan: Plan;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface Scenario {
  readonly about: string;
  readonly isDefault: boolean;
  /** Overrules a larger number of the plan. */
  readonly roundsMax?: Readonly<Partial<Record<PlanScale, number>>>;
  /** Estimate for a run, without start and end; default: warm-up and load of the plan. */
  readonly loadSeconds?: (plan: Plan) => number;
  readonly variants: (plan: Plan) => readonly Variant[];
  /** Only those whose variants are all measured are judged. */
  readonly claims: (plan: Plan) => readonly Claim[];
  readonly measure: (variant: Variant, context: RunContext, round: number) => Promise<Measurement>;
  /** Parts that cannot run here. */
  readonly unavailable?: () => readonly (readonly [what: string, reason: string])[];
}

export type NamedScenario = readonly [name: string, scenario: Scenario];

export function countRounds({ roundsMax }: Scenario, { rounds, scale }: Plan): number {
  return Math.min(rounds, roundsMax?.[scale] ?? rounds);
}
