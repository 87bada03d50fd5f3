// The Universal Scalability Law (N. Gunther, 1993): X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)).
// lambda: rate of one caller; sigma: share that queues; kappa: cost between callers (> 0: a peak). Pure.

import { formatCount } from '../../src/present/text.js';
import { type ConfidenceInterval, groupBy, median, middle95, ROUNDS_MIN, resampled } from './statistics.js';

export interface LoadPoint {
  readonly round: number;
  readonly callers: number;
  readonly perSecond: number;
  /** CPU time of the generator, as a share of one core. */
  readonly generatorCpu: number;
}

export interface Law {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

export interface Fit {
  readonly lambda: ConfidenceInterval;
  readonly sigma: ConfidenceInterval;
  readonly kappa: ConfidenceInterval;
  /** In callers; a reason where none is claimed. */
  readonly peak: (ConfidenceInterval & { readonly perSecond: number }) | { readonly why: string };
  /** The share of the medians' variance that the law explains. */
  readonly r2: number;
  /** The largest share by which a median is off the law. */
  readonly offMax: number;
  readonly rounds: number;
  readonly callers: readonly number[];
}

export interface Fitting {
  readonly fit: Fit | { readonly why: string };
  /** Numbers of callers that the fit leaves out, and why. */
  readonly leftOut: readonly string[];
}

/** More points than parameters, so that runs can contradict the law. */
export const CALLERS_MIN = 6;
/** Before the best median, each may be lower than its predecessor by this share. */
export const DIP_MAX = 0.1;
/** The largest share by which a median may differ from the law. */
export const OFF_MAX = 0.2;
const RESAMPLES = 1_000;

export function throughput({ lambda, sigma, kappa }: Law, callers: number): number {
  return (lambda * callers) / (1 + sigma * (callers - 1) + kappa * callers * (callers - 1));
}

/** Where the law has its maximum; 0 where it only falls, not finite where it has none. */
export function findPeak({ sigma, kappa }: Law): number {
  return sigma >= 1 ? 0 : Math.sqrt((1 - sigma) / kappa);
}

/** `next` is the random source of the intervals; `cpuShareMax`: the generator was not the limit. */
export function fitLaw(runs: readonly LoadPoint[], cpuShareMax: number, next: () => number): Fitting {
  const rounds = new Set(runs.map(({ round }) => round)).size;
  if (rounds < ROUNDS_MIN) {
    return refused(`too few rounds (${rounds}): an interval needs ${ROUNDS_MIN}`, []);
  }
  const { used, leftOut } = choose(runs, cpuShareMax);
  const medians = computeMedians(used);
  const why = shapeFault(medians);
  if (why !== undefined) return refused(why, leftOut);
  const law = solveLaw(medians);
  const offs = medians.map(([n, perSecond]) => Math.abs(perSecond / throughput(law, n) - 1));
  const offMax = Math.max(...offs);
  if (offMax > OFF_MAX) {
    const [worst] = medians[offs.indexOf(offMax)] ?? [];
    const where = formatCount(worst ?? 0, 'connection');
    const by = `${percent(offMax)} at ${where}, at most ${percent(OFF_MAX)} is allowed`;
    return refused(`the law does not describe these runs: it is off by ${by}`, leftOut);
  }
  const callers = medians.map(([n]) => n);
  const r2 = explained(law, medians);
  return { fit: { ...withIntervals(law, used, next), r2, offMax, rounds, callers }, leftOut };
}

function refused(why: string, leftOut: readonly string[]): Fitting {
  return { fit: { why }, leftOut };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Leaves out a number of callers as a whole: without its generator-limited runs, only slow ones remain. */
function choose(runs: readonly LoadPoint[], cpuShareMax: number) {
  const leftOut: string[] = [];
  const used = groupByCallers(runs).flatMap(([callers, own]) => {
    const saturated = own.filter(({ generatorCpu }) => generatorCpu > cpuShareMax).length;
    const limit = `the generator took more than ${cpuShareMax} of a core`;
    if (saturated === 0 && own.length >= ROUNDS_MIN) return own;
    const few = `${own.length} valid runs, ${ROUNDS_MIN} are needed`;
    const why = saturated > 0 ? `in ${saturated} of ${own.length} runs ${limit}` : few;
    leftOut.push(`${formatCount(callers, 'connection')}: ${why}`);
    return [];
  });
  return { used, leftOut };
}

function groupByCallers(runs: readonly LoadPoint[]) {
  return [...groupBy(runs, ({ callers }) => callers)].sort(([a], [b]) => a - b);
}

type Medians = readonly (readonly [callers: number, perSecond: number])[];

function computeMedians(runs: readonly LoadPoint[]): Medians {
  return groupByCallers(runs).map(([callers, own]) => {
    return [callers, median(own.map(({ perSecond }) => perSecond))] as const;
  });
}

function shapeFault(medians: Medians): string | undefined {
  if (medians.length < CALLERS_MIN) {
    return `too few numbers of connections (${medians.length}): a fit needs ${CALLERS_MIN}`;
  }
  const rates = medians.map(([, perSecond]) => perSecond);
  const best = rates.indexOf(Math.max(...rates));
  const dip = rates.findIndex((rate, at) => {
    return at > 0 && at < best && rate < (1 - DIP_MAX) * (rates[at - 1] ?? 0);
  });
  if (dip < 0) return undefined;
  const [from, to] = [medians[dip - 1]?.[0], medians[dip]?.[0]];
  const where = `from ${from} to ${formatCount(to ?? 0, 'connection')}`;
  const then = `falls by more than ${percent(DIP_MAX)} ${where}`;
  return `throughput ${then} and rises again after it: no law with one peak`;
}

/**
 * The least sum of (measured / law - 1) squared over the medians, with sigma and kappa not negative. N / X(N)
 * is linear in 1/lambda, sigma/lambda and kappa/lambda, so the solution is exact, without a first guess.
 */
export function solveLaw(medians: Medians): Law {
  const rows = medians.map(([n, perSecond]): Coefficients => {
    const weight = perSecond / n;
    return [weight, weight * (n - 1), weight * n * (n - 1)];
  });
  const [one, queueing, crosstalk] = leastSquares(rows);
  return { lambda: 1 / one, sigma: queueing / one, kappa: crosstalk / one };
}

/** R², the coefficient of determination. */
function explained(law: Law, medians: Medians): number {
  const mean = medians.reduce((sum, [, rate]) => sum + rate, 0) / medians.length;
  const squares = (expect: (n: number) => number) =>
    medians.reduce((sum, [n, rate]) => sum + (rate - expect(n)) ** 2, 0);
  return 1 - squares((n) => throughput(law, n)) / squares(() => mean);
}

/** Resamples whole rounds, because a slow minute affects all runs of a round. */
function withIntervals(law: Law, runs: readonly LoadPoint[], next: () => number) {
  const rounds = [...groupBy(runs, ({ round }) => round).values()];
  const laws = Array.from({ length: RESAMPLES }, () => {
    return solveLaw(computeMedians(resampled(rounds, next).flat()));
  });
  const interval = (of: (law: Law) => number): ConfidenceInterval => {
    return { median: of(law), ...middle95(laws.map(of)), n: rounds.length };
  };
  const kappa = interval((one) => one.kappa);
  return {
    lambda: interval((one) => one.lambda),
    sigma: interval((one) => one.sigma),
    kappa,
    peak: peakFrom(law, kappa, interval(findPeak), Math.max(...runs.map(({ callers }) => callers))),
  };
}

function peakFrom(
  law: Law,
  kappa: ConfidenceInterval,
  at: ConfidenceInterval,
  callersMax: number,
): Fit['peak'] {
  if (!(kappa.low > 0)) return { why: 'no peak is claimed: the interval of kappa includes 0' };
  if (at.median > callersMax) {
    return { why: `no peak is claimed: it would be beyond the ${callersMax} that were measured` };
  }
  if (at.median < 1) return { why: 'no peak is claimed: a second caller already costs throughput' };
  return { ...at, perSecond: throughput(law, at.median) };
}

type Coefficients = readonly [number, number, number];

/** Which of the last two may be more than 0; the first always may. */
const FACES = [[0], [0, 1], [0, 2], [0, 1, 2]] as const;

/**
 * The non-negative a, b, c for which a x + b y + c z is nearest to 1 over all rows. The sum of squares is
 * convex, so its minimum is the free minimum on one face, where some coefficients are 0 (C. Lawson and
 * R. Hanson, 1974). NaN where the rows do not determine it.
 */
export function leastSquares(rows: readonly Coefficients[]): Coefficients {
  // Scales columns to equal length, so that rounding hides none.
  const lengths = [0, 1, 2].map((column) => Math.hypot(...rows.map((row) => row[column] ?? 0)));
  const scaled = rows.map((row) => row.map((value, column) => value / (lengths[column] || 1)));
  const [best] = FACES.map((face) => solveOn(face, scaled))
    .filter((solution) => solution.every((value) => value >= 0))
    .sort((one, other) => squaresLeft(one, scaled) - squaresLeft(other, scaled));
  const unscale = (column: number) => (best?.[column] ?? Number.NaN) / (lengths[column] || 1);
  return [unscale(0), unscale(1), unscale(2)];
}

function squaresLeft(solution: readonly number[], rows: readonly (readonly number[])[]): number {
  return rows.reduce((sum, row) => {
    const reached = row.reduce((total, value, column) => total + value * (solution[column] ?? 0), 0);
    return sum + (reached - 1) ** 2;
  }, 0);
}

/** By the normal equations of the columns on the face; the others are 0. */
function solveOn(face: readonly number[], rows: readonly (readonly number[])[]): number[] {
  const sum = (of: (row: readonly number[]) => number) => rows.reduce((total, row) => total + of(row), 0);
  const matrix = face.map((i) => [
    ...face.map((j) => sum((row) => (row[i] ?? 0) * (row[j] ?? 0))),
    sum((row) => row[i] ?? 0),
  ]);
  const found = eliminate(matrix);
  return [0, 1, 2].map((column) => found[face.indexOf(column)] ?? 0);
}

/** Gauss's elimination of a symmetric positive matrix, whose last column is the right side. */
function eliminate(matrix: readonly number[][]): number[] {
  const size = matrix.length;
  for (const [pivot, own] of matrix.entries()) {
    for (const row of matrix.slice(pivot + 1)) {
      const factor = (row[pivot] ?? 0) / (own[pivot] ?? 0);
      for (let column = pivot; column <= size; column++) {
        row[column] = (row[column] ?? 0) - factor * (own[column] ?? 0);
      }
    }
  }
  const found = new Array<number>(size).fill(0);
  for (const [pivot, own] of [...matrix.entries()].reverse()) {
    const known = found.reduce((total, value, column) => total + value * (own[column] ?? 0), 0);
    found[pivot] = ((own[size] ?? 0) - known) / (own[pivot] ?? 0);
  }
  return found;
}
