// Runs made by hand: callers that send one request after another on a made-up clock, and a correct
// counter. The same seed always makes the same run.

import { checkCounter } from '../../../src/checker/check-counter.js';
import type { Attempt, CheckRun, RunRead } from '../../../src/checker/driver/check-run.js';
import type { CheckTarget } from '../../../src/checker/driver/target.js';
import type { Finding, Judgement } from '../../../src/checker/judgement.js';
import { random } from '../../../src/checker/random.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type Adds = Mutable<Attempt>[];
type Reads = Mutable<RunRead>[];

/** A test may still change its history and its start values. */
export type MadeRun = Omit<CheckRun, 'history' | 'model'> & {
  readonly history: { readonly adds: Adds; readonly reads: Reads };
  readonly model: Omit<CheckRun['model'], 'start'> & { readonly start: number[] };
};

export interface RunShape {
  readonly callers: number;
  readonly requests: number;
  readonly seed: number;
  /** Of one request. */
  readonly meanMs: number;
  readonly readEveryMs: number;
}

const SHAPE: RunShape = { callers: 6, requests: 240, seed: 7, meanMs: 0.8, readEveryMs: 4 };
const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
const FIELDS = LEVELS.map((level) => `levels.${level}`);
/** The clock when a run begins; not zero, so that no code relies on zero. */
const CLOCK_MS = 2.5;

export const TARGET: CheckTarget = {
  origin: 'http://127.0.0.1:5000',
  add: { method: 'POST', path: '/score' },
  read: { method: 'GET', path: '/stats' },
  headers: {},
  givenHeaders: [],
  bodies: ['{"amount":4000,"hour":3}', '{"amount":12}'],
  okStatuses: [200],
  uncountedStatuses: [503],
  fields: FIELDS,
  sum: 'total',
  ticket: { header: 'Ticket', isRequired: false },
  timeoutMs: 5000,
};

/** Adds in the order in which they took effect, each with the ticket of that moment. */
function makeAdds({ callers, requests, seed, meanMs }: RunShape) {
  const next = random(seed);
  const free = Array.from({ length: callers }, () => CLOCK_MS + next() * meanMs * 0.2);
  const planned = Array.from({ length: requests }, (_, index) => {
    const caller = free.indexOf(Math.min(...free));
    const beginMs = free[caller] ?? 0;
    const endMs = beginMs + meanMs * (0.4 + 1.2 * next() ** 2);
    free[caller] = endMs + meanMs * 0.05 * next();
    const effectMs = beginMs + (endMs - beginMs) * (0.2 + 0.6 * next());
    const level = LEVELS[Math.floor(next() * LEVELS.length)] ?? 'LOW';
    return { caller, beginMs, endMs, effectMs, level, name: `TX${10_000 + index}` };
  });
  planned.sort((a, b) => a.effectMs - b.effectMs);
  const counts = new Map<string, number>();
  const adds = planned.map(({ caller, beginMs, endMs, level, name }): Mutable<Attempt> => {
    const value = (counts.get(level) ?? 0) + 1;
    counts.set(level, value);
    const answer = { outcome: 'ok', status: 200, error: null } as const;
    return { ...answer, beginMs, endMs, caller, name, ticket: { cell: level, value } };
  });
  return { adds, effects: planned.map(({ effectMs }) => effectMs) };
}

function makeReads(adds: Adds, effects: readonly number[], shape: RunShape): Reads {
  const counts = LEVELS.map(() => 0);
  const endMs = adds.reduce((last, add) => Math.max(last, add.endMs), CLOCK_MS);
  const reads: Reads = [];
  const read = (beginMs: number, isAtRest: boolean) => {
    const values = [...counts];
    const sum = values.reduce((total, value) => total + value, 0);
    const tookMs = shape.meanMs * 0.8;
    reads.push({ beginMs, endMs: beginMs + tookMs, values, sum, isSnapshot: true, isAtRest });
  };
  let at = 0;
  const countUntil = (momentMs: number) => {
    for (; at < adds.length && (effects[at] ?? 0) < momentMs; at += 1) {
      const level = (LEVELS as readonly string[]).indexOf(adds[at]?.ticket?.cell ?? '');
      counts[level] = (counts[level] ?? 0) + 1;
    }
  };
  read(CLOCK_MS - shape.meanMs * 3, true);
  for (let ms = CLOCK_MS + shape.readEveryMs; ms < endMs; ms += shape.readEveryMs) {
    countUntil(ms + shape.meanMs * 0.4);
    read(ms, false);
  }
  countUntil(Infinity);
  for (const later of [2, 4]) read(endMs + later * shape.meanMs, true);
  return reads;
}

/** Every request is acknowledged and counted. */
export function makeCorrectRun(part: Partial<RunShape> = {}): MadeRun {
  const shape = { ...SHAPE, ...part };
  const { adds, effects } = makeAdds(shape);
  const history = { adds, reads: makeReads(adds, effects, shape) };
  const model = { fields: FIELDS, start: FIELDS.map(() => 0), alone: true };
  const last = adds.reduce((ms, add) => Math.max(ms, add.endMs), 0);
  const judgement = checkCounter(model, history);
  return {
    target: TARGET,
    ...{ model, history, judgement, verdict: judgement.verdict },
    answer: `all ${adds.length} requests were counted`,
    remarks: [],
    callers: shape.callers,
    readsPerSecond: 250,
    seed: shape.seed,
    durationMs: last - CLOCK_MS + 12,
    partial: false,
    startedAt: '2025-03-14T09:26:53.589Z',
  };
}

/** The run with these findings in place of its own. */
export function withFindings(
  run: MadeRun,
  findings: readonly Finding[],
  failures: Judgement['failures'] = {},
): MadeRun {
  const isViolated = findings.some(({ verdict }) => verdict === 'violated');
  const verdict: Judgement['verdict'] = isViolated ? 'violated' : findings.length > 0 ? 'unknown' : 'ok';
  const counts = Object.fromEntries(findings.map(({ condition }) => [condition, 1]));
  const judgement = { ...run.judgement, verdict, findings, failures: { ...counts, ...failures } };
  return { ...run, judgement, verdict, answer: findings[0]?.text ?? run.answer };
}
