// What each way of computing a score costs, and from how much work per request threads pay: throughput and
// p99 in a closed loop, over sizes of added work and numbers of task workers.

import {
  buildCurves,
  buildSeries,
  buildTable,
  chooseTone,
  formatMedians,
  formatRatioCells,
} from '../report/chart-data.js';
import type { Chart, ReportedScenario, SectionContent, Table } from '../report/model.js';
import { countThreads, explainUndecided, listPayoffs, type Payoff, selectPayoffs } from '../report/payoff.js';
import {
  describeChance,
  formatAtWork,
  formatCell,
  formatComparison,
  formatRatioCell,
  formatTimes,
  formatWork,
  joinNames,
  SPEED,
  toSentence,
} from '../report/wording.js';
import { measureInside, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, ClaimTarget, Measurement, RunContext, Variant } from '../runner/scenario.js';
import { distinctNumbers, groupByLabel, type ScenarioData } from '../stats/scenario-data.js';
import { decide } from '../stats/statistics.js';
import { rowName, rows, variant } from './variants.js';

const POOLED = ['pool', 'batched'] as const;

/** Added work, us -> the target of `batched` x2 as a multiple of the best other variant. */
const BEST_TARGET: Readonly<Record<number, number>> = { 20: 1.3, 100: 1.3 };

function variants({ workUs, taskWorkers }: Plan) {
  return rows(
    workUs.flatMap((us) => [
      variant('inline', 0, us),
      ...taskWorkers.flatMap((threads) => POOLED.map((name) => variant(name, threads, us))),
    ]),
  );
}

function claims({ workUs, taskWorkers }: Plan): readonly Claim[] {
  return workUs.flatMap((us) => taskWorkers.flatMap((threads) => claimsAt(us, threads)));
}

function claimsAt(us: number, threads: number): Claim[] {
  const inline = rowName('inline', 0, us);
  const [pool, batched] = POOLED.map((name) => rowName(name, threads, us)) as [string, string];
  const claim = (
    of: string,
    metric: Claim['metric'],
    against: readonly string[],
    target: ClaimTarget | undefined,
  ): Claim => {
    const says = metric === 'p99Ms' ? `p99 of ${of}` : of;
    return { says, metric, of, against, target };
  };
  const atLeast = threads === 2 ? (BEST_TARGET[us] ?? 1) : 1;
  const zeroClaims = [
    claim(batched, 'perSecond', [pool], { atLeast: 2.5 }),
    claim(batched, 'perSecond', [inline], { atLeast: 1 }),
  ];
  return [
    ...(us === 0 && threads === 2 ? zeroClaims : []),
    claim(pool, 'perSecond', [inline], undefined),
    claim(batched, 'perSecond', [inline, pool], { atLeast }),
    claim(batched, 'p99Ms', [pool], { atMost: 1 }),
  ];
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  return withServer(row, context, async (stand) => (await measureInside(stand, context.plan)).measured);
}

function describePayoff(payoff: Payoff): readonly string[] {
  const { label, points } = payoff;
  const undecided = explainUndecided(payoff);
  if (undecided !== undefined) return [undecided];
  const first = points.findIndex(({ ratio }) => decide(ratio) === 'more');
  const point = points[first];
  if (point === undefined) {
    const works = joinNames(points.map(({ workUs }) => formatWork(workUs)));
    return [`${label} was faster than inline at no measured work: ${works}`];
  }
  const from = point.workUs === 0 ? 'even with no added work' : formatAtWork(point.workUs);
  const others = [points[first - 1], ...points.slice(first + 1)].flatMap((other) =>
    other === undefined || decide(other.ratio) === 'more' ? [] : [other],
  );
  return [
    `${from}, ${label} is faster: ${formatTimes(point.ratio, 'the requests of inline')}`,
    ...others.map(({ workUs, ratio }) => {
      return `${formatAtWork(workUs)}, ${label} serves ${formatComparison(ratio, 'the requests', SPEED)}`;
    }),
  ];
}

