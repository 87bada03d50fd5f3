// `two-callers score <url>`: posts transactions to a running service, shows what they scored, and
// says whether the service counted what it answered. It knows the service only by its URL.

import type { Command } from 'commander';
import { isClientError } from '../checker/driver/client-error.js';
import { ledgerOf } from '../checker/driver/ledger.js';
import { POST_DEFAULTS, type PostResult, postAll } from '../checker/driver/post.js';
import { type Reconciliation, reconcile } from '../checker/driver/reconcile.js';
import { readStats, type Stats } from '../checker/driver/stats.js';
import { DEFAULT_TRANSACTIONS_PATH, readTransactions } from '../checker/driver/transactions.js';
import { painterOf } from '../checker/report/lines.js';
import { errorLines, summaryLines } from '../checker/report/score-summary.js';
import { TABLE_DEFAULTS, tableLines } from '../checker/report/score-table.js';
import { colors } from '../present/colours.js';
import { createProgress } from '../present/progress.js';
import { formatNumber } from '../present/text.js';
import {
  columns,
  EXIT,
  type ExitCode,
  serviceUrl,
  untilInterrupted,
  wholeNumber,
} from './usage.js';

interface ScoreFlags {
  readonly file: string;
  readonly count?: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly json: boolean;
}

const COUNT_DEFAULT = 10;
const ERROR_LINES_MAX = 20;

export function addScore(program: Command): void {
  program
    .command('score')
    .description('post transactions to a service and show what they scored')
    .argument('<url>', 'the service, for instance http://127.0.0.1:5000', serviceUrl)
    .option('--file <path>', 'transactions, one JSON object a line', DEFAULT_TRANSACTIONS_PATH)
    .option(
      '--count <n>',
      'how many of them (default: 10, or all if fewer)',
      wholeNumber(1, 10_000_000),
    )
    .option('--concurrency <n>', 'callers at the same time', wholeNumber(1, 1024), 1)
    .option('--timeout-ms <n>', 'for one request', wholeNumber(1, 600_000), POST_DEFAULTS.timeoutMs)
    .option('--json', 'print JSON', false)
    .action(async (target: string, flags: ScoreFlags) => {
      process.exitCode = await score(target, flags);
    });
}

async function score(target: string, flags: ScoreFlags): Promise<ExitCode> {
  const all = await readTransactions(flags.file);
  const count = flags.count ?? Math.min(COUNT_DEFAULT, all.length);
  if (all.length < count) {
    const has = formatNumber(all.length);
    throw new Error(`--count ${count}: the file holds ${has} transactions; ask for fewer`);
  }
  const before = await statsOf(target);
  const result = await postWithProgress(target, all.slice(0, count), flags);
  // A service that has gone away since has no last word: the ledger stands alone.
  const after = before && (await statsOf(target).catch(() => undefined));
  const account =
    before === undefined || after === undefined
      ? undefined
      : reconcile(before, after, ledgerOf(result.items));
  process.stdout.write(flags.json ? asJson(result, account) : asText(result, account));
  const answered = result.items.filter((item) => item.outcome === 'ok').length;
  if (result.items.every((item) => item.outcome === 'unsent')) return EXIT.unusable;
  return answered === result.total && account?.verdict !== 'violated' ? EXIT.ok : EXIT.wrong;
}

/**
 * A foreign service may have no counters to read; then its count is not judged.
 * @throws ClientError `unreachable` when there is no service at all
 */
async function statsOf(target: string): Promise<Stats | undefined> {
  try {
    return await readStats(target);
  } catch (error) {
    if (isClientError(error) && error.code === 'bad-answer') return undefined;
    throw error;
  }
}

/** Ctrl-C keeps what was done so far, marked partial. */
async function postWithProgress(
  target: string,
  transactions: Awaited<ReturnType<typeof readTransactions>>,
  flags: ScoreFlags,
): Promise<PostResult> {
  const progress = createProgress();
  return untilInterrupted(async (signal) => {
    try {
      return await postAll({
        ...POST_DEFAULTS,
        url: target,
        transactions,
        concurrency: flags.concurrency,
        timeoutMs: flags.timeoutMs,
        signal,
        onProgress: progress.update,
      });
    } finally {
      progress.stop();
    }
  });
}

function asText(result: PostResult, account: Reconciliation | undefined): string {
  const table = tableLines(result.items, { ...TABLE_DEFAULTS, columns: columns(), colors });
  const errors = errorLines(result.items, ERROR_LINES_MAX);
  const summary = [...summaryLines(result, colors), ...accountLines(account)];
  return [block(table), block(errors), summary.join('\n'), '\n'].join('');
}

/** The verdict on the count with its evidence, the gravest first. */
export function accountLines(account: Reconciliation | undefined): string[] {
  if (account === undefined) {
    return [colors.dim('GET /stats gave no counters; the count is not judged')];
  }
  const { verdict, evidence } = account;
  const paint = painterOf(verdict, colors);
  const [first = '', ...rest] = evidence;
  return [paint(`${verdict}: ${first}`), ...rest];
}

/** Lines with an empty line after them; nothing for none. */
function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

function asJson(result: PostResult, account: Reconciliation | undefined): string {
  return `${JSON.stringify({ ...result, account: account ?? null })}\n`;
}
