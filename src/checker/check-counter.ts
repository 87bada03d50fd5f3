// The checker as a library, `two-callers/check`: a pure function from a model of a counter and a
// history to a verdict with evidence. No clock, no I/O, no threads; the same history always gets
// the same verdict. docs/reference/checking.md proves that it is right.

import type { CounterModel, History } from './history.js';
import type { Facts, Judgement } from './judgement.js';
import { buildCounters, type CounterRecord, type Counters } from './linearizability/counters.js';
import { type JudgedCounter, reportCounter } from './linearizability/explanation.js';
import { createFindings, type FindingList } from './linearizability/findings.js';
import { type GapMatching, matchGaps, matchGapsTogether } from './linearizability/gap-matching.js';
import { type MalformedHistory, type Operations, parseHistory } from './linearizability/operations.js';
import type { OrderedOperations } from './linearizability/ordered-operations.js';
import { judgeSnapshots } from './linearizability/snapshots.js';
import { concatIds, makeRange, pickKeys } from './linearizability/sorting.js';

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

function sortBegins(groups: readonly Uint32Array[], { begin }: Operations): Float64Array {
  return pickKeys(concatIds(groups), begin).sort();
}

/** Adds whose ticket is refuted. They were counted somewhere, so they may fill any gap. */
function findMisplaced(counters: readonly CounterRecord[]): Uint32Array {
  return Uint32Array.from(
    counters.flatMap(({ ordered }) => [
      ...ordered.underflow,
      ...ordered.duplicates.map(([, second]) => second),
    ]),
  );
}

function matchFields(
  { fields }: Counters,
  orders: readonly OrderedOperations[],
  spareBegins: Float64Array,
  operations: Operations,
): GapMatching[] {
  const hasFloating = fields.some(({ floating }) => floating.length > 0);
  if (orders.length > 1 && !hasFloating) {
    return matchGapsTogether(
      orders.map(({ gaps }) => gaps),
      spareBegins,
    );
  }
  return fields.map(({ floating }, field) =>
    matchGaps(orders[field] as OrderedOperations, floating, spareBegins, operations),
  );
}

/** The sum repeats what a field reported already: only a greater loss is worth a finding. */
function reportSum(sum: JudgedCounter, operations: Operations, findings: FindingList): void {
  const own = createFindings();
  reportCounter(sum, operations, own);
  findings.merge(own, (condition) => {
    if (!findings.has(condition)) return true;
    const isCount = condition === 'lost-update' || condition === 'overcount';
    return isCount && own.sumCounts(condition) > findings.sumCounts(condition);
  });
}

function decideVerdict(list: Judgement['findings'], acknowledgedCount: number) {
  if (list.some(({ verdict }) => verdict === 'violated')) return 'violated';
  return list.length > 0 || acknowledgedCount === 0 ? 'unknown' : 'ok';
}

/** Judges each counter by its order and its gaps, then what holds between the fields. */
function judge(model: CounterModel, history: History, operations: Operations): Judgement {
  const findings = createFindings();
  const { alone } = model;
  const { unknown } = operations;
  const { reads } = history;
  const snapshots = makeRange(0, reads.length).filter((index) => reads[index]?.isSnapshot === true);
  const counters = buildCounters(model, snapshots, operations);
  const { fields, hidden, sum, unassigned, ticketless } = counters;
  const missing = { fields: 0, hidden: 0, sum: 0 };

  const orders = judgeSnapshots(counters, history, operations, findings);
  const spareBegins = sortBegins([unknown, unassigned], operations);
  const lenient = sortBegins([unknown, unassigned, findMisplaced(fields)], operations);
  for (const [field, matching] of matchFields(counters, orders, lenient, operations).entries()) {
    const { acknowledged } = fields[field] as CounterRecord;
    const ordered = orders[field] as OrderedOperations;
    missing.fields += matching.missingCount;
    const counter = { ordered, acknowledged, spareBegins, alone, matching };
    reportCounter(counter, operations, findings);
  }

  if (hidden.length > 0) {
    const spare = sortBegins([unknown, ticketless, findMisplaced(hidden)], operations);
    const gaps = hidden.map(({ ordered }) => ordered.gaps);
    for (const [index, matching] of matchGapsTogether(gaps, spare).entries()) {
      const { ordered, acknowledged } = hidden[index] as CounterRecord;
      missing.hidden += matching.missingCount;
      const counter = { ordered, acknowledged, spareBegins: spare, alone, matching };
      reportCounter(counter, operations, findings);
    }
  }

  if (sum !== null) {
    const spare = sortBegins([unknown], operations);
    const matching = matchGaps(sum.ordered, sum.floating, spare, operations);
    missing.sum = matching.missingCount;
    reportSum({ ...sum, spareBegins: spare, alone, matching }, operations, findings);
  }

  const list = findings.list();
  const acknowledged = operations.acknowledged.length;
  return {
    verdict: decideVerdict(list, acknowledged),
    findings: list,
    failures: findings.failures(),
    facts: {
      acknowledged,
      failed: operations.failedCount,
      unknown: unknown.length,
      reads: operations.readCount,
      ticketed: acknowledged - ticketless.length,
      cells: operations.cells,
      // One third-party add may show in a part, in its field and in the sum.
      strangers: Math.max(missing.fields, missing.hidden, missing.sum),
    },
  };
}
