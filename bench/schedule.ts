// When the requests of an open loop are to start: evenly spaced, whatever the service does. Pure;
// whoever uses it reads the clock.

export interface Schedule {
  readonly count: number;
  /** When start number `index` is due, in milliseconds from the beginning; the first at 0. */
  intendedMs(index: number): number;
  /** How many starts are due once so many milliseconds have passed. */
  dueAt(elapsedMs: number): number;
}

export function createSchedule(perSecond: number, seconds: number): Schedule {
  const gapMs = 1000 / perSecond;
  const count = Math.max(1, Math.round(perSecond * seconds));
  return {
    count,
    intendedMs: (index) => index * gapMs,
    dueAt: (elapsedMs) => Math.min(count, elapsedMs < 0 ? 0 : Math.floor(elapsedMs / gapMs) + 1),
  };
}
