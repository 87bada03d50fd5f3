// Answers that are ready, until the end of the event loop's turn: written together they wake their
// clients once and not once each, which cost more than everything else about an answer. Runs where
// requests are accepted. An answer is held for a millisecond, and never behind a long computation
// unless others came just before it.

const HOLD_MS = 1;

export interface Outbox {
  /** `write` is called once: now, with the next one, or at the end of this turn. */
  put(write: () => void): void;
}

/** `now`: the clock, in milliseconds. */
export function createOutbox(now = () => performance.now()): Outbox {
  let held: (() => void)[] = [];
  let heldSince = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;

  function flush(): void {
    writtenAt = now();
    const due = held;
    held = [];
    for (const write of due) write();
  }

  return {
    put(write) {
      const at = now();
      if (held.length === 0 && at - writtenAt > HOLD_MS) {
        // Nothing came just before it: it is the first of several, or the only one.
        writtenAt = at;
        write();
        return;
      }
      if (held.push(write) === 1) {
        heldSince = at;
        setImmediate(flush);
      } else if (at - heldSince > HOLD_MS) flush();
    },
  };
}
