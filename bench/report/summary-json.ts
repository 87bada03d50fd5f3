// What a run says at its end, as one JSON document for programs: the same verdicts and medians as
// its text has. Pure. NaN becomes null, as everywhere in JSON.

import type { Planned } from '../runner/plan.js';
import { METRICS, type Sample } from '../runner/scenario.js';
import type { Session } from '../runner/session.js';
import type { Conclusion } from '../stats/conclusion.js';

/** Grows when the document changes in a way that its readers must know of. */
const SCHEMA = 1;

export function summaryJson(
  { session, environment, samples, total, plan, planned }: Session,
  { verdicts, medians, sayings, unavailable, isMissed }: Conclusion,
): object {
  const { limits, ...shown } = plan;
  return {
    schema: SCHEMA,
    session,
    seed: plan.seed,
    partial: samples.length < total,
    planned: total,
    made: samples.length,
    scenarios: planned.map((one) => scenarioJson(one, samples)),
    isMissed,
    verdicts: verdicts.map(({ scenario, verdict: { claim, against, measured, met, words } }) => {
      const { says, metric, of, target = null } = claim;
      const compared = { of, against: against ?? null };
      return { scenario, says, metric, ...compared, target, measured, met, seen: words };
    }),
    medians: medians.map(({ values, ...row }) => {
      const entries = values.map(([metric, interval]) => {
        return [metric, interval === null ? null : { ...interval, unit: METRICS[metric].unit }];
      });
      return { ...row, values: Object.fromEntries(entries) };
    }),
    voids: samples.flatMap(({ scenario, variant, round, discardReason: reason }) => {
      return reason === undefined ? [] : [{ scenario, variant, round, reason }];
    }),
    sayings,
    unavailable,
    plan: shown,
    environment,
  };
}

function scenarioJson({ scenario, variants, rounds }: Planned, samples: readonly Sample[]) {
  const made = samples.filter((sample) => sample.scenario === scenario).length;
  return { scenario, variants, rounds, planned: variants * rounds, made };
}
