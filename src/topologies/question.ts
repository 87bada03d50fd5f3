// Asks several processes the same and gathers their answers, for as long as a bound allows: one
// that is busy or dying is done without. Runs in the primary of a cluster.

import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';

export interface Question<T> {
  /** Resolves with the answers that came in time; `put` sends the question of this round. */
  ask(ids: readonly number[], put: (id: number, round: number) => void): Promise<readonly T[]>;
  heard(id: number, round: number, answer: T): void;
  /** This one will not answer any more. */
  left(id: number): void;
}

const ANSWERS_MS_MAX = 500;

interface Asked<T> {
  readonly missing: Set<number>;
  readonly answers: T[];
  done(): void;
}

export function createQuestion<T>(): Question<T> {
  const open = new Map<number, Asked<T>>();
  let rounds = 0;
  const strike = (asked: Asked<T> | undefined, id: number): void => {
    if (asked?.missing.delete(id) && asked.missing.size === 0) asked.done();
  };
  return {
    async ask(ids, put) {
      rounds += 1;
      const round = rounds;
      const answers: T[] = [];
      await new Promise<void>((resolve) => {
        const overdue = new StallTolerantTimeout(ANSWERS_MS_MAX, resolve);
        const done = () => {
          overdue.cancel();
          resolve();
        };
        open.set(round, { missing: new Set(ids), answers, done });
        for (const id of ids) put(id, round);
        if (ids.length === 0) done();
      });
      open.delete(round);
      return answers;
    },
    heard(id, round, answer) {
      const asked = open.get(round);
      if (asked?.missing.has(id)) asked.answers.push(answer);
      strike(asked, id);
    },
    left(id) {
      for (const asked of open.values()) strike(asked, id);
    },
  };
}
