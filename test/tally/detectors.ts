// What the contract of a tally checks, as pure functions of what was seen: each gives the evidence
// of a broken promise, or nothing. faults.test.ts shows that each fires on a tally that breaks it.

type Counts = readonly number[];

const sum = (counts: Counts): number => counts.reduce((total, count) => total + count, 0);

const atMost = (some: Counts, others: Counts): boolean =>
  some.every((count, cell) => count <= (others[cell] ?? Number.NEGATIVE_INFINITY));

/** How many acknowledged adds the counts do not contain; negative: counted, never acknowledged. */
export function lostAdds(acknowledged: Counts, counted: Counts): number {
  return sum(acknowledged) - sum(counted);
}

/** The first ticket of one cell that is not where it should be if all were 1..n, each once. */
export function sparseTicket(values: Counts): { expected: number; found: number } | undefined {
  const sorted = Float64Array.from(values).sort();
  const index = sorted.findIndex((value, place) => value !== place + 1);
  return index === -1 ? undefined : { expected: index + 1, found: sorted[index] ?? 0 };
}

/** The first ticket that is not above the one that the same thread got before it in that cell. */
export function fallingTicket(values: Counts): { before: number; after: number } | undefined {
  const index = values.findIndex((value, place) => value <= (values[place - 1] ?? 0));
  if (index === -1) return undefined;
  return { before: values[index - 1] ?? 0, after: values[index] ?? 0 };
}

/**
 * Two snapshots neither of which is at most the other in every cell, so that no one moment order
 * explains both. Sorted by total, it is enough to compare neighbours: "at most" is transitive.
 */
export function unchained(snapshots: readonly Counts[]): [Counts, Counts] | undefined {
  const byTotal = snapshots.toSorted((some, others) => sum(some) - sum(others));
  for (const [index, later] of byTotal.entries()) {
    const earlier = byTotal[index - 1];
    if (earlier !== undefined && !atMost(earlier, later)) return [earlier, later];
  }
  return undefined;
}

/** Two successive snapshots of one reader of which the later is lower in some cell. */
export function backwards(snapshots: readonly Counts[]): [Counts, Counts] | undefined {
  for (const [index, later] of snapshots.entries()) {
    const earlier = snapshots[index - 1];
    if (earlier !== undefined && !atMost(earlier, later)) return [earlier, later];
  }
  return undefined;
}

/**
 * A snapshot that never was, when each of `adders` threads adds to the counters in turn, 0, 1, 2 ...: at any
 * moment a counter is at least the next one, and the first at most `adders` above the last.
 */
export function offStairs(snapshots: readonly Counts[], adders: number): Counts | undefined {
  return snapshots.find((counts) => {
    const falls = counts.every((count, cell) => count >= (counts[cell + 1] ?? 0));
    return !falls || (counts[0] ?? 0) - (counts.at(-1) ?? 0) > adders;
  });
}
