// Explains what failed on one counter: which condition, which operations show it, and a sentence.
// The judge calls it only for counters on which something failed, and it reports at least one
// finding for each of them. Pure; any thread.

import { formatNumber } from '../../present/text.js';
import { type Bounds, type CountedAdds, checkBounds, isAtRest } from './counter-bounds.js';
import {
  describeCounter,
  describeValue,
  EVIDENCE_MAX,
  type Evidence,
  type FindingList,
  nameOperation,
} from './findings.js';
import type { GapMatching } from './gap-matching.js';
import type { Operations } from './operations.js';
import { findOrderFaults, type OrderedOperations } from './ordered-operations.js';

export interface JudgedCounter extends CountedAdds {
  readonly matching: GapMatching;
}

/** Reports every failure of one counter; reports nothing where none failed. */
export function reportCounter(counter: JudgedCounter, operations: Operations, findings: FindingList): void {
  const { ordered, matching, alone } = counter;
  const isMisplaced = ordered.duplicates.length + ordered.underflow.length > 0 || ordered.hasReadBelowStart;
  const isUnfilled = alone && matching.missingCount > 0;
  if (isMisplaced || isUnfilled || !ordered.isOrdered || matching.unmatchedCount > 0) {
    reportTickets(ordered, operations, findings);
    const bounds = checkBounds(counter, operations, findings);
    reportOrder(ordered, bounds, operations, findings);
    reportMissing(counter, bounds, operations, findings);
    reportUnmatched(counter, bounds, operations, findings);
  } else if (!alone) reportThirdPartyAdds(counter, operations, findings);
}

function reportTickets(
  { name, start, duplicates, underflow }: OrderedOperations,
  { ticket }: Operations,
  findings: FindingList,
): void {
  const counter = describeCounter(name);
  for (const [first, second] of duplicates) {
    findings.report('duplicate-ticket', () => {
      const held = `${formatNumber(ticket[first] ?? 0)} of ${counter}`;
      const text = `add ${first} and add ${second} both hold ${held}: one of them was lost`;
      return { cell: name, count: 1, adds: [first, second], reads: [], text };
    });
  }
  for (const add of underflow) {
    findings.report('ticket-start', () => {
      const held = `${formatNumber(ticket[add] ?? 0)} of ${counter}`;
      const text = `add ${add} holds ${held}, which started at ${formatNumber(start)}`;
      return { cell: name, count: 1, adds: [add], reads: [], text };
    });
  }
}

function reportOrder(
  ordered: OrderedOperations,
  { isLow, isHigh }: Bounds,
  operations: Operations,
  findings: FindingList,
): void {
  if (ordered.isOrdered) return;
  const { addCount, ticket } = operations;
  const about = { cell: ordered.name, count: 1 };
  findOrderFaults(ordered, operations, (condition, blamed, other) => {
    // The bounds have reported this read already, without a second operation.
    if (condition === 'stale-read' && isLow[blamed] === 1) return;
    if (condition === 'phantom-count' && isHigh[blamed] === 1) return;
    findings.report(condition, (): Evidence => {
      const id = ordered.ids[blamed] ?? 0;
      const value = describeValue(ordered, blamed, addCount);
      if (condition === 'ticket-order') {
        const later = `add ${other}, which began after it had ended,`;
        const text = `${value}, but ${later} holds ${formatNumber(ticket[other] ?? 0)}`;
        return { ...about, adds: [id, other], reads: [], text };
      }
      const read = id - addCount;
      if (condition === 'non-monotonic-read') {
        const shown = formatNumber(ordered.values[ordered.ids.indexOf(other)] ?? 0);
        const earlier = `read ${other - addCount}, which had ended before it began,`;
        const text = `${value}, but ${earlier} shows ${shown}`;
        return { ...about, adds: [], reads: [other - addCount, read], text };
      }
      const add = `add ${other}, which produced ${formatNumber(ticket[other] ?? 0)},`;
      const when = condition === 'stale-read' ? 'had ended before it began' : 'began after it ended';
      return { ...about, adds: [other], reads: [read], text: `${value}, but ${add} ${when}` };
    });
  });
}

