// When everything in a run happened, and which stretches of time a timeline shows: those around the
// begins and ends of the operations in question. It cuts out long times between them, so that two
// short operations far apart appear at one scale. Pure, and linear in the history; main thread.

import type { RunHistory } from '../driver/check-run.js';
import type { TimeSpan } from '../history.js';

/** A range of time on the axis. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Times {
  readonly begins: Float64Array;
  readonly ends: Float64Array;
}

/** The times of a history, read once: a page needs them often, and a million objects are slow. */
export interface RunTimes extends TimeWindow {
  readonly adds: Times;
  readonly reads: Times;
}

/** All zero for a history without operations. */
export function readTimes({ adds, reads }: RunHistory): RunTimes {
  const all = [toColumns(adds), toColumns(reads)] as const;
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const { begins, ends } of all) {
    for (const ms of begins) if (ms < fromMs && ms > -Infinity) fromMs = ms;
    for (const ms of ends) if (ms > toMs && ms < Infinity) toMs = ms;
  }
  if (!(fromMs <= toMs)) [fromMs, toMs] = [0, 0];
  return { fromMs, toMs, adds: all[0], reads: all[1] };
}

function toColumns(operations: readonly TimeSpan[]): Times {
  const begins = new Float64Array(operations.length);
  const ends = new Float64Array(operations.length);
  let at = 0;
  for (const { beginMs, endMs } of operations) {
    begins[at] = beginMs;
    ends[at] = endMs;
    at += 1;
  }
  return { begins, ends };
}

export function readSpan({ begins, ends }: Times, index: number): TimeSpan {
  return { beginMs: begins[index] ?? Number.NaN, endMs: ends[index] ?? Number.NaN };
}

/** Indices of the operations that overlap one of the stretches, which are in order. */
export function findOverlapping({ begins, ends }: Times, stretches: readonly TimeWindow[]): number[] {
  const firstMs = stretches[0]?.fromMs ?? 0;
  const lastMs = stretches.at(-1)?.toMs ?? 0;
  const found: number[] = [];
  for (let index = 0; index < begins.length; index += 1) {
    const beginMs = begins[index] ?? 0;
    const endMs = ends[index] ?? 0;
    if (endMs < firstMs || beginMs > lastMs) continue;
    if (stretches.some(({ fromMs, toMs }) => beginMs <= toMs && endMs >= fromMs)) found.push(index);
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
export function findStretches(focus: readonly TimeSpan[], whole: TimeWindow): TimeWindow[] {
  const moments = [...new Set(focus.flatMap(({ beginMs, endMs }) => [beginMs, endMs]))];
  moments.sort((a, b) => a - b);
  const first = moments[0] ?? whole.fromMs;
  const last = moments.at(-1) ?? whole.toMs;
  const unitMs = chooseUnit(focus, last - first, whole);
  const starts = [0, ...chooseCuts(moments, focus, unitMs)];
  const stretches: TimeWindow[] = [];
  for (const [at, start] of starts.entries()) {
    const fromMs = moments[start] ?? 0;
    const toMs = moments[(starts[at + 1] ?? moments.length) - 1] ?? 0;
    const contextMs = Math.max(CONTEXT_UNITS * unitMs, CONTEXT_SHARE * (toMs - fromMs));
    // Nothing happened outside the run, but a bar should not touch the frame.
    const edgeMs = unitMs * 0.3;
    const stretch = {
      fromMs: Math.min(fromMs, Math.max(fromMs - contextMs, whole.fromMs - edgeMs)),
      toMs: Math.max(toMs, Math.min(toMs + contextMs, whole.toMs + edgeMs)),
    };
    const before = stretches.at(-1);
    if (before === undefined || stretch.fromMs > before.toMs) stretches.push(stretch);
    else stretches[stretches.length - 1] = { fromMs: before.fromMs, toMs: stretch.toMs };
  }
  return stretches;
}

function chooseUnit(focus: readonly TimeSpan[], rangeMs: number, whole: TimeWindow): number {
  const durations = focus.map(({ beginMs, endMs }) => endMs - beginMs).filter((ms) => ms > 0);
  if (durations.length > 0) return Math.max(Math.min(...durations), rangeMs / UNITS_MAX);
  return rangeMs / 10 || (whole.toMs - whole.fromMs) / 50 || 1;
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
  const { ends } = times.adds;
  const last: { index: number; endMs: number }[] = [];
  // From the end, where they most likely are: few other adds need a closer look.
  for (let index = ends.length - 1; index >= 0; index -= 1) {
    const endMs = ends[index] ?? 0;
    const least = last.length < countMax ? -Infinity : (last.at(-1)?.endMs ?? -Infinity);
    if (!(endMs > least) || adds[index]?.outcome !== 'ok') continue;
    const place = last.findIndex((each) => each.endMs < endMs);
    last.splice(place < 0 ? last.length : place, 0, { index, endMs });
    if (last.length > countMax) last.pop();
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
export function countBusiest({ adds }: RunTimes, stretches: readonly TimeWindow[]): number {
  const changes = findOverlapping(adds, stretches).flatMap((index) => {
    const { beginMs, endMs } = readSpan(adds, index);
    return [
      { atMs: beginMs, step: 1 },
      { atMs: endMs, step: -1 },
    ];
  });
  // Spans that touch in one moment overlap, so begins come before ends.
  changes.sort((a, b) => a.atMs - b.atMs || b.step - a.step);
  let now = 0;
  return changes.reduce((most, { step }) => {
    now += step;
    return Math.max(most, now);
  }, 0);
}
