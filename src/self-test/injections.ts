// Injects faults from outside while a counter is checked: the plan, its execution, and which requests
// without a clear answer the faults explain. The injectors act on the service; this file only times
// and judges. Main thread; the plan and the judgement are pure.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../checker/driver/check-run.js';
import { random, shuffled } from '../checker/random.js';

/** One kind of fault. */
export interface Injector {
  readonly kind: string;
  /**
   * Injects one fault, and resolves when the service should have recovered.
   * Returns what was done; undefined without a victim.
   */
  inject(chance: () => number): Promise<string | undefined>;
  /** Whether the fault can cause this result of a request, such as no answer or a 500. */
  explains(attempt: Attempt): boolean;
}

export interface PlannedInjection {
  readonly kind: string;
  /** The pause after the previous injection. */
  readonly gapMs: number;
}

/** An injection that was made. Its times are those of the history. */
export interface Injection {
  readonly kind: string;
  readonly what: string;
  readonly beginMs: number;
  readonly endMs: number;
}

/** About one injection per this time. */
const EVERY_MS = 900;
const GAP_MS = { min: 250, max: 650 } as const;
/** An injection explains no request that begins later than this after its end. */
export const AFTERMATH_MS = 250;

/** Each kind at least once; the seed decides the order and the pauses. */
export function planInjections(kinds: readonly string[], seconds: number, seed: number): PlannedInjection[] {
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
  /** The clock of the history. */
  readonly nowMs: () => number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Injects one fault after the other. It resolves when the aftermath of the last is over. */
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

/** The indices of unknown adds that no injection explains: no possible cause was near. */
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
