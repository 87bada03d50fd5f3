// Twice the load that the service can serve, in an open loop. Right answers should continue at the rate of
// the peak and wait no longer than the queue is long; every refusal should be counted once.

import { formatCount } from '../../src/present/text.js';
import { buildDots, buildTable, chooseTone } from '../report/chart-data.js';
import type { DotRow, ReportedScenario, SectionContent } from '../report/model.js';
import { formatCell, formatComparison, formatRatioCell, toSentence, WAIT } from '../report/wording.js';
import { checkOpenScore, growth, withPeak } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import {
  type Claim,
  type Measurement,
  type MetricName,
  nameVariant,
  type RunContext,
  type Variant,
} from '../runner/scenario.js';
import { readMetric } from '../runner/server.js';
import { supported } from '../stats/percentiles.js';
import type { MeasuredVariant, ScenarioData } from '../stats/scenario-data.js';
import { rows, variant } from './variants.js';

const WORK_US = 500;
const QUEUE_MAX = 64;
/** The bound of a batch while many wait (four slices); each task worker has two in flight. */
const BATCH_US = 2_000;
const BATCHES_UNDER_WAY = 2;
/** Bounded, and more than the service accepts, so that a refusal finds a place. */
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
    const claim = (says: string, metric: MetricName, againstMetric: MetricName, target: Claim['target']) => {
      return { says: `${says} of ${of}`, metric, of, against: [], againstMetric, target };
    };
    const goodput = row.topology === 'batched' ? { atLeast: 0.9 } : undefined;
    return [
      claim('goodput / peak', 'goodputPerSecond', 'peakPerSecond', goodput),
      claim('accepted p99 / its bound', 'acceptedP99Ms', 'boundMs', undefined),
      claim('503 seen / 503 counted', 'shedSeen', 'shedCounted', { always: 1 }),
    ];
  });
}

/** Milliseconds for everything that may be ahead of an accepted request, at the peak's rate. */
export function waitBoundMs(peakPerSecond: number, taskWorkers: number): number {
  const batch = Math.max(1, Math.round(BATCH_US / WORK_US));
  const ahead = QUEUE_MAX + BATCHES_UNDER_WAY * taskWorkers * batch;
  return ((ahead + 1) / peakPerSecond) * 1000;
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const { seconds, limits } = context.plan;
  const settings = { connections: IN_FLIGHT_MAX };
  return withPeak(row, context, settings, async ({ stand, peakPerSecond, offer }) => {
    const counters = async () => {
      const [shed] = await readMetric(stand.server.url, SHED);
      return { shed, scored: await stand.server.counted() };
    };
    const offeredPerSecond = OFFERED * peakPerSecond;
    const before = await counters();
    const load = await offer(offeredPerSecond, seconds);
    const after = await counters();
    const values = {
      ...{ peakPerSecond, offeredPerSecond },
      goodputPerSecond: load.perSecond,
      acceptedP99Ms: load.latency.p99Ms,
      boundMs: waitBoundMs(peakPerSecond, row.threads),
      shedSeen: load.shed,
      shedCounted: growth(before.shed, after.shed) ?? Number.NaN,
      latenessP99Ms: load.lateness.p99Ms,
      generatorCpu: load.cpuShare,
    };
    const readings = supported(values, { acceptedP99Ms: 99 }, load.latency.samples, limits);
    const scored = growth(before.scored, after.scored);
    return { ...readings, discardReason: checkOpenScore(load, scored, stand, context.plan) };
  });
}

const readGoodput = (data: ScenarioData, one: MeasuredVariant) =>
  data.share(one.variant, 'goodputPerSecond', 'peakPerSecond');
const readWait = (data: ScenarioData, one: MeasuredVariant) =>
  data.share(one.variant, 'acceptedP99Ms', 'boundMs');

function describeRefusals({ valid }: ScenarioData): string {
  const known = valid.filter(({ values: { shedSeen, shedCounted } }) => {
    return Number.isFinite(shedSeen) && Number.isFinite(shedCounted);
  });
  if (known.length === 0) return 'refusals were not measured';
  const right = known.filter(({ values }) => values.shedSeen === values.shedCounted).length;
  const runs = `${right} of ${formatCount(known.length, 'run')}`;
  if (right === known.length) return `in ${runs} the service counted every refusal exactly once`;
  return `the service did NOT count every refusal once: only in ${runs}`;
}

function describeVariants(data: ScenarioData): readonly string[] {
  if (data.variants.length === 0) return ['Nothing was measured past the peak.'];
  const says = data.variants.flatMap((one) => {
    const [goodput, wait] = [readGoodput(data, one), readWait(data, one)];
    const words = { less: 'less than at the peak', more: 'more than at the peak' };
    const waited = formatComparison(wait, 'the time of a full queue', WAIT);
    return [
      `at twice its peak, ${one.label} answers ${formatComparison(goodput, 'the peak', words)}`,
      `the p99 of its accepted requests is ${waited}`,
    ];
  });
  return [...says, describeRefusals(data)].map(toSentence);
}

function describe(data: ScenarioData): SectionContent {
  const rates: readonly MetricName[] = ['peakPerSecond', 'offeredPerSecond', 'goodputPerSecond'];
  const cells = data.variants.map((one) => {
    const format = (metric: MetricName) => formatCell(data.median(one.variant, metric), metric);
    const share = readGoodput(data, one);
    const wait = [format('acceptedP99Ms'), format('boundMs'), formatRatioCell(readWait(data, one))];
    const first = [one.label, ...rates.map(format), formatRatioCell(share)];
    return [...first, ...wait, format('shedSeen'), `${share.n}`];
  });
  const head = ['where it is computed', 'peak, /s', 'offered, /s', 'answered, /s'];
  const more = ['accepted p99, ms', 'bound, ms', 'p99 / bound', '503s', 'n'];
  return {
    title: 'What is left at twice the load that it can serve?',
    says: describeVariants(data),
    charts: buildDots({
      id: 'overload-goodput',
      title: 'Right answers per second at twice the peak, as a share of the peak',
      format: formatRatioCell,
      axis: 'goodput, share of the peak',
      scale: 'linear',
      rows: data.variants.map((one): DotRow => {
        const interval = readGoodput(data, one);
        return { label: one.label, group: '', interval, tone: chooseTone(one.topology) };
      }),
    }),
    tables: buildTable(
      'Medians over the rounds; the bound is the time of a full queue and the batches in flight',
      [...head, 'answered / peak', ...more],
      cells,
    ),
    how:
      'The peak is measured in a closed loop. Then an open loop offers twice as much to the same ' +
      'process, with a queue of 64 and 500 µs of work per request. The service refuses the rest ' +
      'with 503.',
    changes:
      'A longer queue refuses less and makes the accepted requests wait longer. Refusing costs ' +
      'time, too: the lighter the work, the larger the share of refusals. The generator takes its ' +
      'share of the same cores.',
  };
}

export const overload: ReportedScenario = {
  about: 'twice the peak in an open loop: goodput, waiting, and every refusal counted',
  isDefault: true,
  // The peak first.
  loadSeconds: ({ warmSeconds, seconds }) => warmSeconds + 2 * seconds,
  variants,
  claims,
  measure,
  describe,
};
