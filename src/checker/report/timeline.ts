// What a timeline shows: the operations in question and what happened around them, in one lane per
// caller. Data only. It is bounded, however long the history: it has few lanes, and in a crowded
// timeline it bundles short operations that follow each other closely. Pure; main thread.

import type { CheckRun } from '../driver/check-run.js';
import type { Add, TimeSpan } from '../history.js';
import { formatLabel } from './evidence-text.js';
import {
  findOverlapping,
  findStretches,
  type RunTimes,
  readSpan,
  type TimeWindow,
} from './timeline-window.js';

/** One bar. */
export interface TimelineOperation extends TimeSpan {
  readonly kind: 'add' | 'read';
  /** Its index in the history; for a bundle, the index of the first operation. */
  readonly index: number;
  readonly outcome: Add['outcome'];
  readonly isEvidence: boolean;
  /** A ticket or a value; empty for nothing. */
  readonly label: string;
  /** More than 1 for a bundle. */
  readonly count: number;
}

export interface Lane {
  /** Null for the reads. */
  readonly caller: number | null;
  readonly operations: readonly TimelineOperation[];
}

export interface Excerpt {
  readonly stretches: readonly TimeWindow[];
  readonly lanes: readonly Lane[];
  /** How many callers were active here but have no lane. */
  readonly callersLeftOut: number;
}

/** What to show: indices in the history. `context` is shown but not emphasised. */
export interface Focus {
  readonly adds: readonly number[];
  readonly reads: readonly number[];
  readonly context: readonly number[];
  /** The field that the reads are about; null for all. */
  readonly cell: string | null;
}

export const LANES_MAX = 12;
const LANES_USUAL = 8;
const NEIGHBOURS_FEW = 2;
export const BARS_MAX = 120;
const EVIDENCE_MAX = 10;
/** Bars shorter than this fraction of the shown time are only a few pixels wide. */
const BUNDLE_FRACTION = 1 / 250;

/** Null where there is nothing to show. */
export function buildExcerpt(run: CheckRun, times: RunTimes, wanted: Focus): Excerpt | null {
  const { history } = run;
  const limit = (indices: readonly number[], count: number) =>
    indices.filter((index) => index >= 0 && index < count).slice(0, EVIDENCE_MAX);
  const adds = limit(wanted.adds, history.adds.length);
  const reads = limit(wanted.reads, history.reads.length);
  const shownAdds = [...adds, ...limit(wanted.context, history.adds.length)];
  const spans = [
    ...shownAdds.map((index) => readSpan(times.adds, index)),
    ...reads.map((index) => readSpan(times.reads, index)),
  ];
  const areTimed = spans.every(({ beginMs, endMs }) => Number.isFinite(endMs - beginMs));
  if (spans.length === 0 || !areTimed) return null;
  const stretches = findStretches(spans, { fromMs: times.fromMs, toMs: times.toMs });
  const byCaller = groupByCaller(run, findOverlapping(times.adds, stretches));
  const { cell } = wanted;
  const overlappingReads = findOverlapping(times.reads, stretches);
  const readLane = buildLane(run, times, 'read', overlappingReads, {
    evidence: new Set(reads),
    caller: null,
    cell,
  });

  const involved = [...new Set(shownAdds.flatMap((index) => history.adds[index]?.caller ?? []))];
  const neighbours = sortNeighbours(byCaller, involved, times, spans);
  const room = Math.max(LANES_USUAL, Math.min(involved.length, LANES_MAX));
  const evidence = new Set(adds);
  const buildLanes = (neighboursMax: number): Lane[] => {
    const callers = [...involved.slice(0, room - 1), ...neighbours.slice(0, neighboursMax)];
    const lanes = callers
      .slice(0, Math.max(involved.length, room - 1))
      .toSorted((a, b) => a - b)
      .map((caller) => {
        const indices = byCaller.get(caller) ?? [];
        return buildLane(run, times, 'add', indices, { evidence, caller, cell });
      });
    return readLane.operations.length === 0 ? lanes : [...lanes, readLane];
  };
  const full = buildLanes(LANES_MAX);
  const lanes = bundleLanes(countBars(full) > BARS_MAX ? buildLanes(NEIGHBOURS_FEW) : full, stretches);
  const shownCallers = lanes.filter(({ caller }) => caller !== null).length;
  return { stretches, lanes, callersLeftOut: Math.max(0, byCaller.size - shownCallers) };
}

