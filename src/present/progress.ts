// Shows on standard error how far a long job is: at a terminal a block that is redrawn in place,
// elsewhere plain lines. `createProgress` counts one kind of thing and keeps silent for two seconds;
// `createRunProgress` follows planned runs, with the time left and a table of interim results. Main
// thread; no timer keeps the program alive.

import { performance } from 'node:perf_hooks';
import { type Colors, errorColors } from './colours.js';
import { type CompletedRuns, estimateSecondsLeft, formatDuration, type Stage } from './estimate-duration.js';
import { createScreen, type ScreenSize, type Terminal } from './screen.js';
import { formatTable } from './table.js';
import { formatNumber, formatPercent, sanitize } from './text.js';

export interface ProgressOptions {
  readonly stream: Terminal;
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
  /** Call it as often as there is progress; it is cheap while nothing is due. */
  readonly update: (done: number, total: number) => void;
  /** Takes the bar away. Must be called, also after a failure; may be called twice. */
  readonly stop: () => void;
}

const BAR_COLUMNS = 24;
const REDRAW_EVERY_MS = 100;

function canRedraw({ stream, dumb }: Pick<ProgressOptions, 'stream' | 'dumb'>): boolean {
  return stream.isTTY === true && !dumb;
}

function formatBar(done: number, total: number): string {
  const full = total > 0 ? Math.round((BAR_COLUMNS * done) / total) : 0;
  return `[${'='.repeat(Math.min(full, BAR_COLUMNS)).padEnd(BAR_COLUMNS)}]`;
}

export function createProgress(options: ProgressOptions = PROGRESS_DEFAULTS): Progress {
  const { stream, now, quietMs, lineEveryMs, label } = options;
  const isBar = canRedraw(options);
  const screen = createScreen(stream);
  const beganMs = now();
  let dueMs = beganMs + quietMs;
  let hasStopped = false;
  return {
    update(done, total) {
      const nowMs = now();
      if (hasStopped || nowMs < dueMs) return;
      dueMs = nowMs + (isBar ? REDRAW_EVERY_MS : lineEveryMs);
      const percent = formatPercent(total > 0 ? Math.floor((100 * done) / total) / 100 : 1);
      const amount = `${formatNumber(done)} of ${formatNumber(total)} (${percent})`;
      if (isBar) screen.draw([`${label} ${formatBar(done, total)} ${amount}`]);
      else stream.write(`${label}: ${amount}\n`);
    },
    stop() {
      hasStopped = true;
      screen.clear();
    },
  };
}

/** What is known so far. */
export interface InterimTable {
  readonly titles: readonly string[];
  /** The first cell names the row; the others are numbers. */
  readonly rows: readonly (readonly string[])[];
  /** Index of the row that runs now; -1: none. */
  readonly current: number;
}

export const NO_TABLE: InterimTable = { titles: [], rows: [], current: -1 };

export interface RunProgressOptions extends Pick<ProgressOptions, 'stream' | 'dumb' | 'now'> {
  readonly stages: readonly Stage[];
  readonly colors: Colors;
}

export interface RunProgress {
  /** A run begins: what it is, and what is known so far. */
  beginRun(what: string, table?: InterimTable): void;
  /** Another description of the same run. */
  describeRun(what: string): void;
  /** A run of a stage ends. At a terminal its line stays only where it matters. */
  endRun(stage: string, line: string, options?: { readonly stay: boolean }): void;
  /** Prints a line that stays. */
  say(line: string): void;
  /** Takes the block away. Must be called, also after a failure; may be called twice. */
  stop(): void;
}

/** On this program's standard error. */
export function showRunProgress(stages: readonly Stage[]): RunProgress {
  const { stream, dumb, now } = PROGRESS_DEFAULTS;
  return createRunProgress({ stages, stream, dumb, now, colors: errorColors });
}

const ENDING = 'ending, and keeping what was measured; Ctrl-C again ends it at once';

export function sayWhenInterrupted(progress: RunProgress, signal: AbortSignal): void {
  signal.addEventListener('abort', () => progress.say(ENDING), { once: true });
}

