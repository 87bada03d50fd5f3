// `two-callers check --self-test`: does the checker catch every tally that is broken on purpose,
// and leave every honest one alone? Starts a fresh service for each run, one after the other, and
// prints what was found. Main thread.

import { colors } from '../present/colours.js';
import { createProgress, PROGRESS_DEFAULTS } from '../present/progress.js';
import { type SelfTestResult, selfTestLines, verdictOf } from '../self-test/lines.js';
import { type PlannedRun, planSelfTest, type SelfTestFlags } from '../self-test/plan.js';
import { selfTestJson } from '../self-test/result.js';
import { type Attempt, attempt, runOnce, type SelfTestRun } from '../self-test/run.js';
import { EXIT_OF, type ExitCode, untilInterrupted } from './usage.js';

/** Tests put in place of it what cannot be had from a service. */
export interface SelfTestTools {
  readonly attempt: Attempt;
  readonly write: (text: string) => void;
}

/** Told how a self-test goes on. */
export interface SelfTestWatch {
  readonly begins: (planned: PlannedRun) => void;
  /** A request was made. */
  readonly adds: () => void;
  readonly ends: (run: SelfTestRun) => void;
}

const TOOLS: SelfTestTools = { attempt, write: (text) => void process.stdout.write(text) };

/** 0: 0 missed, 0 false alarms; 1: at least one of them; 2: interrupted, or nothing can be run. */
export async function selfTest(
  flags: SelfTestFlags,
  tools: SelfTestTools = TOOLS,
): Promise<ExitCode> {
  const result = await untilInterrupted((signal) => withBar(flags, signal, tools));
  tools.write(flags.json ? `${JSON.stringify(selfTestJson(result, flags))}\n` : asText(result));
  return EXIT_OF[verdictOf(result)];
}

async function withBar(flags: SelfTestFlags, signal: AbortSignal, { attempt }: SelfTestTools) {
  const progress = createProgress({ ...PROGRESS_DEFAULTS, label: 'runs of the self-test' });
  const total = planSelfTest(flags).runs.length;
  let made = 0;
  const adds = () => progress.update(made, total);
  const ends = () => {
    made++;
    adds();
  };
  try {
    return await runSelfTest(flags, signal, { begins() {}, adds, ends }, attempt);
  } finally {
    progress.stop();
  }
}

/** Prints nothing. */
export async function runSelfTest(
  flags: SelfTestFlags,
  signal: AbortSignal,
  watch: SelfTestWatch,
  attempt: Attempt = TOOLS.attempt,
): Promise<SelfTestResult> {
  const plan = planSelfTest(flags);
  const runs: SelfTestRun[] = [];
  const { requests } = flags;
  for (const planned of plan.runs) {
    if (signal.aborted) break;
    watch.begins(planned);
    const run = await runOnce(planned, { attempt, requests, signal, onAdd: watch.adds });
    if (run === undefined) continue;
    runs.push(run);
    watch.ends(run);
  }
  return { plan, runs, partial: signal.aborted };
}

function asText(result: SelfTestResult): string {
  return `${selfTestLines(result, colors).join('\n')}\n`;
}
