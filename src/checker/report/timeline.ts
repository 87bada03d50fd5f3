// What a timeline shows: the operations in question and what happened around them, in one lane per
// caller. Data only. It is bounded, however long the history: it has few lanes, and in a crowded
// timeline it bundles short operations that follow each other closely. Pure; main thread.

import type { CheckRun } from '../driver/check-run.js';
import type { Add, TimeSpan } from '../history.js';
import { formatLabel } from './evidence-text.js';
import { findOverlapping, findStretches, overlaps, type RunTimes } from './timeline-window.js';

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
  readonly stretches: readonly TimeSpan[];
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
  const limit = (indices: readonly number[], operations: readonly unknown[]) =>
    indices.filter((index) => operations[index] !== undefined).slice(0, EVIDENCE_MAX);
  const adds = limit(wanted.adds, history.adds);
  const reads = limit(wanted.reads, history.reads);
  const shownAdds = [...adds, ...limit(wanted.context, history.adds)].flatMap(
    (index) => history.adds[index] ?? [],
  );
  const spans = [...shownAdds, ...reads.flatMap((index) => history.reads[index] ?? [])];
  const areTimed = spans.every(({ beginMs, endMs }) => Number.isFinite(endMs - beginMs));
  if (spans.length === 0 || !areTimed) return null;
  const stretches = findStretches(spans, times.whole);
  const readIndices = findOverlapping(times.reads, stretches);
  const readOperations = listOperations(run, 'read', readIndices, new Set(reads), wanted.cell);

  const addIndices = findOverlapping(times.adds, stretches);
  const callerOf = (index: number) => history.adds[index]?.caller ?? 0;
  const active = new Set(addIndices.map(callerOf));
  const isNear = (index: number) => {
    const add = history.adds[index];
    return add !== undefined && spans.some((span) => overlaps(span, add));
  };
  const near = new Set(addIndices.filter(isNear).map(callerOf));
  const involved = [...new Set(shownAdds.map(({ caller }) => caller))];
  // First the callers that overlapped an operation in question.
  const neighbours = [...active]
    .filter((caller) => !involved.includes(caller))
    .sort((a, b) => Number(near.has(b)) - Number(near.has(a)) || a - b);
  const room = Math.max(LANES_USUAL, Math.min(involved.length, LANES_MAX));
  const evidence = new Set(adds);
  const buildLanes = (neighboursMax: number): Lane[] => {
    const callers = [...involved.slice(0, room - 1), ...neighbours.slice(0, neighboursMax)];
    const lanes: Lane[] = callers
      .slice(0, Math.max(involved.length, room - 1))
      .sort((a, b) => a - b)
      .map((caller) => {
        const indices = addIndices.filter((index) => callerOf(index) === caller);
        return { caller, operations: listOperations(run, 'add', indices, evidence, wanted.cell) };
      });
    if (readOperations.length > 0) lanes.push({ caller: null, operations: readOperations });
    return lanes;
  };
  const full = buildLanes(LANES_MAX);
  const lanes = bundleLanes(countBars(full) > BARS_MAX ? buildLanes(NEIGHBOURS_FEW) : full, stretches);
  const shownCallers = lanes.filter(({ caller }) => caller !== null).length;
  return { stretches, lanes, callersLeftOut: Math.max(0, active.size - shownCallers) };
}

function listOperations(
  run: CheckRun,
  kind: 'add' | 'read',
  indices: readonly number[],
  evidence: ReadonlySet<number>,
  cell: string | null,
): TimelineOperation[] {
  const operations = indices.flatMap((index): TimelineOperation[] => {
    const operation = kind === 'add' ? run.history.adds[index] : run.history.reads[index];
    if (operation === undefined) return [];
    const { beginMs, endMs } = operation;
    const isEvidence = evidence.has(index);
    const label = formatLabel(run, operation, isEvidence, cell);
    const outcome = 'outcome' in operation ? operation.outcome : 'ok';
    return [{ kind, index, outcome, isEvidence, label, count: 1, beginMs, endMs }];
  });
  return operations.sort((a, b) => a.beginMs - b.beginMs);
}

function countBars(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { operations }) => sum + operations.length, 0);
}

/** At most BARS_MAX bars, and no bar too short to see beside the next. */
function bundleLanes(lanes: readonly Lane[], stretches: readonly TimeSpan[]): Lane[] {
  const shownMs = stretches.reduce((sum, { beginMs, endMs }) => sum + endMs - beginMs, 0);
  for (let shortMs = shownMs * BUNDLE_FRACTION; ; shortMs *= 1.5) {
    const bundled = lanes.map(({ caller, operations }) => {
      return { caller, operations: bundleOperations(operations, shortMs) };
    });
    if (countBars(bundled) <= BARS_MAX || shortMs >= shownMs) return bundled;
  }
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
