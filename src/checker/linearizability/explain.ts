// What failed on one line, said with the smallest evidence: which condition it is, which operations
// show it, and a sentence. It is asked only about lines on which something failed, and it reports
// at least one finding for each such line. Pure.

import { formatNumber } from '../../present/text.js';
import { type Bounds, boundsOf, type Counted, isAtRest } from './bounds.js';
import type { Filling, Late } from './filling.js';
import { EVIDENCE_MAX, type Evidence, type Findings } from './findings.js';
import type { Operations } from './operations.js';
import { orderFaults } from './order.js';
import { sayHeld, sayLow, saySlot, whole } from './sentences.js';

/** One counter as it was judged. */
export interface Account extends Counted {
  readonly filling: Filling;
}

export function isFaulty({ line, filling, alone }: Account): boolean {
  const isMisplaced = line.twins.length + line.below.length > 0 || line.hasReadBelow;
  const isUnfilled = alone && filling.missingCount > 0;
  return isMisplaced || isUnfilled || !line.isOrdered || filling.lateCount > 0;
}

export function explain(account: Account, operations: Operations, findings: Findings): void {
  explainTickets(account, operations, findings);
  const bounds = boundsOf(account, operations);
  explainReads(account, bounds, operations, findings);
  explainOrder(account, bounds, operations, findings);
  explainMissing(account, bounds, operations, findings);
  explainLate(account, bounds, operations, findings);
}

function explainTickets({ line }: Account, { ticket }: Operations, findings: Findings): void {
  const { name, start } = line;
  for (const [first, second] of line.twins) {
    findings.report('duplicate-ticket', () => {
      const held = `${formatNumber(ticket[first] ?? 0)} of ${whole(name)}`;
      const text = `add ${first} and add ${second} both hold ${held}: one of them was lost`;
      return { cell: name, count: 1, adds: [first, second], reads: [], text };
    });
  }
  for (const add of line.below) {
    findings.report('ticket-start', () => {
      const held = `${formatNumber(ticket[add] ?? 0)} of ${whole(name)}`;
      const text = `add ${add} holds ${held}, which was ${formatNumber(start)} before all adds`;
      return { cell: name, count: 1, adds: [add], reads: [], text };
    });
  }
}

function explainReads(
  account: Account,
  bounds: Bounds,
  operations: Operations,
  findings: Findings,
): void {
  const { line } = account;
  const { addCount } = operations;
  const { atRest, lostCount, surplusCount } = bounds;
  const about = (index: number) => {
    const id = line.ids[index] ?? 0;
    return { read: id - addCount, shown: line.values[index] ?? 0, line };
  };
  if (lostCount > 0) {
    findings.report('lost-update', () => ({
      ...sayLow({ ...about(atRest), known: account.acknowledged.length, isAtRest: true }),
      adds: lostAdds(account, line.values[atRest] ?? 0, addCount),
    }));
  }
  if (surplusCount > 0) {
    findings.report('overcount', () => {
      const spare = account.spareBegins.length;
      const asked = account.acknowledged.length + spare;
      return sayHeld({ ...about(atRest), asked, spare, isAtRest: true });
    });
  }
  for (let index = 0; index < line.ids.length; index++) {
    const id = line.ids[index] ?? 0;
    if (id < addCount) continue;
    // One loss is told once: the last read at rest has told it for all that are at rest.
    const isRest = isAtRest(id, operations);
    if (bounds.low[index] === 1 && !(isRest && lostCount > 0)) {
      findings.report('stale-read', () => ({
        ...sayLow({ ...about(index), known: bounds.acknowledgedBefore(id), isAtRest: false }),
        adds: lastBefore(account.acknowledged, operations, operations.begin[id] ?? 0),
      }));
    }
    if (bounds.high[index] === 1 && !(isRest && surplusCount > 0)) {
      findings.report('phantom-count', () => {
        const asked = bounds.askedBefore(id);
        return sayHeld({ ...about(index), asked, spare: 0, isAtRest: false });
      });
    }
  }
}

/** Two that hold one ticket, or else the greatest tickets above what is shown. */
function lostAdds({ line }: Account, shown: number, addCount: number): number[] {
  const [twins] = line.twins;
  if (twins !== undefined) return [...twins];
  const adds: number[] = [];
  for (let index = line.ids.length - 1; index >= 0 && adds.length < EVIDENCE_MAX; index--) {
    const id = line.ids[index] ?? 0;
    if ((line.values[index] ?? 0) <= shown) break;
    if (id < addCount) adds.push(id);
  }
  return adds.reverse();
}

