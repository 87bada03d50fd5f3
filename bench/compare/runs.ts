// Compares two sets of runs: how they were made, and the ratio of second to first with its interval for each
// scenario, variant and metric. Pure; it leaves out and counts discarded runs; only the interval decides.

import { countPlannedRuns } from '../runner/plan.js';
import { CONDITIONS, type Result, type SessionLine } from '../runner/result-lines.js';
import { METRICS, type MetricName } from '../runner/scenario.js';
import { bootstrapMedian, bootstrapRatio, type ConfidenceInterval, ROUNDS_MIN } from '../stats/statistics.js';

export interface Runs {
  readonly file: string;
  readonly results: readonly Result[];
  readonly sessions: readonly SessionLine[];
}

/** Made and planned runs of a file; a session without a line counts as complete. */
export function countRuns({ results, sessions }: Runs): { made: number; planned: number } {
  const planned = new Map(sessions.map((one) => [one.session, countPlannedRuns(one.planned)]));
  const made = new Map<string, number>();
  for (const { session } of results) made.set(session, (made.get(session) ?? 0) + 1);
  const ids = new Set([...planned.keys(), ...made.keys()]);
  const all = [...ids].map((id) => planned.get(id) ?? made.get(id) ?? 0);
  return { made: results.length, planned: all.reduce((sum, count) => sum + count, 0) };
}

export type Change =
  | 'improved'
  | 'regressed'
  | 'no change seen'
  | 'too few rounds to say'
  /** A ratio of values that are zero or below says nothing. */
  | 'no ratio';

export interface MetricChange {
  readonly scenario: string;
  readonly variant: string;
  readonly metric: MetricName;
  readonly before: ConfidenceInterval;
  readonly after: ConfidenceInterval;
  readonly ratio: ConfidenceInterval;
  readonly change: Change;
}

/** A file that was appended to itself contains every run twice; a repeat is no second round. */
export function selectValid({ results }: Runs): readonly Result[] {
  const valid = results.filter((one) => one.discardReason === undefined);
  const formatKey = ({ session, scenario, variant, round }: Result) =>
    JSON.stringify([session, scenario, variant, round]);
  return [...new Map(valid.map((one) => [formatKey(one), one] as const)).values()];
}

/** What makes the two incomparable; for one file given twice, the differences inside it. */
export function differences(before: Runs, after: Runs): string[] {
  return CONDITIONS.flatMap((name) => {
    const [own, others] = [before, after].map(({ results }) => {
      const said = results.map(({ conditions }) => conditions[name]);
      return [...new Set(said)];
    }) as [unknown[], unknown[]];
    const [first, second] = [own, others].map((said) => said.map(String).sort().join(' and '));
    if (own.length === 1 && first === second) return [];
    const other = after === before ? '' : `, ${second} in ${after.file}`;
    return [`${name}: ${first} in ${before.file}${other}`];
  });
}

/** Runs of one session shared the minutes of the machine, round by round. */
export function isOneSession(before: Runs, after: Runs): boolean {
  const sessions = [...before.results, ...after.results].map(({ session }) => session);
  return new Set(sessions).size === 1;
}

/** Metrics of the quality of a run; others are compared only when the user asks. */
export function listMetrics(runs: readonly Runs[]): MetricName[] {
  const all = runs.flatMap(({ results }) => results.flatMap(({ values }) => Object.keys(values)));
  const found = new Set(all);
  const known = Object.keys(METRICS) as MetricName[];
  return known.filter((metric) => found.has(metric) && METRICS[metric].isContext !== true);
}

/** `next` is the random source of the intervals. */
export function compareRuns(
  before: Runs,
  after: Runs,
  metrics: readonly MetricName[],
  next: () => number,
): MetricChange[] {
  const isPaired = isOneSession(before, after);
  const [befores, afters] = [groups(before), groups(after)];
  return [...befores].flatMap(([key, own]) => {
    const others = afters.get(key);
    const [first] = own;
    if (others === undefined || first === undefined) return [];
    const { scenario, variant } = first;
    return metrics.flatMap((metric) => {
      const [from, to] = [byRound(own, metric), byRound(others, metric)];
      if (from.length === 0 || to.length === 0) return [];
      const numbers = (side: readonly Round[]) => side.map(({ value }) => value);
      const [a, b] = [numbers(from), numbers(to)];
      const ratio = isPaired ? bootstrapMedian(pairs(from, to), next) : bootstrapRatio(b, a, next);
      const isPositive = [...a, ...b].every((value) => value > 0);
      const change = isPositive ? describeChange(metric, ratio) : 'no ratio';
      const [was, is] = [bootstrapMedian(a, next), bootstrapMedian(b, next)];
      return [{ scenario, variant, metric, before: was, after: is, ratio, change }];
    });
  });
}

export function unmatched(one: Runs, other: Runs): string[] {
  const known = groups(other);
  return [...groups(one).keys()].filter((key) => !known.has(key));
}

function groups(runs: Runs): Map<string, Result[]> {
  const all = new Map<string, Result[]>();
  for (const one of selectValid(runs)) {
    const key = `${one.scenario}: ${one.variant}`;
    all.set(key, [...(all.get(key) ?? []), one]);
  }
  const sorted = [...all].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return new Map(sorted);
}

interface Round {
  readonly round: number;
  readonly value: number;
}

function byRound(results: readonly Result[], metric: MetricName): Round[] {
  const all = results.map(({ round, values }) => ({ round, value: values[metric] ?? Number.NaN }));
  return all.filter(({ value }) => !Number.isNaN(value));
}

function pairs(from: readonly Round[], to: readonly Round[]): number[] {
  return to.flatMap(({ round, value }) => {
    const other = from.find((one) => one.round === round);
    return other === undefined ? [] : [value / other.value];
  });
}

function describeChange(metric: MetricName, { low, high, n }: ConfidenceInterval): Change {
  if (n < ROUNDS_MIN) return 'too few rounds to say';
  const isMore = low > 1;
  if (!isMore && !(high < 1)) return 'no change seen';
  return isMore === METRICS[metric].isHigherBetter ? 'improved' : 'regressed';
}
