// What it costs to wake a task worker, and what its way of waiting costs its timers: one task at a
// time to an idle pool, and tasks back to back, for each `atomics` of Piscina. No HTTP and no
// scoring; every run has a fresh process.

import { percentile } from '../../src/checker/report/score-text.js';
import { startJobs } from '../load/generator.js';
import type { ReportedScenario } from '../report/model.js';
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
import { median } from '../stats/statistics.js';
import { ATOMICS, type WakeupCourse, type WakeupJob } from './wake-up-job.js';
import { describeWakeUp } from './wake-up-section.js';

export const CHILD = new URL('./wake-up-child.js', import.meta.url);

const MODES = ['idle', 'back to back'] as const;
type Mode = (typeof MODES)[number];
type WakeUpRow = { readonly atomics: WakeupJob['atomics']; readonly mode: Mode };

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
    const against = [inWords({ ...row, atomics: 'disabled' })];
    const of = inWords(row);
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
  const child = startJobs<WakeupJob, WakeupCourse>(CHILD, signal);
  try {
    return summarizeCourse(await child.load(makeJob(row, plan)), plan.limits);
  } finally {
    child.close();
  }
}

/** The lateness of a frozen timer is a lower bound: it still waits when the next task asks. */
export function summarizeCourse({ tripUs, wrong, cpuUs, timers }: WakeupCourse, limits: Limits): Measurement {
  const late = timers.map(({ lateMs }) => lateMs);
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
    { timerLateMs: median(late), frozenPercent: (100 * frozen) / timers.length },
    { timerLateMs: 50 },
    timers.length,
    limits,
  );
  const all = timers.length === 0 ? trips : together(trips, idle);
  return {
    ...all,
    discardReason: wrong === 0 ? undefined : `${wrong} wrong answers of the task worker`,
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
