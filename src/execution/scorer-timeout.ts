// When a scorer counts as one that does not return, and when scoring is stuck. Time is counted in ticks, and
// a late tick counts as one: a machine that was suspended or held up raises no false alarm. Any thread.

import type { Log } from '../log-events.js';

export interface ScorerLimits {
  /** The deadline of a request in milliseconds; 0: none, and then no scorer takes too long. */
  readonly deadlineMs: number;
  /** The time beyond the deadline that one call of a scorer may take; 0: any time. */
  readonly scorerTimeoutMs: number;
}

export interface TickPlan {
  readonly tickMs: number;
  /** After this number of ticks without room scoring is stuck. */
  readonly stuckTicks: number;
  /** After this number of ticks without progress a scorer is hung. */
  readonly hungTicks: number;
}

const TICK_MS_MAX = 250;
const TICK_MS_MIN = 20;
const TICKS_PER_DEADLINE = 10;

export function planTicks({ deadlineMs, scorerTimeoutMs }: ScorerLimits): TickPlan {
  const wantedMs = Math.ceil(deadlineMs / TICKS_PER_DEADLINE);
  const tickMs = deadlineMs === 0 ? TICK_MS_MAX : Math.min(TICK_MS_MAX, Math.max(TICK_MS_MIN, wantedMs));
  const isBounded = deadlineMs > 0 && scorerTimeoutMs > 0;
  return {
    tickMs,
    stuckTicks: deadlineMs > 0 ? Math.ceil(deadlineMs / tickMs) : Number.POSITIVE_INFINITY,
    hungTicks: isBounded ? Math.ceil((deadlineMs + scorerTimeoutMs) / tickMs) : Number.POSITIVE_INFINITY,
  };
}

/** Without a deadline nothing takes too long, and no timer runs. */
export function startTicks({ tickMs, stuckTicks }: TickPlan, tick: () => void): NodeJS.Timeout | undefined {
  return Number.isFinite(stuckTicks) ? setInterval(tick, tickMs).unref() : undefined;
}

/** Whether any scoring could begin lately. Its owner reports each tick. */
export class RoomWatch {
  isStuck = false;
  readonly #plan: TickPlan;
  readonly #log: Log;
  readonly #onChange: (() => void) | undefined;
  #fullTicks = 0;

  constructor(plan: TickPlan, log: Log, onChange: (() => void) | undefined) {
    this.#plan = plan;
    this.#log = log;
    this.#onChange = onChange;
  }

  /** `hasRoom`: a scoring could begin at some time since the last tick. */
  tick(hasRoom: boolean): void {
    this.#fullTicks = hasRoom ? 0 : this.#fullTicks + 1;
    const isStuck = this.#fullTicks >= this.#plan.stuckTicks;
    if (isStuck === this.isStuck) return;
    this.isStuck = isStuck;
    const full = 'no scoring could begin for longer than the deadline: /ready says 503';
    if (isStuck) this.#log('scoring-stuck', full);
    else this.#log('scoring-resumed', 'scoring goes on: /ready says 200');
    this.#onChange?.();
  }
}
