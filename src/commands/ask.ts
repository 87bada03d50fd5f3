// `two-callers ask <url>`: the question itself, put to a service that it knows only by its URL: two
// callers at the same moment, so many times, and a table of what they saw. Reads the options, shows
// the run, and sets the exit code: 0 ok, 1 violated, 2 unknown or not possible.

import type { Command } from 'commander';
import { parseTarget } from '../checker/driver/target-options.js';
import { PAIR_TEST_DEFAULTS, PAIRS_MAX, runPairTest } from '../checker/pair-test/pair-test.js';
import { formatPairTestJson } from '../checker/pair-test/result.js';
import { formatPairTest } from '../checker/pair-test/terminal.js';
import { colors } from '../present/colours.js';
import { createProgress, PROGRESS_DEFAULTS } from '../present/progress.js';
import { type TargetFlags, withTargetFlags } from './target-flags.js';
import { columns, EXIT_BY_VERDICT, type ExitCode, untilInterrupted, wholeNumber } from './usage.js';

interface AskFlags extends TargetFlags {
  readonly pairs: number;
  readonly alone: boolean;
  readonly json: boolean;
}

const D = PAIR_TEST_DEFAULTS;

export function addAsk(program: Command): void {
  withTargetFlags(
    program.command('ask').description('call twice at the same moment, and show what the two saw'),
  )
    .option('--pairs <n>', 'how often the two call', wholeNumber(1, PAIRS_MAX), D.pairs)
    .option('--alone', 'nobody else counts: what is counted too often is then a fault', D.alone)
    .option('--json', 'print JSON', false)
    .action(async (url: string, flags: AskFlags) => {
      process.exitCode = await run(url, flags);
    });
}

async function run(url: string, flags: AskFlags): Promise<ExitCode> {
  const target = await parseTarget(url, flags);
  const progress = createProgress({ ...PROGRESS_DEFAULTS, label: 'asking' });
  const asked = await untilInterrupted(async (signal) => {
    try {
      return await runPairTest({ ...flags, target, signal, onProgress: progress.update });
    } finally {
      progress.stop();
    }
  });
  const text = flags.json
    ? JSON.stringify(formatPairTestJson(asked))
    : formatPairTest(asked, columns(), colors).join('\n');
  process.stdout.write(`${text}\n`);
  return EXIT_BY_VERDICT[asked.verdict];
}
