// What happens at twice the load that can be borne: the peak is measured in a closed loop, then an
// open loop offers two times as much to the same process. Good answers should go on at the rate of
// the peak, wait no longer than the queue is long, and every refusal should be counted once.

import { type OpenJob, withOpenLoop } from '../load/generator.js';
import { BODY, EXPECT } from '../load/transaction.js';
import { checkOpenScore, explainMissingPeak, growth, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import {
  type Claim,
  type Measurement,
  nameVariant,
  type RunContext,
  type Scenario,
  type Variant,
} from '../runner/scenario.js';
import { readMetric } from '../runner/server.js';
import { supported } from '../stats/percentiles.js';
import { rows, variant } from './variants.js';

const WORK_US = 500;
const QUEUE_MAX = 64;
/** What a batch may cost while much waits (four slices); two are under way a task worker. */
const BATCH_US = 2_000;
const BATCHES_UNDER_WAY = 2;
/** More than are accepted at any time, so that a refusal finds a place, and yet bounded. */
const IN_FLIGHT_MAX = 256;
const OFFERED = 2;
const SHED = 'two_callers_shed_total';

const TOPOLOGIES = ['pool', 'batched'];
const FLAGS = ['--queue-max', `${QUEUE_MAX}`];

function variants({ taskWorkers }: Plan) {
  return rows(
    taskWorkers.flatMap((threads) =>
      TOPOLOGIES.map((topology) => variant(topology, threads, WORK_US, FLAGS)),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  return variants(plan).flatMap((row): Claim[] => {
    const of = nameVariant(row);
    const topology: string = row.topology;
    const target = topology === 'batched' ? { atLeast: 0.9 } : undefined;
    return [
      {
        says: `goodput / peak of ${of}`,
        metric: 'goodputPerSecond',
        of,
        against: [],
        againstMetric: 'peakPerSecond',
        target,
      },
      {
        says: `accepted p99 / its bound of ${of}`,
        metric: 'acceptedP99Ms',
        of,
        against: [],
        againstMetric: 'boundMs',
        target: undefined,
      },
      {
        says: `503 seen / 503 counted of ${of}`,
        metric: 'shedSeen',
        of,
        against: [],
        againstMetric: 'shedCounted',
        target: { always: 1 },
      },
    ];
  });
}

/** Milliseconds: everything that may be ahead of an accepted request, at the rate of the peak. */
export function waitBoundMs(peakPerSecond: number, taskWorkers: number): number {
  const batch = Math.max(1, Math.round(BATCH_US / WORK_US));
  const ahead = QUEUE_MAX + BATCHES_UNDER_WAY * taskWorkers * batch;
  return ((ahead + 1) / peakPerSecond) * 1000;
}

async function measure(row: Variant, context: RunContext): Promise<Measurement> {
  return withServer(row, context, (stand) =>
    withOpenLoop(context.signal, async (generator) => {
      const { seconds } = context.plan;
      const atPeak = await stand.score({ seconds });
      const why = explainMissingPeak(atPeak);
      if (why !== undefined) return { values: {}, discardReason: why };
      const { load: peak, notes } = atPeak;
      const perSecond = OFFERED * peak.perSecond;
      const job: OpenJob = {
        url: `${stand.server.url}/score`,
        body: BODY,
        expect: EXPECT,
        perSecond,
        seconds,
        connections: IN_FLIGHT_MAX,
        opener: '/health',
      };
      await generator.load({ ...job, perSecond: peak.perSecond / 2, seconds: 0.2 }); // its warm-up
      const counters = async () => {
        const [shed] = await readMetric(stand.server.url, SHED);
        return { shed, scored: await stand.server.counted() };
      };
      const before = await counters();
      const load = await generator.load(job);
      const after = await counters();
      const shedCounted = growth(before.shed, after.shed) ?? Number.NaN;
      const scored = growth(before.scored, after.scored);
      const { latency, lateness } = load;
      const values = {
        peakPerSecond: peak.perSecond,
        offeredPerSecond: perSecond,
        goodputPerSecond: load.perSecond,
        acceptedP99Ms: latency.p99Ms,
        boundMs: waitBoundMs(peak.perSecond, row.threads),
        shedSeen: load.shed,
        shedCounted,
        latenessP99Ms: lateness.p99Ms,
        generatorCpu: load.cpuShare,
      };
      const { limits } = context.plan;
      const readings = supported(values, { acceptedP99Ms: 99 }, latency.samples, limits);
      return {
        ...readings,
        notes,
        discardReason: checkOpenScore(load, scored, stand, context.plan),
      };
    }),
  );
}

export const overload: Scenario = {
  about: 'twice the peak in an open loop: goodput, waiting, and every refusal counted',
  isDefault: true,
  // The peak first.
  loadSeconds: ({ warmSeconds, seconds }) => warmSeconds + 2 * seconds,
  variants,
  claims,
  measure,
};
