// The result of `score` as text: outcomes, levels, speed, and a line for each failed transaction.
// It makes lines and prints nothing. The figures describe one run from one client; they are no
// benchmark (bench/ repeats runs, interleaves variants and gives intervals).

import type { Colors } from '../../present/colours.js';
import { formatCount, formatNumber } from '../../present/text.js';
import { LEVELS } from '../driver/assessment.js';
import type { ScoredItem, ScoreResult } from '../driver/score-run.js';
import { describeTransaction } from '../driver/transactions.js';
import { paintLevel } from './score-table.js';

/** The nearest-rank percentile. */
export function percentile(sorted: Float64Array, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? Number.NaN;
}

type ScoreSummary = Omit<ScoreResult, 'account'>;

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
