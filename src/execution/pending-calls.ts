// The calls of an asynchronous scorer that have not settled, on the thread that accepts requests. Their
// number is bounded. A promise that never settles keeps its place in the bound, but nothing of its request.

import type { ExecutorOptions, Input, ItemResult, OnCompletion } from './executor.js';
import { planTicks, RoomWatch, startTicks, type TickPlan } from './scorer-timeout.js';
import { createRefusal, InFlightCounter } from './submission.js';

/** One submission while its scorer runs; it has no inputs once it was given up. */
export interface PendingCall {
  inputs: readonly Input[];
  results: ItemResult[];
  onCompletion: OnCompletion | undefined;
  readonly startedAt: number;
  isCancelled: boolean;
  isAwaited: boolean;
  idleTicks: number;
}

export class PendingCalls {
  /** Calls that have not settled, with those that were given up. */
  pending = 0;
  /** The executor closes, and its deadline has passed. */
  isOverdue = false;
  readonly room: RoomWatch;
  /** When progress is due to be noted again: a field, since each request looks at it. */
  progressDueAt = 0;
  readonly #options: ExecutorOptions;
  readonly #plan: TickPlan;
  readonly #awaited: InFlightCounter;
  readonly #calls = new Set<PendingCall>();
  readonly #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#plan = planTicks(options);
    this.#awaited = new InFlightCounter(options.onLoadChange);
    this.room = new RoomWatch(this.#plan, options.log, options.onLoadChange);
    this.#timer = startTicks(this.#plan, () => this.#tick());
  }

  begin(inputs: readonly Input[], onCompletion: OnCompletion): PendingCall {
    const startedAt = performance.now();
    const state = { isCancelled: false, isAwaited: true, idleTicks: 0 };
    const call: PendingCall = { inputs, results: [], onCompletion, startedAt, ...state };
    this.pending++;
    this.#calls.add(call);
    this.#awaited.begin();
    return call;
  }

  /** It has settled. */
  end(call: PendingCall): void {
    this.pending--;
    this.#hasEnded = true;
    this.#complete(call);
  }

  /** What has begun goes on, and nobody waits for it. */
  cancel(call: PendingCall): void {
    call.isCancelled = true;
    this.#abandon(call);
  }

  /** The event loop is not blocked: one call of the scorer has ended, and another begins. */
  noteProgress(now: number): void {
    if (now < this.progressDueAt) return;
    this.progressDueAt = now + this.#plan.tickMs;
    this.#options.onProgress?.();
  }

  async close(deadlineMs: number): Promise<void> {
    this.isOverdue = !(await this.#awaited.drain(deadlineMs));
    clearInterval(this.#timer);
  }

  #tick(): void {
    const hadRoom = this.#hasEnded || this.pending <= this.#options.queueMax;
    this.#hasEnded = false;
    this.room.tick(hadRoom);
    if (hadRoom) this.noteProgress(performance.now());
    let hung = 0;
    for (const call of this.#calls) {
      call.idleTicks++;
      if (call.idleTicks <= this.#plan.hungTicks) continue;
      this.#giveUp(call);
      this.#options.onScorerHung?.();
      hung++;
    }
    if (hung === 0) return;
    const message = `${hung} calls of the scorer have not settled in time: nobody waits for them any more`;
    this.#options.log('calls-hung', message, { calls: hung, pending: this.pending });
  }

  /** It frees what the request holds: its promise may stay for ever. */
  #giveUp(call: PendingCall): void {
    const rest = call.inputs.slice(call.results.length + 1);
    const detail = 'the scorer did not return';
    call.results.push(
      { ok: false, code: 'SCORER_HUNG', detail },
      ...rest.map(() => createRefusal('CANCELLED')),
    );
    this.#complete(call);
    call.inputs = [];
    call.results = [];
  }

  #complete(call: PendingCall): void {
    const { onCompletion, startedAt, results } = call;
    if (onCompletion === undefined) return; // it was given up before
    call.onCompletion = undefined;
    this.#calls.delete(call);
    this.#abandon(call);
    const timing = { queueMs: 0, scoreMs: performance.now() - startedAt, dispatchMs: 0 };
    onCompletion({ state: 'done', items: results, timing });
  }

  #abandon(call: PendingCall): void {
    if (call.isAwaited) this.#awaited.end();
    call.isAwaited = false;
  }
}
