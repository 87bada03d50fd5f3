// Judges several fields that a service reads together. Snapshots form a chain, and each snapshot
// separates the adds that it shows from those that it does not, across all cells. So a snapshot can
// order two adds that no single field orders. Pure; any thread.

import { formatNumber } from '../../present/text.js';
import type { History } from '../history.js';
import type { Counters } from './counters.js';
import { describeCounter, type FindingList } from './findings.js';
import type { Operations } from './operations.js';
import type { OrderedOperations } from './ordered-operations.js';
import { sortIdsByKey } from './sorting.js';

interface SnapshotChain {
  /** Indices of reads, ascending by what they show. */
  readonly reads: Uint32Array;
  /** For each read its group: the reads of one group show the same values. */
  readonly group: Uint32Array;
  readonly groupCount: number;
  /** Neighbours of which each shows more than the other in some field. */
  readonly contradictions: readonly (readonly [first: number, second: number])[];
}

function buildChain(snapshots: Uint32Array, { columns, sums }: Operations): SnapshotChain {
  const reads = sortIdsByKey(snapshots, sums);
  const group = new Uint32Array(reads.length);
  const contradictions: [number, number][] = [];
  let groupCount = reads.length > 0 ? 1 : 0;
  for (let index = 1; index < reads.length; index++) {
    const before = reads[index - 1] ?? 0;
    const read = reads[index] ?? 0;
    let isSame = true;
    let isContradiction = false;
    for (const shown of columns) {
      const growth = (shown[read] ?? 0) - (shown[before] ?? 0);
      if (growth !== 0) isSame = false;
      if (growth < 0) isContradiction = true;
    }
    if (isContradiction) contradictions.push([before, read]);
    if (!isSame) groupCount++;
    group[index] = groupCount - 1;
  }
  return { reads, group, groupCount, contradictions };
}

/** Two adds that a snapshot orders one way and the clock the other way. */
interface Crossing {
  /** The snapshot shows this add, which began after the hidden one had ended. */
  readonly shown: number;
  readonly hidden: number;
  readonly read: number;
}

const CROSSINGS_MAX = 16;

/**
 * The stage of an add is the number of groups that do not show it. An add of an earlier stage comes
 * before an add of a later stage. Stages are per place in the order and per gap.
 */
function findStages({ ids, values, gaps }: OrderedOperations, shown: Float64Array) {
  const stages = new Uint32Array(ids.length);
  const gapStages = new Uint32Array(gaps.count);
  let stage = 0;
  let gap = 0;
  for (let index = 0; index < ids.length; index++) {
    if (gaps.next[gap] === index) {
      const first = gaps.first[gap] ?? 0;
      while (stage < shown.length && (shown[stage] ?? 0) < first) stage++;
      gapStages[gap++] = stage;
    }
    const value = values[index] ?? 0;
    while (stage < shown.length && (shown[stage] ?? 0) < value) stage++;
    stages[index] = stage;
  }
  return { stages, gapStages };
}

/** What the snapshots say across fields: tighter limits for the gaps, and crossings. */
function computeBarriers(chain: SnapshotChain, all: readonly OrderedOperations[], operations: Operations) {
  const { begin, end, addCount, columns } = operations;
  const { groupCount, reads, group } = chain;
  const staged = all.map((ordered, field) => {
    const shown = new Float64Array(groupCount);
    for (const [index, read] of reads.entries()) {
      shown[group[index] ?? 0] = columns[field]?.[read] ?? 0;
    }
    return findStages(ordered, shown);
  });
  /** Per stage, the add that began last and the least end of an add. */
  const latest = new Int32Array(groupCount + 1).fill(-1);
  const earliest = new Float64Array(groupCount + 1).fill(Number.POSITIVE_INFINITY);
  for (const [field, { ids }] of all.entries()) {
    const stages = staged[field]?.stages ?? [];
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index] ?? 0;
      if (id >= addCount) continue;
      const stage = stages[index] ?? 0;
      const known = latest[stage] ?? -1;
      if (known < 0 || (begin[id] ?? 0) > (begin[known] ?? 0)) latest[stage] = id;
      earliest[stage] = Math.min(earliest[stage] ?? 0, end[id] ?? 0);
    }
  }
  const endMin = findLeastEnds(chain, earliest, operations);
  const limited = all.map((ordered, field): OrderedOperations => {
    const { gapStages = [] } = staged[field] ?? {};
    const beginMax = ordered.gaps.beginMax.map((limit, gap) =>
      Math.min(limit, endMin[gapStages[gap] ?? 0] ?? Number.POSITIVE_INFINITY),
    );
    return { ...ordered, gaps: { ...ordered.gaps, beginMax } };
  });
  const stages = staged.map((one) => one.stages);
  return { limited, ...findCrossings(chain, all, stages, latest, operations) };
}

