// The checker as a library: a pure function from what a counter is taken to be and what its callers
// saw to a verdict with evidence. No clock, no I/O, no threads; the same history is judged the same
// way for ever. The proof that it is right: docs/reference/checking.md.

import type { CounterModel, History } from './history.js';
import type { Facts, Judgement } from './judgement.js';
import { judge } from './linearizability/judge.js';
import { type Malformed, readHistory } from './linearizability/operations.js';

export type { Verdict } from '../verdict.js';
export type { Add, CounterModel, History, Read, Ticket } from './history.js';
export type { Condition, Facts, Finding, Judgement } from './judgement.js';

const NO_FACTS: Facts = {
  acknowledged: 0,
  failed: 0,
  unknown: 0,
  reads: 0,
  ticketed: 0,
  cells: [],
  strangers: 0,
};

function unjudged({ adds, reads, why }: Malformed): Judgement {
  const about = {
    condition: 'malformed-history',
    verdict: 'unknown',
    cell: null,
    count: 1,
  } as const;
  return {
    verdict: 'unknown',
    findings: [{ ...about, adds, reads, text: why }],
    failures: { 'malformed-history': 1 },
    facts: NO_FACTS,
  };
}

/**
 * Judges whether a counter that only ever adds one can have answered as the history says.
 *
 * - `model.fields` names what a read shows, `model.start` has the value of each when the history
 *   begins (whole numbers up to 2^53 - 1, their sum too), and `model.alone` says whether anybody
 *   else may have added.
 * - `history.adds` and `history.reads` stand in any order. Times are milliseconds on one monotonic
 *   clock; an interval is closed, and two that touch are concurrent. Tickets are whole numbers from
 *   1 up. A read has one value for each field.
 *
 * The verdict is `violated` when no order of the operations explains the answers; the findings say
 * why, at most five of each condition, and `failures` counts all. It is `unknown` when only adds of
 * others could explain them, when no add was acknowledged, and, with the finding `malformed-history`, when
 * the history is malformed or the checker fails: it never throws. Otherwise it is `ok`.
 *
 * With one field whose tickets, if any, are all its own, and with several where each acknowledged
 * add has a ticket of a field and each read is a snapshot, `violated` is said exactly when the
 * history is not linearizable (M. Herlihy and J. Wing, Linearizability, TOPLAS 12(3), 1990).
 * Elsewhere it is never said of a history that is. O(n log n) time and O(n) memory in the number of
 * operations and shown values.
 */
export function checkCounter(model: CounterModel, history: History): Judgement {
  try {
    const operations = readHistory(model, history);
    return 'why' in operations ? unjudged(operations) : judge(model, history, operations);
  } catch (error) {
    const what = error instanceof Error ? `: ${error.message}` : '';
    return unjudged({ adds: [], reads: [], why: `the checker failed${what}` });
  }
}
