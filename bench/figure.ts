// The shapes that the runner, the figures and the report share: a figure has variants to measure
// and claims about them; a sample is one measurement of one variant. Types, and the table of what
// is measured in which unit.

import type { TopologyName } from '../src/serve/topology.js';
import type { Plan } from './plan.js';
import type { Spins } from './validity.js';

export const METRICS = {
  perSecond: { says: 'answered', unit: '/s', digits: 0, isHigherBetter: true },
  meanMs: { says: 'mean', unit: 'ms', digits: 2, isHigherBetter: false },
  p50Ms: { says: 'p50', unit: 'ms', digits: 2, isHigherBetter: false },
  p99Ms: { says: 'p99', unit: 'ms', digits: 2, isHigherBetter: false },
  maxMs: { says: 'longest', unit: 'ms', digits: 2, isHigherBetter: false },
  healthP50Ms: { says: '/health p50', unit: 'ms', digits: 2, isHigherBetter: false },
  healthP99Ms: { says: '/health p99', unit: 'ms', digits: 2, isHigherBetter: false },
  peakPerSecond: { says: 'peak', unit: '/s', digits: 0, isHigherBetter: true },
  offeredPerSecond: { says: 'offered', unit: '/s', digits: 0, isHigherBetter: true },
  goodputPerSecond: { says: 'goodput', unit: '/s', digits: 0, isHigherBetter: true },
  acceptedP99Ms: { says: 'accepted p99', unit: 'ms', digits: 2, isHigherBetter: false },
  boundMs: { says: 'bound by queue and slice', unit: 'ms', digits: 2, isHigherBetter: false },
  shedSeen: { says: '503 seen', unit: '', digits: 0, isHigherBetter: true },
  shedCounted: { says: '503 counted', unit: '', digits: 0, isHigherBetter: true },
  latenessP99Ms: { says: 'generator late p99', unit: 'ms', digits: 2, isHigherBetter: false },
  generatorCpu: { says: 'generator CPU', unit: 'cores', digits: 2, isHigherBetter: false },
  requests: { says: 'requests', unit: '', digits: 0, isHigherBetter: true },
  minutes: { says: 'took', unit: 'min', digits: 2, isHigherBetter: false },
  rssFirstMB: { says: 'RSS at half', unit: 'MB', digits: 1, isHigherBetter: false },
  rssLastMB: { says: 'RSS at the end', unit: 'MB', digits: 1, isHigherBetter: false },
  rssSamples: { says: 'RSS samples fitted', unit: '', digits: 0, isHigherBetter: true },
  slopeBytes: { says: 'growth', unit: 'bytes/request', digits: 3, isHigherBetter: false },
  slopeLowBytes: { says: 'at least', unit: 'bytes/request', digits: 3, isHigherBetter: false },
  slopeHighBytes: { says: 'at most', unit: 'bytes/request', digits: 3, isHigherBetter: false },
} as const;

export type MetricName = keyof typeof METRICS;
export type Values = Readonly<Partial<Record<MetricName, number>>>;

/** One way to start a server. */
export interface Variant {
  /** `bare` is a node:http handler and no service of ours. */
  readonly topology: TopologyName | 'bare';
  /** Task workers or listening threads or processes; 0 where there are none. */
  readonly threads: number;
  readonly workUs: number;
  /** Further flags of `serve`. */
  readonly flags: readonly string[];
}

/** The name of a variant, the same for the same row. */
export function nameOf({ topology, threads, workUs }: Variant): string {
  const times = threads === 0 ? '' : ` x${threads}`;
  return `${topology}${times} + ${workUs} us`;
}

export interface Readings {
  readonly values: Values;
  /** Why a value is NaN, by its name. */
  readonly missing?: Readonly<Partial<Record<MetricName, string>>>;
}

export interface Measured extends Readings {
  /** What the report is to say of a run that counts. */
  readonly notes?: readonly string[];
  /** Why the run does not count; undefined for a valid one. */
  readonly void: string | undefined;
}

export interface Sample extends Measured {
  readonly figure: string;
  /** Its name; what it is made of follows. */
  readonly variant: string;
  readonly topology: string;
  readonly threads: number;
  readonly workUs: number;
  readonly round: number;
  /** Its place in the order of the round, from 1. */
  readonly order: number;
  /** What a fixed piece of work took around it. */
  readonly spins?: Spins;
}

export type Target =
  | { readonly atLeast: number }
  | { readonly atMost: number }
  /** Of every single round. */
  | { readonly always: number }
  /** Growth is not seen while the interval reaches down to zero. */
  | { readonly growth: 'none seen' };

/** What a figure says about its variants: a value, or its ratio to another's in the same round. */
export interface Claim {
  /** In words, without the figure's name. */
  readonly says: string;
  readonly metric: MetricName;
  /** The variant's name. */
  readonly of: string;
  /** Empty: no ratio. Several: the best of them, by its median. */
  readonly against: readonly string[];
  /** For a ratio of two metrics of the same run. */
  readonly againstMetric?: MetricName;
  /** For a value that comes with an interval of its own. */
  readonly interval?: readonly [low: MetricName, high: MetricName];
  /** Undefined: only to be seen. */
  readonly target: Target | undefined;
}

export interface Context {
  readonly plan: Plan;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** A line for whoever waits. */
  readonly tell: (line: string) => void;
}

export interface Figure {
  readonly about: string;
  readonly isDefault: boolean;
  /** At most so many rounds, whatever was asked. */
  readonly roundsMax: number;
  readonly variants: (plan: Plan) => readonly Variant[];
  readonly claims: (plan: Plan) => readonly Claim[];
  readonly measure: (variant: Variant, context: Context) => Promise<Measured>;
  /** Why a part of it cannot be had here: what, and the reason. */
  readonly unavailable?: () => readonly (readonly [what: string, reason: string])[];
}
