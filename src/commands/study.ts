// `two-callers study`: the question, answered by running it, in about three minutes: two callers at
// the same moment in each topology, the checker on itself, what each topology costs; and a page.
// Exit code 0: all is well; 1: an honest tally was refuted, a planted fault missed, or a false
// alarm raised; 2: it could not be done; 130: ended by Ctrl-C, with what was measured so far.

import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { answerOf } from '../../bench/report/answer.js';
import { headlineOf } from '../../bench/report/headline.js';
import { renderPage } from '../../bench/report/page.js';
import { reportOf } from '../../bench/report/report.js';
import { openOut, type Results } from '../../bench/runner/results-file.js';
import { measureSession } from '../../bench/runner/session.js';
import { planStages } from '../../bench/runner/session-progress.js';
import { scenariosNamed } from '../../bench/scenarios/scenarios.js';
import { parseTarget } from '../checker/driver/target-options.js';
import { runPairTest } from '../checker/pair-test/pair-test.js';
import { colors } from '../present/colours.js';
import { formatDuration, type Stage, sumExpectedSeconds } from '../present/estimate-duration.js';
import { type RunProgress, sayWhenInterrupted, showRunProgress } from '../present/progress.js';
import { formatError } from '../present/text.js';
import { runSelfTest } from '../self-test/run.js';
import { startService } from '../self-test/started-service.js';
import { checkWritable, writePage } from './page-file.js';

import { findingsOf } from './study-findings.js';
import { studyJson, studyLines, type Told } from './study-lines.js';
import { planStudy, type StudyPlan, stagesBefore } from './study-plan.js';
import { runStudy, type Study, type StudyTools } from './study-run.js';
import { EXIT, INTERRUPTED, untilInterrupted, wholeNumber } from './usage.js';

export interface StudyFlags {
  readonly out: string;
  readonly html: string;
  readonly seed: number;
  readonly json: boolean;
  readonly smoke: boolean;
}

/** Besides what measures: how it is shown. Tests put something else in its place. */
export interface StudyHouse extends StudyTools {
  readonly showRunProgress: (stages: readonly Stage[]) => RunProgress;
  readonly headline: (results: Results) => readonly string[];
  readonly answer: (results: Results) => readonly string[];
  readonly page: (results: Results, seed: number) => Promise<string>;
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

const HOUSE: StudyHouse = {
  ask: askOwn,
  selfTest: runSelfTest,
  measure: measureSession,
  showRunProgress,
  headline: headlineOf,
  answer: answerOf,
  page: (results, seed) => renderPage(reportOf(results, seed)),
  print: (text) => void process.stdout.write(text),
};

export function addStudy(program: Command): void {
  program
    .command('study')
    .description('answer the question by running it: in about three minutes, with a page')
    .option('--out <file>', 'its results, a JSON line each; written anew', 'study.ndjson')
    .option('--html <file>', 'its page', 'study.html')
    .option('--seed <n>', 'of everything random', wholeNumber(1, 2 ** 31), 1)
    .option('--json', 'print JSON', false)
    .addOption(new Option('--smoke', 'tiny, to see that it runs').default(false).hideHelp())
    .action(async (flags: StudyFlags) => {
      process.exitCode = await study(flags);
    });
}

export async function study(flags: StudyFlags, house: StudyHouse = HOUSE): Promise<number> {
  const { out, html, seed } = flags;
  if (resolve(out) === resolve(html)) throw new Error('--out and --html: name two files');
  await checkWritable('--html', html);
  const write = openOut(out, { isNew: true });
  const plan = planStudy(seed, { isSmoke: flags.smoke });
  const scenarios = scenariosNamed(plan.names);
  const stages = [...stagesBefore(plan), ...planStages({ scenarios, plan: plan.bench })];
  const live = house.showRunProgress(stages);
  live.say(announced(plan, stages));
  const work = (signal: AbortSignal) => {
    sayWhenInterrupted(live, signal);
    const command = `two-callers study --seed ${seed}${flags.smoke ? ' --smoke' : ''}`;
    return runStudy(plan, command, write, { live, signal, tools: house }).finally(live.stop);
  };
  const done = await untilInterrupted(work, ['SIGINT', 'SIGTERM']);
  return conclude(done, flags, house);
}

async function conclude(done: Study, flags: StudyFlags, house: StudyHouse): Promise<number> {
  const { out, html, seed, json } = flags;
  const { results, failure, isPartial } = done;
  const findings = findingsOf(done);
  let broken = failure;
  const isPaged = await house
    .page(results, seed)
    .then((page) => writePage('--html', html, page))
    .then(() => true)
    .catch((error: unknown) => {
      broken ??= error;
      return false;
    });
  const [headline, answer] = [house.headline(results), house.answer(results)];
  const page = isPaged ? html : undefined;
  const fault = broken === undefined ? undefined : formatError(broken);
  const told: Told = { study: done, findings, headline, answer, out, html: page, fault };
  house.print(
    json
      ? `${JSON.stringify(studyJson(told), null, 2)}\n`
      : `${studyLines(told, colors).join('\n')}\n`,
  );
  if (findings.refuted.length > 0) return EXIT.wrong;
  if (isPartial) return INTERRUPTED;
  if (broken !== undefined) throw broken;
  return findings.verdict === 'unknown' ? EXIT.unusable : EXIT.ok;
}

function announced({ topologies, pairs, missing }: StudyPlan, stages: readonly Stage[]): string {
  const [, test, ...bench] = stages;
  const runs = bench.reduce((sum, stage) => sum + stage.runs, 0);
  const parts = [
    `two callers at the same moment, ${pairs} times in each of ${topologies.length} topologies`,
    `the checker on ${test?.runs} services of its own`,
    `${runs} runs of ${bench.map(({ name }) => name).join(', ')}`,
    formatDuration(sumExpectedSeconds(stages)),
  ];
  return [parts.join('; '), ...missing.map((reason) => `not tested: ${reason}`)].join('\n');
}
