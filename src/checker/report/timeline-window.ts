// Which stretches of time a timeline shows: those around the begins and ends of the operations in
// question. It cuts out long times between them, so that two short operations far apart appear at one
// scale. Pure, and linear in the history; main thread.

import type { RunHistory } from '../driver/check-run.js';
import type { TimeSpan } from '../history.js';

/** Spans that touch in one moment overlap. */
export function overlaps(one: TimeSpan, other: TimeSpan): boolean {
  return one.beginMs <= other.endMs && one.endMs >= other.beginMs;
}

/** The times of a history, read once: a page needs them often, and a million objects are slow. */
export interface RunTimes {
  /** The begin and the end of each operation, one after the other. */
  readonly adds: Float64Array;
  readonly reads: Float64Array;
  /** The time of the whole run; zero for a history without operations. */
  readonly whole: TimeSpan;
}

export function readTimes(history: RunHistory): RunTimes {
  const [adds, reads] = [listTimes(history.adds), listTimes(history.reads)];
  let [beginMs, endMs] = [Infinity, -Infinity];
  for (const times of [adds, reads]) {
    for (let at = 0; at < times.length; at += 2) {
      const [begin = 0, end = 0] = [times[at], times[at + 1]];
      if (begin < beginMs && begin > -Infinity) beginMs = begin;
      if (end > endMs && end < Infinity) endMs = end;
    }
  }
  const whole = beginMs <= endMs ? { beginMs, endMs } : { beginMs: 0, endMs: 0 };
  return { adds, reads, whole };
}

function listTimes(operations: readonly TimeSpan[]): Float64Array {
  const times = new Float64Array(operations.length * 2);
  for (const [index, { beginMs, endMs }] of operations.entries()) {
    times[index * 2] = beginMs;
    times[index * 2 + 1] = endMs;
  }
  return times;
}

/** Indices of the operations that overlap one of the stretches. */
export function findOverlapping(times: Float64Array, stretches: readonly TimeSpan[]): number[] {
  const found: number[] = [];
  for (let at = 0; at < times.length; at += 2) {
    const beginMs = times[at] ?? 0;
    const endMs = times[at + 1] ?? 0;
    if (stretches.some((each) => beginMs <= each.endMs && endMs >= each.beginMs)) found.push(at / 2);
  }
  return found;
}

/** Sizes in units of the shortest operation in question: a longer idle time is cut out. */
const CUT_IDLE_UNITS = 14;
/** While an operation in question runs, its length is worth seeing. */
const CUT_BUSY_UNITS = 70;
const CONTEXT_UNITS = 2.2;
const CONTEXT_SHARE = 0.08;
const CUTS_MAX = 3;
const UNITS_MAX = 20_000;

/** At least one stretch, in order and without overlap; `whole` is the time of the run. */
export function findStretches(focus: readonly TimeSpan[], whole: TimeSpan): TimeSpan[] {
  const moments = [...new Set(focus.flatMap(({ beginMs, endMs }) => [beginMs, endMs]))];
  moments.sort((a, b) => a - b);
  const rangeMs = (moments.at(-1) ?? 0) - (moments[0] ?? 0);
  const unitMs = chooseUnit(focus, rangeMs, whole.endMs - whole.beginMs);
  const starts = [0, ...chooseCuts(moments, focus, unitMs)];
  const stretches: TimeSpan[] = [];
  for (const [at, start] of starts.entries()) {
    const firstMs = moments[start] ?? 0;
    const lastMs = moments[(starts[at + 1] ?? moments.length) - 1] ?? 0;
    const contextMs = Math.max(CONTEXT_UNITS * unitMs, CONTEXT_SHARE * (lastMs - firstMs));
    // Nothing happened outside the run, but a bar should not touch the frame.
    const edgeMs = unitMs * 0.3;
    const beginMs = Math.min(firstMs, Math.max(firstMs - contextMs, whole.beginMs - edgeMs));
    const endMs = Math.max(lastMs, Math.min(lastMs + contextMs, whole.endMs + edgeMs));
    const before = stretches.at(-1);
    if (before === undefined || beginMs > before.endMs) stretches.push({ beginMs, endMs });
    else stretches[stretches.length - 1] = { beginMs: before.beginMs, endMs };
  }
  return stretches;
}

function chooseUnit(focus: readonly TimeSpan[], rangeMs: number, wholeMs: number): number {
  const durations = focus.map(({ beginMs, endMs }) => endMs - beginMs).filter((ms) => ms > 0);
  if (durations.length > 0) return Math.max(Math.min(...durations), rangeMs / UNITS_MAX);
  return rangeMs / 10 || wholeMs / 50 || 1;
}

/** Indices in `moments` before which to cut: the longest times that are long enough. */
function chooseCuts(moments: readonly number[], focus: readonly TimeSpan[], unitMs: number) {
  return moments
    .slice(1)
    .map((toMs, at) => {
      const fromMs = moments[at] ?? toMs;
      const isBusy = focus.some(({ beginMs, endMs }) => beginMs <= fromMs && endMs >= toMs);
      return { at: at + 1, ms: toMs - fromMs, isBusy };
    })
    .filter(({ ms, isBusy }) => ms > unitMs * (isBusy ? CUT_BUSY_UNITS : CUT_IDLE_UNITS))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, CUTS_MAX)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

/** The typical add is chosen among this many adds in the middle of the run. */
const SAMPLE_SIZE = 101;

/** Indices of the acknowledged adds that ended last. */
export function findLastAcknowledged({ adds }: RunHistory, times: RunTimes, countMax: number): number[] {
  const last: { index: number; endMs: number }[] = [];
  // From the end, where they most likely are: few other adds need a closer look.
  for (let index = adds.length - 1; index >= 0; index -= 1) {
    const endMs = times.adds[index * 2 + 1] ?? 0;
    const isLate = endMs > (last[countMax - 1]?.endMs ?? -Infinity);
    if (!isLate || adds[index]?.outcome !== 'ok') continue;
    last.push({ index, endMs });
    last.sort((a, b) => b.endMs - a.endMs).splice(countMax);
  }
  return last.map(({ index }) => index);
}

/** The index of an add with a median duration from the middle; empty where there are no adds. */
export function findTypicalAdd({ adds }: RunHistory): number[] {
  const first = Math.max(0, Math.floor((adds.length - SAMPLE_SIZE) / 2));
  const sample = adds.slice(first, first + SAMPLE_SIZE).map(({ outcome, beginMs, endMs }, at) => {
    return { index: first + at, isOk: outcome === 'ok', ms: endMs - beginMs };
  });
  const ok = sample.filter(({ isOk }) => isOk);
  const sorted = (ok.length > 0 ? ok : sample).toSorted((a, b) => a.ms - b.ms);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median === undefined ? [] : [median.index];
}

/** The most adds that overlapped at one moment of the stretches. */
export function countBusiest({ adds }: RunTimes, stretches: readonly TimeSpan[]): number {
  const changes = findOverlapping(adds, stretches).flatMap((index) => {
    return [
      { atMs: adds[index * 2] ?? 0, step: 1 },
      { atMs: adds[index * 2 + 1] ?? 0, step: -1 },
    ];
  });
  // Spans that touch in one moment overlap, so begins come before ends.
  changes.sort((a, b) => a.atMs - b.atMs || b.step - a.step);
  let [now, most] = [0, 0];
  for (const { step } of changes) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}
