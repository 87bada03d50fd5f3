// What whoever waits at a terminal sees of a run: what runs now, how much is done, the time left,
// and a small table of what is known so far. Pure: a state in, lines out, none wider or more than
// the terminal; screen.ts draws them.

import type { Colors } from '../../../src/present/colours.js';
import { clip, displayWidth, formatNumber, pad, sanitize } from '../../../src/present/text.js';
import { aboutText } from '../estimate-duration.js';

export interface LiveState {
  /** `dispatch: batched x2 + 100 us, round 3 of 7` */
  readonly now: string;
  readonly done: number;
  readonly total: number;
  readonly leftSeconds: number;
  readonly table: LiveTable;
}

export interface LiveTable {
  readonly head: readonly string[];
  /** The first cell names the row; the others are aligned at the right. */
  readonly rows: readonly (readonly string[])[];
  /** Index of the row that runs now; -1: none. */
  readonly current: number;
}

export const NO_TABLE: LiveTable = { head: [], rows: [], current: -1 };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const BAR_COLUMNS = 24;
/** Narrower than this there is no bar. */
const BAR_FROM_COLUMNS = 70;
/** Below it a table would tell nothing. */
const TABLE_FROM_COLUMNS = 40;
const TABLE_ROWS_MAX = 16;
const GAP = '  ';
/** Two lines above the table, its head, and one that stays free. */
const OTHER_ROWS = 4;

export function liveLines(state: LiveState, size: Size, colors: Colors): string[] {
  // A character in the last column may wrap.
  const columns = Math.max(1, size.columns - 1);
  const fit = (text: string) => sanitize(text, columns);
  return [
    colors.bold(fit(state.now)),
    fit(progressText(state, columns)),
    ...tableLines(state.table, columns, size.rows - OTHER_ROWS, colors),
  ];
}

function progressText({ done, total, leftSeconds }: LiveState, columns: number): string {
  const amount = `${formatNumber(done)} of ${formatNumber(total)} runs`;
  const text = `${amount}, ${aboutText(leftSeconds)} left`;
  if (columns < BAR_FROM_COLUMNS) return text;
  const full = total > 0 ? Math.round((BAR_COLUMNS * done) / total) : 0;
  return `[${'='.repeat(full).padEnd(BAR_COLUMNS)}] ${text}`;
}

/** Whole columns only, as many as fit; of many rows those around the current one. */
function tableLines(table: LiveTable, columns: number, rowsMax: number, colors: Colors): string[] {
  const { head, rows, current } = table;
  const shown = Math.min(rows.length, TABLE_ROWS_MAX, rowsMax);
  if (shown < 1 || columns < TABLE_FROM_COLUMNS) return [];
  const widths = head.map((title, at) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at] ?? ''))),
  );
  const kept = columnsKept(widths, columns);
  const layOut = (row: readonly string[]) => {
    const cells = Array.from({ length: kept }, (_, at) => {
      return pad(sanitize(row[at] ?? ''), widths[at] ?? 0, at === 0 ? 'left' : 'right');
    });
    return clip(cells.join(GAP).trimEnd(), columns);
  };
  const first = Math.max(0, Math.min(current - Math.floor(shown / 2), rows.length - shown));
  const lines = rows.slice(first, first + shown).map((row, at) => {
    return first + at === current ? layOut(row) : colors.dim(layOut(row));
  });
  return [colors.dim(layOut(head)), ...lines];
}

function columnsKept(widths: readonly number[], columns: number): number {
  let used = 0;
  for (const [at, width] of widths.entries()) {
    used += width + (at === 0 ? 0 : GAP.length);
    if (used > columns) return Math.max(1, at);
  }
  return widths.length;
}
