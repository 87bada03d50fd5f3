// A planted fault: counts rightly, but whoever answers /stats keeps what it read for a while and
// shows it again:
//   if (Date.now() - cache.at < 100) return cache.stats
// Each thread or process that answers has a cache of its own. Any thread; it never blocks.

import { atomic } from '../atomic.js';
import type { PlantedKind, TakeSnapshot } from '../kind.js';

/** How long what was read is shown again. */
export const STALE_MS = 100;

export const stale: PlantedKind = {
  does: `counts rightly, but whoever answers /stats shows what it read up to ${STALE_MS} ms before`,
  plan: atomic.plan,
  create: (options) => ({
    ...atomic.create(options),
    answering: (take) => cached(take, () => performance.now()),
  }),
};

/** Reads at most once in `STALE_MS`, on the given clock; in between the last one is shown again. */
export function cached(take: TakeSnapshot, now: () => number): TakeSnapshot {
  let last: { readonly atMs: number; readonly snapshot: ReturnType<TakeSnapshot> } | undefined;
  return () => {
    const atMs = now();
    if (last === undefined || atMs - last.atMs >= STALE_MS) last = { atMs, snapshot: take() };
    return last.snapshot;
  };
}
