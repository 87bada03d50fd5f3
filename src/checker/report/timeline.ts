// What a timeline shows: the operations in question, what happened around them, in lanes per
// caller. Data only, bounded whatever the length of the history: a timeline has few lanes, and in a
// crowded one short operations that follow each other closely are shown as a bundle. Pure.

import type { CheckRun } from '../driver/check-run.js';
import type { Add } from '../history.js';
import { labelOf } from './operation-words.js';
import { type Clock, intervalOf, seenIn } from './timeline-clock.js';
import { type Interval, type Stretch, stretchesAround } from './timeline-window.js';

/** One bar. Times are milliseconds since the run began. */
export interface Operation extends Interval {
  readonly kind: 'add' | 'read';
  /** Its place in the history; of a bundle, the first one's. */
  readonly index: number;
  readonly outcome: Add['outcome'];
  readonly isEvidence: boolean;
  /** What it got: a ticket, a value; empty for nothing. */
  readonly label: string;
  /** More than 1 for a bundle. */
  readonly count: number;
}

export interface Lane {
  /** Null for the reads. */
  readonly caller: number | null;
  readonly operations: readonly Operation[];
}

export interface Excerpt {
  readonly stretches: readonly Stretch[];
  readonly lanes: readonly Lane[];
  /** Callers that did something here and have no lane. */
  readonly callersLeftOut: number;
}

/** What to show: places in the history. `context` is shown and not emphasised. */
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
/** Bars shorter than such a part of what is shown are a few pixels wide. */
const BUNDLE_PARTS = 250;

/** Null where there is nothing to show. */
export function excerptOf(run: CheckRun, clock: Clock, asked: Focus): Excerpt | null {
  const focus = bounded(asked, run);
  const shown = [...focus.adds, ...focus.context].map((index) => intervalOf(clock.adds, index));
  const intervals = [...shown, ...focus.reads.map((index) => intervalOf(clock.reads, index))];
  const isSeen = intervals.every(({ beginMs, endMs }) => Number.isFinite(endMs - beginMs));
  if (intervals.length === 0 || !isSeen) return null;
  const whole = { fromMs: clock.fromMs, toMs: clock.toMs };
  const stretches = stretchesAround(intervals, whole);
  const seen = seenOf(run, clock, stretches);
  const involved = callersOf(run, [...focus.adds, ...focus.context]);
  const others = nearest(seen.byCaller, involved, clock, intervals);
  const room = Math.max(LANES_USUAL, Math.min(involved.length, LANES_MAX));
  const lanesOf = (neighboursMax: number): Lane[] => {
    const places = room - 1 - Math.min(involved.length, room - 1);
    const chosen = [...involved.slice(0, room - 1), ...others.slice(0, neighboursMax)];
    const callers = chosen.slice(0, involved.length + places).toSorted((a, b) => a - b);
    return lanes(run, clock, focus, seen, callers);
  };
  const full = lanesOf(LANES_MAX);
  const few = barCount(full) > BARS_MAX ? lanesOf(NEIGHBOURS_FEW) : full;
  const bars = bundled(few, stretches);
  const drawn = bars.filter(({ caller }) => caller !== null).length;
  return { stretches, lanes: bars, callersLeftOut: Math.max(0, seen.byCaller.size - drawn) };
}

function bounded(focus: Focus, { history }: CheckRun): Focus {
  const within = (places: readonly number[], count: number) => {
    return places.filter((place) => place >= 0 && place < count).slice(0, EVIDENCE_MAX);
  };
  const adds = within(focus.adds, history.adds.length);
  const reads = within(focus.reads, history.reads.length);
  return { ...focus, adds, reads, context: within(focus.context, history.adds.length) };
}

function callersOf({ history }: CheckRun, adds: readonly number[]): number[] {
  return [...new Set(adds.flatMap((index) => history.adds[index]?.caller ?? []))];
}

interface Seen {
  readonly byCaller: ReadonlyMap<number, readonly number[]>;
  readonly reads: readonly number[];
}

function seenOf({ history }: CheckRun, clock: Clock, stretches: readonly Stretch[]): Seen {
  const byCaller = new Map<number, number[]>();
  for (const index of seenIn(clock.adds, stretches)) {
    const caller = history.adds[index]?.caller ?? 0;
    const places = byCaller.get(caller);
    if (places === undefined) byCaller.set(caller, [index]);
    else places.push(index);
  }
  return { byCaller, reads: seenIn(clock.reads, stretches) };
}

/** Other callers: those first that were at it together with the operations in question. */
function nearest(
  byCaller: Seen['byCaller'],
  involved: readonly number[],
  clock: Clock,
  focus: readonly Interval[],
): number[] {
  const together = (index: number) => {
    const { beginMs, endMs } = intervalOf(clock.adds, index);
    return focus.some((each) => beginMs <= each.endMs && endMs >= each.beginMs);
  };
  return [...byCaller]
    .filter(([caller]) => !involved.includes(caller))
    .map(([caller, places]) => ({ caller, isTogether: places.some(together) }))
    .sort((a, b) => Number(b.isTogether) - Number(a.isTogether) || a.caller - b.caller)
    .map(({ caller }) => caller);
}

function lanes(
  run: CheckRun,
  clock: Clock,
  focus: Focus,
  seen: Seen,
  callers: readonly number[],
): Lane[] {
  const evidence = { add: new Set(focus.adds), read: new Set(focus.reads) };
  const operations = (kind: 'add' | 'read', places: readonly number[]) =>
    places.flatMap((index): Operation[] => {
      const operation = kind === 'add' ? run.history.adds[index] : run.history.reads[index];
      if (operation === undefined) return [];
      const isEvidence = evidence[kind].has(index);
      const label = labelOf(run, operation, isEvidence, focus.cell);
      const outcome = 'outcome' in operation ? operation.outcome : 'ok';
      const interval = intervalOf(kind === 'add' ? clock.adds : clock.reads, index);
      return [{ kind, index, outcome, isEvidence, label, count: 1, ...interval }];
    });
  const inOrder = (some: readonly Operation[]) => some.toSorted((a, b) => a.beginMs - b.beginMs);
  const ofCallers = callers.map((caller): Lane => {
    return { caller, operations: inOrder(operations('add', seen.byCaller.get(caller) ?? [])) };
  });
  const ofReads = inOrder(operations('read', seen.reads));
  return ofReads.length === 0 ? ofCallers : [...ofCallers, { caller: null, operations: ofReads }];
}

function barCount(some: readonly Lane[]): number {
  return some.reduce((sum, { operations }) => sum + operations.length, 0);
}

/** The lanes with at most BARS_MAX bars, and with none that could not be told from the next. */
function bundled(some: readonly Lane[], stretches: readonly Stretch[]): Lane[] {
  const shownMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const bundles = (shortMs: number) =>
    some.map((lane) => ({ ...lane, operations: bundlesIn(lane.operations, shortMs) }));
  let shortMs = shownMs / BUNDLE_PARTS;
  let bars = bundles(shortMs);
  while (barCount(bars) > BARS_MAX && shortMs < shownMs) {
    shortMs *= 1.5;
    bars = bundles(shortMs);
  }
  return bars;
}

function bundlesIn(operations: readonly Operation[], shortMs: number): Operation[] {
  const bars: Operation[] = [];
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
