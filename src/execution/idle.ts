// Counts what is running and lets a closer wait until nothing is, for a bounded time. One event
// loop; it cancels nothing itself.

export interface Idle {
  /** Marks one thing as running; call the returned function once when it has ended. */
  enter(): () => void;
  running(): number;
  /** Resolves with true once nothing runs, or with false after `deadlineMs`. */
  wait(deadlineMs: number): Promise<boolean>;
}

export function createIdle(): Idle {
  let running = 0;
  const waiters = new Set<() => void>();
  return {
    enter() {
      running++;
      return () => {
        running--;
        if (running === 0) for (const wake of waiters) wake();
      };
    },
    running: () => running,
    wait(deadlineMs) {
      if (running === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (idle: boolean) => {
          clearTimeout(timer);
          waiters.delete(wake);
          resolve(idle);
        };
        const wake = () => end(true);
        const timer = setTimeout(end, deadlineMs, false);
        waiters.add(wake);
      });
    },
  };
}
