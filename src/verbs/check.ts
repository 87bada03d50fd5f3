// `two-callers check <url>`: proves or refutes a counter that it knows only by its URL, ours or
// anybody's. Reads the options, shows the run, and sets the exit code: 0 ok, 1 violated, 2 unknown
// or not possible.

import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { runAsJson } from '../check/as-json.js';
import { runLines } from '../check/lines.js';
import { pageOf } from '../check/page/page.js';
import type { CheckRun } from '../check/run.js';
import { CHECK_DEFAULTS, REQUESTS_MAX, runCheck } from '../check/run-check.js';
import { targetOf } from '../check/target-options.js';
import { createProgress, PROGRESS_DEFAULTS } from '../client/progress.js';
import { clip, printable } from '../client/text.js';
import type { Verdict } from '../verdict.js';
import { type TargetFlags, withTargetFlags } from './target-flags.js';
import { colors, EXIT, type ExitCode, untilInterrupted, wholeNumber } from './usage.js';

interface CheckFlags extends TargetFlags {
  readonly callers: number;
  readonly requests?: number;
  readonly seconds?: number;
  readonly readsPerSecond: number;
  readonly alone: boolean;
  readonly json: boolean;
  readonly html?: string;
}

const D = CHECK_DEFAULTS;
const SECONDS_MAX = 3_600;

export function addCheck(program: Command): void {
  withTargetFlags(
    program.command('check').description('prove or refute the counter of a service'),
    '[url]',
  )
    .option('--callers <n>', 'callers at the same time', wholeNumber(1, 1024), D.callers)
    .option('--requests <n>', `how often it is called (default: ${D.requests})`, requests)
    .option('--seconds <n>', 'or how long', wholeNumber(1, SECONDS_MAX))
    .option('--reads-per-second <n>', 'of the counter meanwhile', readsPerSecond, D.readsPerSecond)
    .option('--alone', 'nobody else counts: what is counted too often is then a fault', D.alone)
    .option('--json', 'print JSON', false)
    .option('--html <file>', 'write a page with the evidence on a timeline')
    .action(async (url: string | undefined, flags: CheckFlags) => {
      process.exitCode = await check(url, flags);
    });
}

const requests = wholeNumber(1, REQUESTS_MAX);
const readsPerSecond = wholeNumber(0, 1_000);

async function check(url: string | undefined, flags: CheckFlags): Promise<ExitCode> {
  if (url === undefined) throw new Error('check: give the URL of a service');
  if (flags.requests !== undefined && flags.seconds !== undefined) {
    throw new Error('--requests and --seconds: say how often or how long, not both');
  }
  if (flags.html !== undefined) await checkWritable(flags.html);
  const target = await targetOf(url, flags);
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
  return EXIT_OF[run.verdict];
}

/** Of a verdict: only what was proved is a success, and only what was refuted a failure. */
export const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  ok: EXIT.ok,
  violated: EXIT.wrong,
  unknown: EXIT.unusable,
  unavailable: EXIT.unusable,
};

async function show(run: CheckRun, { json, html }: CheckFlags): Promise<void> {
  const text = json ? JSON.stringify(runAsJson(run)) : runLines(run, colors).join('\n');
  process.stdout.write(`${text}\n`);
  if (html !== undefined) await writeFile(html, pageOf(run));
}

/** Said before the run and not after it. @throws Error with one line */
async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
    if ((await stat(file).catch(() => undefined))?.isDirectory()) throw new Error('a directory');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--html: cannot write ${clip(printable(file), 100)}: ${printable(why)}`);
  }
}
