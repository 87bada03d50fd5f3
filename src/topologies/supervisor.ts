// Keeps a number of listening threads or processes alive: starts them, receives their events, replaces
// the dead, and ends all in order. Main thread. threads.ts and cluster.ts say how to launch one;
// listener.ts is what it does.

import { planTicks, type ScorerLimits, startTicks, type TickPlan } from '../execution/scorer-timeout.js';
import type { Log } from '../log-events.js';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import { waitMs } from './listen.js';
import { type ListenerCommand, type ListenerEvent, unpackError, writeRemoteLine } from './listener.js';
import type { ServeOptions } from './options.js';

/** One listening thread or process, as the main thread holds it. */
export interface ListenerHandle {
  readonly listener: 'listening thread' | 'process';
  /** The id of the thread, or the pid. */
  readonly id: number;
  send(command: ListenerCommand): void;
  /** Ends it now, whatever it does. */
  kill(): void;
}

export interface LaunchEvents {
  onEvent(event: ListenerEvent): void;
  /** It has ended, and no event follows. */
  onExit(how: string, error?: unknown): void;
}

export interface SupervisorOptions {
  readonly count: number;
  readonly log: Log;
  readonly limits: ScorerLimits;
  /** Called for each listener that its scorer blocks. */
  onHung(): void;
  /** `index` is from 0 to count - 1; a replacement gets the index of the dead one. */
  launch(index: number, port: number, events: LaunchEvents): ListenerHandle;
}

type CloseOptions = Pick<ServeOptions, 'readyDelayMs' | 'closeDeadlineMs'>;

/** A listener that takes longer to listen has failed to start. */
const START_DEADLINE_MS = 40_000;
/** After this number of failed starts in a row the supervisor replaces no more listeners. */
const FAILED_STARTS_MAX = 5;
/** A listener that has not ended this long after its deadline is killed. */
const END_GRACE_MS = 500;

