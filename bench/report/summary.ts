// What a run says at its end: a table of verdicts, one of what was measured, and the runs that do
// not count. Pure: samples and plans in, lines out; it never measures.

import { formatTable } from '../../src/present/table.js';
import { formatInterval } from '../../src/present/text.js';
import type { Plan } from '../runner/plan.js';
import { METRICS, type MetricName, type Sample, type Target } from '../runner/scenario.js';
import {
  type Conclusion,
  conclude,
  isOutside,
  type Medians,
  nameOfRow,
  namesOf,
  numbersOf,
  type Scenarios,
} from '../stats/conclusion.js';
import { median } from '../stats/statistics.js';
import type { Verdict } from '../stats/verdicts.js';

interface Summary {
  readonly lines: readonly string[];
  /** Whether a target was clearly missed. */
  readonly isMissed: boolean;
}

const HEAD = ['scenario', 'target', 'measured [95 % interval]', 'n', 'met', 'seen'];

/** `next` is the random source of the intervals. */
export function summarize(
  scenarios: Scenarios,
  samples: readonly Sample[],
  plan: Plan,
  next: () => number,
): Summary {
  const conclusion = conclude(scenarios, samples, plan, next);
  return { lines: summaryLines(conclusion, samples), isMissed: conclusion.isMissed };
}

export function summaryLines(conclusion: Conclusion, samples: readonly Sample[]): string[] {
  const { verdicts, sayings, medians, unavailable } = conclusion;
  const voids = samples.filter((sample) => sample.discardReason !== undefined);
  return [
    ...formatTable(
      HEAD,
      verdicts.map((one) => verdictCells(one.scenario, one.verdict)),
    ),
    ...unavailable.map(({ scenario, what, reason }) => {
      return `unavailable: ${scenario}: ${what === undefined ? '' : `${what}: `}${reason}`;
    }),
    ...sayings.flatMap(({ scenario, lines }) => ['', ...lines.map((one) => `${scenario}: ${one}`)]),
    '',
    ...formatTable([], medians.map(medianCells)),
    '',
    ...insideLines(samples),
    ...voids.map((sample) => `void: ${describe(sample)}`),
    ...remarks(samples),
  ];
}

function verdictCells(name: string, { claim, against, measured, met, words }: Verdict): string[] {
  const of = against === undefined ? claim.says : `${claim.says} / ${against}`;
  const best = claim.against.length > 1 ? ` (the best of ${claim.against.length})` : '';
  const digits = claim.interval === undefined ? 3 : METRICS[claim.metric].digits;
  const shown = measured.n === 0 ? 'not measured' : formatInterval(measured, digits);
  return [`${name}: ${of}${best}`, targetText(claim.target), shown, `${measured.n}`, met, words];
}

function targetText(target: Target | undefined): string {
  if (target === undefined) return '';
  if ('atLeast' in target) return `>= ${target.atLeast}`;
  if ('atMost' in target) return `<= ${target.atMost}`;
  if ('always' in target) return `= ${target.always} always`;
  return `growth ${target.growth}`;
}

const INSIDE = [
  ['queue, ms', 'queueMeanMs', 'queueP99Ms'],
  ['dispatch, ms', 'dispatchMeanMs', 'dispatchP99Ms'],
  ['score, ms', 'scoreMeanMs', 'scoreP99Ms'],
  ['in all, ms', 'totalMeanMs', 'totalP99Ms'],
  ['CPU, s', 'serverCpuSeconds'],
  ['RSS, MB', 'serverRssMB'],
  ['loop p99, ms', 'loopDelayP99Ms'],
  ['GC, s', 'gcSeconds'],
  ['listener busy / CPU, %', 'listenerBusyPercent', 'listenerCpuPercent'],
  ['task worker busy / CPU, %', 'taskWorkerBusyPercent', 'taskWorkerCpuPercent'],
] as const satisfies readonly (readonly [string, ...MetricName[]])[];

/** By the server's own account: medians of the valid rounds, the mean before the p99. */
function insideLines(samples: readonly Sample[]): string[] {
  const valid = samples.filter(
    (one) => one.discardReason === undefined && 'totalMeanMs' in one.values,
  );
  if (valid.length === 0) return [];
  const rows = namesOf(valid).map((name) => {
    const own = valid.filter((sample) => nameOfRow(sample) === name);
    const cells = INSIDE.map(([, ...metrics]) => {
      return metrics.map((metric) => medianText(own, metric)).join(' / ');
    });
    return [name, ...cells];
  });
  const head = ['inside the server: mean / p99 (of buckets)', ...INSIDE.map(([says]) => says)];
  return [...formatTable(head, rows), ''];
}

function medianText(samples: readonly Sample[], metric: MetricName): string {
  if (samples.every(({ values }) => !(metric in values))) return '-';
  const values = numbersOf(samples, metric);
  return values.length === 0 ? 'unknown' : median(values).toFixed(METRICS[metric].digits);
}

/** Medians over the valid rounds of a variant, with units. */
function medianCells({ scenario, variant, n, values }: Medians): string[] {
  const cells = values.map(([metric, interval]) => {
    const { says, unit, digits } = METRICS[metric];
    if (interval === null) return `${says} unknown`;
    return `${says} ${formatInterval(interval, digits)} ${unit}`.trimEnd();
  });
  return [nameOfRow({ scenario, variant }), `n = ${n}`, cells.join('; ')];
}

/** What is to be known of runs that count: said once a variant, with the number of its runs. */
function remarks(samples: readonly Sample[]): string[] {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const said = new Map<string, { first: string; runs: number }>();
  const say = (sample: Sample, kind: string, text: string) => {
    const key = `${kind}: ${sample.scenario}: ${sample.variant}`;
    const known = said.get(key) ?? { first: text, runs: 0 };
    said.set(key, { ...known, runs: known.runs + 1 });
  };
  for (const sample of valid) {
    for (const note of sample.notes ?? []) say(sample, 'note', note);
    const [again] = sample.earlier ?? [];
    if (again?.discardReason !== undefined) say(sample, 'measured again', again.discardReason);
    for (const [metric, reason] of Object.entries(sample.unknown ?? {})) {
      say(sample, `${METRICS[metric as MetricName].says} unknown`, reason);
    }
  }
  return [...said].map(([what, { first, runs }]) => {
    return `${what}: ${first}${runs === 1 ? '' : ` (and so in ${runs} runs)`}`;
  });
}

/** One line for a sample, for whoever waits. */
export function describe({
  scenario,
  variant,
  round,
  values,
  discardReason: reason,
}: Sample): string {
  const outside = (Object.entries(values) as [MetricName, number][]).filter(([metric]) =>
    isOutside(metric),
  );
  const shown = outside.map(([metric, value]) => {
    const { says, unit, digits } = METRICS[metric];
    if (Number.isNaN(value)) return `${says} unknown`;
    return `${says} ${value.toFixed(digits)} ${unit}`.trimEnd();
  });
  const what = `${scenario}, round ${round}: ${variant}: ${shown.join(', ')}`;
  return reason === undefined ? what : `${what}, VOID: ${reason}`;
}
