// The section of the scenario `wake-up`: the round trip of a task and the lateness of timers, for each
// way in which a task worker waits. Pure.

import { buildDots, buildTable, type MetricColumns } from '../report/chart-data.js';
import type { Chart, SectionContent } from '../report/model.js';
import {
  describeDecision,
  formatCell,
  formatEstimate,
  formatRatioCell,
  formatTimes,
  formatWithUnit,
  toSentence,
} from '../report/wording.js';
import type { MetricName } from '../runner/scenario.js';
import type { Ratio, ScenarioData } from '../stats/scenario-data.js';
import { ATOMICS } from './wake-up-job.js';

interface WaitingMode {
  readonly variant: string;
  /** sync, async or disabled: Piscina's option. */
  readonly atomics: string;
  /** idle, or back to back. */
  readonly mode: string;
}

const BASE = 'disabled';
const IDLE = 'idle';
const WAYS: readonly string[] = ATOMICS;

function listModes(data: ScenarioData): readonly WaitingMode[] {
  const all = data.variants.flatMap(({ variant }) => {
    const [atomics, mode] = variant.split(', ');
    return atomics === undefined || mode === undefined ? [] : [{ variant, atomics, mode }];
  });
  const rank = ({ atomics, mode }: WaitingMode) =>
    (mode === IDLE ? 0 : WAYS.length + 1) + WAYS.indexOf(atomics);
  return all.toSorted((a, b) => rank(a) - rank(b));
}

/** The round trip against `disabled`; undefined for `disabled` itself. */
function compareTrips(data: ScenarioData, all: readonly WaitingMode[], one: WaitingMode): Ratio | undefined {
  const base = all.find(({ atomics, mode }) => atomics === BASE && mode === one.mode);
  if (base === undefined || base === one) return undefined;
  return data.ratio(one.variant, base.variant, 'tripP50Us');
}

function describeModes(data: ScenarioData): readonly string[] {
  const all = listModes(data);
  const idle = all.filter(({ mode }) => mode === IDLE);
  const timers = idle.flatMap(({ variant, atomics }) => {
    const late = data.median(variant, 'timerLateMs');
    if (late.n === 0) return [];
    const frozen = data.median(variant, 'frozenPercent');
    const share = frozen.median > 0 ? `; ${frozen.median.toFixed(0)} % of them freeze` : '';
    const value = formatEstimate(late, 'timerLateMs');
    return [`with ${atomics}, the median timer of 10 ms in an idle task worker is late by ${value}${share}`];
  });
  const trips = idle.flatMap((one) => {
    const ratio = compareTrips(data, all, one);
    if (ratio === undefined) return [];
    const times = formatTimes(ratio, `the round trip of ${BASE}`);
    const word = describeDecision(ratio, { less: 'shorter', more: 'longer' });
    return [`with ${one.atomics}, a task to an idle task worker takes ${times}: ${word}`];
  });
  return [
    ...(timers.length === 0 ? ['the lateness of timers was not measured'] : timers),
    ...(trips.length === 0 ? [`no other way of waiting was measured beside ${BASE}`] : trips),
  ].map(toSentence);
}

function buildChart(
  data: ScenarioData,
  all: readonly WaitingMode[],
  metrics: readonly (readonly [metric: MetricName, name: string])[],
  chart: { readonly id: string; readonly title: string; readonly axis: string },
): readonly Chart[] {
  const rows = metrics.flatMap(([metric, name]) =>
    all.map(({ variant, atomics, mode }) => ({
      label: atomics,
      group: name === '' ? mode : `${mode}, ${name}`,
      interval: data.median(variant, metric),
      tone: atomics === BASE ? ('batched' as const) : ('other' as const),
    })),
  );
  const groups = [...new Set(rows.map(({ group }) => group))];
  const grouped = groups.flatMap((group) => rows.filter((row) => row.group === group));
  const metric = metrics[0]?.[0] ?? 'tripP50Us';
  const format = (interval: Parameters<typeof formatWithUnit>[0]) => formatWithUnit(interval, metric);
  return buildDots({ ...chart, scale: 'log', format, rows: grouped });
}

const COLUMNS: MetricColumns = [
  ['tripP50Us', 'p50, µs'],
  ['tripP99Us', 'p99, µs'],
  ['cpuUsPerTask', 'CPU per task, µs'],
  ['timerLateMs', 'timer late, ms'],
  ['frozenPercent', 'frozen, %'],
];

export function describeWakeUp(data: ScenarioData): SectionContent {
  const all = listModes(data);
  const cells = all.map((one) => {
    const values = COLUMNS.map(([metric]) => {
      const interval = data.median(one.variant, metric);
      return interval.n === 0 ? '' : formatCell(interval, metric);
    });
    const ratio = compareTrips(data, all, one);
    const seen = [ratio === undefined ? '' : formatRatioCell(ratio), ratio?.words ?? ''];
    const { n } = data.median(one.variant, 'tripP50Us');
    return [one.atomics, one.mode, ...values, ...seen, `${n}`];
  });
  const trips = [
    ['tripP50Us', 'p50'],
    ['tripP99Us', 'p99'],
  ] as const;
  return {
    title: 'What does it cost to wake a task worker?',
    says: describeModes(data),
    charts: [
      ...buildChart(data, all, trips, {
        id: 'wake-up-trip',
        title: 'Round trip of an empty task',
        axis: 'round trip, µs',
      }),
      ...buildChart(
        data,
        all.filter(({ mode }) => mode === IDLE),
        [['timerLateMs', '']],
        {
          id: 'wake-up-timer',
          title: 'Lateness of a timer of 10 ms in an idle task worker',
          axis: 'late, ms',
        },
      ),
    ],
    tables: buildTable(
      `Medians over the rounds; the ratio is of p50 to ${BASE}, paired by round`,
      ['atomics', 'tasks', ...COLUMNS.map(([, name]) => name), `/ ${BASE}`, 'seen', 'n'],
      cells,
    ),
    how:
      'A Piscina pool of one task worker runs without HTTP, for each value of its option atomics. ' +
      'It gets one task every 2 ms while idle, or tasks back to back. A timer that still waits ' +
      'when the next task comes, 100 ms later, is frozen; its lateness is then a lower bound.',
    changes:
      'A scorer without timers and sockets loses nothing by a task worker that blocks; a scorer ' +
      "with them needs disabled. The kernel determines the cost of a wake-up, and so do the CPU's " +
      'idle states.',
  };
}
