// How far a task worker is, written by it into shared memory, so that its supervisor knows what was
// begun and what was counted after the thread has died; and the claim on each item of a task, which
// either the thread begins or the supervisor takes back, never both. One journal a thread; it
// belongs to no region because it is born and dies with its thread. It never blocks.

/** Tasks that a thread may have at a time: one runs, one waits at the door. */
export const TASKS_MAX = 2;
/** Items that one task may have. */
export const ITEMS_MAX = 256;

// A page for each task that may be outstanding: the claim, and for each item a mark and the value
// of its ticket. Task n writes page n % TASKS_MAX, which is free again: task n - TASKS_MAX has been
// answered, or n would not have been sent.
const VALUES_AT = 8;
const MARKS_AT = VALUES_AT + ITEMS_MAX * 8;
const PAGE_BYTES = Math.ceil((MARKS_AT + ITEMS_MAX) / 128) * 128; // see LINE_BYTES in region.ts

// The claim is one word, so that it changes in one step: the task's number (modulo 2^20: two tasks
// that could be confused are 2^20 tasks apart), how many items were begun, and whether the
// supervisor has taken back the others.
const TAKEN_BACK = 1;
const BEGUN_UNIT = 2;
const NUMBER_UNIT = 2048;
const NUMBERS = 2 ** 20;

const NO_MARK = 0;
const UNSURE = 255;

/** One item of a task whose thread has died; `counter` is its index. */
export type Trace =
  | { readonly state: 'never begun' | 'not counted' | 'at most once' }
  | { readonly state: 'counted'; readonly counter: number; readonly value: number };

export interface Journal {
  readonly buffer: SharedArrayBuffer;
  /** Supervisor: before the task is sent. */
  offer(task: number): void;
  /** Supervisor: the items from the returned one on are its own again; the thread skips them. */
  takeBack(task: number): number;
  /** Thread: true when it may score this item now; false when the supervisor has it back. */
  begin(task: number, item: number): boolean;
  /** Thread: the item was counted; without a value it is not known whether. */
  counted(task: number, item: number, counter: number, value: number | undefined): void;
  /** Supervisor: once the thread has ended. */
  traces(task: number, items: number): readonly Trace[];
}

export function createJournal(): Journal {
  return attachJournal(new SharedArrayBuffer(TASKS_MAX * PAGE_BYTES));
}

export function attachJournal(buffer: SharedArrayBuffer): Journal {
  const pages = Array.from({ length: TASKS_MAX }, (_, page) => viewPage(buffer, page));
  const pageOf = (task: number): Page => {
    const page = pages[task % TASKS_MAX];
    if (page === undefined) throw new RangeError(`journal: ${task} is no task's number`);
    return page;
  };
  return {
    buffer,
    offer(task) {
      Atomics.store(pageOf(task).claim, 0, claimOf(task, 0));
    },
    takeBack(task) {
      const { claim } = pageOf(task);
      let word = Atomics.load(claim, 0);
      for (;;) {
        if (!isOf(word, task)) throw new RangeError(`journal: task ${task} is over`);
        const found = Atomics.compareExchange(claim, 0, word, word | TAKEN_BACK);
        if (found === word) return begunOf(word);
        word = found; // the thread has begun another item meanwhile
      }
    },
    begin(task, item) {
      const { claim, marks } = pageOf(task);
      // Before the claim: whoever reads that the item was begun must not read an older mark.
      Atomics.store(marks, item, NO_MARK);
      const open = claimOf(task, item);
      return Atomics.compareExchange(claim, 0, open, claimOf(task, item + 1)) === open;
    },
    counted(task, item, counter, value) {
      const { marks, values } = pageOf(task);
      if (value !== undefined) values[item] = value;
      // Behind the value, or a thread killed in between would leave an older ticket.
      Atomics.store(marks, item, value === undefined ? UNSURE : counter + 1);
    },
    traces(task, items) {
      const page = pageOf(task);
      const word = Atomics.load(page.claim, 0);
      const begun = isOf(word, task) ? begunOf(word) : 0; // or it was never offered
      return Array.from({ length: items }, (_, item) => trace(page, item, begun));
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

function claimOf(task: number, begun: number): number {
  return (task % NUMBERS) * NUMBER_UNIT + begun * BEGUN_UNIT;
}

function isOf(word: number, task: number): boolean {
  return Math.floor(word / NUMBER_UNIT) === task % NUMBERS;
}

function begunOf(word: number): number {
  return (word % NUMBER_UNIT) >> 1;
}

function trace({ marks, values }: Page, item: number, begun: number): Trace {
  if (item >= begun) return { state: 'never begun' };
  const mark = Atomics.load(marks, item);
  if (mark === UNSURE) return { state: 'at most once' };
  if (mark !== NO_MARK) return { state: 'counted', counter: mark - 1, value: values[item] ?? 0 };
  // The last one may have been counted in the instant before its mark was written.
  return { state: item === begun - 1 ? 'at most once' : 'not counted' };
}
