// Result files as `bench --out` writes them, made up for the tests of comparing: a few variants,
// rates with seeded noise, and whatever a test plants.

import type { Result } from '../../bench/runner/result-lines.js';
import { parseResults, requireRuns } from '../../bench/runner/results-file.js';
import { random } from '../../src/checker/random.js';

export type Line = Record<string, unknown>;

export interface Planted {
  /** Times what the variant answers in general. */
  readonly speed?: (variant: string) => number;
  readonly seed?: number;
  readonly rounds?: number;
  readonly session?: string;
  /** Into every line. */
  readonly change?: Line;
}

/** Answers a second. */
const RATES: Readonly<Record<string, number>> = {
  'inline + 0 us': 15_000,
  'pool x2 + 0 us': 4_000,
  'batched x2 + 0 us': 10_000,
  'pool x2 + 100 us': 3_000,
  'batched x2 + 100 us': 6_000,
};

export const ENVIRONMENT = {
  cpu: 'a CPU',
  cores: 2,
  os: 'Linux 6.1.0 x64',
  memoryGB: 16,
  node: 'v20.20.2',
  commit: '0123456789abcdef0123456789abcdef01234567',
  versions: { piscina: '5.3.2' },
};
export const PLAN = { seed: 1, generator: 'raw', seconds: 2, warmSeconds: 1, connections: 64 };

/** Noise of about 5 %; latencies follow the rate. */
export function lines(planted: Planted = {}): Line[] {
  const { speed = () => 1, seed = 1, rounds = 7, session = `s${seed}`, change = {} } = planted;
  const next = random(seed);
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    Object.entries(RATES).map(([variant, rate], index) => {
      const perSecond = rate * speed(variant) * (0.95 + 0.1 * next());
      const [, topology = '', threads = '0', workUs = '0'] =
        /^(\w+)(?: x(\d+))? \+ (\d+) us$/.exec(variant) ?? [];
      const row = { scenario: 'dispatch', variant, topology, round, order: index + 1 };
      const values = { perSecond, p99Ms: 100_000 / perSecond, generatorCpu: 0.5 };
      const counts = { threads: Number(threads), workUs: Number(workUs) };
      const spins = { beforeMs: 4, afterMs: 4, bestMs: 3.5 };
      const made = { schema: 3, kind: 'run', session, valid: true, scale: 'full', spins };
      return { ...made, ...row, ...counts, values, ...PLAN, ...ENVIRONMENT, ...change };
    }),
  );
}

export function textOf(all: readonly Line[]): string {
  return all.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** @throws Error in one line */
export function parseRuns(text: string, file: string): readonly Result[] {
  return requireRuns(parseResults(text, file), file);
}