export function createRunProgress(options: RunProgressOptions): RunProgress {
  return canRedraw(options) ? createBlock(options) : createLines(options);
}

function sumRuns(stages: Iterable<{ readonly runs: number }>): number {
  return [...stages].reduce((sum, { runs }) => sum + runs, 0);
}

function createLines({ stages, stream }: RunProgressOptions): RunProgress {
  let done = 0;
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    beginRun() {},
    describeRun() {},
    endRun(_stage, line) {
      done++;
      say(`${line} (${done} of ${sumRuns(stages)})`);
    },
    say,
    stop() {},
  };
}

function createBlock({ stages, stream, colors, now }: RunProgressOptions): RunProgress {
  const screen = createScreen(stream);
  const completed = new Map<string, CompletedRuns>();
  let running = { what: '', table: NO_TABLE, beganMs: now() };
  let hasStopped = false;
  const draw = () => {
    if (hasStopped || running.what === '') return;
    // The run under way is not done yet, but the time since it began has passed already.
    const spentSeconds = (now() - running.beganMs) / 1000;
    const leftSeconds = Math.max(0, estimateSecondsLeft(stages, completed) - spentSeconds);
    const amounts = { done: sumRuns(completed.values()), total: sumRuns(stages), leftSeconds };
    const { what, table } = running;
    screen.draw(formatBlock({ what, table, ...amounts }, screen.size(), colors));
  };
  const timer = setInterval(draw, 1_000);
  timer.unref();
  return {
    beginRun(what, table = NO_TABLE) {
      running = { what, table, beganMs: now() };
      draw();
    },
    describeRun(what) {
      running = { ...running, what };
    },
    endRun(stage, line, { stay } = { stay: false }) {
      const { runs, seconds } = completed.get(stage) ?? { runs: 0, seconds: 0 };
      const tookSeconds = (now() - running.beganMs) / 1000;
      completed.set(stage, { runs: runs + 1, seconds: seconds + tookSeconds });
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

export interface BlockState {
  /** `dispatch: batched x2 + 100 us, round 3 of 7` */
  readonly what: string;
  readonly done: number;
  readonly total: number;
  readonly leftSeconds: number;
  readonly table: InterimTable;
}

/** Narrower than this there is no bar. */
const BAR_FROM_COLUMNS = 70;
/** Below it a table would say nothing. */
const TABLE_FROM_COLUMNS = 40;
const TABLE_ROWS_MAX = 16;
/** Two lines above the table, its heading, and one that stays free. */
const OTHER_ROWS = 4;

/** No line is wider than the terminal, and there are no more lines than it has rows. */
export function formatBlock(state: BlockState, size: ScreenSize, colors: Colors): string[] {
  // A character in the last column may wrap.
  const columns = Math.max(1, size.columns - 1);
  const { what, done, total, leftSeconds, table } = state;
  const amount = `${formatNumber(done)} of ${formatNumber(total)} runs`;
  const text = `${amount}, ${formatDuration(leftSeconds)} left`;
  const bar = columns < BAR_FROM_COLUMNS ? '' : `${formatBar(done, total)} `;
  return [
    colors.bold(sanitize(what, columns)),
    sanitize(bar + text, columns),
    ...formatInterim(table, columns, size.rows - OTHER_ROWS, colors),
  ];
}

/** Of many rows the ones around the current one. */
function formatInterim(table: InterimTable, columns: number, rowsMax: number, colors: Colors) {
  const { titles, rows, current } = table;
  const shown = Math.min(rows.length, TABLE_ROWS_MAX, rowsMax);
  if (shown < 1 || columns < TABLE_FROM_COLUMNS) return [];
  const first = Math.max(0, Math.min(current - Math.floor(shown / 2), rows.length - shown));
  const heading = titles.map((title, at) => {
    return at === 0 ? { title, widthMin: 1 } : { title, align: 'right' as const, isOptional: true };
  });
  return formatTable(heading, rows.slice(first, first + shown), {
    width: columns,
    paintTitles: colors.dim,
    paintRow: (line, at) => (first + at === current ? line : colors.dim(line)),
  });
}
