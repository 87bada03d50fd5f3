// Medians, ratios and shares of a scenario's runs with 95 % intervals, for all outputs. Each interval has a
// random stream, seeded by what it describes, so a figure is the same everywhere. Pure.

import { random } from '../../src/checker/random.js';
import { TOPOLOGY_NAMES } from '../../src/topologies/topology.js';
import type { Claim, MetricName, Sample, Setting } from '../runner/scenario.js';
import { type ConfidenceInterval, groupBy } from './statistics.js';
import { type ClaimVerdict, judge } from './verdicts.js';

/** A ratio and what its interval allows to say: faster, slower, or no difference seen. */
export interface Ratio extends ConfidenceInterval {
  readonly words: string;
}

export interface MeasuredVariant {
  readonly variant: string;
  /** Without the added work: `batched x2`. */
  readonly label: string;
  readonly topology: string;
  readonly threads: number;
  readonly workUs: number;
  readonly at: Setting | undefined;
}

export interface ScenarioData {
  readonly scenario: string;
  readonly valid: readonly Sample[];
  readonly discarded: readonly Sample[];
  readonly variants: readonly MeasuredVariant[];
  readonly median: (variant: string, metric: MetricName) => ConfidenceInterval;
  /** Of one variant to another in the same round. */
  readonly ratio: (of: string, against: string, metric: MetricName) => Ratio;
  readonly share: (variant: string, metric: MetricName, againstMetric: MetricName) => ConfidenceInterval;
  readonly judge: (claim: Claim) => ClaimVerdict;
  /** A random stream for another interval, which `what` names. */
  readonly createRandom: (what: string) => () => number;
}

type Compared = Pick<Claim, 'metric' | 'of' | 'against' | 'againstMetric'>;

export function createScenarioData(scenario: string, all: readonly Sample[], seed: number): ScenarioData {
  // The order of lines in a file must not change an interval.
  const runs = all.toSorted((a, b) => a.round - b.round || compareNames(a.variant, b.variant));
  const valid = runs.filter((run) => run.discardReason === undefined);
  const createRandom = (what: string) => random(seed ^ hash(`${scenario}: ${what}`));
  const judgeClaim = (claim: Claim): ClaimVerdict => {
    const { metric, of, against, againstMetric } = claim;
    return judge(claim, valid, createRandom(JSON.stringify([metric, of, against, againstMetric])));
  };
  const known = new Map<string, ClaimVerdict>();
  const compute = (compared: Compared): ClaimVerdict => {
    const key = JSON.stringify(compared);
    const verdict = known.get(key) ?? judgeClaim({ ...compared, says: compared.of, target: undefined });
    known.set(key, verdict);
    return verdict;
  };
  return {
    scenario,
    valid,
    discarded: runs.filter((run) => run.discardReason !== undefined),
    variants: listVariants(valid),
    median: (of, metric) => compute({ metric, of, against: [] }).measured,
    ratio: (of, against, metric) => {
      const { measured, words } = compute({ metric, of, against: [against] });
      return { ...measured, words };
    },
    share: (of, metric, againstMetric) => compute({ metric, of, against: [], againstMetric }).measured,
    judge: judgeClaim,
    createRandom,
  };
}

/** In natural order: `x2` comes before `x10`. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value;
}

const ORDER: readonly string[] = ['bare', ...TOPOLOGY_NAMES];

function listVariants(valid: readonly Sample[]): readonly MeasuredVariant[] {
  const rank = (topology: string) => {
    const place = ORDER.indexOf(topology);
    return place < 0 ? ORDER.length : place;
  };
  const found = new Map(valid.map((run) => [run.variant, run] as const));
  const variants = [...found.values()].map(({ variant, topology, threads, workUs, at }) => {
    const label = formatLabel(variant, topology, threads);
    return { variant, label, topology, threads, workUs, at };
  });
  return variants.toSorted(
    (a, b) =>
      rank(a.topology) - rank(b.topology) ||
      a.threads - b.threads ||
      a.workUs - b.workUs ||
      (a.at?.value ?? 0) - (b.at?.value ?? 0) ||
      compareNames(a.variant, b.variant),
  );
}

function formatLabel(variant: string, topology: string, threads: number): string {
  if (!ORDER.includes(topology)) return variant.replace(/ \+ \d+ us$/, '');
  return threads === 0 ? topology : `${topology} x${threads}`;
}

export function listKnownValues(samples: readonly Sample[], metric: MetricName): number[] {
  const values = samples.map((sample) => sample.values[metric] ?? Number.NaN);
  return values.filter((value) => !Number.isNaN(value));
}

export function distinctNumbers(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

export function groupByLabel(
  variants: readonly MeasuredVariant[],
): readonly (readonly [label: string, variants: readonly MeasuredVariant[]])[] {
  return [...groupBy(variants, ({ label }) => label)];
}
