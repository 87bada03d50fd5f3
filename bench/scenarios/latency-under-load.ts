// How latency grows with the load, and what is left of throughput past the peak: an open loop offers shares
// of the peak, with Poisson arrivals. Latency counts from the intended start, service time from the real one.

import type { OpenLoad } from '../load/generator.js';
import {
  buildCurves,
  buildSeries,
  buildTable,
  formatMedians,
  type MetricColumns,
} from '../report/chart-data.js';
import type { Chart, ReportedScenario, SectionContent, Table } from '../report/model.js';
import {
  formatCell,
  formatComparison,
  formatEstimate,
  formatRatioCell,
  formatTimes,
  toSentence,
  WAIT,
} from '../report/wording.js';
import { checkOpenScore, loadAndCount, withPeak } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, Readings, RunContext, Variant } from '../runner/scenario.js';
import type { Limits } from '../runner/validity.js';
import { secondsFor, supported, together } from '../stats/percentiles.js';
import { groupByLabel, type MeasuredVariant, type ScenarioData } from '../stats/scenario-data.js';
import { executors, rowName, rows, variant } from './variants.js';

const WORK_US = 500;
/** Past the peak a request without a place waits in the generator; its service time omits that wait. */
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
  return executors(plan).flatMap(([name, threads]) =>
    plan.ofPeak.flatMap((share): Claim[] => {
      const of = rowName(name, threads, WORK_US, at(share));
      const [inline, target] = [[rowName('inline', 0, WORK_US, at(share))], undefined];
      const p99: Claim = { says: `p99 of ${of}`, metric: 'p99Ms', of, against: inline, target };
      const goodput = { of, metric: 'goodputPerSecond', againstMetric: 'peakPerSecond', target } as const;
      const past: Claim = { ...goodput, says: `goodput / peak of ${of}`, against: [] };
      return [...(name === 'inline' ? [] : [p99]), ...(share < 1 ? [] : [past])];
    }),
  );
}

function measure(row: Variant, context: RunContext, round: number): Promise<Measurement> {
  const { plan } = context;
  // Another random order in every round, the same for all variants.
  const arrivals = { poisson: { seed: plan.seed * 1_000 + round } };
  const settings = { connections: IN_FLIGHT_MAX[plan.scale], arrivals };
  return withPeak(row, context, settings, async ({ stand, peakPerSecond, offer }) => {
    const offeredPerSecond = (row.at?.value ?? 1) * peakPerSecond;
    const seconds = secondsFor(offeredPerSecond, plan);
    const { load, counted } = await loadAndCount(stand.server, () => offer(offeredPerSecond, seconds));
    const { values, unknown } = readOpenLoad(load, plan.limits);
    const discardReason = checkOpenScore(load, counted, stand, plan, load.ownLateness);
    return { values: { peakPerSecond, offeredPerSecond, ...values }, unknown, discardReason };
  });
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
  return together(
    supported({ goodputPerSecond: load.perSecond, p50Ms, p99Ms, p999Ms }, LATENCY, samples, limits),
    supported(served, SERVICE, service.samples, limits),
  );
}

type LoadCurve = readonly [label: string, variants: readonly MeasuredVariant[]];

const shareOfPeak = (one: MeasuredVariant): number => one.at?.value ?? Number.NaN;
const formatAt = (share: number) => `at ${share} of its peak`;

function listCurves(data: ScenarioData): readonly LoadCurve[] {
  return groupByLabel(data.variants.filter((one) => one.at?.name === 'ofPeak'));
}

function describeGrowth(data: ScenarioData, [label, own]: LoadCurve): readonly string[] {
  const calm = own.find((one) => shareOfPeak(one) < 1);
  const most = own.at(-1);
  if (calm === undefined || most === undefined || calm === most) return [];
  const ratio = data.ratio(most.variant, calm.variant, 'p99Ms');
  return [
    ...describeP99(data, [label, [calm]]),
    `${formatAt(shareOfPeak(most))}, its p99 is ${formatComparison(ratio, 'that', WAIT)}`,
  ];
}

function describeP99(data: ScenarioData, [label, own]: LoadCurve): readonly string[] {
  return own.map((one) => {
    const p99 = formatEstimate(data.median(one.variant, 'p99Ms'), 'p99Ms');
    return `${formatAt(shareOfPeak(one))}, ${label} has a p99 of ${p99}`;
  });
}

