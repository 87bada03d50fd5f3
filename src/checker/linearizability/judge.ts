// Judges a valid history: each counter by its order and its gaps, then what holds between the fields.
// docs/reference/checking.md proves it, lemma by lemma. Pure; its caller handles errors. Any thread.

import type { CounterModel, History } from '../history.js';
import type { Judgement } from '../judgement.js';
import { buildCounters, type CounterRecord, type Counters } from './counters.js';
import { type JudgedCounter, reportCounter } from './explanation.js';
import { createFindings, type FindingList } from './findings.js';
import { type GapMatching, matchGaps, matchGapsTogether } from './gap-matching.js';
import type { Operations } from './operations.js';
import type { OrderedOperations } from './ordered-operations.js';
import { judgeSnapshots } from './snapshots.js';
import { concatIds, makeRange, pickKeys } from './sorting.js';

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

export function judge(model: CounterModel, history: History, operations: Operations): Judgement {
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
