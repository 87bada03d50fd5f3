// Faults injected from outside while a counter is checked: when each comes, and which requests
// without a clear answer they explain. What is done to a service is given; here it is only timed
// and judged. Main thread; the plan and the judgement are pure.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../checker/driver/check-run.js';
import { random, shuffled } from '../checker/random.js';

/** One kind of fault. */
export interface Injector {
  readonly kind: string;
  /**
   * Does it, and resolves when the service should be well again.
   * Says what was done, or nothing when there was nobody to do it to.
   */
  inject(chance: () => number): Promise<string | undefined>;
  /** Whether it can leave a request so, such as without an answer or with a 500. */
  explains(attempt: Attempt): boolean;
}

export interface PlannedInjection {
  readonly kind: string;
  /** After the one before was over. */
  readonly gapMs: number;
}

/** One that was done. Times are those of the history. */
export interface Injection {
  readonly kind: string;
  readonly what: string;
  readonly beginMs: number;
  readonly endMs: number;
}

/** So often, about, something is done. */
const EVERY_MS = 900;
const GAP_MS = { min: 250, max: 650 } as const;
/** A request that begins so long after an injection was over is not excused by it. */
export const AFTERMATH_MS = 250;

/** Each kind at least once, in an order and at distances that the seed decides. */
export function planInjections(
  kinds: readonly string[],
  seconds: number,
  seed: number,
): PlannedInjection[] {
  const chance = random(seed);
  const count = Math.max(kinds.length, Math.round((seconds * 1_000) / EVERY_MS));
  const plan: PlannedInjection[] = [];
  while (plan.length < count && kinds.length > 0) {
    for (const kind of shuffled(kinds, chance)) {
      const gapMs = Math.round(GAP_MS.min + chance() * (GAP_MS.max - GAP_MS.min));
      if (plan.length < count) plan.push({ kind, gapMs });
    }
  }
  return plan;
}

export interface InjectOptions {
  readonly injectors: readonly Injector[];
  readonly seed: number;
  /** On the clock of the history. */
  readonly nowMs: () => number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** One after the other; resolves a while after the last, when its aftermath is over. */
export async function injectAll(
  plan: readonly PlannedInjection[],
  { injectors, seed, nowMs, signal }: InjectOptions,
): Promise<Injection[]> {
  const chance = random(seed);
  const injections: Injection[] = [];
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  for (const { kind, gapMs } of plan) {
    await pause(gapMs);
    if (signal.aborted) break;
    const beginMs = nowMs();
    const injector = injectors.find((each) => each.kind === kind);
    const what = await injector?.inject(chance);
    if (what !== undefined) injections.push({ kind, what, beginMs, endMs: nowMs() });
  }
  await pause(GAP_MS.max);
  return injections;
}

/** Unknown adds, by index, that no injection explains: none was near that could have done it. */
export function findUnexplained(
  adds: readonly Attempt[],
  injections: readonly Injection[],
  injectors: readonly Injector[],
): number[] {
  const isExplained = (attempt: Attempt) =>
    injections.some(({ kind, beginMs, endMs }) => {
      const isNear = attempt.endMs >= beginMs && attempt.beginMs <= endMs + AFTERMATH_MS;
      return isNear && injectors.some((each) => each.kind === kind && each.explains(attempt));
    });
  return adds.flatMap((attempt, index) => {
    return attempt.outcome !== 'unknown' || isExplained(attempt) ? [] : [index];
  });
}