/** Each topology at its largest load: where runs are discarded, it may be less than for others. */
function describePastPeak(data: ScenarioData, [label, own]: LoadCurve): readonly string[] {
  const most = own.at(-1);
  if (most === undefined || shareOfPeak(most) <= 1) return [];
  const share = data.share(most.variant, 'goodputPerSecond', 'peakPerSecond');
  const times = formatTimes(share, 'its peak');
  return [`past the peak, ${formatAt(shareOfPeak(most))}, ${label} answers ${times}`];
}

function describeCurves(data: ScenarioData): readonly string[] {
  const curves = listCurves(data);
  if (curves.length === 0) return ['No load was measured.'];
  const growth = curves.flatMap((curve) => describeGrowth(data, curve));
  if (growth.length === 0) {
    const values = curves.flatMap((curve) => describeP99(data, curve));
    return ['only one load was measured, so nothing is known about growth', ...values].map(toSentence);
  }
  const past = curves.flatMap((curve) => describePastPeak(data, curve));
  return [...growth, ...past].map(toSentence);
}

function buildCharts(data: ScenarioData): readonly Chart[] {
  const curves = listCurves(data);
  const common = {
    x: { title: 'offered, share of the own peak', scale: 'linear' },
    marks: [{ axis: 'x', at: 1, says: 'peak' }],
    formatX: formatAt,
  } as const;
  const p99 = buildSeries(curves, shareOfPeak, (one) => data.median(one.variant, 'p99Ms'));
  const goodput = buildSeries(curves, shareOfPeak, (one) =>
    data.share(one.variant, 'goodputPerSecond', 'peakPerSecond'),
  );
  return [
    ...buildCurves({
      ...common,
      id: 'latency-under-load-p99',
      title: 'p99 from the intended start, by the offered load',
      note: 'Each topology is offered shares of its own peak.',
      y: { title: 'p99, ms', scale: 'log' },
      series: p99,
      format: (interval) => `${formatCell(interval, 'p99Ms')} ms`,
    }),
    ...buildCurves({
      ...common,
      id: 'latency-under-load-goodput',
      title: 'Right answers per second as a share of the peak, by the offered load',
      note: 'Below the peak, goodput is the offered load.',
      y: { title: 'answered, share of the own peak', scale: 'linear' },
      series: goodput,
      format: formatRatioCell,
    }),
  ];
}

const COLUMNS: MetricColumns = [
  ['offeredPerSecond', 'offered, /s'],
  ['goodputPerSecond', 'answered, /s'],
  ['p50Ms', 'p50, ms'],
  ['p99Ms', 'p99, ms'],
  ['serviceP99Ms', 'service time p99, ms'],
];

function buildTables(data: ScenarioData): readonly Table[] {
  const metrics = COLUMNS.map(([metric]) => metric);
  const cells = listCurves(data).flatMap(([label, own]) =>
    own.map((one) => {
      const hidden = data.share(one.variant, 'p99Ms', 'serviceP99Ms');
      const { n } = data.median(one.variant, 'goodputPerSecond');
      return [
        label,
        `${shareOfPeak(one)}`,
        ...formatMedians(data, one.variant, metrics),
        formatRatioCell(hidden),
        `${n}`,
      ];
    }),
  );
  return buildTable(
    'Medians over the rounds; p99 counts from the intended start, service time from the real start',
    ['where', 'of its peak', ...COLUMNS.map(([, heading]) => heading), 'p99 / service', 'n'],
    cells,
  );
}

export function describeLatencyUnderLoad(data: ScenarioData): SectionContent {
  return {
    title: 'How long does a request wait as the load comes near the peak?',
    says: describeCurves(data),
    charts: buildCharts(data),
    tables: buildTables(data),
    how:
      'The peak is measured in a closed loop. Then an open loop offers shares of it to the same ' +
      'process, at 500 µs of work per request, with Poisson arrivals. Latency counts from the ' +
      'intended start, so a wait in the generator is a wait.',
    changes:
      'Arrivals that come more evenly or in bursts move the bend to the right or to the left. So ' +
      'does a longer run past the peak, because the queue grows as long as the run lasts. On a ' +
      'separate machine for the generator the peak would be higher.',
  };
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
