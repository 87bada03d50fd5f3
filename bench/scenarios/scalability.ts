// How throughput grows with the number of callers in a closed loop, and the Universal Scalability Law fitted
// to it: the share that queues, what callers cost each other, and the peak if there is one.

import { buildCurves, buildTable, chooseTone } from '../report/chart-data.js';
import type { Chart, ReportedScenario, SectionContent, Series, Table } from '../report/model.js';
import { formatAtWork, formatCell, formatWork, toSentence } from '../report/wording.js';
import { measureScore } from '../runner/measure.js';
import { PLAN_DEFAULTS, type Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Variant } from '../runner/scenario.js';
import {
  distinctNumbers,
  groupByLabel,
  type MeasuredVariant,
  type ScenarioData,
} from '../stats/scenario-data.js';
import type { ConfidenceInterval } from '../stats/statistics.js';
import { type Fit, type Fitting, fitLaw, throughput } from '../stats/usl.js';
import { rowName, rows, variant } from './variants.js';

const WORK_US = [0, 500];

function planCurves({ scale, taskWorkers }: Plan) {
  const works = scale === 'smoke' ? WORK_US.slice(0, 1) : WORK_US;
  const threads = Math.max(...taskWorkers);
  return works.flatMap((workUs) => [
    { topology: 'inline', threads: 0, workUs },
    { topology: 'batched', threads, workUs },
  ]);
}

const at = (value: number) => ({ name: 'connections', value }) as const;

