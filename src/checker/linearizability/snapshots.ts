// Several fields read together. Snapshots form a chain, and each stands between the adds that it
// shows and those that it does not, whatever their cells: so two adds can be ordered through a
// snapshot though no field orders them. Pure; evidence is handed on as ids.

import type { Line } from './line.js';
import type { Operations } from './operations.js';
import { idsByKey } from './sorted-order.js';

export interface Chain {
  /** Indices of reads, ascending by what they show. */
  readonly reads: Uint32Array;
  /** For each of them the number of its group: those of one group show the same. */
  readonly group: Uint32Array;
  readonly groupCount: number;
  /** Neighbours of which each shows more than the other somewhere. */
  readonly broken: readonly (readonly [first: number, second: number])[];
}

export function chainOf(snapshots: Uint32Array, { columns, sums }: Operations): Chain {
  const reads = idsByKey(snapshots, sums);
  const group = new Uint32Array(reads.length);
  const broken: [number, number][] = [];
  let groupCount = reads.length > 0 ? 1 : 0;
  for (let index = 1; index < reads.length; index++) {
    const before = reads[index - 1] ?? 0;
    const read = reads[index] ?? 0;
    let isSame = true;
    let isBroken = false;
    for (const shown of columns) {
      const growth = (shown[read] ?? 0) - (shown[before] ?? 0);
      if (growth !== 0) isSame = false;
      if (growth < 0) isBroken = true;
    }
    if (isBroken) broken.push([before, read]);
    if (!isSame) groupCount++;
    group[index] = groupCount - 1;
  }
  return { reads, group, groupCount, broken };
}

/** For each field what the groups of the chain show of it, ascending. */
function steps({ reads, group, groupCount }: Chain, shown: Float64Array): Float64Array {
  const values = new Float64Array(groupCount);
  for (let index = 0; index < reads.length; index++) {
    values[group[index] ?? 0] = shown[reads[index] ?? 0] ?? 0;
  }
  return values;
}

/** Two adds that a snapshot puts into one order and the clock into the other. */
export interface Crossing {
  /** The snapshot shows this one, which began after the other had ended. */
  readonly shown: number;
  readonly hidden: number;
  readonly read: number;
}

export interface Barriers {
  /** For each field and slot of its line, the greatest begin allowed by the whole chain. */
  readonly beginMax: readonly Float64Array[];
  readonly crossings: readonly Crossing[];
  readonly crossingCount: number;
}

const CROSSINGS_MAX = 16;
const NONE = new Float64Array(0);

/**
 * What the snapshots say across fields. The stage of an add is the number of groups that do not
 * show it; an add of an earlier stage comes before one of a later stage.
 */
export function barriersOf(chain: Chain, lines: readonly Line[], operations: Operations): Barriers {
  const { begin, end, addCount, columns } = operations;
  const { groupCount } = chain;
  const stages = lines.map((line, field) => stagesOf(line, steps(chain, columns[field] ?? NONE)));
  const latest = new Int32Array(groupCount + 1).fill(-1);
  const earliest = new Float64Array(groupCount + 1).fill(Number.POSITIVE_INFINITY);
  for (const [field, line] of lines.entries()) {
    const stage = stages[field]?.ofFixed ?? [];
    for (let index = 0; index < line.ids.length; index++) {
      const id = line.ids[index] ?? 0;
      if (id >= addCount) continue;
      const own = stage[index] ?? 0;
      const known = latest[own] ?? -1;
      if (known < 0 || (begin[id] ?? 0) > (begin[known] ?? 0)) latest[own] = id;
      earliest[own] = Math.min(earliest[own] ?? 0, end[id] ?? 0);
    }
  }
  const endMin = endsFrom(chain, earliest, operations);
  const beginMax = lines.map((line, field) =>
    line.slots.beginMax.map((limit, slot) => {
      return Math.min(limit, endMin[stages[field]?.ofSlot[slot] ?? 0] ?? Number.POSITIVE_INFINITY);
    }),
  );
  const fixed = stages.map(({ ofFixed }) => ofFixed);
  return { beginMax, ...crossingsOf(chain, lines, fixed, latest, operations) };
}

/** The stage of each fixed operation and of each slot of a field's line. */
function stagesOf(line: Line, shown: Float64Array) {
  const { ids, values, slots } = line;
  const ofFixed = new Uint32Array(ids.length);
  const ofSlot = new Uint32Array(slots.count);
  let stage = 0;
  let slot = 0;
  for (let index = 0; index < ids.length; index++) {
    if (slots.next[slot] === index) {
      const first = slots.first[slot] ?? 0;
      while (stage < shown.length && (shown[stage] ?? 0) < first) stage++;
      ofSlot[slot++] = stage;
    }
    const value = values[index] ?? 0;
    while (stage < shown.length && (shown[stage] ?? 0) < value) stage++;
    ofFixed[index] = stage;
  }
  return { ofFixed, ofSlot };
}

/** For each stage the least end of everything after it: its own snapshots and all later stages. */
function endsFrom(chain: Chain, ofAdds: Float64Array, { end, addCount }: Operations): Float64Array {
  const { reads, group, groupCount } = chain;
  const ends = new Float64Array(groupCount + 1).fill(Number.POSITIVE_INFINITY);
  for (let index = 0; index < reads.length; index++) {
    const own = group[index] ?? 0;
    ends[own] = Math.min(ends[own] ?? 0, end[addCount + (reads[index] ?? 0)] ?? 0);
  }
  for (let stage = groupCount - 1; stage >= 0; stage--) {
    const later = Math.min(ends[stage + 1] ?? 0, ofAdds[stage + 1] ?? 0);
    ends[stage] = Math.min(ends[stage] ?? 0, later);
  }
  return ends;
}

/** Adds that ended before one of an earlier stage, in another cell, began. */
function crossingsOf(
  { reads, group }: Chain,
  lines: readonly Line[],
  stages: readonly Uint32Array[],
  latest: Int32Array,
  { begin, end, addCount, cell }: Operations,
) {
  const crossings: Crossing[] = [];
  let crossingCount = 0;
  /** For each stage: the add that began last in an earlier one, its field and its stage. */
  const before = new Int32Array(latest.length).fill(-1);
  for (let stage = 1; stage < latest.length; stage++) {
    const [one = -1, other = -1] = [before[stage - 1], latest[stage - 1]];
    const isOther = one < 0 || (other >= 0 && (begin[other] ?? 0) > (begin[one] ?? 0));
    before[stage] = isOther ? other : one;
  }
  for (const [field, line] of lines.entries()) {
    for (let index = 0; index < line.ids.length; index++) {
      const hidden = line.ids[index] ?? 0;
      const shown = hidden < addCount ? (before[stages[field]?.[index] ?? 0] ?? -1) : -1;
      if (shown < 0 || (end[hidden] ?? 0) >= (begin[shown] ?? 0)) continue;
      if (cell[shown] === cell[hidden]) continue; // the tickets of their cell say so already
      if (crossingCount++ >= CROSSINGS_MAX) continue;
      const read = reads[group.indexOf(latest.indexOf(shown))] ?? 0;
      crossings.push({ shown, hidden, read });
    }
  }
  return { crossings, crossingCount };
}
