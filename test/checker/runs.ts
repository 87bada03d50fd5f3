// Runs made by hand: callers that ask one after another on a clock of their own, a counter that
// counts right, and a fault planted for each condition. Always the same for the same seed.

import type { Attempt, CheckRun, RunRead } from '../../src/checker/driver/check-run.js';
import type { Target } from '../../src/checker/driver/target.js';
import type { Finding, Judgement } from '../../src/checker/judgement.js';
import { random } from '../../src/checker/random.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type Adds = Mutable<Attempt>[];
export type Reads = Mutable<RunRead>[];

export interface Shape {
  readonly callers: number;
  readonly requests: number;
  readonly seed: number;
  /** Of one request, on the average. */
  readonly meanMs: number;
  readonly readEveryMs: number;
}

export const SHAPE: Shape = { callers: 6, requests: 240, seed: 7, meanMs: 0.8, readEveryMs: 4 };

export const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
const FIELDS = LEVELS.map((level) => `levels.${level}`);
/** Where the clock stands when a run begins: no zero anybody could rely on. */
const CLOCK_MS = 2.5;

export const TARGET: Target = {
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
function addsOf({ callers, requests, seed, meanMs }: Shape): { adds: Adds; effects: number[] } {
  const next = random(seed);
  const free = Array.from({ length: callers }, () => CLOCK_MS + next() * meanMs * 0.2);
  const asked = Array.from({ length: requests }, (_, index) => {
    const caller = free.indexOf(Math.min(...free));
    const beginMs = free[caller] ?? 0;
    const endMs = beginMs + meanMs * (0.4 + 1.2 * next() ** 2);
    free[caller] = endMs + meanMs * 0.05 * next();
    const effectMs = beginMs + (endMs - beginMs) * (0.2 + 0.6 * next());
    const level = LEVELS[Math.floor(next() * LEVELS.length)] ?? 'LOW';
    return { caller, beginMs, endMs, effectMs, level, name: `TX${10_000 + index}` };
  });
  asked.sort((a, b) => a.effectMs - b.effectMs);
  const counts = new Map<string, number>();
  const adds = asked.map(({ caller, beginMs, endMs, level, name }): Mutable<Attempt> => {
    const value = (counts.get(level) ?? 0) + 1;
    counts.set(level, value);
    const answer = { outcome: 'ok', status: 200, error: null } as const;
    return { ...answer, beginMs, endMs, caller, name, ticket: { cell: level, value } };
  });
  return { adds, effects: asked.map(({ effectMs }) => effectMs) };
}

function readsOf(adds: Adds, effects: readonly number[], shape: Shape): Reads {
  const counts = LEVELS.map(() => 0);
  const endMs = adds.reduce((last, add) => Math.max(last, add.endMs), CLOCK_MS);
  const reads: Reads = [];
  const read = (beginMs: number, isAtRest: boolean) => {
    const values = [...counts];
    const sum = values.reduce((total, value) => total + value, 0);
    const tookMs = shape.meanMs * 0.8;
    reads.push({ beginMs, endMs: beginMs + tookMs, values, sum, isSnapshot: true, isAtRest });
  };
  read(CLOCK_MS - shape.meanMs * 3, true);
  let at = 0;
  for (let ms = CLOCK_MS + shape.readEveryMs; ms < endMs; ms += shape.readEveryMs) {
    for (; (effects[at] ?? Infinity) < ms + shape.meanMs * 0.4; at += 1) count(adds[at], counts);
    read(ms, false);
  }
  for (; at < adds.length; at += 1) count(adds[at], counts);
  for (const later of [2, 4]) read(endMs + later * shape.meanMs, true);
  return reads;
}

function count(add: Attempt | undefined, counts: number[]): void {
  const level = (LEVELS as readonly string[]).indexOf(add?.ticket?.cell ?? '');
  counts[level] = (counts[level] ?? 0) + 1;
}

/** Everything is acknowledged and counted. */
export function honestRun(shape: Partial<Shape> = {}): MadeRun {
  const whole = { ...SHAPE, ...shape };
  const { adds, effects } = addsOf(whole);
  const reads = readsOf(adds, effects, whole);
  const answer =
    `No: all ${adds.length} acknowledged requests were counted exactly once, ` +
    `with ${whole.callers} callers at it.`;
  const last = adds.reduce((ms, add) => Math.max(ms, add.endMs), 0);
  return {
    target: TARGET,
    model: { fields: FIELDS, start: FIELDS.map(() => 0), alone: true },
    history: { adds, reads },
    judgement: judgementOf(adds, reads, []),
    verdict: 'ok',
    answer: answer.replace('No: a', 'A'),
    remarks: [],
    callers: whole.callers,
    readsPerSecond: 250,
    seed: whole.seed,
    durationMs: last - CLOCK_MS + 12,
    partial: false,
    startedAt: '2025-03-14T09:26:53.589Z',
  };
}

/** Its history can still be written. */
export type MadeRun = Omit<CheckRun, 'history'> & {
  readonly history: { readonly adds: Adds; readonly reads: Reads };
};

export function judgementOf(
  adds: Adds,
  reads: Reads,
  findings: readonly Finding[],
  failures: Judgement['failures'] = {},
): Judgement {
  const of = (outcome: Attempt['outcome']) => adds.filter((add) => add.outcome === outcome).length;
  const counted = findings.map(({ condition }) => [condition, 1] as const);
  return {
    verdict: findings.some(({ verdict }) => verdict === 'violated')
      ? 'violated'
      : findings.length > 0
        ? 'unknown'
        : 'ok',
    findings,
    failures: { ...Object.fromEntries(counted), ...failures },
    facts: {
      acknowledged: of('ok'),
      failed: of('failed'),
      unknown: of('unknown'),
      reads: reads.length,
      ticketed: adds.filter(({ ticket }) => ticket !== null).length,
      cells: [...new Set(adds.flatMap(({ ticket }) => ticket?.cell ?? []))].sort(),
      strangers: 0,
    },
  };
}

/** The run, judged so; its history must show what the findings say. */
export function foundIn(
  run: MadeRun,
  findings: readonly Finding[],
  failures: Judgement['failures'] = {},
): MadeRun {
  const { adds, reads } = run.history;
  const judgement = judgementOf(adds, reads, findings, failures);
  const [first] = findings;
  const answer = first === undefined ? run.answer : `No: ${first.text}`;
  return { ...run, judgement, verdict: judgement.verdict, answer };
}