function groupByCaller({ history }: CheckRun, adds: readonly number[]): Map<number, number[]> {
  const byCaller = new Map<number, number[]>();
  for (const index of adds) {
    const caller = history.adds[index]?.caller ?? 0;
    const indices = byCaller.get(caller);
    if (indices === undefined) byCaller.set(caller, [index]);
    else indices.push(index);
  }
  return byCaller;
}

/** The other callers: first those that overlapped an operation in question. */
function sortNeighbours(
  byCaller: ReadonlyMap<number, readonly number[]>,
  involved: readonly number[],
  times: RunTimes,
  focus: readonly TimeSpan[],
): number[] {
  const overlaps = (index: number) => {
    const { beginMs, endMs } = readSpan(times.adds, index);
    return focus.some((each) => beginMs <= each.endMs && endMs >= each.beginMs);
  };
  return [...byCaller]
    .filter(([caller]) => !involved.includes(caller))
    .map(([caller, indices]) => ({ caller, isNear: indices.some(overlaps) }))
    .sort((a, b) => Number(b.isNear) - Number(a.isNear) || a.caller - b.caller)
    .map(({ caller }) => caller);
}

interface LaneContent {
  readonly evidence: ReadonlySet<number>;
  readonly caller: number | null;
  readonly cell: string | null;
}

function buildLane(
  run: CheckRun,
  times: RunTimes,
  kind: 'add' | 'read',
  indices: readonly number[],
  { evidence, caller, cell }: LaneContent,
): Lane {
  const operations = indices.flatMap((index): TimelineOperation[] => {
    const operation = kind === 'add' ? run.history.adds[index] : run.history.reads[index];
    if (operation === undefined) return [];
    const isEvidence = evidence.has(index);
    const label = formatLabel(run, operation, isEvidence, cell);
    const outcome = 'outcome' in operation ? operation.outcome : 'ok';
    const span = readSpan(kind === 'add' ? times.adds : times.reads, index);
    return [{ kind, index, outcome, isEvidence, label, count: 1, ...span }];
  });
  return { caller, operations: operations.toSorted((a, b) => a.beginMs - b.beginMs) };
}

function countBars(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { operations }) => sum + operations.length, 0);
}

/** At most BARS_MAX bars, and no bar too short to see beside the next. */
function bundleLanes(lanes: readonly Lane[], stretches: readonly TimeWindow[]): Lane[] {
  const shownMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const bundle = (shortMs: number) =>
    lanes.map((lane) => ({ ...lane, operations: bundleOperations(lane.operations, shortMs) }));
  let shortMs = shownMs * BUNDLE_FRACTION;
  let bundled = bundle(shortMs);
  while (countBars(bundled) > BARS_MAX && shortMs < shownMs) {
    shortMs *= 1.5;
    bundled = bundle(shortMs);
  }
  return bundled;
}

function bundleOperations(operations: readonly TimelineOperation[], shortMs: number): TimelineOperation[] {
  const bars: TimelineOperation[] = [];
  let isOpen = false;
  for (const operation of operations) {
    const last = bars.at(-1);
    const canJoin = !operation.isEvidence && operation.endMs - operation.beginMs < shortMs;
    if (last !== undefined && isOpen && canJoin && operation.beginMs - last.endMs < shortMs) {
      const outcome = last.outcome === operation.outcome ? last.outcome : 'ok';
      const endMs = Math.max(last.endMs, operation.endMs);
      bars[bars.length - 1] = { ...last, outcome, endMs, label: '', count: last.count + 1 };
    } else bars.push(operation);
    isOpen = canJoin;
  }
  return bars;
}
