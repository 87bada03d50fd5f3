// One snapshot of the counts of several processes, which share no memory: the primary of a cluster
// keeps the last word of each, and stops their acknowledgements for as long as it adds them up.
//
// Why the sum is exact. Take the moment after the last process reported and before the first is
// released. An acknowledged add was acknowledged before its process held, so the report has it; an
// add that is not in the sum is not acknowledged, so it may be ordered after this moment. An add in
// the sum began before it. What died meanwhile acknowledged nothing that its last word lacks.

import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import type { Snapshot } from '../tally/tally.js';
import type { Counts } from './messages.js';

/** A process, as a snapshot sees it. */
export interface Counter {
  hold(round: number): void;
  release(round: number): void;
}

export interface Snapshots {
  /** From when the promise resolves, this process is asked: only then may it accept requests. */
  join(id: number, counter: Counter): Promise<void>;
  /** A word of this process; with the round when it answers `hold`. */
  heard(id: number, counts: Counts, round?: number): void;
  /** This process has ended, and every word of it has been heard. */
  left(id: number): void;
  /** A snapshot that begins after this call. */
  read(): Promise<Snapshot>;
}

/** For so long acknowledgements may be held up by a process that does not report ... */
const HOLD_MS_MAX = 100;
/** ... and so often it is tried, before the last words are served as they are. */
const TRIES_MAX = 5;

export function createSnapshots(counters: number, holdMsMax = HOLD_MS_MAX): Snapshots {
  const words = createWords(counters);
  const rounds = createRounds(holdMsMax);

  async function take(): Promise<Snapshot> {
    let collects = 0;
    for (;;) {
      const { exact, value: counts } = await rounds.hold(words.sum);
      collects += 1;
      if (exact || collects === TRIES_MAX) return { counts, exact, collects };
    }
  }

  return {
    join: rounds.join,
    heard(id, counts, round) {
      words.heard(id, counts);
      if (round !== undefined) rounds.reported(id, round);
    },
    left(id) {
      words.left(id);
      rounds.left(id);
    },
    read: sharingTheNext(take),
  };
}

/** The last word of each process, and those of the dead in one sum. */
function createWords(counters: number) {
  const living = new Map<number, Counts>();
  const gone: number[] = Array.from({ length: counters }, () => 0);
  return {
    heard(id: number, counts: Counts): void {
      const before = living.get(id) ?? [];
      // Counts only grow: a word that another one overtook takes nothing back.
      living.set(
        id,
        counts.map((count, at) => Math.max(count, before[at] ?? 0)),
      );
    },
    left(id: number): void {
      living.get(id)?.forEach((count, at) => {
        gone[at] = (gone[at] ?? 0) + count;
      });
      living.delete(id);
    },
    sum(): Counts {
      const all = [...living.values()];
      return gone.map((count, at) => all.reduce((sum, counts) => sum + (counts[at] ?? 0), count));
    },
  };
}

interface Round {
  readonly number: number;
  readonly missing: Set<number>;
  done(): void;
}

function createRounds(holdMsMax: number) {
  const living = new Map<number, Counter>();
  /** Those that came in the middle of a round. */
  const waiting = new Map<number, () => void>();
  let round: Round | undefined;
  let rounds = 0;

  function strike(id: number): void {
    if (round?.missing.delete(id) && round.missing.size === 0) round.done();
  }

  /**
   * Resolves when all have reported, or too late. Late, the sum must still have what was
   * acknowledged before the question: those words were in their pipes then, and the timeout looks at
   * all pipes before it gives up.
   */
  function untilHeld({ number, missing }: Omit<Round, 'done'>): Promise<void> {
    return new Promise((resolve) => {
      const overdue = new StallTolerantTimeout(holdMsMax, resolve);
      const done = () => {
        overdue.cancel();
        resolve();
      };
      round = { number, missing, done };
      for (const counter of living.values()) counter.hold(number);
      if (missing.size === 0) done();
    });
  }

  return {
    join(id: number, counter: Counter): Promise<void> {
      return new Promise((resolve) => {
        const enter = () => {
          living.set(id, counter);
          resolve();
        };
        // In the middle of a round it would acknowledge what the sum does not have.
        if (round === undefined) enter();
        else waiting.set(id, enter);
      });
    },
    reported(id: number, number: number): void {
      if (number === round?.number) strike(id);
    },
    left(id: number): void {
      living.delete(id);
      waiting.delete(id);
      strike(id);
    },
    /** Holds all, reads, releases all. `exact`: each had reported in time. */
    async hold<T>(read: () => T): Promise<{ readonly exact: boolean; readonly value: T }> {
      rounds += 1;
      const number = rounds;
      const asked = [...living.values()];
      const missing = new Set(living.keys());
      await untilHeld({ number, missing });
      const exact = missing.size === 0;
      const value = read();
      round = undefined;
      for (const counter of asked) counter.release(number);
      for (const enter of waiting.values()) enter();
      waiting.clear();
      return { exact, value };
    },
  };
}

/**
 * One at a time, and never one that began before it was asked for: an add that its reader knows of
 * could be missing from it. Those who ask meanwhile share the next.
 */
function sharingTheNext(take: () => Promise<Snapshot>): () => Promise<Snapshot> {
  let current: Promise<Snapshot> | undefined;
  let next: Promise<Snapshot> | undefined;
  function begin(): Promise<Snapshot> {
    next = undefined;
    current = take().finally(() => {
      current = undefined;
    });
    return current;
  }
  return () => {
    if (next !== undefined) return next;
    if (current === undefined) return begin();
    next = current.then(begin);
    return next;
  };
}
