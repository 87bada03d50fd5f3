// `two-callers ask <url>`: the pair test of a service that is known by its URL alone. Two callers call
// at the same moment, many times; a table shows what they saw. Exit code: 0 ok, 1 violated,
// 2 unknown or not possible.

import type { Command } from 'commander';
import { parseTarget, type TargetOptions } from '../checker/driver/target-options.js';
import { PAIR_TEST_DEFAULTS, PAIRS_MAX, runPairTest } from '../checker/pair-test/pair-test.js';
import { formatPairTestJson } from '../checker/pair-test/result.js';
import { formatPairTest } from '../checker/pair-test/terminal.js';
import { colors } from '../present/colours.js';
import {
  columns,
  EXIT_BY_VERDICT,
  type ExitCode,
  formatJson,
  showProgress,
  wholeNumber,
  withTargetFlags,
} from './usage.js';

interface AskFlags extends TargetOptions {
  readonly pairs: number;
  readonly alone: boolean;
  readonly json: boolean;
}

const D = PAIR_TEST_DEFAULTS;

export function addAsk(program: Command): void {
  withTargetFlags(
    program.command('ask').description('call twice at the same moment, and show what both callers saw'),
  )
    .option('--pairs <n>', 'number of pairs of calls', wholeNumber(1, PAIRS_MAX), D.pairs)
    .option('--alone', 'no other client counts: an overcount is then a fault', D.alone)
    .option('--json', 'print JSON', false)
    .action(async (url: string, flags: AskFlags) => {
      process.exitCode = await run(url, flags);
    });
}

async function run(url: string, flags: AskFlags): Promise<ExitCode> {
  const target = await parseTarget(url, flags);
  const asked = await showProgress('asking', (signal, onProgress) =>
    runPairTest({ ...flags, target, signal, onProgress }),
  );
  const text = flags.json
    ? formatJson(formatPairTestJson(asked))
    : `${formatPairTest(asked, columns(), colors).join('\n')}\n`;
  process.stdout.write(text);
  return EXIT_BY_VERDICT[asked.verdict];
}