function variants(plan: Plan): readonly Variant[] {
  return rows(
    planCurves(plan).flatMap(({ topology, threads, workUs }) =>
      plan.callers.map((callers) => variant(topology, threads, workUs, [], at(callers))),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  return planCurves(plan)
    .filter(({ topology }) => topology === 'batched')
    .flatMap(({ topology, threads, workUs }) =>
      plan.callers.map((callers): Claim => {
        const of = rowName(topology, threads, workUs, at(callers));
        const against = [rowName('inline', 0, workUs, at(callers))];
        return { says: of, metric: 'perSecond', of, against, target: undefined };
      }),
    );
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const { plan } = context;
  const connections = row.at?.value ?? plan.connections;
  return measureScore(row, { ...context, plan: { ...plan, connections } });
}

/** One topology at one size of work. */
interface Curve {
  readonly label: string;
  readonly workUs: number;
  readonly variants: readonly MeasuredVariant[];
  readonly fitting: Fitting;
}

const LAW_POINTS = 60;
const SMALL_DIGITS = 3;

function fitCurves(data: ScenarioData): readonly Curve[] {
  const all = data.variants.filter((one) => one.at?.name === 'connections');
  return distinctNumbers(all.map(({ workUs }) => workUs)).flatMap((workUs) =>
    groupByLabel(all.filter((one) => one.workUs === workUs)).map(([label, own]) => {
      const names = new Set(own.map((one) => one.variant));
      const runs = data.valid
        .filter((run) => names.has(run.variant) && Number.isFinite(run.values.perSecond))
        .map(({ round, at: place, values }) => {
          const { perSecond = Number.NaN, generatorCpu = Number.NaN } = values;
          return { round, callers: place?.value ?? Number.NaN, perSecond, generatorCpu };
        });
      const next = data.createRandom(`law of ${label} + ${workUs}`);
      const fitting = fitLaw(runs, PLAN_DEFAULTS.limits.cpuShareMax, next);
      return { label, workUs, variants: own, fitting };
    }),
  );
}

const countCallers = (one: MeasuredVariant): number => one.at?.value ?? Number.NaN;

function describePeak({ label, workUs, fitting: { fit } }: Curve): readonly string[] {
  const what = `${formatAtWork(workUs)}, ${label}`;
  if ('why' in fit) return [`${what}: no law is fitted, because ${fit.why}`];
  const { peak, rounds } = fit;
  if ('why' in peak) return [`${what}: ${peak.why}`];
  const [at, low, high] = [peak.median, peak.low, peak.high].map((value) => value.toFixed(0));
  return [
    `${what} peaks at ${at} connections (95 % CI ${low}–${high}, n = ${rounds})`,
    `the law predicts ${peak.perSecond.toFixed(0)} requests/s there`,
  ];
}

/** The best measured rate. */
function formatBest(data: ScenarioData, { variants: own }: Curve): string {
  const known = own.map((one) => ({ one, rate: data.median(one.variant, 'perSecond') }));
  const [best] = known.toSorted((a, b) => b.rate.median - a.rate.median);
  if (best === undefined) return 'unknown';
  return `${formatCell(best.rate, 'perSecond')} at ${countCallers(best.one)}`;
}

function sampleLaw({ lambda, sigma, kappa }: Fit, callersMax: number) {
  const law = { lambda: lambda.median, sigma: sigma.median, kappa: kappa.median };
  return Array.from({ length: LAW_POINTS }, (_, index) => {
    const x = callersMax ** (index / (LAW_POINTS - 1));
    return { x, y: throughput(law, x) };
  }).filter(({ y }) => Number.isFinite(y));
}

function buildCurveSeries(data: ScenarioData, { label, variants: own, fitting }: Curve): Series {
  const points = own.map((one) => {
    return { x: countCallers(one), interval: data.median(one.variant, 'perSecond') };
  });
  const series = { name: label, tone: chooseTone(own[0]?.topology ?? ''), points };
  if ('why' in fitting.fit) return series;
  return { ...series, law: sampleLaw(fitting.fit, Math.max(...own.map(countCallers))) };
}

function buildChart(data: ScenarioData, all: readonly Curve[], workUs: number): readonly Chart[] {
  const own = all.filter((curve) => curve.workUs === workUs);
  const series = own.map((curve) => buildCurveSeries(data, curve));
  const isFitted = series.some(({ law }) => law !== undefined);
  return buildCurves({
    id: `scalability-${workUs}`,
    title: `Requests answered per second, by concurrent callers: ${formatWork(workUs)}`,
    note: isFitted ? 'The thin line is the fitted law.' : '',
    x: { title: 'connections, each with one request at a time', scale: 'log' },
    y: { title: 'answered, requests/s', scale: 'linear' },
    series,
    formatX: (callers) => `at ${callers}`,
    format: (interval) => `${formatCell(interval, 'perSecond')} requests/s`,
  });
}

function formatSmall({ median, low, high }: ConfidenceInterval): string {
  const [value, from, to] = [median, low, high].map((one) =>
    one === 0 ? '0' : one.toPrecision(SMALL_DIGITS),
  );
  return `${value} [${from}, ${to}]`;
}

function listLawCells({ fit, leftOut }: Fitting): readonly string[] {
  const left = leftOut.map((one) => `; left out: ${one}`).join('');
  if ('why' in fit) return ['', '', '', '', fit.why + left];
  const { lambda, sigma, kappa, peak, r2, offMax, rounds } = fit;
  const off = `R² ${r2.toFixed(3)}, off by at most ${(100 * offMax).toFixed(1)} %`;
  const cells = [formatCell(lambda, 'perSecond'), formatSmall(sigma), formatSmall(kappa)];
  return [...cells, `${rounds}`, `${off}${'why' in peak ? `; ${peak.why}` : ''}${left}`];
}

function buildTables(data: ScenarioData, all: readonly Curve[]): readonly Table[] {
  const laws = all.map((curve) => {
    const what = [curve.label, formatWork(curve.workUs), formatBest(data, curve)];
    return [...what, ...listLawCells(curve.fitting)];
  });
  const medians = all.flatMap(({ label, workUs, variants: own }) =>
    own.map((one) => {
      const rate = data.median(one.variant, 'perSecond');
      const p99 = formatCell(data.median(one.variant, 'p99Ms'), 'p99Ms');
      const cells = [formatCell(rate, 'perSecond'), p99, `${rate.n}`];
      return [label, formatWork(workUs), `${countCallers(one)}`, ...cells];
    }),
  );
  const where = ['where it is computed', 'added work'];
  return [
    ...buildTable(
      'The law X(N) = λN / (1 + σ(N − 1) + κN(N − 1)): λ is the rate of one caller, σ the share ' +
        'that queues, κ what callers cost each other',
      [...where, 'most measured, /s', 'λ, /s', 'σ', 'κ', 'n', 'how well it fits'],
      laws,
    ),
    ...buildTable(
      'Medians over the rounds',
      [...where, 'connections', 'requests/s', 'p99, ms', 'n'],
      medians,
    ),
  ];
}

function describe(data: ScenarioData): SectionContent {
  const all = fitCurves(data);
  const works = distinctNumbers(all.map(({ workUs }) => workUs));
  const says = all.flatMap(describePeak).map(toSentence);
  return {
    title: 'How many concurrent callers does it serve, and where is the peak?',
    says: says.length === 0 ? ['No number of connections was measured.'] : says,
    charts: works.flatMap((workUs) => buildChart(data, all, workUs)),
    tables: buildTables(data, all),
    how:
      'A closed loop runs over each number of connections. The Universal Scalability Law is fitted ' +
      'to the medians, and refused where they do not have its shape. The fit leaves out numbers ' +
      'of connections at which the generator reached its limit.',
    changes:
      'σ and κ belong to this machine with the load generator on it: separate cores for the ' +
      'generator would move the peak to more callers. So would callers that think between two ' +
      'requests.',
  };
}

export const scalability: ReportedScenario = {
  about: 'throughput over 1 to 256 connections, and the Universal Scalability Law fitted to it',
  isDefault: false,
  variants,
  claims,
  measure,
  describe,
};
