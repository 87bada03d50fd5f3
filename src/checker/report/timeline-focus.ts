// Which operations a timeline is drawn around where no finding names them: the last acknowledged
// adds of a run, or one that is like most. Pure, and linear in the history.

import type { RunHistory } from '../driver/check-run.js';
import { type Clock, intervalOf, seenIn } from './timeline-clock.js';
import type { Stretch } from './timeline-window.js';

/** From so many in the middle of the run the typical one is chosen. */
const SAMPLE = 101;

/** Places of the acknowledged adds that ended last, at most so many. */
export function lastAcknowledged({ adds }: RunHistory, clock: Clock, count: number): number[] {
  const { ends } = clock.adds;
  const last: { index: number; endMs: number }[] = [];
  // From the end, where they are most likely: few others are looked at more closely.
  for (let index = ends.length - 1; index >= 0; index -= 1) {
    const endMs = ends[index] ?? 0;
    const least = last.length < count ? -Infinity : (last.at(-1)?.endMs ?? -Infinity);
    if (!(endMs > least) || adds[index]?.outcome !== 'ok') continue;
    const place = last.findIndex((each) => each.endMs < endMs);
    last.splice(place < 0 ? last.length : place, 0, { index, endMs });
    if (last.length > count) last.pop();
  }
  return last.map(({ index }) => index);
}

/** The place of an add of median duration, from the middle; empty where there are no adds. */
export function typicalAdd({ adds }: RunHistory): number[] {
  const first = Math.max(0, Math.floor((adds.length - SAMPLE) / 2));
  const sample = adds.slice(first, first + SAMPLE).map(({ outcome, beginMs, endMs }, at) => {
    return { index: first + at, isOk: outcome === 'ok', ms: endMs - beginMs };
  });
  const ok = sample.filter(({ isOk }) => isOk);
  const sorted = (ok.length > 0 ? ok : sample).toSorted((a, b) => a.ms - b.ms);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median === undefined ? [] : [median.index];
}

/** The most adds that were under way at one moment of the stretches. */
export function busiest({ adds }: Clock, stretches: readonly Stretch[]): number {
  const turns = seenIn(adds, stretches).flatMap((index) => {
    const { beginMs, endMs } = intervalOf(adds, index);
    return [
      { atMs: beginMs, step: 1 },
      { atMs: endMs, step: -1 },
    ];
  });
  // What touches in one moment overlaps: begins stand before ends.
  turns.sort((a, b) => a.atMs - b.atMs || b.step - a.step);
  let now = 0;
  return turns.reduce((most, { step }) => {
    now += step;
    return Math.max(most, now);
  }, 0);
}
