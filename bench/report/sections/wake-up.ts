// What it costs to wake a task worker, and what its way of waiting costs its timers, told. Pure.

import type { MetricName } from '../../runner/scenario.js';
import { ATOMICS } from '../../scenarios/wake-up-job.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import { barsText, dots, tableOf } from './drawn.js';
import type { Told } from './telling.js';
import { medianOf, type Ratio, ratioOf, rowsOf, type View } from './view.js';
import { bare, byDecision, listed, ratioText, said, sentence, shown, timesText } from './words.js';

interface Waiting {
  readonly variant: string;
  /** sync, async or disabled: Piscina's option. */
  readonly atomics: string;
  /** idle, or back to back. */
  readonly mode: string;
}

const BASE = 'disabled';
const IDLE = 'idle';
const WAYS: readonly string[] = ATOMICS;
/** A share of timers above this is told as frozen. */
const FROZEN_PERCENT = 0;

function waitingsOf(view: View): readonly Waiting[] {
  const all = rowsOf(view).flatMap(({ variant }) => {
    const [atomics, mode] = variant.split(', ');
    return atomics === undefined || mode === undefined ? [] : [{ variant, atomics, mode }];
  });
  const rank = ({ atomics, mode }: Waiting) =>
    (mode === IDLE ? 0 : WAYS.length + 1) + WAYS.indexOf(atomics);
  return all.toSorted((a, b) => rank(a) - rank(b));
}

function toBase(view: View, all: readonly Waiting[], one: Waiting, metric: MetricName) {
  const base = all.find(({ atomics, mode }) => atomics === BASE && mode === one.mode);
  if (base === undefined || base === one) return undefined;
  return ratioOf(view, one.variant, base.variant, metric);
}

function timerText(view: View, { variant, atomics }: Waiting): string {
  const late = medianOf(view, variant, 'timerLateMs');
  const frozen = medianOf(view, variant, 'frozenPercent');
  const stuck =
    frozen.median > FROZEN_PERCENT ? `, ${frozen.median.toFixed(0)} % of them frozen` : '';
  return `${atomics} ${said(late, 'timerLateMs')}${stuck}`;
}

function tripText(one: Waiting, ratio: Ratio): string {
  const words = byDecision(ratio, {
    less: 'is answered sooner',
    more: 'is answered later',
    open: 'shows no difference',
  });
  const small = `${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
  return `${one.atomics} ${small}, p50 ${timesText(ratio, 'as long')}`;
}

function says(view: View): readonly string[] {
  const all = waitingsOf(view);
  const idle = all.filter(({ mode }) => mode === IDLE);
  const timers = idle.filter(({ variant }) => medianOf(view, variant, 'timerLateMs').n > 0);
  const trips = idle.flatMap((one) => {
    const ratio = toBase(view, all, one, 'tripP50Us');
    return ratio === undefined ? [] : [tripText(one, ratio)];
  });
  return [
    timers.length === 0
      ? 'How late timers fire was not measured.'
      : sentence(
          `How late a timer of 10 ms fires in an idle task worker, in the median: ` +
            timers.map((one) => timerText(view, one)).join('; '),
        ),
    trips.length === 0
      ? 'No way of waiting was measured beside disabled.'
      : sentence(`An idle task worker, against disabled: ${listed(trips)}`),
  ];
}

function chart(
  view: View,
  id: string,
  title: string,
  axis: string,
  metrics: readonly (readonly [MetricName, string])[],
  all: readonly Waiting[],
) {
  const rows = metrics.flatMap(([metric, what]) =>
    all.map(({ variant, atomics, mode }) => ({
      label: atomics,
      group: what === '' ? mode : `${mode}, ${what}`,
      interval: medianOf(view, variant, metric),
      tone: atomics === BASE ? ('batched' as const) : ('other' as const),
    })),
  );
  const groups = [...new Set(rows.map(({ group }) => group))];
  const grouped = groups.flatMap((group) => rows.filter((row) => row.group === group));
  const [[metric] = ['tripP50Us' as const]] = metrics;
  const caption = barsText(rows.map(({ interval }) => interval));
  const told = (interval: ConfidenceInterval) => shown(interval, metric);
  return dots({ id, title, told, axis, scale: 'log', caption, rows: grouped });
}

const COLUMNS: readonly (readonly [MetricName, string])[] = [
  ['tripP50Us', 'p50, µs'],
  ['tripP99Us', 'p99, µs'],
  ['cpuUsPerTask', 'CPU a task, µs'],
  ['timerLateMs', 'timer late, ms'],
  ['frozenPercent', 'frozen, %'],
];

export function wakeUp(view: View): Told {
  const all = waitingsOf(view);
  const cells = all.map((one) => {
    const values = COLUMNS.map(([metric]) => medianOf(view, one.variant, metric));
    const own = values.map((interval: ConfidenceInterval, at) => {
      const [metric] = COLUMNS[at] ?? ['tripP50Us' as const];
      return interval.n === 0 ? '' : bare(interval, metric);
    });
    const ratio = toBase(view, all, one, 'tripP50Us');
    const seen = [ratio === undefined ? '' : ratioText(ratio), ratio?.words ?? ''];
    return [one.atomics, one.mode, ...own, ...seen, `${values[0]?.n ?? 0}`];
  });
  return {
    title: 'What does it cost to wake a task worker?',
    says: says(view),
    charts: [
      ...chart(
        view,
        'wake-up-trip',
        'A task that costs nothing, there and back',
        'there and back, µs',
        [
          ['tripP50Us', 'p50'],
          ['tripP99Us', 'p99'],
        ],
        all,
      ),
      ...chart(
        view,
        'wake-up-timer',
        'How late a timer of 10 ms fires in an idle task worker',
        'late, ms',
        [['timerLateMs', '']],
        all.filter(({ mode }) => mode === IDLE),
      ),
    ],
    tables: tableOf(
      'Medians over the rounds; the ratio is of p50 to disabled, paired by round',
      ['atomics', 'tasks', ...COLUMNS.map(([, what]) => what), '/ disabled', 'seen', 'n'],
      cells,
    ),
    how:
      'A Piscina pool of one task worker, without HTTP: one task every 2 ms to an idle pool, and ' +
      'tasks back to back, for each value of its option atomics. A timer that still waits when ' +
      'the next task comes, 100 ms later, is frozen, and was at least as late as shown.',
    changes:
      'A scorer that uses no timers and no sockets loses nothing by a task worker that blocks; ' +
      "one that does needs disabled. The cost of a wake-up is the kernel's, and changes with it " +
      'and with idle states of the CPU.',
  };
}
