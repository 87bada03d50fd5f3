// The answered transactions as a table for people: aligned by display width, the rules last because
// they are cut first when the terminal is narrow. Makes lines and prints nothing.

import { type Colors, NO_COLORS } from '../../present/colours.js';
import { formatTable, type TableColumn } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { RiskLevel } from '../driver/assessment.js';
import type { ScoredItem } from '../driver/score-run.js';
import type { SourceTransaction } from '../driver/transactions.js';

export interface TableOptions {
  /** Columns of the terminal; Infinity where the output is a file or a pipe. */
  readonly columns: number;
  /** More rows than this are counted and not shown. */
  readonly rowsMax: number;
  readonly colors: Colors;
}

export const TABLE_DEFAULTS: TableOptions = { columns: Infinity, rowsMax: Infinity, colors: NO_COLORS };

/** How a level is painted wherever it is shown. */
export function paintLevel(level: RiskLevel, text: string, colors: Colors): string {
  if (level === 'CRITICAL') return colors.bold(colors.red(text));
  if (level === 'HIGH') return colors.red(text);
  return level === 'MEDIUM' ? colors.yellow(text) : colors.green(text);
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'tx_id', widthMin: 7 },
  { title: 'amount', align: 'right' },
  { title: 'category', widthMin: 8 },
  { title: 'hour', align: 'right' },
  { title: 'score', align: 'right' },
  { title: 'level' },
  { title: 'rules', widthMin: 8, isOptional: true },
];

const LEVEL_AT = COLUMNS.findIndex((column) => column.title === 'level');
/** A foreign name may be as long as it likes; a cell may not. */
const CELL_COLUMNS_MAX = 200;

/** A heading and a row for each answered transaction; empty when none was answered. */
export function tableLines(items: readonly ScoredItem[], options: TableOptions = TABLE_DEFAULTS): string[] {
  const { columns, rowsMax, colors } = options;
  const answered = items.filter((item) => item.assessment !== null);
  if (answered.length === 0) return [];
  const shown = answered.slice(0, rowsMax);
  const paintCell = (text: string, row: number, column: number): string => {
    const level = shown[row]?.assessment?.risk_level ?? 'LOW';
    return column === LEVEL_AT ? paintLevel(level, text, colors) : text;
  };
  const paint = { paintTitles: colors.bold, paintCell };
  const lines = formatTable(COLUMNS, shown.map(formatCells), { width: columns, ...paint });
  const hidden = answered.length - shown.length;
  if (hidden > 0) lines.push(colors.dim(`… and ${formatCount(hidden, 'more row')}`));
  return lines;
}

function formatCells(item: ScoredItem): string[] {
  const { value } = item.transaction;
  const { assessment } = item;
  const text = (field: unknown): string => {
    const plain = typeof field === 'string' ? field : (JSON.stringify(field) ?? '');
    return sanitize(plain, CELL_COLUMNS_MAX);
  };
  const { amount } = value;
  return [
    text(assessment?.tx_id),
    typeof amount === 'number' ? formatNumber(amount, 2) : text(amount),
    text(value.category),
    String(readHour(item.transaction)),
    text(assessment?.score),
    text(assessment?.risk_level),
    text(assessment?.triggered_rules.join(', ')),
  ];
}

/** The hour that the rules look at: `hour`, else that of the timestamp's own clock, else 12. */
export function readHour(transaction: SourceTransaction): number {
  const { hour, timestamp } = transaction.value;
  if (typeof hour === 'number') return hour;
  if (typeof timestamp !== 'string') return 12;
  const digits = /^\d{4}-\d{2}-\d{2}[ T](\d{2}):/.exec(timestamp)?.[1];
  return digits === undefined ? 12 : Number(digits);
}
