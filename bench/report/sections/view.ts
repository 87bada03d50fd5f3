// What a telling looks at: the valid runs of one scenario, and medians, ratios and shares of them
// with their intervals. Pure. Each interval has a random source of its own, made from the seed and
// from what it is of, so that a number is the same wherever it stands in the report.

import { random } from '../../../src/checker/random.js';
import { TOPOLOGY_NAMES } from '../../../src/topologies/topology.js';
import type { Result } from '../../runner/result-lines.js';
import type { Claim, MetricName, Setting } from '../../runner/scenario.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import { judge, type Verdict } from '../../stats/verdicts.js';

type Asked = Pick<Claim, 'metric' | 'of' | 'against' | 'againstMetric'>;

export interface View {
  readonly scenario: string;
  readonly valid: readonly Result[];
  /** No chart and no table shows them. */
  readonly voids: readonly Result[];
  readonly judged: (asked: Asked) => Verdict;
  /** A random source for what `key` names. */
  readonly next: (key: string) => () => number;
}

/** An interval of a ratio, and what it lets say: faster, slower, or that it does not. */
export interface Ratio extends ConfidenceInterval {
  readonly words: string;
}

export interface Row {
  readonly variant: string;
  readonly topology: string;
  readonly threads: number;
  readonly workUs: number;
  readonly at: Setting | undefined;
}

export function viewOf(scenario: string, all: readonly Result[], seed: number): View {
  // The order of lines in a file must not change an interval.
  const runs = all.toSorted((a, b) => a.round - b.round || compare(a.variant, b.variant));
  const valid = runs.filter((run) => run.discardReason === undefined);
  const known = new Map<string, Verdict>();
  const next = (key: string) => random(seed ^ hashOf(`${scenario}: ${key}`));
  const judged = (asked: Asked): Verdict => {
    const { metric, of, against, againstMetric } = asked;
    const key = JSON.stringify([metric, of, against, againstMetric]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const verdict = judge({ ...asked, says: of, target: undefined }, valid, next(key));
    known.set(key, verdict);
    return verdict;
  };
  const voids = runs.filter((run) => run.discardReason !== undefined);
  return { scenario, valid, voids, judged, next };
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

/** The median of a metric over the rounds. */
export function medianOf(view: View, of: string, metric: MetricName): ConfidenceInterval {
  return view.judged({ metric, of, against: [] }).measured;
}

/** Of one variant to another in the same round. */
export function ratioOf(view: View, of: string, against: string, metric: MetricName): Ratio {
  const { measured, words } = view.judged({ metric, of, against: [against] });
  return { ...measured, words };
}

/** Of one metric to another of the same run. */
export function shareOf(
  view: View,
  of: string,
  metric: MetricName,
  againstMetric: MetricName,
): ConfidenceInterval {
  return view.judged({ metric, of, against: [], againstMetric }).measured;
}

/** All of it can be shown. */
export function isKnown({ median, low, high, n }: ConfidenceInterval): boolean {
  return n > 0 && [median, low, high].every(Number.isFinite);
}

const ORDER: readonly string[] = ['bare', ...TOPOLOGY_NAMES];

function rank(topology: string): number {
  const at = ORDER.indexOf(topology);
  return at < 0 ? ORDER.length : at;
}

/** The variants that have a valid run, by topology, threads, work and place on a curve. */
export function rowsOf({ valid }: View): readonly Row[] {
  const found = new Map(valid.map((run) => [run.variant, run] as const));
  const rows = [...found.values()].map(({ variant, topology, threads, workUs, at }): Row => {
    return { variant, topology, threads, workUs, at };
  });
  return rows.toSorted(
    (a, b) =>
      rank(a.topology) - rank(b.topology) ||
      a.threads - b.threads ||
      a.workUs - b.workUs ||
      (a.at?.value ?? 0) - (b.at?.value ?? 0) ||
      compare(a.variant, b.variant),
  );
}

/** What a person calls it where the work is said elsewhere: `batched x2`. */
export function labelOf({ topology, threads, variant }: Row): string {
  if (!ORDER.includes(topology)) return variant.replace(/ \+ \d+ us$/, '');
  return threads === 0 ? topology : `${topology} x${threads}`;
}

/** Distinct, in rising order. */
export function distinctNumbers(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Rounds that have a valid run. */
export function roundsIn({ valid }: View): number {
  return new Set(valid.map(({ round }) => round)).size;
}
