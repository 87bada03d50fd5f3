// What samples come to: verdicts on the claims, medians with intervals, what cannot be had. Pure:
// the one place that draws the intervals of a run, so that its text (summary.ts) and its JSON
// (summary-json.ts) say the same.

import type { Plan } from '../runner/plan.js';
import { findMetric, type MetricName, type Sample, type Scenario } from '../runner/scenario.js';
import { bootstrapMedian, type ConfidenceInterval } from './statistics.js';
import { judge, type Verdict } from './verdicts.js';

export type Scenarios = readonly (readonly [name: string, scenario: Scenario])[];

export interface Conclusion {
  readonly verdicts: readonly { readonly scenario: string; readonly verdict: Verdict }[];
  /** What a scenario says beyond its claims. */
  readonly sayings: readonly { readonly scenario: string; readonly lines: readonly string[] }[];
  readonly medians: readonly Medians[];
  readonly unavailable: readonly Unavailable[];
  /** Whether a target was clearly missed. */
  readonly isMissed: boolean;
}

/** Of one variant, over its valid rounds. */
export interface Medians {
  readonly scenario: string;
  readonly variant: string;
  /** Valid rounds. */
  readonly n: number;
  /** Of what is seen from outside; a value that is unknown in every round has null. */
  readonly values: readonly (readonly [metric: MetricName, interval: ConfidenceInterval | null])[];
}

interface Unavailable {
  readonly scenario: string;
  /** Undefined: all of it. */
  readonly what: string | undefined;
  readonly reason: string;
}

/** `next` is the random source of the intervals. */
export function conclude(
  scenarios: Scenarios,
  samples: readonly Sample[],
  plan: Plan,
  next: () => number,
): Conclusion {
  const own = (name: string) => samples.filter((sample) => sample.scenario === name);
  const verdicts = scenarios.flatMap(([name, scenario]) =>
    scenario.claims(plan).map((claim) => {
      return { scenario: name, verdict: judge(claim, own(name), next) };
    }),
  );
  const sayings = scenarios.flatMap(([name, { summary }]) => {
    const lines = summary?.(own(name), plan, next) ?? [];
    return lines.length === 0 ? [] : [{ scenario: name, lines }];
  });
  return {
    verdicts,
    sayings,
    medians: mediansOf(samples, next),
    unavailable: scenarios.flatMap((one) => missingOf(one, plan)),
    isMissed: verdicts.some(({ verdict }) => verdict.met === 'no'),
  };
}

function missingOf([name, scenario]: Scenarios[number], plan: Plan): Unavailable[] {
  const parts = scenario.unavailable?.() ?? [];
  const isEmpty = scenario.variants(plan).length === 0;
  const all = { what: undefined, reason: 'the service has none of its topologies' };
  return [...parts.map(([what, reason]) => ({ what, reason })), ...(isEmpty ? [all] : [])].map(
    (one) => ({ scenario: name, ...one }),
  );
}

function mediansOf(samples: readonly Sample[], next: () => number): Medians[] {
  return namesOf(samples).map((name) => {
    const own = samples.filter((sample) => nameOfRow(sample) === name);
    const valid = own.filter((sample) => sample.discardReason === undefined);
    const { scenario = '', variant = '' } = own[0] ?? {};
    const metrics = (Object.keys(valid[0]?.values ?? {}) as MetricName[]).filter(isOutside);
    const values = metrics.map((metric) => {
      const known = numbersOf(valid, metric);
      return [metric, known.length === 0 ? null : bootstrapMedian(known, next)] as const;
    });
    return { scenario, variant, n: valid.length, values };
  });
}

export function isOutside(metric: MetricName): boolean {
  return findMetric(metric).isInside !== true;
}

export function nameOfRow({ scenario, variant }: Pick<Sample, 'scenario' | 'variant'>): string {
  return `${scenario}: ${variant}`;
}

export function namesOf(samples: readonly Sample[]): string[] {
  const names = [...new Set(samples.map(nameOfRow))];
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** An unknown value is left out: its reason is said elsewhere. */
export function numbersOf(samples: readonly Sample[], metric: MetricName): number[] {
  const values = samples.map(({ values }) => values[metric] ?? Number.NaN);
  return values.filter((value) => !Number.isNaN(value));
}