/** Gaps that no add of the history can have filled. */
function reportMissing(
  { ordered, matching, alone }: JudgedCounter,
  { isHigh }: Bounds,
  { addCount }: Operations,
  findings: FindingList,
): void {
  // Where operations are out of order, a gap would blame operations that are correct.
  if (!alone || matching.missingCount === 0 || !ordered.isOrdered) return;
  const { ids, values, gaps } = ordered;
  for (let gap = 0; gap < gaps.count; gap++) {
    const count = matching.missing[gap] ?? 0;
    const next = gaps.next[gap] ?? 0;
    // The bounds may have reported a read of the same value.
    let last = next;
    while (isHigh[last] !== 1 && values[last + 1] === values[next]) last++;
    if (count === 0 || isHigh[last] === 1) continue;
    const id = ids[next] ?? 0;
    findings.report(id < addCount ? 'ticket-gap' : 'phantom-count', () => {
      const first = gaps.first[gap] ?? 0;
      const capacity = gaps.capacity[gap] ?? 0;
      const from = formatNumber(first);
      const range = capacity === 1 ? from : `${from} to ${formatNumber(first + capacity - 1)}`;
      const which = count === capacity ? range : `${formatNumber(count)} of the values ${range}`;
      const value = describeValue(ordered, next, addCount);
      const text = `${value}, but no add can have produced ${which}`;
      return { cell: ordered.name, count, ...nameOperation(id, addCount), text };
    });
  }
}

/** Acknowledged adds without a ticket for which no value is left. */
function reportUnmatched(
  { ordered, matching }: JudgedCounter,
  { isLow, lostCount }: Bounds,
  operations: Operations,
  findings: FindingList,
): void {
  const { begin, end, addCount } = operations;
  const blamed = new Map<number, number[]>();
  for (const add of matching.unmatched) {
    const index = ordered.ids.findIndex((id) => (begin[id] ?? 0) > (end[add] ?? 0));
    blamed.set(index, [...(blamed.get(index) ?? []), add]);
  }
  for (const [index, adds] of blamed) {
    const id = ordered.ids[index] ?? 0;
    if (isLow[index] === 1 || (isAtRest(id, operations) && lostCount > 0)) continue;
    findings.report(id < addCount ? 'ticket-order' : 'stale-read', () => {
      const left = `no value is left for add ${adds[0]}, which had ended before it began`;
      const text = `${describeValue(ordered, index, addCount)}, but ${left}`;
      const evidence = nameOperation(id, addCount, adds.slice(0, EVIDENCE_MAX));
      return { cell: ordered.name, count: adds.length, ...evidence, text };
    });
  }
}

/** Where third parties may add, missing values are theirs: one finding per counter and condition. */
function reportThirdPartyAdds(
  { ordered, matching }: JudgedCounter,
  { addCount }: Operations,
  findings: FindingList,
): void {
  const { ids, gaps, name } = ordered;
  const found = { 'ticket-gap': { count: 0, index: -1 }, overcount: { count: 0, index: -1 } };
  for (let gap = 0; gap < gaps.count; gap++) {
    const count = matching.missing[gap] ?? 0;
    if (count === 0) continue;
    const index = gaps.next[gap] ?? 0;
    const total = found[(ids[index] ?? 0) < addCount ? 'ticket-gap' : 'overcount'];
    total.count += count;
    if (total.index < 0) total.index = index;
  }
  for (const condition of ['ticket-gap', 'overcount'] as const) {
    const { count, index } = found[condition];
    if (count === 0) continue;
    findings.report(condition, () => {
      const values = `${formatNumber(count)} of the values of ${describeCounter(name)}`;
      const first = describeValue(ordered, index, addCount);
      const text = `a third party must have produced ${values}: the first is below what ${first}`;
      const evidence = nameOperation(ids[index] ?? 0, addCount);
      return { verdict: 'unknown', cell: name, count, ...evidence, text };
    });
  }
}
