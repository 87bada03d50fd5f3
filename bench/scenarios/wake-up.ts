// What it costs to wake a task worker, and what its way of waiting costs its timers: tasks to an idle pool,
// and back to back, for each `atomics` of Piscina. No HTTP and no scoring; every run has a fresh process.

import { percentile } from '../../src/checker/report/score-text.js';
import { runJob } from '../load/generator.js';
import { buildDots, buildTable, formatRatioCells, type MetricColumns } from '../report/chart-data.js';
import type { Chart, ReportedScenario, SectionContent } from '../report/model.js';
import {
  formatCell,
  formatComparison,
  formatEstimate,
  formatWithUnit,
  toSentence,
  WAIT,
} from '../report/wording.js';
import type { Plan } from '../runner/plan.js';
import {
  type Claim,
  type Measurement,
  nameVariant,
  type RunContext,
  type Variant,
} from '../runner/scenario.js';
import type { Limits } from '../runner/validity.js';
import { supported, together } from '../stats/percentiles.js';
import type { Ratio, ScenarioData } from '../stats/scenario-data.js';
import { median } from '../stats/statistics.js';
import type { WakeupCourse, WakeupJob } from './wake-up-child.js';

export const CHILD = new URL('./wake-up-child.js', import.meta.url);

const ATOMICS = ['sync', 'async', 'disabled'] as const;
const MODES = ['idle', 'back to back'] as const;
type Mode = (typeof MODES)[number];
interface WakeUpRow {
  readonly atomics: WakeupJob['atomics'];
  readonly mode: Mode;
}

/** Long enough for a task worker to have gone to sleep. */
const GAP_MS = 2;
const TIMER_MS = 10;
const LEFT_ALONE_MS = 100;
/** As many as a p99 needs, and as a median. */
const TASKS: Readonly<Record<Mode, number>> = { idle: 1_000, 'back to back': 20_000 };
const TIMERS = 20;
const WARM_TASKS = 2_000;
const SMOKE_SHARE = 0.1;

const inWords = ({ atomics, mode }: WakeUpRow): string => `${atomics}, ${mode}`;

const ROWS: readonly WakeUpRow[] = MODES.flatMap((mode) => ATOMICS.map((atomics) => ({ atomics, mode })));

function variants(): readonly Variant[] {
  return ROWS.map((row) => {
    return { topology: 'none', threads: 1, workUs: 0, flags: [], name: inWords(row) };
  });
}

function claims(): readonly Claim[] {
  const others = ROWS.filter(({ atomics }) => atomics !== 'disabled');
  const ratios = others.flatMap((row) => {
    const [of, against] = [inWords(row), [inWords({ ...row, atomics: 'disabled' })]];
    return (['tripP50Us', 'tripP99Us', 'cpuUsPerTask'] as const).map((metric): Claim => {
      return { says: `${SAYS[metric]} of ${of}`, metric, of, against, target: undefined };
    });
  });
  const timers = ATOMICS.map((atomics): Claim => {
    const of = inWords({ atomics, mode: 'idle' });
    const says = `ms that a timer is late, ${of}`;
    return { says, metric: 'timerLateMs', of, against: [], target: undefined };
  });
  return [...ratios, ...timers];
}

const SAYS = { tripP50Us: 'p50', tripP99Us: 'p99', cpuUsPerTask: 'CPU' } as const;

function makeJob({ atomics, mode }: WakeUpRow, { scale }: Plan): WakeupJob {
  const share = scale === 'smoke' ? SMOKE_SHARE : 1;
  const isIdle = mode === 'idle';
  return {
    atomics,
    warmTasks: WARM_TASKS * share,
    tasks: TASKS[mode] * share,
    gapMs: isIdle ? GAP_MS : 0,
    timers: isIdle ? Math.ceil(TIMERS * share) : 0,
    timerMs: TIMER_MS,
    leftAloneMs: LEFT_ALONE_MS,
  };
}

async function measure(variant: Variant, { plan, signal }: RunContext): Promise<Measurement> {
  const row = ROWS.find((one) => inWords(one) === nameVariant(variant));
  if (row === undefined) throw new Error('there is no such row');
  const course = await runJob<WakeupJob, WakeupCourse>(CHILD, signal, makeJob(row, plan));
  return summarizeCourse(course, plan.limits);
}

