// The word a process gives before it acknowledges: its counts, written to the pipe of the process
// that will speak for it. What was written survives whoever wrote it, so no acknowledged count
// dies with its process. On hold no acknowledgement leaves at all: see snapshots.ts for why. Runs
// in a process of a cluster.

import { setImmediate as turnsEnd } from 'node:timers/promises';
import type { AddOne, Tally } from '../tally/tally.js';
import type { Counts } from './messages.js';

export interface Word {
  /** The tally, whose adds resolve only after the word that contains them was given. */
  readonly tally: Tally;
  /** From now on no add resolves. Resolves with counts that have every add that ever resolved. */
  hold(round: number): Promise<Counts>;
  /** Lets go what was held in this round. */
  release(round: number): void;
}

/** Calls back when the counts are written, or cannot be. */
export type Give = (counts: Counts, written: (error: Error | null) => void) => void;

interface Held {
  resolve(): void;
}

export function giveWordFirst(tally: Tally, give: Give): Word {
  let atTurnsEnd: Promise<void> | undefined;
  let heldRound: number | undefined;
  let held: Held[] = [];

  /** One message for all adds of one turn of the event loop: it has all counts, up to now. */
  async function giveWord(): Promise<void> {
    await turnsEnd();
    // From here on an add is in the next word: this one may already have been read.
    atTurnsEnd = undefined;
    const { counts } = await tally.snapshot();
    await new Promise<void>((resolve, reject) => {
      give(counts, (error) => {
        if (error !== null)
          return reject(new Error('the count could not be handed over', { cause: error }));
        if (heldRound === undefined) resolve();
        else held.push({ resolve });
      });
    });
  }

  function givingWord(add: AddOne): AddOne {
    return async (counter) => {
      const ticket = await add(counter);
      atTurnsEnd ??= giveWord();
      await atTurnsEnd;
      return ticket;
    };
  }

  const { beforeScore } = tally;
  return {
    tally: {
      ...tally,
      add: givingWord(tally.add),
      ...(beforeScore !== undefined && { beforeScore: () => givingWord(beforeScore()) }),
    },
    async hold(round) {
      heldRound = round; // first: an add that resolved after the counts were read would be missing
      return (await tally.snapshot()).counts;
    },
    release(round) {
      if (round !== heldRound) return;
      heldRound = undefined;
      const released = held;
      held = [];
      for (const { resolve } of released) resolve();
    },
  };
}
