// Histories for the checker's benchmark: what about 64 callers of a counter would have seen, every
// tenth operation a read, seeded. They come as callers would record them, by the end of each
// operation, so neither tickets nor begins are in order. Nothing here reads a clock.

import type { Add, CounterModel, History, Read } from '../../src/checker/check-counter.js';
import { random } from '../../src/checker/random.js';
import type { Verdict } from '../../src/verdict.js';

/** Each kind, and the verdict on it. */
export const HISTORIES = {
  tickets: 'ok',
  'tickets, loss': 'violated',
  'no tickets': 'ok',
  'no tickets, loss': 'violated',
} as const satisfies Record<string, Verdict>;

export type HistoryKind = keyof typeof HISTORIES;

const CELLS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const CALLERS = 64;
const SEED = 1;

/** How long an operation takes, at most; the adds of so many callers take effect one by one. */
const LASTS_MS = 2;

/** In the order in which the operations ended, and the last one is a read at rest. */
export function makeHistory(
  kind: HistoryKind,
  operations: number,
): { model: CounterModel; history: History } {
  const next = random(SEED);
  const hasTickets = kind.startsWith('tickets');
  const fields = hasTickets ? CELLS : ['total'];
  const values = fields.map(() => 0);
  const lossAt = kind.endsWith('loss') ? Math.floor(operations / 2) : -1;
  const adds: Add[] = [];
  const reads: Read[] = [];
  let nowMs = LASTS_MS;
  for (let index = 0; index < operations - 1; index++) {
    nowMs += (next() * LASTS_MS) / CALLERS;
    const beginMs = nowMs - (next() * LASTS_MS) / 2;
    const endMs = nowMs + (next() * LASTS_MS) / 2;
    if (index % 10 === 9) {
      reads.push({ beginMs, endMs, values: [...values], sum: null, isSnapshot: true });
      continue;
    }
    const field = Math.floor(next() * fields.length);
    if (index !== lossAt) values[field] = (values[field] ?? 0) + 1;
    const ticket = hasTickets ? { cell: fields[field] ?? '', value: values[field] ?? 1 } : null;
    adds.push({ outcome: 'ok', beginMs, endMs, ticket });
  }
  const rest = { beginMs: nowMs + LASTS_MS, endMs: nowMs + 2 * LASTS_MS };
  reads.push({ ...rest, values: [...values], sum: null, isSnapshot: true });
  adds.sort((a, b) => a.endMs - b.endMs);
  reads.sort((a, b) => a.endMs - b.endMs);
  return { model: { fields, start: fields.map(() => 0), alone: true }, history: { adds, reads } };
}
