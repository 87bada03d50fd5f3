// What a run came to, for people: totals, levels, speed, and a line for each failed transaction.
// Makes lines and prints nothing. The figures describe this one run from this one client; they are
// no benchmark (bench/ repeats, interleaves and gives intervals).

import type { Colors } from '../../present/colours.js';
import { formatCount, formatNumber } from '../../present/text.js';
import { LEVELS, type Outcome } from '../driver/answer.js';
import { acknowledgedByLevel, ledgerOf } from '../driver/ledger.js';
import type { PostItem, PostResult } from '../driver/post.js';
import { describeTransaction } from '../driver/transactions.js';
import { paintLevel } from './score-table.js';

/** The least latency that at least so many percent of the run had (nearest rank). */
export function percentile(sorted: Float64Array, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? Number.NaN;
}

/** Three lines: the ledger, the levels, the speed; the latter two only if anything was answered. */
export function summaryLines(result: PostResult, colors: Colors): string[] {
  const ledger = ledgerOf(result.items);
  const answered = ledger.acknowledged.length;
  const refused = `${formatNumber(ledger.refused)} refused`;
  const parts = [
    `${formatNumber(answered)} answered`,
    ledger.refused > 0 ? colors.red(refused) : refused,
  ];
  const unknown = `${formatNumber(ledger.unknown)} unknown`;
  parts.push(ledger.unknown > 0 ? colors.red(unknown) : unknown);
  if (ledger.unsent > 0) parts.push(colors.red(`${formatNumber(ledger.unsent)} never sent`));
  const attempted = formatCount(result.items.length, 'transaction');
  const lines = [`${attempted}: ${parts.join(', ')}`];
  if (result.partial) {
    const reason = result.stopReason === 'no connection' ? 'nobody answers there' : 'stopped';
    const rest = formatNumber(result.total - result.items.length);
    lines.push(
      colors.yellow(
        `partial: ${reason}, and ${rest} of ${formatNumber(result.total)} were not tried`,
      ),
    );
  }
  if (answered === 0) return lines;
  const byLevel = acknowledgedByLevel(ledger);
  lines.push(
    LEVELS.map((level) => {
      return `${paintLevel(level, level, colors)} ${formatNumber(byLevel[level])}`;
    }).join(', '),
  );
  lines.push(speedLine(result, answered));
  return lines;
}

function speedLine(result: PostResult, answered: number): string {
  const latencies = result.items
    .filter((item) => item.outcome === 'ok')
    .map((item) => item.latencyMs);
  const sorted = Float64Array.from(latencies).sort();
  const seconds = result.durationMs / 1000;
  const rate = formatNumber(answered / Math.max(seconds, 1e-6));
  const p50 = formatNumber(percentile(sorted, 50), 2);
  const p99 = formatNumber(percentile(sorted, 99), 2);
  const n = `n = ${formatNumber(answered)}`;
  return `${formatNumber(seconds, 2)} s, ${rate} requests/s, p50 ${p50} ms, p99 ${p99} ms (${n})`;
}

/** What each outcome but `ok` means for the counter. */
const MEANING: Readonly<Record<Exclude<Outcome, 'ok'>, string>> = {
  refused: '',
  unknown: ' (counted once or not at all)',
  unsent: ' (never counted)',
};

/** A line for each transaction without an assessment, `line 17 TX00017: 400 Missing ...`. */
export function errorLines(items: readonly PostItem[], linesMax: number): string[] {
  const lines: string[] = [];
  let hidden = 0;
  for (const item of items) {
    if (item.outcome === 'ok') continue;
    if (lines.length >= linesMax) hidden++;
    else
      lines.push(`${describeTransaction(item.transaction)}: ${item.error}${MEANING[item.outcome]}`);
  }
  if (hidden > 0) lines.push(`… and ${formatNumber(hidden)} more failed`);
  return lines;
}
