// The border between 64-bit cells and JavaScript numbers: counts leave as numbers, so they must
// stay where every whole number has a double of its own. Any thread; it touches no shared memory.

/** 2^53-1. One above it, 2^53 and 2^53+1 are the same number, and an add would vanish unseen. */
const COUNT_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The value of a cell as a number.
 * @throws RangeError naming the cell when the value is above 2^53-1 (or below 0: no cell shrinks)
 */
export function toCount(value: bigint, cell: string): number {
  if (value > COUNT_MAX || value < 0n) throw outOfRange(value, cell);
  return Number(value);
}

/**
 * The value an add of one made, from the value before it: the number of a ticket.
 * @throws RangeError naming the cell when that is above 2^53-1
 */
export function nextCount(before: bigint, cell: string): number {
  // Converting first saves a bigint per add. Above 2^53 the number is rounded, never below 2^53,
  // so the comparison cannot be fooled by the rounding.
  const value = Number(before) + 1;
  if (value > Number.MAX_SAFE_INTEGER || value < 1) throw outOfRange(before + 1n, cell);
  return value;
}

/**
 * The sum of counts that are each in range.
 * @throws RangeError naming the counter when the sum is above 2^53-1
 */
export function sumCounts(counts: readonly number[], counter: string): number {
  let sum = 0;
  for (const count of counts) sum += count;
  if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  throw outOfRange(
    counts.map(BigInt).reduce((total, count) => total + count),
    counter,
  );
}

function outOfRange(value: bigint, cell: string): RangeError {
  return new RangeError(
    `cell ${cell} would read ${value}: counts leave as JavaScript numbers, ` +
      'which tell whole numbers apart only from 0 to 2^53-1',
  );
}