/** For each stage the least end of everything after it: its own snapshots and all later stages. */
function findLeastEnds(
  { reads, group, groupCount }: SnapshotChain,
  addEnds: Float64Array,
  { end, addCount }: Operations,
): Float64Array {
  const ends = new Float64Array(groupCount + 1).fill(Number.POSITIVE_INFINITY);
  for (let index = 0; index < reads.length; index++) {
    const stage = group[index] ?? 0;
    ends[stage] = Math.min(ends[stage] ?? 0, end[addCount + (reads[index] ?? 0)] ?? 0);
  }
  for (let stage = groupCount - 1; stage >= 0; stage--) {
    const later = Math.min(ends[stage + 1] ?? 0, addEnds[stage + 1] ?? 0);
    ends[stage] = Math.min(ends[stage] ?? 0, later);
  }
  return ends;
}

/** Adds that ended before an add of an earlier stage, in another cell, began. */
function findCrossings(
  { reads, group }: SnapshotChain,
  all: readonly OrderedOperations[],
  stages: readonly Uint32Array[],
  latest: Int32Array,
  { begin, end, addCount, cell }: Operations,
) {
  const crossings: Crossing[] = [];
  let crossingCount = 0;
  /** For each stage: the add of all earlier stages that began last. */
  const before = new Int32Array(latest.length).fill(-1);
  for (let stage = 1; stage < latest.length; stage++) {
    const [one = -1, other = -1] = [before[stage - 1], latest[stage - 1]];
    const isOther = one < 0 || (other >= 0 && (begin[other] ?? 0) > (begin[one] ?? 0));
    before[stage] = isOther ? other : one;
  }
  for (const [field, { ids }] of all.entries()) {
    for (let index = 0; index < ids.length; index++) {
      const hidden = ids[index] ?? 0;
      const shown = hidden < addCount ? (before[stages[field]?.[index] ?? 0] ?? -1) : -1;
      if (shown < 0 || (end[hidden] ?? 0) >= (begin[shown] ?? 0)) continue;
      if (cell[shown] === cell[hidden]) continue; // the tickets of their cell show this already
      if (crossingCount++ >= CROSSINGS_MAX) continue;
      const read = reads[group.indexOf(latest.indexOf(shown))] ?? 0;
      crossings.push({ shown, hidden, read });
    }
  }
  return { crossings, crossingCount };
}

/** Reports what fails between the fields; returns their orders with the tighter limits of gaps. */
export function judgeSnapshots(
  { fields, snapshots }: Counters,
  { reads }: History,
  operations: Operations,
  findings: FindingList,
): readonly OrderedOperations[] {
  const all = fields.map(({ ordered }) => ordered);
  for (const read of snapshots) {
    const said = reads[read]?.sum ?? null;
    const actual = operations.sums[read] ?? 0;
    if (said === null || said === actual) continue;
    findings.report('snapshot-sum', () => {
      const sums = `the sum ${formatNumber(said)}, but its values add up to ${formatNumber(actual)}`;
      return { cell: null, count: 1, adds: [], reads: [read], text: `read ${read} shows ${sums}` };
    });
  }
  if (all.length === 1) return all;
  const chain = buildChain(snapshots, operations);
  for (const [first, second] of chain.contradictions) {
    findings.report('snapshot-order', () => {
      const findGreater = (one: number, other: number) => {
        const field = operations.columns.findIndex((shown) => (shown[one] ?? 0) > (shown[other] ?? 0));
        return describeCounter(all[field]?.name ?? null);
      };
      const more = `read ${first} shows more of ${findGreater(first, second)} than read ${second}`;
      const text = `${more} and less of ${findGreater(second, first)}: no order explains both`;
      return { cell: null, count: 1, adds: [], reads: [first, second], text };
    });
  }
  if (chain.contradictions.length > 0) return all;
  const { limited, crossings, crossingCount } = computeBarriers(chain, all, operations);
  for (let index = 0; index < crossingCount; index++) {
    findings.report('snapshot-order', () => {
      const { shown = 0, hidden = 0, read = 0 } = crossings[index] ?? {};
      const order = `which had ended before add ${shown} began`;
      const text = `read ${read} shows add ${shown} and not add ${hidden}, ${order}`;
      return { cell: null, count: 1, adds: [hidden, shown], reads: [read], text };
    });
  }
  return limited;
}
