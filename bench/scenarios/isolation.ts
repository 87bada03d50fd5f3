// Who can still answer while the service is saturated with 2 ms of work: GET /health asked at a
// steady rate by a client of its own, latency from the intended start.

import { withOpenLoop } from '../load/generator.js';
import { checkHealthProbes, createHealthJob, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Scenario, Variant } from '../runner/scenario.js';
import { secondsFor, supported } from '../stats/percentiles.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const WORK_US = 2_000;
const PROBES_PER_SECOND = 500;
/** Enough for an event loop that is busy for one second: else the probe itself would be late. */
const PROBE_CONNECTIONS = 500;

function variants({ taskWorkers, scale }: Plan) {
  const pooled = scale === 'quick' ? ['batched'] : ['pool', 'batched'];
  return rows([
    variant('inline', 0, WORK_US),
    ...taskWorkers.flatMap((threads) => pooled.map((name) => variant(name, threads, WORK_US))),
  ]);
}

function claims(plan: Plan): readonly Claim[] {
  const against = [rowName('inline', 0, WORK_US)];
  const claim = (name: string, threads: number, target: Claim['target']): Claim => {
    const of = rowName(name, threads, WORK_US);
    return { says: `/health p99 under ${of}`, metric: 'healthP99Ms', of, against, target };
  };
  const all = plan.taskWorkers.flatMap((threads) => [
    claim('pool', threads, undefined),
    claim('batched', threads, { atMost: 1 / 50 }),
  ]);
  return claimsOn(variants(plan), all);
}

async function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const { limits } = context.plan;
  const seconds = secondsFor(PROBES_PER_SECOND, context.plan);
  return withServer(row, context, ({ server, score }) =>
    withOpenLoop(context.signal, async (probe) => {
      const job = createHealthJob(server.url, PROBES_PER_SECOND, PROBE_CONNECTIONS);
      await probe.load({ ...job, seconds: 0.1 }); // its connections and compilations
      const [{ load, reason, notes }, health] = await Promise.all([
        score({ seconds }),
        probe.load({ ...job, seconds }),
      ]);
      const { latency, lateness } = health;
      const probeReason = checkHealthProbes(health, limits);
      const values = {
        perSecond: load.perSecond,
        healthP50Ms: latency.p50Ms,
        healthP99Ms: latency.p99Ms,
        latenessP99Ms: lateness.p99Ms,
        generatorCpu: load.cpuShare,
      };
      const percents = { healthP50Ms: 50, healthP99Ms: 99 };
      const readings = supported(values, percents, latency.samples, limits);
      return { ...readings, notes, discardReason: reason ?? probeReason };
    }),
  );
}

export const isolation: Scenario = {
  about: 'p99 of GET /health while 2 ms of work saturates the service',
  isDefault: true,
  loadSeconds: (plan) => plan.warmSeconds + secondsFor(PROBES_PER_SECOND, plan),
  variants,
  claims,
  measure,
};
