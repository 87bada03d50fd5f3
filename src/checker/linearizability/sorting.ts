// Orders for a million numbers without one object per number: a radix sort over the bits of
// doubles, least significant digit first (H. H. Seward, 1954), and a binary heap of ids (J. W. J.
// Williams, 1964). Both return or hold indices and move no key. Pure; any thread.

const DIGIT_BITS = 11;
const BUCKETS = 2 ** DIGIT_BITS;
/** Below this length, clearing the buckets costs more than comparing. */
const RADIX_MIN = 1_000;

function isAscending(keys: Float64Array): boolean {
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? 0) > (keys[index] ?? 0)) return false;
  }
  return true;
}

/** Splits each double into halves that compare, as unsigned numbers, like the doubles do. */
function toComparableHalves(keys: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(keys.length);
  const high = new Uint32Array(keys.length);
  const double = new Float64Array(1);
  const view = new DataView(double.buffer);
  for (let index = 0; index < keys.length; index++) {
    view.setFloat64(0, (keys[index] ?? 0) + 0); // + 0 turns minus zero into zero
    const sign = view.getUint32(0);
    const isNegative = sign >= 2 ** 31;
    high[index] = isNegative ? ~sign : sign | 0x8000_0000;
    low[index] = isNegative ? ~view.getUint32(4) : view.getUint32(4);
  }
  return { low, high };
}

/** One stable pass by the digit at `shift`; false where all keys share the digit. */
function sortByDigit(half: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array) {
  const next = new Uint32Array(BUCKETS);
  const mask = BUCKETS - 1;
  for (let index = 0; index < half.length; index++) {
    const digit = ((half[index] ?? 0) >>> shift) & mask;
    next[digit] = (next[digit] ?? 0) + 1;
  }
  if (next[((half[0] ?? 0) >>> shift) & mask] === half.length) return false;
  let sum = 0;
  for (let digit = 0; digit < BUCKETS; digit++) {
    const count = next[digit] ?? 0;
    next[digit] = sum;
    sum += count;
  }
  for (let index = 0; index < from.length; index++) {
    const which = from[index] ?? 0;
    const digit = ((half[which] ?? 0) >>> shift) & mask;
    const place = next[digit] ?? 0;
    to[place] = which;
    next[digit] = place + 1;
  }
  return true;
}

/**
 * The indices of `keys` in ascending order of the keys; equal keys keep their order. No key may be
 * NaN. Linear: at most six passes, and fewer for whole numbers with few bits.
 */
export function sortIndices(keys: Float64Array): Uint32Array {
  let order: Uint32Array = makeRange(0, keys.length);
  if (isAscending(keys)) return order;
  if (keys.length < RADIX_MIN) {
    // Two equal infinities differ by NaN; then the indices decide.
    return order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  }
  let spare: Uint32Array = new Uint32Array(keys.length);
  const { low, high } = toComparableHalves(keys);
  for (const half of [low, high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (sortByDigit(half, shift, order, spare)) [order, spare] = [spare, order];
    }
  }
  return order;
}

/** `count` whole numbers from `first` on. */
export function makeRange(first: number, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = first + index;
  return numbers;
}

/** The key of each id. A loop, because `Float64Array.from` would box each number. */
export function pickKeys(ids: Uint32Array, keys: Float64Array): Float64Array {
  const own = new Float64Array(ids.length);
  for (let index = 0; index < ids.length; index++) own[index] = keys[ids[index] ?? 0] ?? 0;
  return own;
}

/** `ids` in ascending order of their key; `keys` is an array over all ids. */
export function sortIdsByKey(ids: Uint32Array, keys: Float64Array): Uint32Array {
  const order = sortIndices(pickKeys(ids, keys));
  for (let index = 0; index < ids.length; index++) order[index] = ids[order[index] ?? 0] ?? 0;
  return order;
}

/** Joins lists of ids; a single list is returned as it is, not copied. */
export function concatIds(parts: readonly Uint32Array[]): Uint32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

export interface Heap {
  readonly size: () => number;
  /** The id with the least key; -1 when the heap is empty. */
  readonly top: () => number;
  readonly push: (id: number) => void;
  /** Removes the top. */
  readonly pop: () => void;
}

/** A heap of at most `capacity` ids; `keys` is an array over all ids. */
export function createHeap(capacity: number, keys: Float64Array): Heap {
  const ids = new Uint32Array(capacity);
  let size = 0;
  const keyAt = (index: number) => keys[ids[index] ?? 0] ?? 0;

  function push(id: number): void {
    const key = keys[id] ?? 0;
    let hole = size++;
    while (hole > 0) {
      const parent = (hole - 1) >>> 1;
      const above = ids[parent] ?? 0;
      if ((keys[above] ?? 0) <= key) break;
      ids[hole] = above;
      hole = parent;
    }
    ids[hole] = id;
  }

  function pop(): void {
    const id = ids[--size] ?? 0;
    const key = keys[id] ?? 0;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && keyAt(child + 1) < keyAt(child)) child++;
      if (keyAt(child) >= key) break;
      ids[hole] = ids[child] ?? 0;
      hole = child;
    }
    ids[hole] = id;
  }

  return { size: () => size, top: () => (size === 0 ? -1 : (ids[0] ?? -1)), push, pop };
}
