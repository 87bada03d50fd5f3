// What one item costs its task worker, as a moving estimate: the median of the last few tasks'
// means. One outlier moves it hardly at all, and a sudden change of cost has it after three tasks.
// Pure: it reads no clock.

const TASKS_KEPT = 5;

export interface Estimate {
  /** Microseconds an item; `initialUs` until something was measured. */
  itemUs(): number;
  /** The mean of one task over its items. */
  add(itemUs: number): void;
}

export function createEstimate(initialUs: number): Estimate {
  const kept: number[] = [];
  let at = 0;
  let median = initialUs;
  return {
    itemUs: () => median,
    add(itemUs) {
      kept[at] = itemUs;
      at = (at + 1) % TASKS_KEPT;
      const sorted = kept.toSorted((a, b) => a - b);
      // Of an even number the greater one: in doubt a batch should be short.
      median = sorted[Math.floor(sorted.length / 2)] ?? initialUs;
    },
  };
}
