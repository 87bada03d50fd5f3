// Parses and judges thresholds such as `dispatch.batched/pool.throughput>=2.3` for each variant that fits.
// A ratio pairs variants of the same threads and work. Pure; only whole intervals decide.

import { closest } from 'fastest-levenshtein';
import type { Result } from '../runner/result-lines.js';
import { isMetric, METRICS, type MetricName } from '../runner/scenario.js';
import { renameScenario } from '../scenarios/former-names.js';
import { bootstrapMedian, bootstrapRatio, type ConfidenceInterval } from '../stats/statistics.js';
import { met } from '../stats/verdicts.js';

export interface Threshold {
  readonly text: string;
  readonly scenario: string;
  readonly of: string;
  /** Undefined: no ratio. */
  readonly against: string | undefined;
  readonly metric: MetricName;
  readonly isAtLeast: boolean;
  readonly number: number;
}

export interface JudgedThreshold {
  readonly text: string;
  readonly of: string;
  readonly against: string | undefined;
  readonly metric: MetricName;
  readonly measured: ConfidenceInterval;
  readonly met: 'yes' | 'no' | 'unclear';
}

const ALIASES: Readonly<Record<string, MetricName>> = {
  throughput: 'perSecond',
  mean: 'meanMs',
  p50: 'p50Ms',
  p99: 'p99Ms',
  longest: 'maxMs',
  goodput: 'goodputPerSecond',
};

const FORM = '<scenario>.<variant>[/<variant>].<metric>>=<number>, or <= instead of >=';
const GRAMMAR = /^([^.]*)\.(.*)\.([^.<>=]*)(>=|<=)(.*)$/;

/** @throws Error that says what is wrong and the nearest name */
export function parseThreshold(text: string): Threshold {
  const fail = (why: string) => new Error(`threshold "${text}": ${why}`);
  const parts = GRAMMAR.exec(text.replace(/\s+/g, ' '))
    ?.slice(1)
    .map((part) => part.trim());
  if (parts === undefined) throw fail(`it must be ${FORM}`);
  const [scenario = '', variants = '', metric = '', operator, bound = ''] = parts;
  const [of = '', against, ...more] = variants.split('/').map((name) => name.trim());
  if (scenario === '') throw fail('it names no scenario');
  if (of === '' || against === '') throw fail('a variant has no name');
  if (more.length > 0) throw fail('a ratio is of two variants');
  if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(bound)) throw fail(`"${bound}" is no number`);
  try {
    const [isAtLeast, number] = [operator === '>=', Number(bound)];
    const current = renameScenario(scenario);
    return { text, scenario: current, of, against, metric: metricNamed(metric), isAtLeast, number };
  } catch (error) {
    throw fail((error as Error).message);
  }
}

/** @throws Error with the nearest name */
export function metricNamed(word: string): MetricName {
  const alias = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  if (alias !== undefined) return alias;
  if (isMetric(word)) return word;
  const near = closest(word, [...Object.keys(METRICS), ...Object.keys(ALIASES)]);
  throw new Error(`unknown metric "${word}": did you mean ${near}?`);
}

/** A judgement per matching variant or pair. @throws Error naming the nearest scenario or variant */
export function judgeThreshold(
  threshold: Threshold,
  results: readonly Result[],
  next: () => number,
): JudgedThreshold[] {
  const { text, metric, isAtLeast, number } = threshold;
  const fail = (why: string) => new Error(`threshold "${text}": ${why}`);
  const own = results.filter(({ scenario }) => scenario === threshold.scenario);
  if (own.length === 0) {
    const near = closest(threshold.scenario, [...new Set(results.map(({ scenario }) => scenario))]);
    throw fail(`no runs of the scenario "${threshold.scenario}"; did you mean ${near}?`);
  }
  const named = (word: string) => {
    const found = variantsNamed(word, own);
    if (found.length > 0) return found;
    const near = closest(word, [...new Set(own.flatMap(({ variant, topology }) => [topology, variant]))]);
    throw fail(`no runs of the variant "${word}"; did you mean "${near}"?`);
  };
  const target = isAtLeast ? { atLeast: number } : { atMost: number };
  const judged = (of: string, against: string | undefined): JudgedThreshold => {
    const values = paired(own, of, against, metric, next);
    const decided = met(target, values, []);
    return { text, of, against, metric, measured: values, met: decided as JudgedThreshold['met'] };
  };
  const all = named(threshold.of);
  if (threshold.against === undefined) return all.map(({ variant }) => judged(variant, undefined));
  const others = named(threshold.against);
  const couples = pairVariants(all, others);
  if (couples.length === 0) throw fail('no two of them have the same threads, work and place');
  return couples.map(([of, against]) => judged(of, against));
}

/** Ignores spaces: `pool x2 + 0 us` is `poolx2+0us`; a topology alone means all its variants. */
function variantsNamed(word: string, results: readonly Result[]): readonly Result[] {
  const bare = (name: string) => name.replace(/\s+/g, '');
  const firsts = [...new Map(results.map((one) => [one.variant, one] as const)).values()];
  firsts.sort((a, b) => a.variant.localeCompare(b.variant, 'en', { numeric: true }));
  const exact = firsts.filter(({ variant }) => bare(variant) === bare(word));
  return exact.length > 0 ? exact : firsts.filter(({ topology }) => topology === bare(word));
}

/** Two single variants are a pair; of several, those with the same threads, work and place. */
function pairVariants(all: readonly Result[], others: readonly Result[]): [string, string][] {
  const [own] = all;
  const [other] = others;
  if (all.length === 1 && others.length === 1 && own !== undefined && other !== undefined) {
    return [[own.variant, other.variant]];
  }
  // `inline` has no task workers: it is compared with any number of them.
  const isAlike = (a: Result, b: Result) =>
    a.workUs === b.workUs &&
    a.at?.name === b.at?.name &&
    a.at?.value === b.at?.value &&
    (a.threads === b.threads || a.threads === 0 || b.threads === 0);
  return all.flatMap((a) =>
    others.filter((b) => isAlike(a, b)).map((b): [string, string] => [a.variant, b.variant]),
  );
}

/** Paired by round where the runs are of one session, as the scenarios are. */
function paired(
  results: readonly Result[],
  of: string,
  against: string | undefined,
  metric: MetricName,
  next: () => number,
): ConfidenceInterval {
  const rounds = (name: string) => {
    const own = results.filter(({ variant }) => variant === name);
    return own.filter(({ values }) => !Number.isNaN(values[metric] ?? Number.NaN));
  };
  const numbers = (side: readonly Result[]) => side.map(({ values }) => values[metric] as number);
  const own = rounds(of);
  if (against === undefined) return bootstrapMedian(numbers(own), next);
  const others = rounds(against);
  // Two result files in one: a session appears twice.
  if (!isEachOnce(own) || !isEachOnce(others)) {
    return bootstrapRatio(numbers(own), numbers(others), next);
  }
  const ratios = own.flatMap((one) => {
    const other = others.find(({ session, round }) => {
      return session === one.session && round === one.round;
    });
    return other === undefined ? [] : [(one.values[metric] ?? 0) / (other.values[metric] ?? 0)];
  });
  return bootstrapMedian(ratios, next);
}

function isEachOnce(results: readonly Result[]): boolean {
  const keys = results.map(({ session, round }) => `${session} ${round}`);
  return new Set(keys).size === keys.length;
}
