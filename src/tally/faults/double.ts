// A planted fault: a retry that did not know that the first attempt had arrived:
//   try { await add() } catch { await add() }   // and it was the answer that was lost
// Every 50th add that a thread (or process) makes, to whichever counter, is done twice, and the
// ticket is that of the second. Any thread; it never blocks.

import { atomic } from '../atomic.js';
import type { PlantedKind } from '../kind.js';

/** Every so many adds of one thread one is done twice. */
export const DOUBLE_EVERY = 50;

export const double: PlantedKind = {
  does: `does every ${DOUBLE_EVERY}th add of each thread or process twice, as a blind retry would`,
  plan: atomic.plan,
  create(options) {
    const sound = atomic.create(options);
    let adds = 0;
    return {
      ...sound,
      add(counter) {
        adds += 1;
        if (adds % DOUBLE_EVERY === 0) void sound.add(counter);
        return sound.add(counter);
      },
    };
  },
};
