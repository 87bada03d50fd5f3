// How a long run is told on this program's standard error: as a block at a terminal that can move
// its cursor, else as plain lines. Main thread.

import type { Stage } from '../../bench/runner/estimate-duration.js';
import { createLive, type Live } from '../../bench/runner/live/live.js';
import { errorColors } from '../present/colours.js';

export function liveFor(stages: readonly Stage[]): Live {
  return createLive({
    stages,
    stream: process.stderr,
    dumb: process.env.TERM === 'dumb',
    colors: errorColors,
    now: () => performance.now(),
  });
}

const ENDING = 'ending, and keeping what was measured; once more ends it at once';

/** What Ctrl-C does, once it was pressed. */
export function sayEnding(live: Live, signal: AbortSignal): void {
  signal.addEventListener('abort', () => live.say(ENDING), { once: true });
}
