// Tells a waiting person how far a run is, on standard error, and says nothing about a run that is
// over in two seconds: on a terminal a bar, else a plain line every few seconds. It has no timer
// of its own before the bar stands; it is told of progress and looks at the clock then. It uses no
// colour.

import { performance } from 'node:perf_hooks';
import cliProgress from 'cli-progress';
import { formatNumber } from './text.js';

export interface ProgressOptions {
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Nothing is shown before. */
  readonly quietMs: number;
  /** Between two plain lines. */
  readonly lineEveryMs: number;
  /** What is being done, such as `scoring`. */
  readonly label: string;
  /** The terminal cannot move its cursor, so it gets plain lines too. */
  readonly dumb: boolean;
}

export const PROGRESS_DEFAULTS: ProgressOptions = {
  stream: process.stderr,
  now: () => performance.now(),
  quietMs: 2_000,
  lineEveryMs: 5_000,
  label: 'scoring',
  dumb: process.env.TERM === 'dumb',
};

export interface Progress {
  /** To be called as often as there is progress; cheap while nothing is due. */
  readonly update: (done: number, total: number) => void;
  /** Takes the bar away, with its timer. Must be called, also after a failure; may be twice. */
  readonly stop: () => void;
}

const BAR_COLUMNS = 30;

export function createProgress(options: ProgressOptions = PROGRESS_DEFAULTS): Progress {
  const beganMs = options.now();
  const show = options.stream.isTTY === true && !options.dumb ? bar(options) : lines(options);
  let stopped = false;
  return {
    update(done, total) {
      const nowMs = options.now();
      if (!stopped && nowMs - beganMs >= options.quietMs) show.update(done, total, nowMs);
    },
    stop() {
      stopped = true;
      show.stop();
    },
  };
}

interface Display {
  readonly update: (done: number, total: number, nowMs: number) => void;
  readonly stop: () => void;
}

function bar(options: ProgressOptions): Display {
  const single = new cliProgress.SingleBar({
    format: `${options.label} [{bar}] {value} of {total} ({percentage} %)`,
    stream: options.stream,
    barsize: BAR_COLUMNS,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    clearOnComplete: true,
    // Otherwise the bar switches the terminal's wrapping off, and a kill would leave it so.
    linewrap: true,
  });
  let standing = false;
  return {
    update(done, total) {
      if (!standing) single.start(total, done);
      standing = true;
      single.setTotal(total);
      single.update(done);
    },
    stop() {
      if (standing) single.stop();
      standing = false;
    },
  };
}

function lines(options: ProgressOptions): Display {
  let lastMs = -Infinity;
  return {
    update(done, total, nowMs) {
      if (nowMs - lastMs < options.lineEveryMs) return;
      lastMs = nowMs;
      const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
      const amount = `${formatNumber(done)} of ${formatNumber(total)}`;
      options.stream.write(`${options.label}: ${amount} (${percent} %)\n`);
    },
    stop() {},
  };
}
