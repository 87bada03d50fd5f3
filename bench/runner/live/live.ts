// Tells whoever waits how a long run goes on: at a terminal a block that is redrawn in place, else
// a plain line for each thing that was done. It is told what begins and ends; what the lines look
// like is said by lines.ts. Main thread of the runner; its timer keeps no program alive.

import type { Colors } from '../../../src/present/colours.js';
import { type Made, type Stage, secondsLeft } from '../estimate-duration.js';
import { type LiveTable, liveLines, NO_TABLE } from './lines.js';
import { createScreen, type Terminal } from './screen.js';

export interface LiveOptions {
  readonly stages: readonly Stage[];
  readonly stream: Terminal & { readonly isTTY?: boolean };
  /** The terminal cannot move its cursor, so it gets plain lines too. */
  readonly dumb: boolean;
  readonly colors: Colors;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

export interface Live {
  /** A run of a stage begins: what it is, and what is known so far. */
  begins(stage: string, what: string, table?: LiveTable): void;
  /** What is said of it has changed. */
  notes(what: string): void;
  /** It ended. The line stays on a terminal only where it matters. */
  ends(stage: string, line: string, does?: { readonly stay: boolean }): void;
  /** A line that stays. */
  say(line: string): void;
  /** Takes the block away, with its timer. Must be called, also after a failure; may be twice. */
  stop(): void;
}

const REDRAW_MS = 1_000;

export function createLive(options: LiveOptions): Live {
  const { stream, dumb } = options;
  return stream.isTTY === true && !dumb ? block(options) : plain(options);
}

function total(stages: readonly Stage[]): number {
  return stages.reduce((sum, { runs }) => sum + runs, 0);
}

function plain({ stages, stream }: LiveOptions): Live {
  let done = 0;
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    begins() {},
    notes() {},
    ends(_stage, line) {
      done++;
      say(`${line} (${done} of ${total(stages)})`);
    },
    say,
    stop() {},
  };
}

function block({ stages, stream, colors, now }: LiveOptions): Live {
  const screen = createScreen(stream);
  const made = new Map<string, Made>();
  let running = { what: '', table: NO_TABLE, beganMs: now() };
  let hasStopped = false;
  const draw = () => {
    if (hasStopped) return;
    const done = [...made.values()].reduce((sum, { runs }) => sum + runs, 0);
    const spentSeconds = (now() - running.beganMs) / 1000;
    // What runs is not counted as done, but its time is spent already.
    const leftSeconds = Math.max(0, secondsLeft(stages, made) - spentSeconds);
    const state = { now: running.what, table: running.table, done, total: total(stages) };
    screen.draw(liveLines({ ...state, leftSeconds }, screen.size(), colors));
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    begins(_stage, what, table = NO_TABLE) {
      running = { what, table, beganMs: now() };
      draw();
    },
    notes(what) {
      running = { ...running, what };
    },
    ends(stage, line, { stay } = { stay: false }) {
      const { runs, seconds } = made.get(stage) ?? { runs: 0, seconds: 0 };
      const tookSeconds = (now() - running.beganMs) / 1000;
      made.set(stage, { runs: runs + 1, seconds: seconds + tookSeconds });
      if (stay) screen.say(line);
      running = { ...running, beganMs: now() };
    },
    say: screen.say,
    stop() {
      hasStopped = true;
      clearInterval(timer);
      screen.clear();
    },
  };
}
