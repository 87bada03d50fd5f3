// The checker as a library, `two-callers/check`: a pure function from a model of a counter and a
// history to a verdict with evidence. No clock, no I/O, no threads; the same history always gets
// the same verdict. docs/reference/checking.md proves that it is right.

import type { CounterModel, History } from './history.js';
import type { Facts, Judgement } from './judgement.js';
import { judge } from './linearizability/judge.js';
import { type MalformedHistory, parseHistory } from './linearizability/operations.js';

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

function refuseToJudge({ adds, reads, reason }: MalformedHistory): Judgement {
  const about = { condition: 'malformed-history', verdict: 'unknown', cell: null, count: 1 } as const;
  return {
    verdict: 'unknown',
    findings: [{ ...about, adds, reads, text: reason }],
    failures: { 'malformed-history': 1 },
    facts: NO_FACTS,
  };
}

/**
 * Judges whether a counter that only ever adds one can have answered as the history says.
 *
 * - `model.fields` names what a read shows. `model.start` holds the value of each field when the
 *   history begins (whole numbers up to 2^53 - 1, their sum too). `model.alone` says whether third
 *   parties may have added.
 * - `history.adds` and `history.reads` may be in any order. Times are milliseconds on one monotonic
 *   clock; an interval is closed, and two that touch are concurrent. Tickets are whole numbers from
 *   1 up. A read has one value per field.
 *
 * The verdict is `violated` when no order of the operations explains the answers. The findings give
 * the evidence, at most five per condition, and `failures` counts all. The verdict is `unknown` when
 * only third-party adds could explain the answers, or when no add was acknowledged. It is `unknown`
 * with the finding `malformed-history` when the history is malformed or the checker fails: this
 * function never throws. Otherwise the verdict is `ok`.
 *
 * `violated` means exactly "not linearizable" (M. Herlihy and J. Wing, Linearizability, TOPLAS
 * 12(3), 1990) in two cases. Either the model has one field, and tickets, if any, name that field.
 * Or it has several, every acknowledged add has a ticket of a field, and every read is a snapshot.
 * Elsewhere a linearizable history is never `violated`, but not every other history is found.
 * O(n log n) time and O(n) memory in the number of operations and shown values.
 */
export function checkCounter(model: CounterModel, history: History): Judgement {
  try {
    const operations = parseHistory(model, history);
    return 'reason' in operations ? refuseToJudge(operations) : judge(model, history, operations);
  } catch (error) {
    const what = error instanceof Error ? `: ${error.message}` : '';
    return refuseToJudge({ adds: [], reads: [], reason: `the checker failed${what}` });
  }
}
