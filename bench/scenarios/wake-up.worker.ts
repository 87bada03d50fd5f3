// Runs on the task worker of the scenario `wake-up`: an empty task, and a timer that outlives its task.

import type { TimerEnd } from './wake-up-child.js';

let dueAt = 0;
let firedAt: number | undefined;

/** Shows that the task came and was computed here. */
export function next(task: number): number {
  return task + 1;
}

export function setTimer(ms: number): void {
  dueAt = performance.now() + ms;
  firedAt = undefined;
  setTimeout(() => {
    firedAt = performance.now();
  }, ms);
}

export function readTimer(): TimerEnd {
  const fired = firedAt !== undefined;
  return { lateMs: (firedAt ?? performance.now()) - dueAt, fired };
}
