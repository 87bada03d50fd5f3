// Replicates a process's counts to the primary before it acknowledges a request, so a crash cannot
// lose an acknowledged count: what is in the pipe survives the process that wrote it. While a
// snapshot is taken (snapshot-barrier.ts says why) no acknowledgement leaves. Process of a cluster.

import { setImmediate as endTurn } from 'node:timers/promises';
import type { AddOne, Tally } from '../tally/tally.js';
import type { Counts } from './listener.js';

export interface AckBarrier {
  /** The tally, whose adds resolve only after counts that contain them are in the pipe. */
  readonly tally: Tally;
  /** From now on no add resolves. Resolves with counts that contain each add that ever resolved. */
  hold(round: number): Promise<Counts>;
  /** Resolves the adds that this round held back. */
  release(round: number): void;
}

/** Calls back when the pipe has the counts, or cannot take them. */
export type Replicate = (counts: Counts, written: (error: Error | null) => void) => void;

export function replicateBeforeAck(tally: Tally, replicate: Replicate): AckBarrier {
  let atTurnsEnd: Promise<void> | undefined;
  let heldRound: number | undefined;
  let heldAcks: (() => void)[] = [];

  /** One message for all adds of one turn of the event loop. It has all counts up to now. */
  async function replicateTurn(): Promise<void> {
    await endTurn();
    // From here on an add belongs to the next message: this one may already have read its cell.
    atTurnsEnd = undefined;
    const { counts } = await tally.snapshot();
    await new Promise<void>((resolve, reject) => {
      replicate(counts, (error) => {
        if (error !== null) {
          return reject(new Error('the count could not be handed over', { cause: error }));
        }
        if (heldRound === undefined) resolve();
        else heldAcks.push(resolve);
      });
    });
  }

  function delayAck(add: AddOne): AddOne {
    return async (counter) => {
      const ticket = await add(counter);
      atTurnsEnd ??= replicateTurn();
      await atTurnsEnd;
      return ticket;
    };
  }

  const { beforeScore } = tally;
  return {
    tally: {
      ...tally,
      add: delayAck(tally.add),
      ...(beforeScore !== undefined && { beforeScore: () => delayAck(beforeScore()) }),
    },
    async hold(round) {
      heldRound = round; // first: an add that resolved after the counts were read would be missing
      return (await tally.snapshot()).counts;
    },
    release(round) {
      if (round !== heldRound) return;
      heldRound = undefined;
      const released = heldAcks;
      heldAcks = [];
      for (const resolve of released) resolve();
    },
  };
}
