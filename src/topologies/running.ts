// What every topology hands back once it listens: where, what to show of it, and the way to end it
// in order. Types, and the promise that ending twice is ending once.

export interface Running {
  readonly url: string;
  /** For the operator's log: who listens now, and what starting them took. */
  describe(): Readonly<Record<string, unknown>>;
  /**
   * Ends in order: `/ready` says 503, the port closes, what was accepted is answered, the threads
   * end. Resolves with the number of accepted requests that the deadline cut off. Calling it again
   * gives the same promise.
   */
  close(): Promise<number>;
}

export function running(
  url: string,
  close: () => Promise<number>,
  describe: Running['describe'] = () => ({}),
): Running {
  let closing: Promise<number> | undefined;
  return {
    url,
    describe,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

export async function waitMs(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
