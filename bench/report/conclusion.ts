// What a session's samples show: verdicts on the claims, medians with intervals, and what is unavailable; as
// data for the terminal and as JSON. Pure.

import type { Plan, Planned } from '../runner/plan.js';
import { CONDITIONS, type Conditions } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { METRICS, type MetricName, type NamedScenario, type Sample } from '../runner/scenario.js';
import type { BenchSession } from '../runner/session.js';
import { claimsOn } from '../scenarios/variants.js';
import { compareNames, createScenarioData, type ScenarioData } from '../stats/scenario-data.js';
import type { ConfidenceInterval } from '../stats/statistics.js';
import type { ClaimVerdict } from '../stats/verdicts.js';
import type { Section } from './model.js';

export interface Conclusion {
  readonly verdicts: readonly { readonly scenario: string; readonly verdict: ClaimVerdict }[];
  readonly medians: readonly VariantMedians[];
  readonly unavailable: readonly Unavailable[];
  readonly isMissed: boolean;
}

export interface VariantMedians {
  readonly scenario: string;
  readonly variant: string;
  readonly n: number;
  /** Null where a value is unknown in every round. */
  readonly values: readonly (readonly [metric: MetricName, interval: ConfidenceInterval | null])[];
}

interface Unavailable {
  readonly scenario: string;
  /** Undefined: all of it. */
  readonly what: string | undefined;
  readonly reason: string;
}

export function conclude(
  scenarios: readonly NamedScenario[],
  samples: readonly Sample[],
  plan: Plan,
): Conclusion {
  const names = new Set([...scenarios.map(([name]) => name), ...samples.map(({ scenario }) => scenario)]);
  const all = new Map(
    [...names].map((name) => {
      const own = samples.filter(({ scenario }) => scenario === name);
      return [name, createScenarioData(name, own, plan.seed)] as const;
    }),
  );
  const verdicts = scenarios.flatMap(([name, { variants, claims }]) =>
    claimsOn(variants(plan), claims(plan)).flatMap((claim) => {
      const verdict = all.get(name)?.judge(claim);
      return verdict === undefined ? [] : [{ scenario: name, verdict }];
    }),
  );
  return {
    verdicts,
    medians: [...all.values()].flatMap(listMedians),
    unavailable: scenarios.flatMap((one) => listUnavailable(one, plan)),
    isMissed: verdicts.some(({ verdict }) => verdict.met === 'no'),
  };
}

function listUnavailable([name, scenario]: NamedScenario, plan: Plan): Unavailable[] {
  const parts = (scenario.unavailable?.() ?? []).map(([what, reason]) => ({ what, reason }));
  const isEmpty = scenario.variants(plan).length === 0;
  const all = { what: undefined, reason: 'the service has none of its topologies' };
  return [...parts, ...(isEmpty ? [all] : [])].map((one) => ({ scenario: name, ...one }));
}

function listMedians(data: ScenarioData): readonly VariantMedians[] {
  const runs = [...data.valid, ...data.discarded];
  const variants = [...new Set(runs.map(({ variant }) => variant))].sort(compareNames);
  return variants.map((variant) => {
    const valid = data.valid.filter((run) => run.variant === variant);
    const metrics = Object.keys(valid[0]?.values ?? {}) as MetricName[];
    const values = metrics.filter(isOutside).map((metric) => {
      const interval = data.median(variant, metric);
      return [metric, interval.n === 0 ? null : interval] as const;
    });
    return { scenario: data.scenario, variant, n: valid.length, values };
  });
}

/** Not from the server's metrics. */
export function isOutside(metric: MetricName): boolean {
  return METRICS[metric].isInside !== true;
}

/** The session as its file has it, for the sections of the report. */
export function convertSession(session: BenchSession, command: string): Results {
  const { environment, plan, planned, samples, session: id } = session;
  const { limits, ...shown } = plan;
  const conditions = Object.fromEntries(
    CONDITIONS.map((name) => [name, { ...plan, ...environment }[name]]),
  ) as Conditions;
  const line = { session: id, startedAt: '', command, plan: shown, planned, ...environment };
  const runs = samples.map((sample) => {
    return { ...sample, ...environment, session: id, conditions, line: 0 };
  });
  return { sessions: [line], runs, asks: [], selfTests: [] };
}

/** Grows when the document changes in a way that its readers must know. */
const SCHEMA = 1;

/** JSON has no NaN: an unknown number is null. */
export function conclusionJson(
  { session, environment, samples, total, plan, planned }: BenchSession,
  { verdicts, medians, unavailable, isMissed }: Conclusion,
  sections: readonly Section[],
): object {
  const { limits, ...shown } = plan;
  return {
    schema: SCHEMA,
    session,
    seed: plan.seed,
    partial: samples.length < total,
    planned: total,
    made: samples.length,
    scenarios: planned.map((one) => countRuns(one, samples)),
    isMissed,
    verdicts: verdicts.map(({ scenario, verdict: { claim, against, measured, met, words } }) => {
      const { says, metric, of, target = null } = claim;
      const compared = { of, against: against ?? null };
      return { scenario, says, metric, ...compared, target, measured, met, seen: words };
    }),
    medians: medians.map(({ values, ...variant }) => {
      const entries = values.map(([metric, interval]) => {
        return [metric, interval === null ? null : { ...interval, unit: METRICS[metric].unit }];
      });
      return { ...variant, values: Object.fromEntries(entries) };
    }),
    voids: samples.flatMap(({ scenario, variant, round, discardReason: reason }) => {
      return reason === undefined ? [] : [{ scenario, variant, round, reason }];
    }),
    sayings: sections.map(({ scenario, says }) => ({ scenario, lines: says })),
    unavailable,
    plan: shown,
    environment,
  };
}

function countRuns({ scenario, variants, rounds }: Planned, samples: readonly Sample[]) {
  const made = samples.filter((sample) => sample.scenario === scenario).length;
  return { scenario, variants, rounds, planned: variants * rounds, made };
}
