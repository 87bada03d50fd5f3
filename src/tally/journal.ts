// The progress of a task worker, in shared memory. After the thread has died, its supervisor reads
// which items it claimed and which it counted. Each item is either claimed by the thread or revoked
// by the supervisor, never both. Each thread has one journal, outside the region because it lives
// as long as its thread. It never blocks.

/** Tasks that a thread may have at a time: one runs, one is prefetched. */
export const TASKS_MAX = 2;
/** The maximum number of items of one task. */
export const ITEMS_MAX = 256;

// One page for each outstanding task: the claim word, and for each item a mark and the value of its
// ticket. Task n writes page n % TASKS_MAX. That page is free: task n - TASKS_MAX was answered
// before the dispatcher sent n.
const VALUES_AT = 8;
const MARKS_AT = VALUES_AT + ITEMS_MAX * 8;
const PAGE_BYTES = Math.ceil((MARKS_AT + ITEMS_MAX) / 128) * 128; // see LINE_BYTES in region.ts

// The claim is one word, so that it changes in one step. It holds the task number (modulo 2^20, so only tasks
// 2^20 apart look equal), the number of claimed items, and whether the supervisor has revoked the others.
const REVOKED = 1;
const CLAIMED_UNIT = 2;
const NUMBER_UNIT = 2048;
const NUMBERS = 2 ** 20;

const NO_MARK = 0;
const UNSURE = 255;

/** The state of one item after its thread has died; `counter` is an index. */
export type ItemState =
  | { readonly state: 'not claimed' | 'not counted' | 'at most once' }
  | { readonly state: 'counted'; readonly counter: number; readonly value: number };

export interface Journal {
  readonly buffer: SharedArrayBuffer;
  /** Supervisor: call it before sending the task. */
  assign(task: number): void;
  /** Supervisor: revokes the items from the returned index on; the thread skips them. */
  revoke(task: number): number;
  /** Thread: true when it may score this item now; false when the supervisor revoked it. */
  claim(task: number, item: number): boolean;
  /** Thread: the item was counted; without a value this is unknown. */
  record(task: number, item: number, counter: number, value: number | undefined): void;
  /** Supervisor: a number that changes when the thread claims an item. */
  progress(task: number): number;
  /** Supervisor: reads the items. While the thread lives, the last claimed item may still change. */
  recover(task: number, items: number): readonly ItemState[];
}

export function createJournal(): Journal {
  return attachJournal(new SharedArrayBuffer(TASKS_MAX * PAGE_BYTES));
}

export function attachJournal(buffer: SharedArrayBuffer): Journal {
  const pages = Array.from({ length: TASKS_MAX }, (_, page) => viewPage(buffer, page));
  const findPage = (task: number): Page => {
    const page = pages[task % TASKS_MAX];
    if (page === undefined) throw new RangeError(`journal: ${task} is no task's number`);
    return page;
  };
  return {
    buffer,
    assign(task) {
      Atomics.store(findPage(task).claim, 0, packClaim(task, 0));
    },
    revoke(task) {
      const { claim } = findPage(task);
      let word = Atomics.load(claim, 0);
      for (;;) {
        if (!isClaimOf(word, task)) throw new RangeError(`journal: task ${task} is over`);
        const found = Atomics.compareExchange(claim, 0, word, word | REVOKED);
        if (found === word) return countClaimed(word);
        word = found; // the thread claimed another item meanwhile
      }
    },
    claim(task, item) {
      const { claim, marks } = findPage(task);
      // Before the claim: a reader that sees the item as claimed must not see an older mark.
      Atomics.store(marks, item, NO_MARK);
      const open = packClaim(task, item);
      return Atomics.compareExchange(claim, 0, open, packClaim(task, item + 1)) === open;
    },
    record(task, item, counter, value) {
      const { marks, values } = findPage(task);
      if (value !== undefined) values[item] = value;
      // After the value: a thread killed in between would otherwise leave an older ticket.
      Atomics.store(marks, item, value === undefined ? UNSURE : counter + 1);
    },
    progress: (task) => Atomics.load(findPage(task).claim, 0) & ~REVOKED,
    recover(task, items) {
      const page = findPage(task);
      const word = Atomics.load(page.claim, 0);
      const claimed = isClaimOf(word, task) ? countClaimed(word) : 0; // or it was never assigned
      return Array.from({ length: items }, (_, item) => readItemState(page, item, claimed));
    },
  };
}

interface Page {
  readonly claim: Int32Array;
  readonly values: Float64Array;
  readonly marks: Uint8Array;
}

function viewPage(buffer: SharedArrayBuffer, page: number): Page {
  const from = page * PAGE_BYTES;
  return {
    claim: new Int32Array(buffer, from, 1),
    values: new Float64Array(buffer, from + VALUES_AT, ITEMS_MAX),
    marks: new Uint8Array(buffer, from + MARKS_AT, ITEMS_MAX),
  };
}

function packClaim(task: number, claimed: number): number {
  return (task % NUMBERS) * NUMBER_UNIT + claimed * CLAIMED_UNIT;
}

function isClaimOf(word: number, task: number): boolean {
  return Math.floor(word / NUMBER_UNIT) === task % NUMBERS;
}

function countClaimed(word: number): number {
  return (word % NUMBER_UNIT) >> 1;
}

function readItemState({ marks, values }: Page, item: number, claimed: number): ItemState {
  if (item >= claimed) return { state: 'not claimed' };
  const mark = Atomics.load(marks, item);
  if (mark === UNSURE) return { state: 'at most once' };
  if (mark !== NO_MARK) return { state: 'counted', counter: mark - 1, value: values[item] ?? 0 };
  // The last item may have been counted just before its mark was written.
  return { state: item === claimed - 1 ? 'at most once' : 'not counted' };
}
