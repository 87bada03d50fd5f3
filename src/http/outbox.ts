// Answers that are ready, until the end of the event loop's turn: written together they wake their
// clients once and not once each, which cost more than everything else about an answer. Runs where
// requests are accepted. Nothing is held back for longer than about a millisecond.

/** Once the first answer has waited for so long, all are written at once. */
const HOLD_MS = 1;

export interface Outbox {
  /** `write` is called once, at the latest at the end of this turn. */
  put(write: () => void): void;
}

export function createOutbox(): Outbox {
  let held: (() => void)[] = [];
  let since = 0;

  function flush(): void {
    const due = held;
    held = [];
    for (const write of due) write();
  }

  return {
    put(write) {
      const now = performance.now();
      if (held.push(write) === 1) {
        since = now;
        setImmediate(flush);
      } else if (now - since > HOLD_MS) flush();
    },
  };
}
