// What a timeline shows: the operations in question, what happened around them, in lanes per
// caller. Data only, bounded whatever the length of the history: a timeline has few lanes, and in a
// crowded one short operations that follow each other closely are shown as a bundle. Pure.

import type { Add } from './history.js';
import { labelOf } from './operation-words.js';
import type { CheckRun } from './run.js';
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

/** From the first begin to the last end, on the clock of the history; all zero for none. */
export function spanOf({ adds, reads }: CheckRun['history']): Stretch {
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const operations of [adds, reads]) {
    for (const { beginMs, endMs } of operations) {
      if (beginMs < fromMs && beginMs > -Infinity) fromMs = beginMs;
      if (endMs > toMs && endMs < Infinity) toMs = endMs;
    }
  }
  return fromMs <= toMs ? { fromMs, toMs } : { fromMs: 0, toMs: 0 };
}

/** Null where there is nothing to show. */
export function excerptOf(run: CheckRun, span: Stretch, asked: Focus): Excerpt | null {
  const focus = bounded(asked, run);
  const shown = [...focus.adds, ...focus.context].map((index) => run.history.adds[index]);
  const ofReads = focus.reads.map((index) => run.history.reads[index]);
  const intervals = [...shown, ...ofReads].filter((operation) => operation !== undefined);
  if (intervals.length === 0) return null;
  const onRunsClock = intervals.map((operation) => sinceBegin(operation, span));
  if (!onRunsClock.every(({ beginMs, endMs }) => Number.isFinite(endMs - beginMs))) return null;
  const whole = { fromMs: 0, toMs: span.toMs - span.fromMs };
  const stretches = stretchesAround(onRunsClock, whole);
  const seen = seenIn(run, span, stretches);
  const involved = callersOf(run, [...focus.adds, ...focus.context]);
  const others = nearest(seen.byCaller, involved, run, span, onRunsClock);
  const room = Math.max(LANES_USUAL, Math.min(involved.length, LANES_MAX));
  const lanesOf = (neighboursMax: number): Lane[] => {
    const places = room - 1 - Math.min(involved.length, room - 1);
    const chosen = [...involved.slice(0, room - 1), ...others.slice(0, neighboursMax)];
    const callers = chosen.slice(0, involved.length + places).toSorted((a, b) => a - b);
    return lanes(run, span, focus, seen, callers);
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

function sinceBegin({ beginMs, endMs }: Interval, span: Stretch): Interval {
  return { beginMs: beginMs - span.fromMs, endMs: endMs - span.fromMs };
}

function callersOf({ history }: CheckRun, adds: readonly number[]): number[] {
  return [...new Set(adds.flatMap((index) => history.adds[index]?.caller ?? []))];
}

interface Seen {
  readonly byCaller: ReadonlyMap<number, readonly number[]>;
  readonly reads: readonly number[];
}

/** Places of what was under way in one of the stretches. */
function seenIn({ history }: CheckRun, span: Stretch, stretches: readonly Stretch[]): Seen {
  const byCaller = new Map<number, number[]>();
  for (const index of seenOf(history.adds, span, stretches)) {
    const caller = history.adds[index]?.caller ?? 0;
    const places = byCaller.get(caller);
    if (places === undefined) byCaller.set(caller, [index]);
    else places.push(index);
  }
  return { byCaller, reads: seenOf(history.reads, span, stretches) };
}

/** Most of a long history is neither here nor there: that is settled first, without a call. */
function seenOf(all: readonly Interval[], span: Stretch, stretches: readonly Stretch[]): number[] {
  const firstMs = (stretches[0]?.fromMs ?? 0) + span.fromMs;
  const lastMs = (stretches.at(-1)?.toMs ?? 0) + span.fromMs;
  const seen: number[] = [];
  let index = -1;
  for (const operation of all) {
    index += 1;
    if (operation.endMs < firstMs || operation.beginMs > lastMs) continue;
    const { beginMs, endMs } = sinceBegin(operation, span);
    if (stretches.some(({ fromMs, toMs }) => beginMs <= toMs && endMs >= fromMs)) seen.push(index);
  }
  return seen;
}

/** Other callers: those first that were at it together with the operations in question. */
function nearest(
  byCaller: Seen['byCaller'],
  involved: readonly number[],
  { history }: CheckRun,
  span: Stretch,
  focus: readonly Interval[],
): number[] {
  const together = (index: number) => {
    const add = history.adds[index];
    if (add === undefined) return false;
    const { beginMs, endMs } = sinceBegin(add, span);
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
  span: Stretch,
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
      const interval = sinceBegin(operation, span);
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
