// `two-callers score <url>`: posts transactions to a running service, shows their assessments, and
// says whether the service counted them. It knows the service only by its URL.

import type { Command } from 'commander';
import { SCORE_DEFAULTS, type ScoreResult, scoreTransactions } from '../checker/driver/score-run.js';
import { DEFAULT_TRANSACTIONS_PATH, readTransactions } from '../checker/driver/transactions.js';
import { errorLines, summaryLines, tableLines } from '../checker/report/score-text.js';
import { pickPaint } from '../checker/report/terminal.js';
import { colors } from '../present/colours.js';
import { formatNumber, sanitize } from '../present/text.js';
import { columns, EXIT, type ExitCode, formatJson, serviceUrl, showProgress, wholeNumber } from './usage.js';

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
  const { timeoutMs } = SCORE_DEFAULTS;
  program
    .command('score')
    .description('post transactions to a service and show their assessments')
    .argument('<url>', 'the service, for instance http://127.0.0.1:5000', serviceUrl)
    .option('--file <path>', 'transactions, one JSON object per line', DEFAULT_TRANSACTIONS_PATH)
    .option(
      '--count <n>',
      'number of transactions (default: 10, or all if fewer)',
      wholeNumber(1, 10_000_000),
    )
    .option('--concurrency <n>', 'callers at the same time', wholeNumber(1, 1024), 1)
    .option('--timeout-ms <n>', 'time limit of one request', wholeNumber(1, 600_000), timeoutMs)
    .option('--json', 'print JSON', false)
    .action(async (url: string, flags: ScoreFlags) => {
      process.exitCode = await score(url, flags);
    });
}

async function score(url: string, flags: ScoreFlags): Promise<ExitCode> {
  const all = await readTransactions(flags.file);
  const count = flags.count ?? Math.min(COUNT_DEFAULT, all.length);
  if (all.length < count) {
    const has = formatNumber(all.length);
    throw new Error(`--count ${count}: the file has ${has} transactions; ask for fewer`);
  }
  const { concurrency, timeoutMs } = flags;
  const transactions = all.slice(0, count);
  // Ctrl-C keeps what was done, marked partial.
  const result = await showProgress('scoring', (signal, onProgress) =>
    scoreTransactions({ ...SCORE_DEFAULTS, url, transactions, concurrency, timeoutMs, signal, onProgress }),
  );
  process.stdout.write(flags.json ? formatJson(result) : formatResult(result));
  const { items, total, account } = result;
  if (items.every(({ outcome }) => outcome === 'unsent')) return EXIT.unusable;
  const isAnswered = items.filter(({ outcome }) => outcome === 'ok').length === total;
  return isAnswered && account?.verdict !== 'violated' ? EXIT.ok : EXIT.wrong;
}

function formatResult(result: ScoreResult): string {
  const table = tableLines(result.items, columns(), colors);
  const errors = errorLines(result.items, ERROR_LINES_MAX);
  const blocks = [table, errors, [...summaryLines(result, colors), ...accountLines(result)]];
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** The verdict on the counter with its evidence, the gravest first. */
function accountLines({ account, unjudged }: ScoreResult): string[] {
  if (account === null) {
    return [
      `the count is not judged: ${sanitize(unjudged ?? '')}`,
      'npx two-callers check judges other counters',
    ];
  }
  const { verdict, evidence } = account;
  const [first = '', ...rest] = evidence.map((text) => sanitize(text));
  return [pickPaint(verdict, colors)(`${verdict}: ${first}`), ...rest];
}
