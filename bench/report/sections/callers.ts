// How throughput grows with the number of callers, told, with the Universal Scalability Law fitted
// to it, or the reason why it is not. Pure.

import { PLAN_DEFAULTS } from '../../runner/plan.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import { type Fit, type Fitting, fitLaw, type Law, throughput } from '../../stats/usl.js';
import type { Chart, Series } from '../model.js';
import { barsText, curves, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import { distinctNumbers, labelOf, medianOf, type Row, rowsOf, type View } from './view.js';
import { bare, sentence, workText } from './words.js';

interface Curve {
  readonly name: string;
  readonly topology: string;
  readonly workUs: number;
  readonly rows: readonly Row[];
  readonly fitting: Fitting;
}

const LAW_POINTS = 60;
const SMALL_DIGITS = 3;

function curvesOf(view: View): readonly Curve[] {
  const rows = rowsOf(view).filter((row) => row.at?.name === 'connections');
  const keyOf = (row: Row) => `${labelOf(row)} + ${row.workUs}`;
  return [...new Set(rows.map(keyOf))].flatMap((key) => {
    const own = rows.filter((row) => keyOf(row) === key);
    const [first] = own;
    if (first === undefined) return [];
    const { topology, workUs } = first;
    const fitting = fitOf(view, own, key);
    return [{ name: labelOf(first), topology, workUs, rows: own, fitting }];
  });
}

function fitOf(view: View, rows: readonly Row[], key: string): Fitting {
  const names = new Set(rows.map(({ variant }) => variant));
  const runs = view.valid
    .filter(({ variant, values }) => names.has(variant) && Number.isFinite(values.perSecond))
    .map(({ round, at, values }) => {
      const { perSecond = Number.NaN, generatorCpu = Number.NaN } = values;
      return { round, callers: at?.value ?? Number.NaN, perSecond, generatorCpu };
    });
  return fitLaw(runs, PLAN_DEFAULTS.limits.cpuShareMax, view.next(`law of ${key}`));
}

const callersOf = (row: Row): number => row.at?.value ?? Number.NaN;
const place = (callers: number) => `at ${callers}`;

function says(curve: Curve): string {
  const { name, workUs, fitting } = curve;
  const what = `${name} with ${workUs === 0 ? '' : `${workText(workUs)} of added work`}`;
  return sentence(`${workUs === 0 ? `${what}no added work` : what}: ${peakText(fitting.fit)}`);
}

function peakText(fit: Fitting['fit']): string {
  if ('why' in fit) return `no law is fitted: ${fit.why}`;
  const { peak, rounds } = fit;
  if ('why' in peak) return peak.why;
  const where = `${peak.median.toFixed(0)} [${peak.low.toFixed(0)}, ${peak.high.toFixed(0)}]`;
  const rate = `${peak.perSecond.toFixed(0)} requests/s by the law`;
  return `throughput peaks at ${where} connections, with ${rate} (n = ${rounds})`;
}

/** The measured best of each curve: known whether or not a law is. */
function bestText(view: View, { rows }: Curve): string {
  const known = rows.map((row) => ({ row, interval: medianOf(view, row.variant, 'perSecond') }));
  const [best] = known.toSorted((a, b) => b.interval.median - a.interval.median);
  if (best === undefined) return 'unknown';
  return `${bare(best.interval, 'perSecond')} at ${callersOf(best.row)}`;
}

function lawPoints({ lambda, sigma, kappa }: Fit, callersMax: number) {
  const law: Law = { lambda: lambda.median, sigma: sigma.median, kappa: kappa.median };
  return Array.from({ length: LAW_POINTS }, (_, index) => {
    const x = callersMax ** (index / (LAW_POINTS - 1));
    return { x, y: throughput(law, x) };
  }).filter(({ y }) => Number.isFinite(y));
}

function seriesOf(view: View, curve: Curve): Series {
  const { name, topology, rows, fitting } = curve;
  const points = rows.map((row) => {
    return { x: callersOf(row), interval: medianOf(view, row.variant, 'perSecond') };
  });
  const series = { name, tone: toneOf(topology), points };
  if ('why' in fitting.fit) return series;
  return { ...series, law: lawPoints(fitting.fit, Math.max(...rows.map(callersOf))) };
}

function chartOf(view: View, all: readonly Curve[], workUs: number): readonly Chart[] {
  const own = all.filter((curve) => curve.workUs === workUs);
  const series = own.map((curve) => seriesOf(view, curve));
  const intervals = series.flatMap(({ points }) => points.map(({ interval }) => interval));
  const isFitted = series.some(({ law }) => law !== undefined);
  const line = isFitted ? ' The thin line is the fitted law.' : '';
  return curves({
    id: `callers-${workUs}`,
    title: `Requests answered a second, by callers at the same time: ${workText(workUs)}`,
    caption: barsText(intervals) + line,
    x: { title: 'connections, each with one request at a time', scale: 'log' },
    y: { title: 'answered, requests/s', scale: 'linear' },
    series,
    place,
    told: (interval) => `${bare(interval, 'perSecond')} requests/s`,
  });
}

function small({ median, low, high }: ConfidenceInterval): string {
  const one = (value: number) => (value === 0 ? '0' : value.toPrecision(SMALL_DIGITS));
  return `${one(median)} [${one(low)}, ${one(high)}]`;
}

function lawCells({ fit }: Fitting): readonly string[] {
  if ('why' in fit) return ['', '', '', '', fit.why];
  const { lambda, sigma, kappa, peak, r2, offMax, rounds } = fit;
  const off = `R² ${r2.toFixed(3)}, off by at most ${(100 * offMax).toFixed(1)} %`;
  const at = 'why' in peak ? `; ${peak.why}` : '';
  return [bare(lambda, 'perSecond'), small(sigma), small(kappa), `${rounds}`, off + at];
}

function tables(view: View, all: readonly Curve[]) {
  const laws = all.map((curve) => {
    const left = curve.fitting.leftOut.map((one) => `; left out: ${one}`).join('');
    const cells = lawCells(curve.fitting);
    const how = `${cells.at(-1)}${left}`;
    const { name, workUs } = curve;
    return [name, workText(workUs), bestText(view, curve), ...cells.slice(0, -1), how];
  });
  const medians = all.flatMap(({ name, workUs, rows }) =>
    rows.map((row) => {
      const rate = medianOf(view, row.variant, 'perSecond');
      const p99 = medianOf(view, row.variant, 'p99Ms');
      const cells = [bare(rate, 'perSecond'), bare(p99, 'p99Ms'), `${rate.n}`];
      return [name, workText(workUs), `${callersOf(row)}`, ...cells];
    }),
  );
  const where = ['where it is computed', 'added work'];
  return [
    ...tableOf(
      'The law X(N) = λN / (1 + σ(N − 1) + κN(N − 1)): λ is the rate of one caller, σ the share ' +
        'that queues, κ what callers cost each other',
      [...where, 'most measured, /s', 'λ, /s', 'σ', 'κ', 'n', 'how well it fits'],
      laws,
    ),
    ...tableOf(
      'Medians over the rounds',
      [...where, 'connections', 'requests/s', 'p99, ms', 'n'],
      medians,
    ),
  ];
}

export function callers(view: View): Told {
  const all = curvesOf(view);
  const works = distinctNumbers(all.map(({ workUs }) => workUs));
  return {
    title: 'How many callers at the same time does it bear, and where is the peak?',
    says: all.length === 0 ? ['No number of connections was measured.'] : all.map(says),
    charts: works.flatMap((workUs) => chartOf(view, all, workUs)),
    tables: tables(view, all),
    how:
      'A closed loop over so many connections; the Universal Scalability Law is fitted to the ' +
      'medians, and refused where they do not look like it. A number of connections at which the ' +
      'generator was at its limit is left out of the fit.',
    changes:
      'σ and κ are those of this machine with the load generator on it: cores of its own for the ' +
      'generator would move the peak to more callers. So would callers that think between two ' +
      'requests.',
  };
}
