// How latency grows with the load, and what is left of throughput past the peak. The peak is measured
// in a closed loop; then an open loop offers a share of it to the same process, with Poisson
// arrivals. Latency counts from the intended start, service time from the real start.

import { type OpenLoad, withOpenLoop } from '../load/generator.js';
import { BODY, EXPECT } from '../load/transaction.js';
import type { ReportedScenario } from '../report/model.js';
import { checkOpenScore, explainMissingPeak, loadAndCount, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, Readings, RunContext, Variant } from '../runner/scenario.js';
import type { Limits } from '../runner/validity.js';
import { secondsFor, supported, together } from '../stats/percentiles.js';
import { describeLatencyUnderLoad } from './latency-under-load-section.js';
import { claimsOn, executors, rowName, rows, variant } from './variants.js';

const WORK_US = 500;
/**
 * Requests in flight at most. Past the peak they pile up; a request without a place waits in the
 * generator, and its latency includes that wait, its service time does not.
 */
const IN_FLIGHT_MAX = { full: 2_048, quick: 2_048, smoke: 256 };
const at = (value: number) => ({ name: 'ofPeak', value }) as const;

function variants(plan: Plan): readonly Variant[] {
  return rows(
    executors(plan).flatMap(([name, threads]) =>
      plan.ofPeak.map((share) => variant(name, threads, WORK_US, [], at(share))),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  const all = executors(plan).flatMap(([name, threads]) =>
    plan.ofPeak.flatMap((share): Claim[] => {
      const of = rowName(name, threads, WORK_US, at(share));
      const inline = rowName('inline', 0, WORK_US, at(share));
      const target = undefined;
      const p99: Claim = { says: `p99 of ${of}`, metric: 'p99Ms', of, against: [inline], target };
      const goodput: Claim = {
        says: `goodput / peak of ${of}`,
        metric: 'goodputPerSecond',
        of,
        against: [],
        againstMetric: 'peakPerSecond',
        target,
      };
      return [...(name === 'inline' ? [] : [p99]), ...(share < 1 ? [] : [goodput])];
    }),
  );
  return claimsOn(variants(plan), all);
}

async function measure(row: Variant, context: RunContext, round: number): Promise<Measurement> {
  const { plan } = context;
  return withServer(row, context, (stand) =>
    withOpenLoop(context.signal, async (generator) => {
      const atPeak = await stand.score({ seconds: plan.seconds });
      const noPeak = explainMissingPeak(atPeak);
      if (noPeak !== undefined) return { values: {}, discardReason: noPeak };
      const { load: peak, notes } = atPeak;
      const perSecond = (row.at?.value ?? 1) * peak.perSecond;
      const job = {
        url: `${stand.server.url}/score`,
        body: BODY,
        expect: EXPECT,
        connections: IN_FLIGHT_MAX[plan.scale],
        opener: '/health',
        // Another order of chance in every round, the same for all variants.
        arrivals: { poisson: { seed: plan.seed * 1_000 + round } },
      };
      await generator.load({ ...job, perSecond: peak.perSecond / 2, seconds: 0.2 }); // its warm-up
      const offered = { ...job, perSecond, seconds: secondsFor(perSecond, plan) };
      const { load, counted } = await loadAndCount(stand.server, () => generator.load(offered));
      const rates = { peakPerSecond: peak.perSecond, offeredPerSecond: perSecond };
      const { values, unknown } = readOpenLoad(load, plan.limits);
      const why = checkOpenScore(load, counted, stand, plan, load.ownLateness);
      return { values: { ...rates, ...values }, unknown, notes, discardReason: why };
    }),
  );
}

const LATENCY = { p50Ms: 50, p99Ms: 99, p999Ms: 99.9 };
const SERVICE = { serviceP50Ms: 50, serviceP99Ms: 99, serviceP999Ms: 99.9 };

function readOpenLoad(load: OpenLoad, limits: Limits): Required<Readings> {
  const { latency, service, lateness, ownLateness } = load;
  const { samples, p50Ms, p99Ms, p999Ms } = latency;
  const served = {
    serviceP50Ms: service.p50Ms,
    serviceP99Ms: service.p99Ms,
    serviceP999Ms: service.p999Ms,
    shedSeen: load.shed,
    foundNoPlace: lateness.samples - ownLateness.samples,
    latenessP99Ms: lateness.p99Ms,
    generatorCpu: load.cpuShare,
  };
  const whole = { goodputPerSecond: load.perSecond, p50Ms, p99Ms, p999Ms };
  return together(
    supported(whole, LATENCY, samples, limits),
    supported(served, SERVICE, service.samples, limits),
  );
}

export const latencyUnderLoad: ReportedScenario = {
  about: 'latency and goodput in an open loop at 0.2 to 1.2 of the peak, at 500 us of work',
  isDefault: false,
  // The peak first.
  loadSeconds: (plan) => plan.warmSeconds + plan.seconds + secondsFor(500, plan),
  variants,
  claims,
  measure,
  describe: describeLatencyUnderLoad,
};