function buildCharts(data: ScenarioData): readonly Chart[] {
  const threads = countThreads(data);
  const shown = data.variants.filter((one) => one.threads === 0 || one.threads === threads);
  const x = { title: 'added work, µs per request', scale: 'steps' } as const;
  const rates = buildSeries(
    groupByLabel(shown),
    ({ workUs }) => workUs,
    ({ variant: name }) => data.median(name, 'perSecond'),
  );
  const ratios = listPayoffs(data).map(({ label, points }) => ({
    name: label,
    tone: chooseTone(label.split(' ')[0] ?? ''),
    points: points.map(({ workUs, ratio }) => ({ x: workUs, interval: ratio })),
  }));
  return [
    ...buildCurves({
      id: 'dispatch-throughput',
      title: 'Requests answered per second, by added work',
      x,
      y: { title: 'answered, requests/s', scale: 'log' },
      series: rates,
      formatX: formatAtWork,
      format: (interval) => `${formatCell(interval, 'perSecond')} requests/s`,
    }),
    ...buildCurves({
      id: 'dispatch-ratio',
      title: 'Throughput with task workers as a multiple of inline',
      note: 'Ratios are paired by round; above the line threads pay.',
      x,
      y: { title: 'times inline', scale: 'linear' },
      series: ratios,
      marks: [{ axis: 'y', at: 1, says: 'inline' }],
      formatX: formatAtWork,
      format: (interval) => `${formatRatioCell(interval)} times`,
    }),
  ];
}

const PAIRS = [
  ['batched', 'inline'],
  ['pool', 'inline'],
  ['batched', 'pool'],
] as const;

function listRatios(data: ScenarioData): readonly (readonly string[])[] {
  const { variants: all } = data;
  const find = (topology: string, threads: number, workUs: number) =>
    all.find((one) => {
      const isAt = one.workUs === workUs && one.topology === topology;
      return isAt && one.threads === (topology === 'inline' ? 0 : threads);
    });
  const numbers = distinctNumbers(all.map(({ threads }) => threads)).filter((one) => one > 0);
  const places = distinctNumbers(all.map(({ workUs }) => workUs)).flatMap((workUs) =>
    numbers.flatMap((threads) => PAIRS.map((pair) => ({ workUs, threads, pair }))),
  );
  return places.flatMap(({ workUs, threads, pair }) => {
    const [of, against] = pair.map((topology) => find(topology, threads, workUs));
    if (of === undefined || against === undefined) return [];
    const rate = data.ratio(of.variant, against.variant, 'perSecond');
    const p99 = formatRatioCell(data.ratio(of.variant, against.variant, 'p99Ms'));
    const name = `${of.label} / ${against.label}`;
    return [[formatWork(workUs), name, ...formatRatioCells(rate), p99, `${rate.n}`]];
  });
}

function buildTables(data: ScenarioData): readonly Table[] {
  const ratios = listRatios(data);
  const medians = data.variants
    .toSorted((a, b) => a.workUs - b.workUs)
    .map(({ variant: name, label, workUs }) => {
      const values = formatMedians(data, name, ['perSecond', 'p50Ms', 'p99Ms']);
      return [formatWork(workUs), label, ...values, `${data.median(name, 'perSecond').n}`];
    });
  const chance = describeChance(ratios.map((cells) => Number(cells.at(-1))));
  return [
    ...buildTable(
      `Ratios, paired by round; the word is about throughput${chance}`,
      ['added work', 'ratio', 'throughput', 'seen', 'p99', 'n'],
      ratios,
    ),
    ...buildTable(
      'Medians over the rounds',
      ['added work', 'where it is computed', 'requests/s', 'p50, ms', 'p99, ms', 'n'],
      medians,
    ),
  ];
}

function describe(data: ScenarioData): SectionContent {
  const says = selectPayoffs(data).toReversed().flatMap(describePayoff).map(toSentence);
  return {
    title: 'How much work must a request have before threads pay?',
    says: says.length === 0 ? ['No measured variant can be compared with inline.'] : says,
    charts: buildCharts(data),
    tables: buildTables(data),
    how:
      'Every request adds a fixed number of calibrated iterations to the scoring by rules. That is ' +
      'CPU work, not waiting. inline computes on the event loop, pool and batched on task ' +
      'workers: pool one by one, batched what has gathered.',
    changes:
      'More cores, or a load generator on another machine: here the generator takes its share of ' +
      'the same cores, most where the work is small. Work that waits instead of computing needs ' +
      'no threads.',
  };
}

export const dispatch: ReportedScenario = {
  about: 'throughput and p99 of inline, pool and batched, by added work and task workers',
  isDefault: true,
  variants,
  claims,
  measure,
  describe,
};
