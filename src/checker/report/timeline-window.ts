// Which stretches of time a timeline shows: those around the moments at which the operations in
// question begin and end. What lies between, when it is long beside them, is cut out, so that two
// short operations far apart, or a short one beside a very long one, are seen at one scale. Pure.

export interface Interval {
  readonly beginMs: number;
  readonly endMs: number;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** In units of the shortest operation in question. */
const CUT_IDLE_UNITS = 14;
/** Where one of them is under way, its length is worth seeing. */
const CUT_BUSY_UNITS = 70;
const CONTEXT_UNITS = 2.2;
const CONTEXT_SHARE = 0.08;
const CUTS_MAX = 3;
const UNITS_MAX = 20_000;

/** At least one stretch, in order and apart from each other; `whole` is the time of the run. */
export function stretchesAround(focus: readonly Interval[], whole: Stretch): Stretch[] {
  const moments = [...new Set(focus.flatMap(({ beginMs, endMs }) => [beginMs, endMs]))];
  moments.sort((a, b) => a - b);
  const first = moments[0] ?? whole.fromMs;
  const last = moments.at(-1) ?? whole.toMs;
  const unitMs = unitOf(focus, last - first, whole);
  const groups = cutAt(moments, cuts(moments, focus, unitMs));
  const widened = groups.map(({ fromMs, toMs }) => {
    const contextMs = Math.max(CONTEXT_UNITS * unitMs, CONTEXT_SHARE * (toMs - fromMs));
    // Nothing happened outside the run, but a bar should not touch the frame.
    const edgeMs = unitMs * 0.3;
    return {
      fromMs: Math.min(fromMs, Math.max(fromMs - contextMs, whole.fromMs - edgeMs)),
      toMs: Math.max(toMs, Math.min(toMs + contextMs, whole.toMs + edgeMs)),
    };
  });
  return merged(widened);
}

function merged(stretches: readonly Stretch[]): Stretch[] {
  const apart: Stretch[] = [];
  for (const stretch of stretches) {
    const before = apart.at(-1);
    if (before === undefined || stretch.fromMs > before.toMs) apart.push(stretch);
    else apart[apart.length - 1] = { fromMs: before.fromMs, toMs: stretch.toMs };
  }
  return apart;
}

function unitOf(focus: readonly Interval[], spanMs: number, whole: Stretch): number {
  const durations = focus.map(({ beginMs, endMs }) => endMs - beginMs).filter((ms) => ms > 0);
  if (durations.length > 0) return Math.max(Math.min(...durations), spanMs / UNITS_MAX);
  return spanMs / 10 || (whole.toMs - whole.fromMs) / 50 || 1;
}

/** Places in `moments` before which to cut: the longest gaps that are worth it. */
function cuts(moments: readonly number[], focus: readonly Interval[], unitMs: number): number[] {
  const gaps = moments.slice(1).map((toMs, at) => {
    const fromMs = moments[at] ?? toMs;
    const isBusy = focus.some(({ beginMs, endMs }) => beginMs <= fromMs && endMs >= toMs);
    return { at: at + 1, ms: toMs - fromMs, isBusy };
  });
  return gaps
    .filter(({ ms, isBusy }) => ms > unitMs * (isBusy ? CUT_BUSY_UNITS : CUT_IDLE_UNITS))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, CUTS_MAX)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

function cutAt(moments: readonly number[], places: readonly number[]): Stretch[] {
  const starts = [0, ...places];
  return starts.map((start, at) => {
    const end = (starts[at + 1] ?? moments.length) - 1;
    return { fromMs: moments[start] ?? 0, toMs: moments[end] ?? 0 };
  });
}
