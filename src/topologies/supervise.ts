// Keeps a number of listening threads or processes alive: starts them, hears them, replaces those
// that die, and ends them in order. Main thread. How one is started is given (threads.ts,
// cluster.ts); what one does stands in member.ts.

import type { Log } from '../log-events.js';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import { type Command, type Said, unpackTrouble, writeRemoteLine } from './messages.js';
import type { ServeOptions } from './options.js';
import { waitMs } from './running.js';

export interface Member {
  readonly listener: 'listening thread' | 'process';
  /** Of the thread, or of the process: its pid. */
  readonly id: number;
  tell(command: Command): void;
  /** Ends it now, whatever it does. */
  end(): void;
}

export interface Events {
  said(said: Said): void;
  /** It has ended, and nothing more will be heard of it. */
  ended(how: string, error?: unknown): void;
}

export interface SupervisorOptions {
  readonly count: number;
  readonly log: Log;
  /** `place` is from 0 to count - 1; a replacement gets the place of the dead one. */
  launch(place: number, port: number, events: Events): Member;
}

export interface Supervisor {
  /**
   * Resolves with the address when all of them listen on it.
   * @throws Error with one line when one cannot; then none is left
   */
  start(port: number): Promise<string>;
  /** Resolves with the number of accepted requests that were cut off. */
  close(options: Pick<ServeOptions, 'readyDelayMs' | 'closeDeadlineMs'>): Promise<number>;
  /** For each place, how long the one that is there took to start, in whole milliseconds. */
  startMs(): readonly number[];
}

/** One that takes longer to listen has failed to start. */
const START_DEADLINE_MS = 30_000;
/** Starts that may fail, one after the other, before nobody is replaced any more. */
const FAILED_STARTS_MAX = 5;
/** One that has not ended so long after the deadline is not going to. */
const END_GRACE_MS = 500;

interface Place {
  readonly member: Member;
  state: 'starting' | 'listening' | 'closed' | 'gone';
  startMs: number;
  /** Of the requests it had accepted. */
  cutOff: number;
  readonly gone: Promise<void>;
}

export function supervise(options: SupervisorOptions): Supervisor {
  return new Supervision(options);
}

