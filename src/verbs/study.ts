// `two-callers study`: the question, answered by running it. Starts a service in each topology,
// scores the same transactions through it with many callers, and compares what the service counted
// with what it acknowledged.

import type { Command } from 'commander';
import { ledgerOf } from '../client/ledger.js';
import { POST_DEFAULTS, type PostResult, postAll } from '../client/post.js';
import { createProgress, PROGRESS_DEFAULTS } from '../client/progress.js';
import { type Reconciliation, reconcile } from '../client/reconcile.js';
import { readStats } from '../client/stats.js';
import { errorLines, summaryLines } from '../client/summary.js';
import { TABLE_DEFAULTS, tableLines } from '../client/table.js';
import { formatNumber } from '../client/text.js';
import { readTransactions, type SourceTransaction } from '../client/transactions.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../serve/topology.js';
import { type Verdict, worst } from '../verdict.js';
import { accountLines } from './score.js';
import { startService } from './started-service.js';
import { colors, columns, EXIT, type ExitCode, wholeNumber } from './usage.js';

interface StudyFlags {
  readonly count: number;
  readonly callers: number;
  readonly json: boolean;
}

export interface Study {
  readonly topology: TopologyName;
  readonly result: PostResult;
  readonly account: Reconciliation;
  /** Of the service's process, after SIGTERM. */
  readonly exitCode: number | null;
}

/** A topology that cannot be had on this Node or this system. */
export interface Unavailable {
  readonly topology: TopologyName;
  readonly reason: string;
}

/** What was found, and what could not be looked at. */
export interface Findings {
  readonly studies: readonly Study[];
  readonly unavailable: readonly Unavailable[];
}

const ROWS_SHOWN = 10;
/** `a, b and c` */
const LIST = new Intl.ListFormat('en-GB');

export function addStudy(program: Command): void {
  program
    .command('study')
    .description('run the question in each topology and print the answer')
    .option('--count <n>', 'transactions in each topology', wholeNumber(1, 10_000), 10_000)
    .option('--callers <n>', 'callers at the same time', wholeNumber(1, 1024), 64)
    .option('--json', 'print JSON', false)
    .action(async (flags: StudyFlags) => {
      process.exitCode = await study(flags);
    });
}

async function study(flags: StudyFlags): Promise<ExitCode> {
  const transactions = (await readTransactions()).slice(0, flags.count);
  const studies: Study[] = [];
  const missing: Unavailable[] = [];
  for (const topology of TOPOLOGY_NAMES) {
    const reason = unavailable(topology);
    if (reason !== undefined) missing.push({ topology, reason });
    else studies.push(await studyOne(topology, transactions, flags.callers));
  }
  const findings = { studies, unavailable: missing };
  process.stdout.write(flags.json ? asJson(findings) : asText(findings, flags));
  const verdict = verdictOn(findings);
  return verdict === 'ok' || verdict === 'unavailable' ? EXIT.ok : EXIT.wrong;
}

/** `unavailable`: all that could be had kept their promise, and at least one could. */
export function verdictOn({ studies, unavailable }: Findings): Verdict {
  const tested = worst(studies.map(verdictOf));
  return unavailable.length === 0 ? tested : worst([tested, 'unavailable']);
}

async function studyOne(
  topology: TopologyName,
  transactions: readonly SourceTransaction[],
  callers: number,
): Promise<Study> {
  const service = await startService(['--topology', topology]);
  const progress = createProgress({ ...PROGRESS_DEFAULTS, label: `scoring through ${topology}` });
  try {
    const before = await readStats(service.url);
    const result = await postAll({
      ...POST_DEFAULTS,
      url: service.url,
      transactions,
      concurrency: callers,
      onProgress: progress.update,
    });
    const after = await readStats(service.url);
    // We started it on a port nobody knows: whatever it counted, we sent.
    const account = reconcile(before, after, ledgerOf(result.items), { alone: true });
    return { topology, result, account, exitCode: await service.stop() };
  } finally {
    progress.stop();
    await service.stop();
  }
}

/** A service that cannot end in order has not kept its promise either. */
export function verdictOf({ result, account, exitCode }: Study): Verdict {
  const complete: Verdict =
    ledgerOf(result.items).unknown === 0 && !result.partial ? 'ok' : 'unknown';
  return worst([account.verdict, complete, exitCode === 0 ? 'ok' : 'violated']);
}

function asText(findings: Findings, flags: StudyFlags): string {
  const { studies } = findings;
  const lines = [
    'What happens if two people call /score at the same time?',
    '',
    ...answer(findings, flags),
    '',
  ];
  const [first] = studies;
  if (first !== undefined) {
    const rows = first.result.items.slice(0, ROWS_SHOWN);
    lines.push(`The first ${rows.length} transactions (${first.topology}):`, '');
    lines.push(...tableLines(rows, { ...TABLE_DEFAULTS, columns: columns(), colors }), '');
  }
  for (const { topology, result, account } of studies) {
    lines.push(colors.bold(topology), ...summaryLines(result, colors), ...accountLines(account));
    lines.push(...errorLines(result.items, ROWS_SHOWN), '');
  }
  return lines.join('\n');
}

/** The answer so far: sentences computed from what was counted, and what was not looked at. */
export function answer(findings: Findings, { callers }: StudyFlags): string[] {
  const { studies, unavailable } = findings;
  const acknowledged = studies.reduce(
    (sum, { result }) => sum + ledgerOf(result.items).acknowledged.length,
    0,
  );
  const n = `${formatNumber(acknowledged)} acknowledged requests, ${callers} callers at a time`;
  const missing = unavailable.map(({ reason }) => colors.yellow(`Not tested: ${reason}.`));
  const bad = studies.filter((one) => verdictOf(one) !== 'ok').map(({ topology }) => topology);
  if (bad.length > 0 || studies.length === 0) {
    const verdict = worst(studies.map(verdictOf));
    const names = LIST.format(bad.length > 0 ? bad : ['any topology']);
    return [colors.red(`Not proved for ${names}: ${verdict} (${n}). See below.`), ...missing];
  }
  const names = LIST.format(studies.map(({ topology }) => topology));
  return [
    colors.green(`Both are answered, and both are counted: ${names} counted every acknowledged`),
    colors.green(`request exactly once (${n}).`),
    ...missing,
  ];
}

function asJson(findings: Findings): string {
  const rows = findings.studies.map(({ topology, result, account, exitCode }) => ({
    topology,
    verdict: account.verdict,
    evidence: account.evidence,
    acknowledged: ledgerOf(result.items).acknowledged.length,
    durationMs: result.durationMs,
    exitCode,
  }));
  const missing = findings.unavailable.map(({ topology, reason }) => {
    return { topology, verdict: 'unavailable', evidence: [reason] };
  });
  const verdict = verdictOn(findings);
  return `${JSON.stringify({ verdict, studies: [...rows, ...missing] })}\n`;
}
