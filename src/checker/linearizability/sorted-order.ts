// The order of a million numbers without an object for each: a radix sort of the bits of doubles,
// least significant digit first (H. H. Seward, 1954). Values and times are sorted by the same
// function, at any size of number. Pure; it moves no number, it only says the order.

const DIGIT_BITS = 11;
const BUCKETS = 2 ** DIGIT_BITS;
/** Below this, clearing the buckets costs more than comparing. */
const RADIX_MIN = 1_000;

function isAscending(keys: Float64Array): boolean {
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? 0) > (keys[index] ?? 0)) return false;
  }
  return true;
}

/** The halves of each double such that they compare, as unsigned numbers, as the doubles do. */
function comparableHalves(keys: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(keys.length);
  const high = new Uint32Array(keys.length);
  const double = new Float64Array(1);
  const view = new DataView(double.buffer);
  for (let index = 0; index < keys.length; index++) {
    view.setFloat64(0, (keys[index] ?? 0) + 0); // + 0 makes a zero of minus zero
    const sign = view.getUint32(0);
    const isNegative = sign >= 2 ** 31;
    high[index] = isNegative ? ~sign : sign | 0x8000_0000;
    low[index] = isNegative ? ~view.getUint32(4) : view.getUint32(4);
  }
  return { low, high };
}

/** One stable pass by the digit at `shift`; false where all have the same and nothing moved. */
function pass(half: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
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
 * The indices of `keys` such that the keys ascend; equal ones stay in their order. No key may be
 * NaN. Linear: at most six passes, and fewer for whole numbers of few bits.
 */
export function sortedOrder(keys: Float64Array): Uint32Array {
  let order: Uint32Array = countingFrom(0, keys.length);
  if (isAscending(keys)) return order;
  if (keys.length < RADIX_MIN) {
    // Two equal infinities differ by NaN, which also leaves the word to the indices.
    return order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  }
  let spare: Uint32Array = new Uint32Array(keys.length);
  const { low, high } = comparableHalves(keys);
  for (const half of [low, high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (pass(half, shift, order, spare)) [order, spare] = [spare, order];
    }
  }
  return order;
}

/** `count` whole numbers, the first of them given. */
export function countingFrom(first: number, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = first + index;
  return numbers;
}

/** The key of each id: a loop, since `Float64Array.from` would box each number on the way. */
export function keysOf(ids: Uint32Array, keys: Float64Array): Float64Array {
  const own = new Float64Array(ids.length);
  for (let index = 0; index < ids.length; index++) own[index] = keys[ids[index] ?? 0] ?? 0;
  return own;
}

/** Those of `ids` in ascending order of their key in `keys`, an array over all ids. */
export function idsByKey(ids: Uint32Array, keys: Float64Array): Uint32Array {
  const order = sortedOrder(keysOf(ids, keys));
  for (let index = 0; index < ids.length; index++) order[index] = ids[order[index] ?? 0] ?? 0;
  return order;
}
