// Short notation for histories. `ok(0, 1, 'LOW:2')` is an add from 0 to 1, acknowledged with that
// ticket; `read(2, 3, [4])` is a snapshot.

import type { Add, CounterModel, History, Read } from '../../../src/checker/check-counter.js';

function add(outcome: Add['outcome'], beginMs: number, endMs: number, held?: string): Add {
  const [cell = '', value] = held?.split(':') ?? [];
  const ticket = held === undefined ? null : { cell, value: Number(value) };
  return { outcome, beginMs, endMs, ticket };
}

export const ok = (beginMs: number, endMs: number, held?: string) => add('ok', beginMs, endMs, held);
export const unknown = (beginMs: number, endMs: number) => add('unknown', beginMs, endMs);
export const failed = (beginMs: number, endMs: number) => add('failed', beginMs, endMs);

export function read(
  beginMs: number,
  endMs: number,
  values: readonly number[],
  rest: Partial<Pick<Read, 'sum' | 'isSnapshot'>> = {},
): Read {
  return { beginMs, endMs, values, sum: null, isSnapshot: true, ...rest };
}

export function history(...operations: readonly (Add | Read)[]): History {
  return {
    adds: operations.filter((one) => 'outcome' in one),
    reads: operations.filter((one) => 'values' in one),
  };
}

/** By default it starts at 0 and has no third parties. */
export function model(fields: readonly string[], rest: Partial<CounterModel> = {}): CounterModel {
  return { fields, start: fields.map(() => 0), alone: true, ...rest };
}