/** The lateness of a frozen timer is a lower bound: it still waits when the next task asks. */
export function summarizeCourse({ tripUs, wrong, cpuUs, timers }: WakeupCourse, limits: Limits): Measurement {
  const frozen = timers.filter(({ fired }) => !fired).length;
  const sorted = Float64Array.from(tripUs).sort();
  const [tripP50Us, tripP99Us] = [median(tripUs), percentile(sorted, 99)];
  const trips = supported(
    { tripP50Us, tripP99Us, cpuUsPerTask: cpuUs / tripUs.length },
    { tripP50Us: 50, tripP99Us: 99 },
    tripUs.length,
    limits,
  );
  const idle = supported(
    {
      timerLateMs: median(timers.map(({ lateMs }) => lateMs)),
      frozenPercent: (100 * frozen) / timers.length,
    },
    { timerLateMs: 50 },
    timers.length,
    limits,
  );
  const all = timers.length === 0 ? trips : together(trips, idle);
  return { ...all, discardReason: wrong === 0 ? undefined : `${wrong} wrong answers of the task worker` };
}

const BASE = 'disabled';

type MeasuredRow = Readonly<Record<'variant' | 'atomics' | 'mode', string>>;

/** In the order of the rows. */
function listModes(data: ScenarioData): readonly MeasuredRow[] {
  const names = ROWS.map(inWords);
  const all = data.variants.flatMap(({ variant }) => {
    const [atomics, mode] = variant.split(', ');
    return atomics === undefined || mode === undefined ? [] : [{ variant, atomics, mode }];
  });
  return all.toSorted((a, b) => names.indexOf(a.variant) - names.indexOf(b.variant));
}

function compareTrips(data: ScenarioData, all: readonly MeasuredRow[], one: MeasuredRow): Ratio | undefined {
  const base = all.find(({ atomics, mode }) => atomics === BASE && mode === one.mode);
  if (base === undefined || base === one) return undefined;
  return data.ratio(one.variant, base.variant, 'tripP50Us');
}

function describeModes(data: ScenarioData): readonly string[] {
  const all = listModes(data);
  const idle = all.filter(({ mode }) => mode === 'idle');
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
    const times = formatComparison(ratio, `the round trip of ${BASE}`, WAIT);
    return [`with ${one.atomics}, a task to an idle task worker takes ${times}`];
  });
  return [
    ...(timers.length === 0 ? ['the lateness of timers was not measured'] : timers),
    ...(trips.length === 0 ? [`no other way of waiting was measured beside ${BASE}`] : trips),
  ].map(toSentence);
}

function buildChart(
  data: ScenarioData,
  all: readonly MeasuredRow[],
  metrics: readonly [MetricColumns[number], ...MetricColumns],
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
  const [[metric]] = metrics;
  return buildDots({ ...chart, scale: 'log', format: (one) => formatWithUnit(one, metric), rows: grouped });
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
    const { n } = data.median(one.variant, 'tripP50Us');
    return [one.atomics, one.mode, ...values, ...formatRatioCells(ratio), `${n}`];
  });
  const trip = { id: 'wake-up-trip', title: 'Round trip of an empty task', axis: 'round trip, µs' };
  const title = 'Lateness of a timer of 10 ms in an idle task worker';
  const timer = { id: 'wake-up-timer', title, axis: 'late, ms' };
  const idle = all.filter(({ mode }) => mode === 'idle');
  return {
    title: 'What does it cost to wake a task worker?',
    says: describeModes(data),
    charts: [
      ...buildChart(
        data,
        all,
        [
          ['tripP50Us', 'p50'],
          ['tripP99Us', 'p99'],
        ],
        trip,
      ),
      ...buildChart(data, idle, [['timerLateMs', '']], timer),
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

export const wakeUp: ReportedScenario = {
  about: 'what it costs to wake a task worker, and how late its timers fire, by way of waiting',
  isDefault: false,
  loadSeconds: ({ scale }) => (scale === 'smoke' ? 0.3 : 3),
  variants,
  claims,
  measure,
  describe: describeWakeUp,
};
