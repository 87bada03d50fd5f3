// `two-callers check <url>`: proves or refutes the counter of any service, known by its URL alone, and
// shows the run. Exit code: 0 ok, 1 violated, 2 unknown.

import type { CheckRun } from '../checker/driver/check-run.js';
import { CHECK_DEFAULTS, REQUESTS_MAX, runCheck } from '../checker/driver/run-check.js';
import { parseTarget } from '../checker/driver/target-options.js';
import { createPage } from '../checker/report/page.js';
import { buildRunDocument } from '../checker/report/run-data.js';
import { formatRun } from '../checker/report/terminal.js';
import { colors } from '../present/colours.js';
import { createProgress, PROGRESS_DEFAULTS } from '../present/progress.js';
import { checkWritable, writePage } from './page-file.js';
import type { TargetFlags } from './target-flags.js';
import { EXIT_BY_VERDICT, type ExitCode, untilInterrupted } from './usage.js';

export interface CheckUrlFlags extends TargetFlags {
  readonly callers: number;
  readonly requests?: number;
  readonly seconds?: number;
  readonly readsPerSecond: number;
  readonly alone: boolean;
  readonly json: boolean;
  readonly html?: string;
}

const D = CHECK_DEFAULTS;

export async function checkUrl(url: string, flags: CheckUrlFlags): Promise<ExitCode> {
  if (flags.requests !== undefined && flags.seconds !== undefined) {
    throw new Error('--requests and --seconds: give a number or a time, not both');
  }
  if (flags.html !== undefined) await checkWritable('--html', flags.html);
  const target = await parseTarget(url, flags);
  const progress = createProgress({ ...PROGRESS_DEFAULTS, label: 'checking' });
  const run = await untilInterrupted(async (signal) => {
    try {
      return await runCheck({
        ...flags,
        target,
        signal,
        requests: flags.requests ?? (flags.seconds === undefined ? D.requests : REQUESTS_MAX),
        seconds: flags.seconds ?? D.seconds,
        onProgress: progress.update,
      });
    } finally {
      progress.stop();
    }
  });
  await show(run, flags);
  return EXIT_BY_VERDICT[run.verdict];
}

async function show(run: CheckRun, { json, html }: CheckUrlFlags): Promise<void> {
  const text = json ? JSON.stringify(buildRunDocument(run)) : formatRun(run, colors).join('\n');
  process.stdout.write(`${text}\n`);
  if (html !== undefined) await writePage('--html', html, createPage(run));
}
