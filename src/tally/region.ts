// One SharedArrayBuffer divided into named slices of 64-bit words, in the same way in every thread. This
// file computes every offset, so no two slices can overlap. It also converts words to JavaScript
// numbers. Any thread may create or attach; only the buffer and the plan cross (a RegionHandle). It
// never blocks unless its caller calls `wait`.

/**
 * Why 128 bytes and not the 64 of a cache line: Intel's adjacent-line prefetcher pulls lines in
 * pairs, and Apple's cores have lines of 128. At 64 two threads' words would still travel together
 * (false sharing), which is slow, never wrong.
 *
 * The buffer's own address is not ours to choose (malloc promises 16), so what is guaranteed is
 * distance, not alignment: 128 bytes between padded words, and an empty line round every slice.
 */
export const LINE_BYTES = 128;
const WORD_BYTES = 8;
const REGION_BYTES_MAX = 64 * 1024 * 1024;

/** `padded`: each word on a line of its own. Packed words share lines, the first on a fresh one. */
export interface SlicePlan {
  readonly words: number;
  readonly padded: boolean;
}

export type RegionPlan = Readonly<Record<string, SlicePlan>>;

/** The data that crosses to another thread; structured clone shares the buffer and keeps the plan's order. */
export interface RegionHandle {
  readonly buffer: SharedArrayBuffer;
  readonly plan: RegionPlan;
}

/**
 * Words of 64 bits, signed. Every call is one sequentially consistent operation: all threads see all of them
 * in one order. A plain `array[i]` promises neither that nor a whole 64-bit value. An index that is not a
 * whole number in 0..length-1 throws a RangeError: unchecked it would silently touch padding, or a neighbour.
 */
export interface Slice {
  readonly length: number;
  /** Adds and returns the value BEFORE the add. */
  add(index: number, by: bigint): bigint;
  load(index: number): bigint;
  store(index: number, value: bigint): void;
  /** Stores and returns the value before. */
  exchange(index: number, value: bigint): bigint;
  /** Stores `replacement` if the word is `expected`; returns the value before either way. */
  compareExchange(index: number, expected: bigint, replacement: bigint): bigint;
  /** Blocks this thread while the word is `expected`, until notified or `timeoutMs` has passed. */
  wait(index: number, expected: bigint, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out';
  /** Wakes at most `count` waiters (all, when left out); returns how many. */
  notify(index: number, count?: number): number;
}

export interface Region {
  readonly handle: RegionHandle;
  /** @throws RangeError when the plan has no slice of that name */
  slice(name: string): Slice;
  /** Where a slice lies in the buffer, for tests and for drawings. */
  place(name: string): Place;
}

/** All in bytes. `stride` is the distance from one word to the next. */
export interface Place {
  readonly offsetBytes: number;
  readonly strideBytes: number;
  readonly words: number;
}

/** @throws RangeError on a plan without slices, with a slice without words, or above 64 MiB */
export function createRegion(plan: RegionPlan): Region {
  const { places, bytes } = layOut(plan);
  return view({ buffer: new SharedArrayBuffer(bytes), plan }, places);
}

/** @throws RangeError when the plan is bad or the buffer is not the one that plan makes */
export function attachRegion(handle: RegionHandle): Region {
  const { places, bytes } = layOut(handle.plan);
  if (!(handle.buffer instanceof SharedArrayBuffer) || handle.buffer.byteLength !== bytes) {
    throw new RangeError(`region: the buffer is not the ${bytes} shared bytes of its plan`);
  }
  return view(handle, places);
}

function layOut(plan: RegionPlan): { places: ReadonlyMap<string, Place>; bytes: number } {
  const places = new Map<string, Place>();
  let bytes = LINE_BYTES;
  for (const [name, { words, padded }] of Object.entries(plan)) {
    if (!Number.isInteger(words) || words < 1) {
      throw new RangeError(`region: slice '${name}' needs at least one whole word, not ${words}`);
    }
    const strideBytes = padded ? LINE_BYTES : WORD_BYTES;
    places.set(name, { offsetBytes: bytes, strideBytes, words });
    const lines = Math.ceil((words * strideBytes) / LINE_BYTES);
    bytes += (lines + 1) * LINE_BYTES;
    if (bytes > REGION_BYTES_MAX) {
      throw new RangeError(`region: slice '${name}' passes ${REGION_BYTES_MAX} bytes`);
    }
  }
  if (places.size === 0) throw new RangeError('region: a plan needs at least one slice');
  return { places, bytes };
}

function view(handle: RegionHandle, places: ReadonlyMap<string, Place>): Region {
  const place = (name: string): Place => {
    const found = places.get(name);
    if (found === undefined) throw new RangeError(`region: there is no slice '${name}'`);
    return found;
  };
  return { handle, place, slice: (name) => createSlice(handle.buffer, place(name)) };
}

function createSlice(buffer: SharedArrayBuffer, place: Place): Slice {
  const { words } = place;
  const stride = place.strideBytes / WORD_BYTES;
  // The view ends with the slice's last word: not even a wrong stride could reach a neighbour.
  const view = new BigInt64Array(buffer, place.offsetBytes, (words - 1) * stride + 1);
  const at = (index: number): number => {
    if (index >= 0 && index < words && Number.isInteger(index)) return index * stride;
    throw new RangeError(`slice: ${index} is not one of its ${words} words`);
  };
  return {
    length: words,
    add: (index, by) => Atomics.add(view, at(index), by),
    load: (index) => Atomics.load(view, at(index)),
    store: (index, value) => {
      Atomics.store(view, at(index), value);
    },
    exchange: (index, value) => Atomics.exchange(view, at(index), value),
    compareExchange: (index, expected, replacement) =>
      Atomics.compareExchange(view, at(index), expected, replacement),
    wait: (index, expected, timeoutMs) => Atomics.wait(view, at(index), expected, timeoutMs),
    notify: (index, count) => Atomics.notify(view, at(index), count),
  };
}

/** 2^53-1. Above it, 2^53 and 2^53+1 are the same number, and an add would vanish unseen. */
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
 * The value that an add of one produced, from the value before it: the number of a ticket.
 * @throws RangeError naming the cell when that is above 2^53-1
 */
export function nextCount(before: bigint, cell: string): number {
  // Converting first saves a bigint per add. Above 2^53 the number is rounded, never below 2^53,
  // so the rounding cannot hide an overflow.
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
