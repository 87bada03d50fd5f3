// Scatter-gather: sends one query to several processes and collects their replies until a deadline.
// A process that is too busy to reply in time, or dies, is skipped. Primary of a cluster.

import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';

export interface Gathered<T> {
  readonly replies: readonly T[];
  /** Each process replied, or died before the deadline. */
  readonly isComplete: boolean;
}

interface Round<T> {
  readonly missing: Set<number>;
  readonly replies: T[];
  finish(): void;
}

export class ScatterGather<T> {
  readonly #open = new Map<number, Round<T>>();
  readonly #deadlineMs: number;
  #rounds = 0;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** `send` carries the number of the round, which the reply must name. */
  async gather(ids: readonly number[], send: (id: number, round: number) => void): Promise<Gathered<T>> {
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

function strike({ missing, finish }: Round<unknown>, id: number): void {
  if (missing.delete(id) && missing.size === 0) finish();
}
