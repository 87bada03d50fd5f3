// `two-callers check --self-test`: does the checker catch every tally with a seeded fault, and pass
// every correct one? It starts a fresh service for each run, one after the other. Main thread.

import { colors } from '../present/colours.js';
import { createProgress, PROGRESS_DEFAULTS } from '../present/progress.js';
import { formatSelfTest } from '../self-test/lines.js';
import { planSelfTest, type SelfTestFlags } from '../self-test/plan.js';
import { formatSelfTestJson, judgeSelfTest } from '../self-test/result.js';
import { checkService, runSelfTest, type ServiceCheck } from '../self-test/run.js';
import { EXIT_BY_VERDICT, type ExitCode, untilInterrupted } from './usage.js';

/** Tests replace these. */
export interface SelfTestTools {
  readonly check: ServiceCheck;
  readonly write: (text: string) => void;
}

const TOOLS: SelfTestTools = {
  check: checkService,
  write: (text) => void process.stdout.write(text),
};

/** 0: 0 missed and 0 false alarms; 1: at least one of them; 2: interrupted, or nothing can run. */
export async function selfTest(
  flags: SelfTestFlags,
  { check, write }: SelfTestTools = TOOLS,
): Promise<ExitCode> {
  const progress = createProgress({ ...PROGRESS_DEFAULTS, label: 'runs of the self-test' });
  const total = planSelfTest(flags).runs.length;
  let done = 0;
  const adds = () => progress.update(done, total);
  const ends = () => progress.update(++done, total);
  const result = await untilInterrupted(async (signal) => {
    try {
      return await runSelfTest(flags, signal, { begins() {}, adds, ends }, check);
    } finally {
      progress.stop();
    }
  });
  const text = flags.json
    ? JSON.stringify(formatSelfTestJson(result, flags))
    : formatSelfTest(result, colors).join('\n');
  write(`${text}\n`);
  return EXIT_BY_VERDICT[judgeSelfTest(result)];
}
