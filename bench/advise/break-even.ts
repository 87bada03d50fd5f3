// The work per request from which threads pay. Its scenario runs `inline` and `batched` at several
// sizes of added work; the ratio of both crosses 1 at the break-even, interpolated in the logarithm
// of the work. Intervals are bootstrapped over whole rounds. Main thread of the runner.

import type { Post } from '../load/transaction.js';
import { measurePost } from '../runner/measure.js';
import type { Sample, Scenario } from '../runner/scenario.js';
import { rows, variant } from '../scenarios/variants.js';
import {
  bootstrapMedian,
  type ConfidenceInterval,
  median,
  middle95,
  resampled,
} from '../stats/statistics.js';

export interface CurvePoint {
  /** The work that leaves the event loop: parsing, scoring with the added work, printing. */
  readonly us: number;
  /** Of the throughputs, batched over inline, paired by round. */
  readonly ratio: ConfidenceInterval;
}

/** Microseconds; or below or above all measured sizes. */
export type Edge = number | 'below' | 'above';

export interface BreakEven {
  readonly points: readonly CurvePoint[];
  /** Where the median of the ratio crosses 1 for the last time. */
  readonly at: Edge;
  readonly low: Edge;
  readonly high: Edge;
  /** From here on the lower end of the ratio's interval is above 1 too. */
  readonly provedFrom: Edge;
  readonly rounds: number;
}

const RESAMPLES = 2_000;

/** Of one round: the ratio at each size of work, NaN where a run of the pair does not count. */
type Ratios = readonly number[];

/** `bareUs`: of a request without added work; undefined where no pair of runs counts. */
export function computeBreakEven(
  samples: readonly Sample[],
  bareUs: number,
  next: () => number,
): BreakEven | undefined {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const sizes = [...new Set(valid.map(({ workUs }) => workUs))].sort((a, b) => a - b);
  const rounds = [...new Set(valid.map(({ round }) => round))].map((round) =>
    sizes.map((workUs) => computeRatio(valid, round, workUs)),
  );
  const at = (size: number) => known(rounds.map((ratios) => ratios[size] ?? Number.NaN));
  const points = sizes.flatMap((workUs, size) => {
    const values = at(size);
    if (values.length === 0) return [];
    const us = workUs + bareUs;
    return [{ us, size, ratio: bootstrapMedian(values, next) }];
  });
  if (points.length === 0) return undefined;
  const us = points.map((point) => point.us);
  const findCrossing = (some: readonly Ratios[]) =>
    crossing(
      us,
      points.map(({ size, ratio }) => {
        const values = known(some.map((ratios) => ratios[size] ?? Number.NaN));
        return values.length === 0 ? ratio.median : median(values);
      }),
    );
  const crossings = Array.from({ length: RESAMPLES }, () => findCrossing(resampled(rounds, next)));
  const { low, high } = middle95(crossings);
  return {
    points: points.map(({ us, ratio }) => ({ us, ratio })),
    at: toEdge(findCrossing(rounds)),
    low: toEdge(low),
    high: toEdge(high),
    provedFrom: toEdge(
      crossing(
        us,
        points.map(({ ratio }) => ratio.low),
      ),
    ),
    rounds: rounds.length,
  };
}

function computeRatio(valid: readonly Sample[], round: number, workUs: number): number {
  const perSecond = (topology: string) =>
    valid.find((one) => {
      return one.topology === topology && one.round === round && one.workUs === workUs;
    })?.values.perSecond ?? Number.NaN;
  return perSecond('batched') / perSecond('inline');
}

function known(values: readonly number[]): readonly number[] {
  return values.filter((value) => !Number.isNaN(value));
}

/**
 * Where the ratio reaches 1 and stays there: minus infinity when it is never below, infinity when
 * it is at the end.
 */
export function crossing(us: readonly number[], ratios: readonly number[]): number {
  const last = ratios.findLastIndex((ratio) => ratio < 1);
  if (last < 0) return Number.NEGATIVE_INFINITY;
  const [from, to] = [us[last], us[last + 1]];
  const [below, above] = [ratios[last], ratios[last + 1]];
  if (from === undefined || to === undefined || below === undefined || above === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  const share = (1 - below) / (above - below);
  return Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)));
}

function toEdge(us: number): Edge {
  if (us === Number.NEGATIVE_INFINITY) return 'below';
  return us === Number.POSITIVE_INFINITY ? 'above' : us;
}

export const CURVE = 'advise-curve';

/** `post`: with the level that the rules give it. */
export function curveFor(post: Post, threads: number): Scenario {
  return {
    about: 'inline and batched by added work',
    isDefault: false,
    variants: ({ workUs }) =>
      rows(workUs.flatMap((us) => [variant('inline', 0, us), variant('batched', threads, us)])),
    claims: () => [],
    measure: (row, context) => measurePost(post, row, context),
  };
}
