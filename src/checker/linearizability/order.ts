// Which fixed operations of a line the clock puts into the other order than their numbers do. Asked
// only where some are: of each operation that fails, the pair that shows it most clearly. Pure.

import type { Condition } from '../judgement.js';
import type { Line } from './line.js';
import type { Operations } from './operations.js';

/** `blamed` is the place in the line of the one that fails; `by` is the id of the other. */
export type OrderFault = (
  condition: Extract<
    Condition,
    'ticket-order' | 'phantom-count' | 'stale-read' | 'non-monotonic-read'
  >,
  blamed: number,
  by: number,
) => void;

/** Whether the operation before it is a read of the same value: such two need no order. */
function isTie({ ids, values }: Line, index: number, addCount: number): boolean {
  const areReads = (ids[index] ?? 0) >= addCount && (ids[index - 1] ?? 0) >= addCount;
  return areReads && values[index] === values[index - 1];
}

export function orderFaults(line: Line, operations: Operations, tell: OrderFault): void {
  addsBegunTooLate(line, operations, tell);
  endedTooEarly(line, operations, tell);
}

/** An add that began after something ended that can only come after it. */
function addsBegunTooLate({ ids }: Line, operations: Operations, tell: OrderFault): void {
  const { begin, end, addCount } = operations;
  let latest = -1;
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    const isAdd = id < addCount;
    if (latest >= 0 && (end[id] ?? 0) < (begin[latest] ?? 0)) {
      tell(isAdd ? 'ticket-order' : 'phantom-count', index, latest);
    }
    if (isAdd && (latest < 0 || (begin[id] ?? 0) > (begin[latest] ?? 0))) latest = id;
  }
}

/** A read that began after something ended of which it shows nothing. */
function endedTooEarly(line: Line, operations: Operations, tell: OrderFault): void {
  const { ids } = line;
  const { begin, end, addCount } = operations;
  let add = -1;
  let read = -1;
  /** The read of this very value that ended first: it counts for smaller values only. */
  let same = -1;
  const earlier = (one: number, other: number) =>
    other < 0 || (one >= 0 && (end[one] ?? 0) < (end[other] ?? 0)) ? one : other;
  for (let index = ids.length - 1; index >= 0; index--) {
    const id = ids[index] ?? 0;
    if (!isTie(line, index + 1, addCount)) {
      read = earlier(same, read);
      same = -1;
    }
    if (id < addCount) {
      add = earlier(id, add);
      continue;
    }
    const at = begin[id] ?? 0;
    if (add >= 0 && (end[add] ?? 0) < at) tell('stale-read', index, add);
    if (read >= 0 && (end[read] ?? 0) < at) tell('non-monotonic-read', index, read);
    same = earlier(id, same);
  }
}
