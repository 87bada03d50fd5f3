// `two-callers study`: answers the question by running it, in about three minutes: two simultaneous
// callers in each topology, the checker on itself, the cost of each topology; and a page.
// Exit code 0: all is well; 1: a correct tally was refuted, a seeded fault missed, or a false
// alarm raised; 2: it failed; 130: ended by Ctrl-C, with the results so far.

import { renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { findViolations } from '../../bench/report/headline.js';
import { buildReport, type Report } from '../../bench/report/report.js';
import { openOut } from '../../bench/runner/results-file.js';
import { measureSession } from '../../bench/runner/session.js';
import { planStages } from '../../bench/runner/session-progress.js';
import { scenariosNamed } from '../../bench/scenarios/scenarios.js';
import {
  planFirstStages,
  planStudy,
  runStudy,
  type Study,
  type StudyPlan,
  type StudyTools,
} from '../../bench/study/study-session.js';
import { formatStudy, judgeStudy, studyJson } from '../../bench/study/study-summary.js';
import { namePartial } from '../checker/driver/files.js';
import { parseTarget } from '../checker/driver/target-options.js';
import { runPairTest } from '../checker/pair-test/pair-test.js';
import { colors } from '../present/colours.js';
import { formatDuration, type Stage, sumExpectedSeconds } from '../present/estimate-duration.js';
import { type RunProgress, sayWhenInterrupted, showRunProgress } from '../present/progress.js';
import { formatError } from '../present/text.js';
import { runSelfTest } from '../self-test/run.js';
import { startService } from '../self-test/started-service.js';
import {
  checkWritable,
  EXIT,
  formatJson,
  INTERRUPTED,
  LOAD_PACKAGES,
  PAGE_PACKAGES,
  requirePackages,
  untilInterrupted,
  wholeNumber,
  writePage,
} from './usage.js';

export interface StudyFlags {
  readonly out: string;
  readonly html: string;
  readonly seed: number;
  readonly json: boolean;
  readonly smoke: boolean;
}

/** What measures and what shows; a test replaces them. */
export interface StudyDependencies extends StudyTools {
  readonly showRunProgress: (stages: readonly Stage[]) => RunProgress;
  readonly renderPage: (report: Report) => Promise<string>;
  readonly print: (text: string) => void;
}

const TIMEOUT_MS = 10_000;

const askOwn: StudyTools['ask'] = async (topology, { pairs, seed, signal }, onProgress) => {
  const service = await startService(['--topology', topology]);
  try {
    const target = await parseTarget(service.url, { timeoutMs: TIMEOUT_MS, seed });
    const asked = await runPairTest({ target, pairs, seed, signal, alone: true, onProgress });
    return signal.aborted && asked.pairs === 0 ? undefined : asked;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    await service.stop();
  }
};

const DEPENDENCIES: StudyDependencies = {
  ask: askOwn,
  selfTest: runSelfTest,
  measure: measureSession,
  showRunProgress,
  // The libraries that draw the charts take long to load.
  renderPage: async (report) => (await import('../../bench/report/page.js')).renderPage(report),
  print: (text) => void process.stdout.write(text),
};

export function addStudy(program: Command): void {
  program
    .command('study')
    .description('answer the question by running it: in about three minutes, with a page')
    .option('--out <file>', 'its results, a JSON line each; replaces the file', 'study.ndjson')
    .option('--html <file>', 'its page', 'study.html')
    .option('--seed <n>', 'of everything random', wholeNumber(1, 2 ** 31), 1)
    .option('--json', 'print JSON', false)
    .addOption(new Option('--smoke', 'tiny, to see that it runs').default(false).hideHelp())
    .action(async (flags: StudyFlags) => {
      process.exitCode = await study(flags);
    });
}

export async function study(
  flags: StudyFlags,
  dependencies: StudyDependencies = DEPENDENCIES,
): Promise<number> {
  const { out, html, seed } = flags;
  if (resolve(out) === resolve(html)) throw new Error('--out and --html: name two files');
  requirePackages('study', [...LOAD_PACKAGES, ...PAGE_PACKAGES]);
  await checkWritable('--html', html);
  await checkWritable('--out', out);
  const write = openOut(namePartial(out), { isNew: true });
  const plan = planStudy(seed, { isSmoke: flags.smoke });
  const scenarios = scenariosNamed(plan.names);
  const stages = [...planFirstStages(plan), ...planStages({ scenarios, plan: plan.bench })];
  const progress = dependencies.showRunProgress(stages);
  progress.say(describePlan(plan, stages));
  const work = (signal: AbortSignal) => {
    sayWhenInterrupted(progress, signal);
    const command = `npx two-callers study --seed ${seed}${flags.smoke ? ' --smoke' : ''}`;
    const under = { progress, signal, tools: dependencies };
    return runStudy(plan, command, write, under).finally(progress.stop);
  };
  return finish(await untilInterrupted(work, ['SIGINT', 'SIGTERM']), flags, dependencies);
}

/** Writes the page, prints the summary and chooses the exit code. */
async function finish(
  done: Study,
  flags: StudyFlags,
  { renderPage, print }: StudyDependencies,
): Promise<number> {
  const { seed, json } = flags;
  const report = buildReport(done.results, seed);
  let { failure } = done;
  // A partial result never replaces a whole one.
  const isWhole = !done.isPartial && failure === undefined;
  const [out, html] = isWhole ? [flags.out, flags.html] : [namePartial(flags.out), namePartial(flags.html)];
  if (isWhole) renameSync(namePartial(out), out);
  const isPaged = await renderPage(report)
    .then((page) => writePage('--html', html, page))
    .then(() => true)
    .catch((error: unknown) => {
      failure ??= error;
      return false;
    });
  const fault = failure === undefined ? undefined : formatError(failure);
  const summary = { study: done, report, out, html: isPaged ? html : undefined, fault };
  print(json ? formatJson(studyJson(summary), 2) : `${formatStudy(summary, colors).join('\n')}\n`);
  if (findViolations(done.results).length > 0) return EXIT.wrong;
  if (done.isPartial) return INTERRUPTED;
  if (failure !== undefined) throw failure;
  return judgeStudy(done) === 'unknown' ? EXIT.unusable : EXIT.ok;
}

function describePlan({ topologies, pairs, missing }: StudyPlan, stages: readonly Stage[]): string {
  const [, test, ...bench] = stages;
  const runs = bench.reduce((sum, stage) => sum + stage.runs, 0);
  const parts = [
    `two callers at the same moment, ${pairs} times in each of ${topologies.length} topologies`,
    `the checker on ${test?.runs} own services`,
    `${runs} runs of ${bench.map(({ name }) => name).join(', ')}`,
    formatDuration(sumExpectedSeconds(stages)),
  ];
  return [parts.join('; '), ...missing.map((reason) => `not tested: ${reason}`)].join('\n');
}
