// How long somebody is waited for who runs elsewhere: on another thread, in another process, at the
// other end of a connection. A machine that is held up holds up both sides, and when it goes on,
// timers run before it is looked what has arrived: one timer would give up on an answer that is
// there. So a wait is counted in parts. Any thread; it knows nothing of what is waited for.

const PARTS = 10;

/** One wait that is under way. */
export interface Patience {
  /** It is over: nobody gives up any more. */
  end(): void;
}

/**
 * Calls `giveUp` after `ms`, unless it was ended before. A part that comes late counts as one part,
 * however late it comes. After the last one it is looked once more what has arrived: that may still
 * end it.
 */
export function patience(ms: number, giveUp: () => void): Patience {
  return new Wait(ms, giveUp);
}

/** A class because every request of a load has one: this is one object beside its timer. */
class Wait implements Patience {
  readonly #giveUp: () => void;
  readonly #timer: NodeJS.Timeout;
  #partsLeft: number;
  #lastLook: NodeJS.Immediate | undefined;

  constructor(ms: number, giveUp: () => void) {
    const partMs = Math.max(1, Math.ceil(ms / PARTS));
    this.#giveUp = giveUp;
    this.#partsLeft = Math.max(1, Math.ceil(ms / partMs));
    this.#timer = setTimeout(Wait.#partIsOver, partMs, this);
  }

  end(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
  }

  static #partIsOver(wait: Wait): void {
    wait.#partsLeft -= 1;
    if (wait.#partsLeft > 0) wait.#timer.refresh();
    else wait.#lastLook = setImmediate(wait.#giveUp); // sockets and ports are polled before it
  }
}