interface Slot {
  readonly handle: ListenerHandle;
  state: 'starting' | 'listening' | 'closed' | 'gone';
  startMs: number;
  /** Accepted requests that got no answer. */
  cutOff: number;
  /** Ticks since its last sign of progress, and its open requests at that time. */
  silentTicks: number;
  pending: number;
  readonly whenGone: Promise<void>;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #plan: TickPlan;
  readonly #slots: Slot[] = [];
  #port = 0;
  #isReady = false;
  #isClosing = false;
  #isOverdue = false;
  #failedInARow = 0;
  #ticks: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#plan = planTicks(options.limits);
  }

  /**
   * Resolves with the address when all listeners listen on it.
   * @throws Error with one line when one cannot; then none is left
   */
  async start(port: number): Promise<string> {
    this.#port = port;
    try {
      const first = this.#launch(0);
      // Port 0: the others listen where the first one does.
      if (port === 0) this.#port = Number(new URL(await first).port);
      const others = Array.from({ length: this.#options.count - 1 }, (_, index) => {
        return this.#launch(index + 1);
      });
      const [url] = await Promise.all([first, ...others]);
      this.#setReady(true);
      this.#ticks = startTicks(this.#plan, () => this.#tick());
      return url;
    } catch (error) {
      await this.#killAll();
      throw error;
    }
  }

  /** Resolves with the number of accepted requests that got no answer. */
  async close({ readyDelayMs, closeDeadlineMs: deadlineMs }: CloseOptions): Promise<number> {
    this.#isClosing = true;
    clearInterval(this.#ticks);
    this.#setReady(false);
    await waitMs(readyDelayMs);
    for (const { handle, state } of this.#slots) {
      if (state === 'listening') handle.send({ type: 'close', deadlineMs });
      if (state === 'starting') handle.kill();
    }
    const overdue = new StallTolerantTimeout(deadlineMs + END_GRACE_MS, () => {
      this.#isOverdue = true;
      void this.#killAll();
    });
    await Promise.all(this.#slots.map(({ whenGone }) => whenGone));
    overdue.cancel();
    return this.#slots.reduce((sum, { cutOff }) => sum + cutOff, 0);
  }

  /** How long the current listener of each index took to start, in whole milliseconds. */
  startMs(): readonly number[] {
    return this.#slots.map(({ startMs }) => startMs);
  }

  /** A listener without progress is blocked by its scorer; it is replaced as a dead one is. */
  #tick(): void {
    const { tickMs, hungTicks } = this.#plan;
    for (const slot of this.#slots) {
      slot.silentTicks++;
      if (slot.state !== 'listening' || slot.silentTicks !== hungTicks) continue;
      const { listener, id } = slot.handle;
      const silentMs = hungTicks * tickMs;
      const message = `${nameListener(slot.handle)} made no progress for ${silentMs} ms and is ended`;
      this.#options.log('listener-hung', message, { listener, id, silentMs });
      this.#options.onHung();
      slot.handle.kill();
    }
  }

  /** Resolves with its address once it listens. */
  #launch(index: number): Promise<string> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      let failure: unknown;
      let markGone = () => {};
      const onEvent = (event: ListenerEvent) => {
        if (event.type === 'log') writeRemoteLine(this.#options.log, event);
        if (event.type === 'failed') failure = unpackError(event.error);
        if (event.type === 'progress') {
          slot.silentTicks = 0;
          slot.pending = event.pending;
        }
        if (event.type === 'closed') {
          slot.state = 'closed';
          slot.cutOff = event.cutOff;
        }
        if (event.type !== 'listening') return;
        overdue.cancel();
        slot.state = 'listening';
        slot.silentTicks = 0;
        slot.startMs = Math.round(performance.now() - startedAt);
        slot.handle.send({ type: 'ready', ready: this.#isReady });
        resolve(event.url);
      };
      const onExit = (how: string, error?: unknown) => {
        overdue.cancel();
        const { state, handle } = slot;
        slot.state = 'gone';
        markGone();
        const cause = failure ?? error;
        if (state === 'starting') {
          reject(cause ?? new Error(`${nameListener(handle)} ended early (${how})`));
        }
        if (state === 'listening') this.#handleUnexpectedExit(slot, index, how, cause);
      };
      const whenGone = new Promise<void>((settle) => {
        markGone = settle;
      });
      const handle = this.#options.launch(index, this.#port, { onEvent, onExit });
      const slot: Slot = {
        handle,
        state: 'starting',
        startMs: 0,
        cutOff: 0,
        silentTicks: 0,
        pending: 0,
        whenGone,
      };
      this.#slots[index] = slot;
      const overdue = new StallTolerantTimeout(START_DEADLINE_MS, () => {
        const seconds = START_DEADLINE_MS / 1_000;
        failure = new Error(`${nameListener(handle)} did not listen within ${seconds} s`);
        handle.kill();
      });
    });
  }

  /** Its counts are in shared memory or at the primary; its connections are lost. */
  #handleUnexpectedExit(slot: Slot, index: number, how: string, error: unknown): void {
    const { listener, id } = slot.handle;
    const name = nameListener(slot.handle);
    const data = { listener, id, ...(error !== undefined && { error }) };
    const { log } = this.#options;
    if (this.#isOverdue) {
      log('listener-overdue', `${name} did not end by the deadline and was killed`, data);
    } else {
      const willReplace = !this.#isClosing;
      const then = willReplace ? 'another replaces it' : 'its open requests were cut off';
      log('listener-died', `${name} died (${how}); ${then}`, { ...data, how, willReplace });
    }
    // At least one request was open, or it would have closed. Before, it said how many.
    if (this.#isClosing) slot.cutOff = Math.max(1, slot.pending);
    else void this.#replace(index);
  }

  async #replace(index: number): Promise<void> {
    const { log } = this.#options;
    while (this.#failedInARow < FAILED_STARTS_MAX) {
      if (this.#isClosing) return;
      try {
        await this.#launch(index);
        this.#failedInARow = 0;
        const { handle } = this.#slots[index] as Slot;
        const { listener, id } = handle;
        return log('listener-replaced', `${nameListener(handle)} replaces a dead one`, { listener, id });
      } catch (error) {
        if (this.#isClosing) return;
        this.#failedInARow += 1;
        log('listener-start-failed', 'a replacement did not start', { error });
      }
    }
    // The remaining listeners go on; a load balancer should choose another service.
    this.#setReady(false);
    const starts = `${FAILED_STARTS_MAX} starts failed in a row`;
    const message = `${starts}: no more replacements are started, and /ready says 503`;
    log('replacing-stopped', message, { failedStarts: FAILED_STARTS_MAX });
  }

  #setReady(ready: boolean): void {
    this.#isReady = ready;
    for (const { handle, state } of this.#slots) {
      if (state === 'listening') handle.send({ type: 'ready', ready });
    }
  }

  async #killAll(): Promise<void> {
    this.#isClosing = true;
    for (const { handle, state } of this.#slots) if (state !== 'gone') handle.kill();
    await Promise.all(this.#slots.map(({ whenGone }) => whenGone));
  }
}

/** `listening thread 3`, `process 4711`. */
function nameListener({ listener, id }: ListenerHandle): string {
  return `${listener} ${id}`;
}
