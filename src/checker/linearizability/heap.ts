// A binary heap of numbered items, the one with the least key on top (J. W. J. Williams, 1964).
// The keys are read from an array over all numbers, so that an item is one number. No bounds of its
// own: it holds at most as many as it was made for.

export interface Heap {
  readonly size: () => number;
  /** The item with the least key; -1 of an empty heap. */
  readonly top: () => number;
  readonly push: (item: number) => void;
  /** Takes the top away. */
  readonly pop: () => void;
}

export function createHeap(capacity: number, keys: Float64Array): Heap {
  const items = new Uint32Array(capacity);
  let size = 0;

  function push(item: number): void {
    const key = keys[item] ?? 0;
    let hole = size++;
    while (hole > 0) {
      const parent = (hole - 1) >>> 1;
      const above = items[parent] ?? 0;
      if ((keys[above] ?? 0) <= key) break;
      items[hole] = above;
      hole = parent;
    }
    items[hole] = item;
  }

  function pop(): void {
    const item = items[--size] ?? 0;
    const key = keys[item] ?? 0;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const isRight = child + 1 < size && keyAt(child + 1) < keyAt(child);
      if (isRight) child++;
      if (keyAt(child) >= key) break;
      items[hole] = items[child] ?? 0;
      hole = child;
    }
    items[hole] = item;
  }

  function keyAt(index: number): number {
    return keys[items[index] ?? 0] ?? 0;
  }

  return { size: () => size, top: () => (size === 0 ? -1 : (items[0] ?? -1)), push, pop };
}
