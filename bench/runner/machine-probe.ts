// Whether the machine is as quick as it was: times a fixed piece of work on every core before and after each
// run, and repeats a run that a busy machine spoiled. Main thread of the runner; worker threads do the work.

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Measurement, RunAttempt, RunContext, Sample } from './scenario.js';
import { checkProbeTimes } from './validity.js';

const ENTRY = new URL('./machine-probe.worker.js', import.meta.url);
const REST_MS = 250;
/** The compilers need some, and the best of several is a better first best. */
const FIRST_PROBES = 5;

export interface MachineProbe {
  /** Milliseconds that the slowest core took. */
  measureMs(): Promise<number>;
  /** The best of the session so far. */
  bestMs(): number;
  /** A pause in which other work on the machine may end. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export async function startMachineProbe(cores = availableParallelism()): Promise<MachineProbe> {
  const threads = Array.from({ length: cores }, () => new Worker(ENTRY));
  let bestMs = Number.POSITIVE_INFINITY;
  const measureMs = async () => {
    const answers = threads.map(async (thread) => {
      const answer = once(thread, 'message');
      thread.postMessage('probe');
      const [ms] = (await answer) as [number];
      return ms;
    });
    const slowestMs = Math.max(...(await Promise.all(answers)));
    bestMs = Math.min(bestMs, slowestMs);
    return slowestMs;
  };
  const close = async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  try {
    for (let time = 0; time < FIRST_PROBES; time++) await measureMs();
  } catch (error) {
    await close();
    throw error;
  }
  return { measureMs, bestMs: () => bestMs, rest: () => sleep(REST_MS), close };
}

/** Of one run, the first one included. */
const ATTEMPTS_MAX = 3;
/** After this many probes of a busy machine the run is made anyway. */
const LOOKS_MAX = 20;
/** After this many spoiled runs in a row no more time is spent on waiting and repeating. */
const SPOILED_MAX = 3;
const BUSY = 'the machine stays busy: until it is quiet, no run waits for it or is repeated';

/**
 * Makes each run between two probes, and repeats a run that the machine spoiled. The rule that discards it
 * knows only the probes, so a repeat cannot favour a result.
 */
export function createRepeater(probe: MachineProbe, { plan: { limits }, signal, tell }: RunContext) {
  let spoiledInARow = 0;

  const hasGivenUp = () => spoiledInARow >= SPOILED_MAX;

  /** Resolves with the last probe. */
  async function waitUntilQuiet(): Promise<number> {
    for (let look = 1; ; look++) {
      const ms = await probe.measureMs();
      const spins = { beforeMs: ms, afterMs: ms, bestMs: probe.bestMs() };
      if (checkProbeTimes(spins, limits) === undefined) {
        if (hasGivenUp()) spoiledInARow = 0;
        return ms;
      }
      if (look === LOOKS_MAX || hasGivenUp() || signal.aborted) return ms;
      await probe.rest();
    }
  }

  async function attempt(measure: () => Promise<Measurement>) {
    const beforeMs = await waitUntilQuiet();
    const measured = await measure();
    const afterMs = await probe.measureMs();
    const spins = { beforeMs, afterMs, bestMs: probe.bestMs() };
    const reason = checkProbeTimes(spins, limits);
    const isSpoiled = measured.discardReason === undefined && reason !== undefined;
    const discardReason = measured.discardReason ?? reason;
    return { isSpoiled, run: { ...measured, spins, discardReason } };
  }

  return async (measure: () => Promise<Measurement>): Promise<RunAttempt & Pick<Sample, 'earlier'>> => {
    const earlier: RunAttempt[] = [];
    for (;;) {
      const { isSpoiled, run } = await attempt(measure);
      const isLast = hasGivenUp() || signal.aborted || earlier.length + 1 === ATTEMPTS_MAX;
      if (isSpoiled && !isLast) {
        earlier.push(run);
        tell(`measured again: ${run.discardReason}`);
        continue;
      }
      if (isSpoiled && !hasGivenUp()) {
        spoiledInARow++;
        if (hasGivenUp()) tell(BUSY);
      } else if (run.discardReason === undefined) spoiledInARow = 0;
      return earlier.length === 0 ? run : { ...run, earlier };
    }
  };
}
