// How the primary of a cluster asks all processes, and the exact snapshot of their counts, though they share
// no memory. The primary keeps the latest counts of each process, and holds back all acknowledgements while
// it adds them up.

import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import type { Snapshot } from '../tally/tally.js';
import type { Counts } from './listener.js';
import { shareNext } from './share-next.js';

/** A counting process, as the barrier sees it. */
export interface HeldProcess {
  hold(round: number): void;
  release(round: number): void;
}

export interface SnapshotBarrier {
  /** Once the promise resolves, each snapshot asks this process: only then may it accept requests. */
  join(id: number, process: HeldProcess): Promise<void>;
  /** Counts that this process sent; with the round when they answer `hold`. */
  record(id: number, counts: Counts, round?: number): void;
  /** This process has ended, and all of its messages have been read. */
  drop(id: number): void;
  /** A snapshot that begins after this call. */
  read(): Promise<Snapshot>;
}

/** The longest time that a process which does not report can hold up all acknowledgements. */
const HOLD_MS_MAX = 100;
/** After this number of rounds the latest counts are served as they are, marked inexact. */
const ROUNDS_MAX = 5;

/**
 * Why the sum is exact: take the moment after the last process reported and before the first is released. An
 * acknowledged add was acknowledged before its process held, so the report has it. An add that is not in the
 * sum is not acknowledged, so it may be ordered after this moment. An add in the sum began before it. A
 * process that died meanwhile acknowledged nothing beyond its latest counts.
 */
export function createSnapshotBarrier(counters: number, holdMsMax: number = HOLD_MS_MAX): SnapshotBarrier {
  const latest = new LatestCounts(counters);
  const reports = new ScatterGather<void>(holdMsMax);
  const living = new Map<number, HeldProcess>();
  /** Processes that came in the middle of a round. */
  const waiting = new Map<number, () => void>();
  let isHolding = false;

  /**
   * Holds all, adds up, releases all. After a timeout the sum still has each add that was acknowledged before
   * the read: its counts were in the pipe by then, and Node reads all pipes before the timeout fires.
   */
  async function runRound() {
    isHolding = true;
    const held = new Map(living);
    let round = 0;
    const { isComplete } = await reports.gather([...held.keys()], (id, number) => {
      round = number;
      held.get(id)?.hold(number);
    });
    const counts = latest.sum();
    isHolding = false;
    for (const process of held.values()) process.release(round);
    for (const enter of waiting.values()) enter();
    waiting.clear();
    return { counts, exact: isComplete };
  }

  async function takeSnapshot(): Promise<Snapshot> {
    for (let collects = 1; ; collects += 1) {
      const { counts, exact } = await runRound();
      if (exact || collects === ROUNDS_MAX) return { counts, exact, collects };
    }
  }

  return {
    join(id, process) {
      return new Promise((resolve) => {
        const enter = () => {
          living.set(id, process);
          resolve();
        };
        // In the middle of a round it would acknowledge adds that the sum does not have.
        if (isHolding) waiting.set(id, enter);
        else enter();
      });
    },
    record(id, counts, round) {
      latest.record(id, counts);
      if (round !== undefined) reports.receive(id, round);
    },
    drop(id) {
      latest.retire(id);
      living.delete(id);
      waiting.delete(id);
      reports.drop(id);
    },
    read: shareNext(takeSnapshot),
  };
}

/** The latest counts of each living process, and those of all dead ones in one sum. */
class LatestCounts {
  readonly #living = new Map<number, Counts>();
  readonly #retired: number[];

  constructor(counters: number) {
    this.#retired = Array.from({ length: counters }, () => 0);
  }

  record(id: number, counts: Counts): void {
    const before = this.#living.get(id) ?? [];
    // Counts only grow: a message that another one overtook takes nothing back.
    const merged = counts.map((count, at) => Math.max(count, before[at] ?? 0));
    this.#living.set(id, merged);
  }

  retire(id: number): void {
    this.#living.get(id)?.forEach((count, at) => {
      this.#retired[at] = (this.#retired[at] ?? 0) + count;
    });
    this.#living.delete(id);
  }

  sum(): Counts {
    const all = [...this.#living.values()];
    return this.#retired.map((count, at) => {
      return all.reduce((sum, counts) => sum + (counts[at] ?? 0), count);
    });
  }
}

interface QueryRound<T> {
  readonly missing: Set<number>;
  readonly replies: T[];
  finish(): void;
}

/**
 * Sends one query to several processes and collects their replies until a deadline. It skips a process that
 * is too busy to reply in time, or dies.
 */
export class ScatterGather<T> {
  readonly #open = new Map<number, QueryRound<T>>();
  readonly #deadlineMs: number;
  #rounds = 0;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /**
   * `send` carries the number of the round, which the reply must name. `isComplete`: each process replied, or
   * died before the deadline.
   */
  async gather(ids: readonly number[], send: (id: number, round: number) => void) {
    this.#rounds += 1;
    const round = this.#rounds;
    const missing = new Set(ids);
    const replies: T[] = [];
    await new Promise<void>((resolve) => {
      const timeout = new StallTolerantTimeout(this.#deadlineMs, resolve);
      const finish = () => {
        timeout.cancel();
        resolve();
      };
      this.#open.set(round, { missing, replies, finish });
      for (const id of ids) send(id, round);
      if (ids.length === 0) finish();
    });
    this.#open.delete(round);
    return { replies, isComplete: missing.size === 0 };
  }

  /** A second reply to one round, and a reply to a round that is over, are ignored. */
  receive(id: number, round: number, reply: T): void {
    const own = this.#open.get(round);
    if (!own?.missing.has(id)) return;
    own.replies.push(reply);
    strike(own, id);
  }

  /** This process has died: no round waits for it any longer. */
  drop(id: number): void {
    for (const round of this.#open.values()) strike(round, id);
  }
}

function strike({ missing, finish }: QueryRound<unknown>, id: number): void {
  if (missing.delete(id) && missing.size === 0) finish();
}
