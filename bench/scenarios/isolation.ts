// Whether GET /health still answers while 2 ms of work saturate the service. A client asks it at a steady
// rate and measures from the intended start.

import { withOpenLoop } from '../load/generator.js';
import {
  buildMedianDots,
  buildMediansTable,
  buildRatioTable,
  type MetricColumns,
  pairWithBase,
  type VariantPair,
} from '../report/chart-data.js';
import type { ReportedScenario, SectionContent } from '../report/model.js';
import { formatComparison, formatEstimate, formatTimes, toSentence, WAIT } from '../report/wording.js';
import { checkHealthProbes, createHealthJob, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Variant } from '../runner/scenario.js';
import { secondsFor, supported } from '../stats/percentiles.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { rowName, rows, variant } from './variants.js';

const WORK_US = 2_000;
const PROBES_PER_SECOND = 500;
/** Enough while an event loop is busy for one second. */
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
  return plan.taskWorkers.flatMap((threads) => [
    claim('pool', threads, undefined),
    claim('batched', threads, { atMost: 1 / 50 }),
  ]);
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

const P99 = 'healthP99Ms';
const COLUMNS: MetricColumns = [
  ['healthP50Ms', '/health p50, ms'],
  [P99, '/health p99, ms'],
  ['perSecond', '/score, requests/s'],
];

/** `inline` and its comparison: `batched` with the most task workers, if it was measured. */
export function findPair({ variants: all }: ScenarioData): VariantPair | undefined {
  const against = all.find(({ topology }) => topology === 'inline');
  const batched = all.findLast(({ topology }) => topology === 'batched');
  const of = batched ?? all.findLast(({ topology }) => topology !== 'inline');
  return against === undefined || of === undefined ? undefined : { of, against };
}

function describeAnswer(data: ScenarioData): readonly string[] {
  const pair = findPair(data);
  if (pair === undefined) {
    return ['inline and a topology with task workers were not both measured.'];
  }
  const { of, against } = pair;
  const wait = data.ratio(against.variant, of.variant, P99);
  const rate = data.ratio(of.variant, against.variant, 'perSecond');
  return [
    ...[against, of].map(({ label, variant: name }) => {
      return `The p99 of /health is ${formatEstimate(data.median(name, P99), P99)} with ${label}.`;
    }),
    `With inline it is ${formatComparison(wait, `that with ${of.label}`, WAIT)}.`,
    toSentence(`meanwhile ${of.label} serves ${formatTimes(rate, 'the requests of inline')}`),
  ];
}

function describe(data: ScenarioData): SectionContent {
  const pairs = pairWithBase(data, ({ topology }) => topology === 'inline');
  return {
    title: 'Can the service still report its health while scoring saturates it?',
    says: describeAnswer(data),
    charts: buildMedianDots(data, P99, {
      id: 'isolation-health',
      title: 'p99 of GET /health while 2 ms of work saturate /score',
      axis: 'p99 of /health, ms',
      scale: 'log',
      note: 'The axis is logarithmic: each step is a factor.',
    }),
    tables: [
      ...buildMediansTable(data, COLUMNS, 'where it is computed'),
      ...buildRatioTable(data, pairs, [[P99, '/health p99']]),
    ],
    how:
      'A closed loop loads /score with 2 ms of work per request. A separate client asks ' +
      'GET /health 500 times per second and measures from the intended start.',
    changes:
      'Longer or shorter work: with inline, a probe waits for the whole queue before it, about the ' +
      'connections times the work. On one core, task workers share it with the event loop. The ' +
      'probes share these cores with the load.',
  };
}

export const isolation: ReportedScenario = {
  about: 'p99 of GET /health while 2 ms of work saturates the service',
  isDefault: true,
  loadSeconds: (plan) => plan.warmSeconds + secondsFor(PROBES_PER_SECOND, plan),
  variants,
  claims,
  measure,
  describe,
};