class Supervision implements Supervisor {
  readonly #options: SupervisorOptions;
  readonly #places: Place[] = [];
  #port = 0;
  #isReady = false;
  #isClosing = false;
  #isOverdue = false;
  #failedInARow = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  async start(port: number): Promise<string> {
    this.#port = port;
    try {
      const first = this.#begin(0);
      // The others are to listen where the first one does.
      if (port === 0) this.#port = Number(new URL(await first).port);
      const others = Array.from({ length: this.#options.count - 1 }, (_, index) => {
        return this.#begin(index + 1);
      });
      const [url] = await Promise.all([first, ...others]);
      this.#setReady(true);
      return url;
    } catch (error) {
      await this.#endAll();
      throw error;
    }
  }

  async close(options: Pick<ServeOptions, 'readyDelayMs' | 'closeDeadlineMs'>): Promise<number> {
    this.#isClosing = true;
    this.#setReady(false);
    await waitMs(options.readyDelayMs);
    const deadlineMs = options.closeDeadlineMs;
    for (const { member, state } of this.#places) {
      if (state === 'listening') member.tell({ is: 'close', deadlineMs });
      if (state === 'starting') member.end();
    }
    const overdue = new StallTolerantTimeout(deadlineMs + END_GRACE_MS, () => {
      this.#isOverdue = true;
      void this.#endAll();
    });
    await Promise.all(this.#places.map(({ gone }) => gone));
    overdue.cancel();
    return this.#places.reduce((sum, { cutOff }) => sum + cutOff, 0);
  }

  startMs(): readonly number[] {
    return this.#places.map(({ startMs }) => startMs);
  }

  /** Resolves with its address once it listens. */
  #begin(index: number): Promise<string> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      let failure: unknown;
      let isGone = () => {};
      const said = (message: Said) => {
        if (message.is === 'log') writeRemoteLine(this.#options.log, message);
        if (message.is === 'failed') failure = unpackTrouble(message.trouble);
        if (message.is === 'closed') {
          place.state = 'closed';
          place.cutOff = message.cutOff;
        }
        if (message.is !== 'listening') return;
        overdue.cancel();
        place.state = 'listening';
        place.startMs = Math.round(performance.now() - startedAt);
        place.member.tell({ is: 'ready', ready: this.#isReady });
        resolve(message.url);
      };
      const ended = (how: string, error?: unknown) => {
        overdue.cancel();
        const { state, member } = place;
        place.state = 'gone';
        isGone();
        const cause = failure ?? error;
        if (state === 'starting')
          reject(cause ?? new Error(`${nameOf(member)} ended early (${how})`));
        if (state === 'listening') this.#mourn(place, index, how, cause);
      };
      const gone = new Promise<void>((settle) => {
        isGone = settle;
      });
      const member = this.#options.launch(index, this.#port, { said, ended });
      const place: Place = { member, state: 'starting', startMs: 0, cutOff: 0, gone };
      this.#places[index] = place;
      const overdue = new StallTolerantTimeout(START_DEADLINE_MS, () => {
        const seconds = START_DEADLINE_MS / 1_000;
        failure = new Error(`${nameOf(place.member)} did not listen within ${seconds} s`);
        place.member.end();
      });
    });
  }

  /** One that listened has died: what it counted is safe elsewhere, its connections are lost. */
  #mourn(place: Place, index: number, how: string, error: unknown): void {
    const { listener, id } = place.member;
    const name = nameOf(place.member);
    const data = { listener, id, ...(error !== undefined && { error }) };
    const { log } = this.#options;
    if (this.#isOverdue) {
      log('listener-overdue', `${name} did not end by the deadline and was ended`, data);
    } else {
      const willReplace = !this.#isClosing;
      const then = willReplace ? 'another takes its place' : 'its open requests were cut off';
      log('listener-died', `${name} died (${how}); ${then}`, { ...data, how, willReplace });
    }
    // How many requests it had is not known any more: at least one, or it would have closed.
    if (this.#isClosing) place.cutOff = 1;
    else void this.#replace(index);
  }

  async #replace(index: number): Promise<void> {
    const { log } = this.#options;
    while (this.#failedInARow < FAILED_STARTS_MAX) {
      if (this.#isClosing) return;
      try {
        await this.#begin(index);
        this.#failedInARow = 0;
        this.#logReplacement(index);
        return;
      } catch (error) {
        if (this.#isClosing) return;
        this.#failedInARow += 1;
        log('listener-start-failed', 'a replacement did not start', { error });
      }
    }
    // Those that are left go on; a load balancer should look elsewhere.
    this.#setReady(false);
    const starts = `${FAILED_STARTS_MAX} starts failed in a row`;
    const message = `${starts}: no more replacements are started, and /ready says 503`;
    log('replacing-stopped', message, { failedStarts: FAILED_STARTS_MAX });
  }

  #logReplacement(index: number): void {
    const member = this.#places[index]?.member;
    if (member === undefined) return;
    const { listener, id } = member;
    this.#options.log('listener-replaced', `${nameOf(member)} replaces a dead one`, {
      listener,
      id,
    });
  }

  #setReady(ready: boolean): void {
    this.#isReady = ready;
    for (const { member, state } of this.#places) {
      if (state === 'listening') member.tell({ is: 'ready', ready });
    }
  }

  async #endAll(): Promise<void> {
    this.#isClosing = true;
    for (const { member, state } of this.#places) if (state !== 'gone') member.end();
    await Promise.all(this.#places.map(({ gone }) => gone));
  }
}

/** For people: `listening thread 3`, `process 4711`. */
function nameOf({ listener, id }: Member): string {
  return `${listener} ${id}`;
}
