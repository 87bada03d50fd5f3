// The result of `score` as text: a table of the answered transactions, a summary, and a line for each failed
// transaction. Makes lines and prints nothing. The figures describe one run from one client; they are no
// benchmark (bench/ repeats runs, interleaves variants and gives intervals).

import type { Colors } from '../../present/colours.js';
import { formatTable, type TableColumn } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import { type AnsweredLevel, LEVELS } from '../driver/assessment.js';
import type { ScoredItem, ScoreResult } from '../driver/score-run.js';
import { describeTransaction, type SourceTransaction } from '../driver/transactions.js';

/** How a level is painted wherever it is shown. */
export function paintLevel(level: AnsweredLevel, text: string, colors: Colors): string {
  if (level === 'CRITICAL') return colors.bold(colors.red(text));
  if (level === 'HIGH') return colors.red(text);
  return level === 'MEDIUM' ? colors.yellow(text) : colors.green(text);
}

/** The rules come last, so a narrow terminal cuts them first. */
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

/** A row for each answered transaction; empty when none was answered. `width` is Infinity for a file. */
export function tableLines(items: readonly ScoredItem[], width: number, colors: Colors): string[] {
  const answered = items.filter((item) => item.assessment !== null);
  if (answered.length === 0) return [];
  const paintCell = (text: string, row: number, column: number): string => {
    const level = answered[row]?.assessment?.risk_level ?? 'LOW';
    return column === LEVEL_AT ? paintLevel(level, text, colors) : text;
  };
  return formatTable(COLUMNS, answered.map(formatCells), { width, paintTitles: colors.bold, paintCell });
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

/** The nearest-rank percentile. */
export function percentile(sorted: Float64Array, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? Number.NaN;
}

type ScoreSummary = Omit<ScoreResult, 'account' | 'unjudged'>;

/** Three lines: outcomes, levels, speed; without an assessment only the first. */
export function summaryLines(result: ScoreSummary, colors: Colors): string[] {
  const { items, total, partial, stopReason } = result;
  const counts = { ok: 0, refused: 0, unknown: 0, unsent: 0 };
  for (const { outcome } of items) counts[outcome]++;
  const red = (count: number, text: string) => (count > 0 ? colors.red(text) : text);
  const parts = [
    `${formatNumber(counts.ok)} answered`,
    red(counts.refused, `${formatNumber(counts.refused)} refused`),
    red(counts.unknown, `${formatNumber(counts.unknown)} unknown`),
  ];
  if (counts.unsent > 0) parts.push(colors.red(`${formatNumber(counts.unsent)} never sent`));
  const lines = [`${formatCount(items.length, 'transaction')}: ${parts.join(', ')}`];
  if (partial) {
    const reason = stopReason === 'no connection' ? 'the service does not answer' : 'stopped';
    const rest = `${formatNumber(total - items.length)} of ${formatNumber(total)}`;
    lines.push(colors.yellow(`partial: ${reason}, and ${rest} were not sent`));
  }
  if (counts.ok === 0) return lines;
  const levels = LEVELS.map((level) => {
    const ofLevel = items.filter(({ assessment }) => assessment?.risk_level === level);
    return `${paintLevel(level, level, colors)} ${formatNumber(ofLevel.length)}`;
  });
  return [...lines, levels.join(', '), speedLine(result, counts.ok)];
}

function speedLine({ items, durationMs }: ScoreSummary, answered: number): string {
  const latencies = items.filter(({ outcome }) => outcome === 'ok').map((item) => item.latencyMs);
  const sorted = Float64Array.from(latencies).sort();
  const seconds = durationMs / 1000;
  const rate = formatNumber(answered / Math.max(seconds, 1e-6));
  const p50 = formatNumber(percentile(sorted, 50), 2);
  const p99 = formatNumber(percentile(sorted, 99), 2);
  const n = `n = ${formatNumber(answered)}`;
  return `${formatNumber(seconds, 2)} s, ${rate} requests/s, p50 ${p50} ms, p99 ${p99} ms (${n})`;
}

/** What an outcome means for the counter. */
const MEANING: Readonly<Record<Exclude<ScoredItem['outcome'], 'ok'>, string>> = {
  refused: '',
  unknown: ' (counted at most once)',
  unsent: ' (never counted)',
};

/** A line per transaction without an assessment: `line 17 TX00017: 400 Missing ...`. */
export function errorLines(items: readonly ScoredItem[], linesMax: number): string[] {
  const lines: string[] = [];
  let hidden = 0;
  for (const item of items) {
    if (item.outcome === 'ok') continue;
    if (lines.length >= linesMax) hidden++;
    else lines.push(`${describeTransaction(item.transaction)}: ${item.error}${MEANING[item.outcome]}`);
  }
  if (hidden > 0) lines.push(`… and ${formatNumber(hidden)} more failed`);
  return lines;
}
