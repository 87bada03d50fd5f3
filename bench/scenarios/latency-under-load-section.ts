// The section of the scenario `latency-under-load`: latency and goodput over the offered load. Pure.

import { buildCurves, buildSeries, buildTable, type MetricColumns } from '../report/chart-data.js';
import type { Chart, SectionContent, Table } from '../report/model.js';
import {
  describeDecision,
  formatCell,
  formatEstimate,
  formatRatioCell,
  formatTimes,
  toSentence,
} from '../report/wording.js';
import { groupByLabel, type MeasuredVariant, type ScenarioData } from '../stats/scenario-data.js';

type Curve = readonly [label: string, variants: readonly MeasuredVariant[]];

const shareOfPeak = (one: MeasuredVariant): number => one.at?.value ?? Number.NaN;
const formatAt = (share: number) => `at ${share} of its peak`;

function listCurves(data: ScenarioData): readonly Curve[] {
  return groupByLabel(data.variants.filter((one) => one.at?.name === 'ofPeak'));
}

/** From the least load to the most; nothing where only one load below the peak was measured. */
function describeGrowth(data: ScenarioData, [label, own]: Curve): readonly string[] {
  const calm = own.find((one) => shareOfPeak(one) < 1);
  const most = own.at(-1);
  if (calm === undefined || most === undefined || calm === most) return [];
  const ratio = data.ratio(most.variant, calm.variant, 'p99Ms');
  const p99 = formatEstimate(data.median(calm.variant, 'p99Ms'), 'p99Ms');
  const word = describeDecision(ratio, { more: 'longer', less: 'shorter' });
  const times = formatTimes(ratio, 'that');
  return [
    `${formatAt(shareOfPeak(calm))}, ${label} has a p99 of ${p99}`,
    `${formatAt(shareOfPeak(most))}, its p99 is ${times}: ${word}`,
  ];
}

function describeOne(data: ScenarioData, [label, own]: Curve): readonly string[] {
  return own.map((one) => {
    const p99 = formatEstimate(data.median(one.variant, 'p99Ms'), 'p99Ms');
    return `${formatAt(shareOfPeak(one))}, ${label} has a p99 of ${p99}`;
  });
}

/** Each topology at its own most load: where runs are discarded, it may be less than for others. */
function describePastPeak(data: ScenarioData, [label, own]: Curve): readonly string[] {
  const most = own.at(-1);
  if (most === undefined || shareOfPeak(most) <= 1) return [];
  const share = data.share(most.variant, 'goodputPerSecond', 'peakPerSecond');
  return [
    `past the peak, ${formatAt(shareOfPeak(most))}, ${label} answers ${formatTimes(share, 'its peak')}`,
  ];
}

function describeCurves(data: ScenarioData): readonly string[] {
  const curves = listCurves(data);
  if (curves.length === 0) return ['No load was measured.'];
  const growth = curves.flatMap((curve) => describeGrowth(data, curve));
  if (growth.length === 0) {
    const values = curves.flatMap((curve) => describeOne(data, curve));
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
  const cells = listCurves(data).flatMap(([label, own]) =>
    own.map((one) => {
      const values = COLUMNS.map(([metric]) => formatCell(data.median(one.variant, metric), metric));
      const hidden = data.share(one.variant, 'p99Ms', 'serviceP99Ms');
      const { n } = data.median(one.variant, 'goodputPerSecond');
      return [label, `${shareOfPeak(one)}`, ...values, formatRatioCell(hidden), `${n}`];
    }),
  );
  const headings = COLUMNS.map(([, heading]) => heading);
  return buildTable(
    'Medians over the rounds; p99 counts from the intended start, service time from the real start',
    ['where', 'of its peak', ...headings, 'p99 / service', 'n'],
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
