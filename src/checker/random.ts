// Repeatable chance: a seeded source of random numbers, and lists in random order. Never reads
// Math.random. Any thread.

/** mulberry32 (T. Ettinger, public domain): numbers from 0 up to 1, the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A new list in random order. */
export function shuffled<T>(list: readonly T[], next: () => number): T[] {
  const keyed = list.map((value) => ({ value, key: next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}
