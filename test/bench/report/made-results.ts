// Results as `bench --out` writes them, made up for the tests of the report: rows of one scenario
// with whatever values a test plants, read back by the parser of result files.

import { parseResults, type Results } from '../../../bench/runner/results-file.js';
import { ENVIRONMENT, type Line, PLAN, textOf } from '../result-files.js';

type Value = number | null;
export type Values = Readonly<Record<string, Value>>;

export interface MadeRow {
  readonly variant: string;
  readonly topology?: string;
  readonly threads?: number;
  readonly workUs?: number;
  readonly at?: { readonly name: string; readonly value: number };
  /** What is the same in every round, or by the round; rounds are spread by a percent. */
  readonly values: Values | ((round: number) => Values);
  /** Why a round does not count. */
  readonly voidAt?: Readonly<Record<number, string>>;
}

export interface Made {
  readonly rounds?: number;
  readonly session?: string;
  readonly scale?: string;
  readonly change?: Line;
}

const ROUNDS = 7;
const SPREAD = 0.01;
/** The median over the rounds is the planted value; the rounds lie within 3 % of it. */
function spread(values: Values, round: number, rounds: number): Values {
  const factor = 1 + SPREAD * (round - (rounds + 1) / 2);
  const one = (value: Value) => (value === null ? null : value * factor);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, one(value)]));
}

export function runLines(
  scenario: string,
  rows: readonly MadeRow[],
  { rounds = ROUNDS, session = 's1', scale = 'full', change = {} }: Made = {},
): Line[] {
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    rows.map(({ values, voidAt = {}, ...row }, index) => {
      const own = typeof values === 'function' ? values(round) : spread(values, round, rounds);
      const reason = voidAt[round];
      const kind = { topology: 'none', threads: 0, workUs: 0, ...row };
      const place = { schema: 3, kind: 'run', session, scenario, round, order: index + 1 };
      const counts = reason === undefined ? { valid: true } : { valid: false, void: reason };
      return {
        ...place,
        ...kind,
        values: own,
        ...counts,
        ...PLAN,
        scale,
        ...ENVIRONMENT,
        ...change,
      };
    }),
  );
}

interface PlannedRow {
  readonly scenario: string;
  readonly variants: number;
  readonly rounds: number;
  readonly unavailable?: readonly (readonly [string, string])[];
}

export function sessionLineOf(planned: readonly PlannedRow[], change: Line = {}): Line {
  return {
    schema: 3,
    kind: 'session',
    session: 's1',
    startedAt: '2026-01-01T00:00:00.000Z',
    command: 'two-callers bench --seed 1',
    plan: { ...PLAN, rounds: ROUNDS, scale: 'full' },
    planned: planned.map((one) => ({ unavailable: [], ...one })),
    ...ENVIRONMENT,
    ...change,
  };
}

export function askLineOf(asked: Line, change: Line = {}): Line {
  const seen = { outcomes: [], atRest: [], overlap: {}, pairs: 1_000, asked: 1_000, judged: 1_000 };
  const answer = '1,000 times two callers called at the same moment; both were counted every time';
  const document = { verdict: 'ok', answer, ...seen, ...asked };
  const line = { schema: 3, kind: 'ask', session: 's1', topology: 'batched', tally: 'atomic' };
  return { ...line, asked: document, ...change };
}

export function selfTestLineOf(selfTest: Line = {}): Line {
  const lists = { faults: [], runs: [], unavailable: [] };
  const sound = { verdict: 'ok', missed: 0, falseAlarms: 0, caught: 60, planned: 60, ...lists };
  return { schema: 3, kind: 'self-test', session: 's1', selfTest: { ...sound, ...selfTest } };
}

export function read(lines: readonly Line[]): Results {
  return parseResults(textOf(lines), 'planted.ndjson');
}
