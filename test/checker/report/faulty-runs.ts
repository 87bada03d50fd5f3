// For every condition a run that fails it: a correct history with one seeded fault. The checker
// judges it, and the run keeps its first finding of this condition.

import { checkCounter } from '../../../src/checker/check-counter.js';
import type { Condition } from '../../../src/checker/judgement.js';
import { type Adds, type MadeRun, makeCorrectRun, type RunShape, withFindings } from './made-runs.js';

type FaultyCondition = Exclude<Condition, 'malformed-history'>;

/** Two adds of one cell and different callers, from the middle on, that overlap or do not. */
function findPair(adds: Adds, isOverlapping: boolean): [Adds[number], Adds[number]] {
  for (let a = Math.floor(adds.length / 2); a < adds.length; a += 1) {
    for (let b = a + 1; b < Math.min(a + 40, adds.length); b += 1) {
      const [one, other] = [adds[a], adds[b]];
      if (one === undefined || other === undefined || one.caller === other.caller) continue;
      if (one.ticket?.cell !== other.ticket?.cell) continue;
      const overlaps = other.beginMs < one.endMs && one.beginMs < other.endMs;
      if (isOverlapping ? overlaps : other.beginMs > one.endMs) return [one, other];
    }
  }
  throw new Error('no such pair');
}

function shiftField(run: MadeRun, place: number, field: number, by: number): void {
  const read = run.history.reads.at(place);
  if (read === undefined) throw new Error('no read');
  read.values = read.values.map((value, at) => (at === field ? value + by : value));
  read.sum = (read.sum ?? 0) + by;
}

function findMiddle(list: readonly unknown[]): number {
  return Math.floor(list.length / 2);
}

const FAULTS: Readonly<Record<FaultyCondition, (run: MadeRun) => void>> = {
  'duplicate-ticket': ({ history }) => {
    const [one, other] = findPair(history.adds, true);
    other.ticket = one.ticket;
  },
  'ticket-order': ({ history }) => {
    const [one, other] = findPair(history.adds, false);
    [one.ticket, other.ticket] = [other.ticket, one.ticket];
  },
  'ticket-gap': ({ history }) => {
    const add = history.adds[findMiddle(history.adds)];
    if (add) Object.assign(add, { outcome: 'failed', status: 503, error: 'busy', ticket: null });
  },
  'ticket-start': ({ model }) => {
    model.start[0] = 3;
  },
  'stale-read': (run) => shiftField(run, findMiddle(run.history.reads), 0, -4),
  'phantom-count': (run) => shiftField(run, findMiddle(run.history.reads), 0, 6),
  'non-monotonic-read': (run) => shiftField(run, findMiddle(run.history.reads), 0, -9),
  'snapshot-order': ({ history }) => {
    const middle = findMiddle(history.reads);
    const [one, other] = history.reads.slice(middle, middle + 2);
    if (one === undefined || other === undefined) throw new Error('no reads');
    other.beginMs = one.beginMs + (one.endMs - one.beginMs) * 0.4;
    other.endMs = other.beginMs + (one.endMs - one.beginMs);
    other.values = one.values.map((value, at) => value + (at === 0 ? 1 : at === 3 ? -1 : 0));
    other.sum = one.sum;
  },
  'snapshot-sum': ({ history }) => {
    const read = history.reads[findMiddle(history.reads)];
    if (read) read.sum = (read.sum ?? 0) + 2;
  },
  'lost-update': (run) => {
    for (const place of [-1, -2]) shiftField(run, place, 1, -23);
  },
  overcount: (run) => {
    for (const place of [-1, -2]) shiftField(run, place, 1, 3);
  },
};

export const FAULTY_CONDITIONS = Object.keys(FAULTS) as FaultyCondition[];

export function makeFaultyRun(condition: FaultyCondition, shape?: Partial<RunShape>): MadeRun {
  const run = makeCorrectRun(shape);
  FAULTS[condition](run);
  const judgement = checkCounter(run.model, run.history);
  const [first] = judgement.findings.filter((finding) => finding.condition === condition);
  if (first === undefined) throw new Error(`the seeded fault does not cause ${condition}`);
  const failures = { [condition]: judgement.failures[condition] ?? 1 };
  return withFindings({ ...run, judgement }, [first], failures);
}
