// A timeout for an answer from elsewhere: another thread, another process, the other end of a
// connection. A machine that stalls stalls both sides. When it goes on, Node runs due timers before
// it reads what has arrived, so one plain timer would give up on an answer that is already there.
// This timeout therefore counts its time in slices. Any thread; it imports nothing.

const SLICES = 10;

/** A class because each request of a load has one: this is one object beside its timer. */
export class StallTolerantTimeout {
  readonly #onTimeout: () => void;
  readonly #timer: NodeJS.Timeout;
  #slicesLeft: number;
  #lastLook: NodeJS.Immediate | undefined;

  /**
   * Calls `onTimeout` after `ms`, unless it is cancelled before. A slice that ends late counts as one slice,
   * however late. After the last slice Node reads once more what has arrived, and that may still cancel it.
   */
  constructor(ms: number, onTimeout: () => void) {
    const sliceMs = Math.max(1, Math.ceil(ms / SLICES));
    this.#onTimeout = onTimeout;
    this.#slicesLeft = Math.max(1, Math.ceil(ms / sliceMs));
    this.#timer = setTimeout(StallTolerantTimeout.#endSlice, sliceMs, this);
  }

  /** Cancelling again does nothing. */
  cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
  }

  static #endSlice(timeout: StallTolerantTimeout): void {
    timeout.#slicesLeft -= 1;
    if (timeout.#slicesLeft > 0) timeout.#timer.refresh();
    else timeout.#lastLook = setImmediate(timeout.#onTimeout); // behind the poll of sockets and ports
  }
}