/** The adds that ended last before a moment. */
function lastBefore(adds: Uint32Array, { end }: Operations, momentMs: number): number[] {
  const last: number[] = [];
  for (const add of adds) {
    const ended = end[add] ?? 0;
    const least = last.length < EVIDENCE_MAX ? Number.NEGATIVE_INFINITY : (end[last[0] ?? 0] ?? 0);
    if (ended >= momentMs || ended <= least) continue;
    last.push(add);
    last.sort((a, b) => (end[a] ?? 0) - (end[b] ?? 0) || a - b);
    if (last.length > EVIDENCE_MAX) last.shift();
  }
  return last;
}

function explainOrder(
  { line }: Account,
  { low, high }: Bounds,
  operations: Operations,
  findings: Findings,
): void {
  if (line.isOrdered) return;
  const { addCount, ticket } = operations;
  const name = whole(line.name);
  const shownBy = (id: number) => line.values[line.ids.indexOf(id)] ?? 0;
  const at = { cell: line.name, count: 1 };
  orderFaults(line, operations, (condition, blamed, by) => {
    // What the bounds have said of this read needs no pair of operations.
    if (condition === 'stale-read' && low[blamed] === 1) return;
    if (condition === 'phantom-count' && high[blamed] === 1) return;
    findings.report(condition, (): Evidence => {
      const add = line.ids[blamed] ?? 0;
      const read = add - addCount;
      if (condition === 'ticket-order') {
        const held = `holds ${formatNumber(ticket[add] ?? 0)} of ${name}`;
        const other = `add ${by}, which began after it had ended,`;
        const text = `add ${add} ${held}, but ${other} holds ${formatNumber(ticket[by] ?? 0)}`;
        return { ...at, adds: [add, by], reads: [], text };
      }
      const shows = `read ${read} shows ${formatNumber(line.values[blamed] ?? 0)} of ${name}`;
      if (condition === 'non-monotonic-read') {
        const other = `read ${by - addCount}, which had ended before it began,`;
        const text = `${shows}, but ${other} shows ${shownBy(by)}`;
        return { ...at, adds: [], reads: [by - addCount, read], text };
      }
      const made = `add ${by}, which made it ${ticket[by]},`;
      const when =
        condition === 'stale-read' ? 'had ended before it began' : 'began after it ended';
      return { ...at, adds: [by], reads: [read], text: `${shows}, but ${made} ${when}` };
    });
  });
}

function explainMissing(
  { line, filling, alone }: Account,
  { high }: Bounds,
  { addCount }: Operations,
  findings: Findings,
): void {
  // Out of order, what is between would be blamed on operations that nothing is wrong with.
  if (!alone || filling.missingCount === 0 || !line.isOrdered) return;
  const { ids, values, slots } = line;
  for (let slot = 0; slot < slots.count; slot++) {
    const count = filling.missing[slot] ?? 0;
    const next = slots.next[slot] ?? 0;
    // A read of the same value may have said it, by the bounds.
    let last = next;
    while (high[last] !== 1 && values[last + 1] === values[next]) last++;
    if (count === 0 || high[last] === 1) continue;
    const condition = (ids[next] ?? 0) < addCount ? 'ticket-gap' : 'phantom-count';
    findings.report(condition, () => saySlot(line, slot, count, addCount));
  }
}

function explainLate(
  { line, filling }: Account,
  { low, lostCount }: Bounds,
  operations: Operations,
  findings: Findings,
): void {
  const { begin, end, addCount } = operations;
  const blamed = new Map<number, Late['add'][]>();
  for (const { add } of filling.late) {
    const index = line.ids.findIndex((id) => (begin[id] ?? 0) > (end[add] ?? 0));
    blamed.set(index, [...(blamed.get(index) ?? []), add]);
  }
  for (const [index, adds] of blamed) {
    const id = line.ids[index] ?? 0;
    if (low[index] === 1 || (isAtRest(id, operations) && lostCount > 0)) continue;
    const condition = id < addCount ? 'ticket-order' : 'stale-read';
    findings.report(condition, () => {
      const value = line.values[index] ?? 0;
      const self = id < addCount ? `add ${id} holds` : `read ${id - addCount} shows`;
      const left = `no value is left for add ${adds[0]}, which had ended before it began`;
      const text = `${self} ${formatNumber(value)} of ${whole(line.name)}, but ${left}`;
      const few = adds.slice(0, EVIDENCE_MAX);
      const own =
        id < addCount ? { adds: [...few, id], reads: [] } : { adds: few, reads: [id - addCount] };
      return { cell: line.name, count: adds.length, ...own, text };
    });
  }
}
