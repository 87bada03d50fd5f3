// How the runner and its test processes wait for what should soon be there: in parts. When a
// machine stood still, timers that are overdue run before what has arrived meanwhile is read; of a
// wait in parts that takes one part only, and what has arrived is read before the next.

// Kept from before any test could replace them with a fake clock.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;
const PART_MS_MAX = 50;

/** Calls `late` once all parts have passed. `holdsOpen`: the process lives at least as long. */
export function startPatience(
  ms: number,
  late: () => void,
  { holdsOpen }: { readonly holdsOpen: boolean },
): { stop(): void } {
  const parts = Math.max(1, Math.ceil(ms / PART_MS_MAX));
  let left = parts;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    if (left === 0) return late();
    left--;
    timer = startTimer(next, ms / parts);
    if (!holdsOpen) timer.unref();
  };
  next();
  return { stop: () => stopTimer(timer) };
}
