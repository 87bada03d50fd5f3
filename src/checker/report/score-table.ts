// The answered transactions as a table for people: aligned by display width, the rules last because
// they are cut first when the terminal is narrow. Makes lines and prints nothing. Colours are those
// of picocolors, which is silent for NO_COLOR and where the output is no terminal.

import pc from 'picocolors';
import { clip, counted, displayWidth, formatNumber, pad, printable } from '../../present/text.js';
import type { Level } from '../driver/answer.js';
import type { PostItem } from '../driver/post.js';
import type { SourceTransaction } from '../driver/transactions.js';

export type Colors = ReturnType<typeof pc.createColors>;

export interface TableOptions {
  /** Columns of the terminal; Infinity where the output is a file or a pipe. */
  readonly columns: number;
  /** More rows than this are counted and not shown. */
  readonly rowsMax: number;
  readonly colors: Colors;
}

export const TABLE_DEFAULTS: TableOptions = { columns: Infinity, rowsMax: Infinity, colors: pc };

/** How a level is painted wherever it is shown. */
export function paintLevel(level: Level, text: string, colors: Colors): string {
  if (level === 'CRITICAL') return colors.bold(colors.red(text));
  if (level === 'HIGH') return colors.red(text);
  return level === 'MEDIUM' ? colors.yellow(text) : colors.green(text);
}

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Left out, or cut down to this, when the terminal is narrow; null for a column kept whole. */
  readonly columnsMin: number | null;
}

const COLUMNS = [
  { title: 'tx_id', align: 'left', columnsMin: 7 },
  { title: 'amount', align: 'right', columnsMin: null },
  { title: 'category', align: 'left', columnsMin: 8 },
  { title: 'hour', align: 'right', columnsMin: null },
  { title: 'score', align: 'right', columnsMin: null },
  { title: 'level', align: 'left', columnsMin: null },
  { title: 'rules', align: 'left', columnsMin: 8 },
] as const satisfies readonly Column[];

const LEVEL_AT = COLUMNS.findIndex((column) => column.title === 'level');
const RULES_AT = COLUMNS.findIndex((column) => column.title === 'rules');
/** A foreign name may be as long as it likes; a cell may not. */
const CELL_COLUMNS_MAX = 200;
const GAP = '  ';

/** A heading and a row for each answered transaction; empty when none was answered. */
export function tableLines(
  items: readonly PostItem[],
  options: TableOptions = TABLE_DEFAULTS,
): string[] {
  const { columns, rowsMax, colors } = options;
  const answered = items.filter((item) => item.assessment !== null);
  if (answered.length === 0) return [];
  const shown = answered.slice(0, rowsMax);
  const rows = shown.map(cellsOf);
  const widths = fit(naturalWidths(rows), columns);
  const lines = [layOut(titles(), widths, (text) => colors.bold(text), null)];
  for (const [at, cells] of rows.entries()) {
    const level = shown[at]?.assessment?.risk_level ?? 'LOW';
    lines.push(layOut(cells, widths, null, (text) => paintLevel(level, text, colors)));
  }
  const hidden = answered.length - shown.length;
  if (hidden > 0) lines.push(colors.dim(`… and ${counted(hidden, 'more row')}`));
  return lines;
}

function titles(): string[] {
  return COLUMNS.map((column) => column.title);
}

function cellsOf(item: PostItem): string[] {
  const { value } = item.transaction;
  const { assessment } = item;
  const text = (field: unknown): string => {
    const plain = typeof field === 'string' ? field : (JSON.stringify(field) ?? '');
    return clip(printable(plain.slice(0, CELL_COLUMNS_MAX * 2)), CELL_COLUMNS_MAX);
  };
  const { amount } = value;
  return [
    text(assessment?.tx_id),
    typeof amount === 'number' ? formatNumber(amount, 2) : text(amount),
    text(value.category),
    String(hourOf(item.transaction)),
    text(assessment?.score),
    text(assessment?.risk_level),
    text(assessment?.triggered_rules.join(', ')),
  ];
}

/** The hour that the rules look at: `hour`, else that of the timestamp's own clock, else 12. */
export function hourOf(transaction: SourceTransaction): number {
  const { hour, timestamp } = transaction.value;
  if (typeof hour === 'number') return hour;
  if (typeof timestamp !== 'string') return 12;
  const digits = /^\d{4}-\d{2}-\d{2}[ T](\d{2}):/.exec(timestamp)?.[1];
  return digits === undefined ? 12 : Number(digits);
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  return COLUMNS.map((column, at) =>
    rows.reduce(
      (width, cells) => Math.max(width, displayWidth(cells[at] ?? '')),
      column.title.length,
    ),
  );
}

/**
 * Widths that fit the terminal: the rules give way first, then they are left out (width 0), then
 * the other columns of text give way. Numbers and levels are never cut.
 */
function fit(natural: readonly number[], terminalColumns: number): number[] {
  const widths = [...natural];
  const excess = (): number => {
    const used = widths.filter((width) => width > 0);
    return used.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - terminalColumns;
  };
  const order = [RULES_AT, ...COLUMNS.keys()].filter((at) => COLUMNS[at]?.columnsMin !== null);
  for (const at of new Set(order)) {
    const over = excess();
    if (over <= 0) break;
    const width = widths[at] ?? 0;
    const least = COLUMNS[at]?.columnsMin ?? width;
    if (width - over >= least) widths[at] = width - over;
    else widths[at] = at === RULES_AT ? 0 : Math.min(width, least);
  }
  return widths;
}

/** One line without trailing blanks. Painted after it is padded: colours take no columns. */
function layOut(
  cells: readonly string[],
  widths: readonly number[],
  paintAll: ((text: string) => string) | null,
  paintLevelCell: ((text: string) => string) | null,
): string {
  const parts: string[] = [];
  for (const [at, column] of COLUMNS.entries()) {
    const width = widths[at] ?? 0;
    if (width === 0) continue;
    const clipped = clip(cells[at] ?? '', width);
    const isLast = widths.slice(at + 1).every((each) => each === 0);
    const padding = pad(clipped, width, column.align).slice(clipped.length);
    const painted = at === LEVEL_AT && paintLevelCell !== null ? paintLevelCell(clipped) : clipped;
    if (column.align === 'right') parts.push(pad(clipped, width, 'right'));
    else parts.push(isLast ? painted : painted + padding);
  }
  const line = parts.join(GAP).trimEnd();
  return paintAll === null ? line : paintAll(line);
}
