// `two-callers bench [scenario...]`: measures scenarios as ratios paired by round, with bootstrap
// intervals. Reads the options, shows progress, and sets the exit code. 0: measured; 1: a run was
// discarded or a target clearly missed; 2: it could not be done; 130: ended by Ctrl-C or SIGTERM,
// with the results so far. Main thread.

import { type Command, Option } from 'commander';
import { closest } from 'fastest-levenshtein';
import { GENERATOR_NAMES, type GeneratorName } from '../../bench/load/generator.js';
import { type Conclusion, conclude, conclusionJson, convertSession } from '../../bench/report/conclusion.js';
import type { Section } from '../../bench/report/model.js';
import { buildSections } from '../../bench/report/sections.js';
import { formatConclusion } from '../../bench/report/terminal.js';
import { formatEnvironment } from '../../bench/runner/environment.js';
import { PLAN_DEFAULTS, PLAN_QUICK, PLAN_SMOKE, type Plan } from '../../bench/runner/plan.js';
import { openOut } from '../../bench/runner/results-file.js';
import { type BenchSession, beginSession, measureSession } from '../../bench/runner/session.js';
import { describePlan, planStages, watchSession } from '../../bench/runner/session-progress.js';
import { renameScenario } from '../../bench/scenarios/former-names.js';
import {
  SCENARIO_NAMES,
  SCENARIOS,
  type ScenarioName,
  scenariosNamed,
} from '../../bench/scenarios/scenarios.js';
import { formatDuration, sumExpectedSeconds } from '../present/estimate-duration.js';
import { sayWhenInterrupted, showRunProgress } from '../present/progress.js';
import { formatTable } from '../present/table.js';
import { addCompare } from './bench-compare.js';
import {
  EXIT,
  formatJson,
  INTERRUPTED,
  LOAD_PACKAGES,
  requirePackages,
  untilInterrupted,
  wholeNumber,
} from './usage.js';

interface BenchFlags {
  readonly rounds?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly generator: GeneratorName;
  readonly requests?: number;
  readonly quick: boolean;
  readonly smoke: boolean;
  readonly out?: string;
  readonly json: boolean;
}

export function addBench(program: Command): void {
  const { rounds, seconds, seed, requests, generator, connections } = PLAN_DEFAULTS;
  const bench = program
    .command('bench')
    .description('measure scenarios as ratios paired by round, with bootstrap intervals')
    .argument('[scenario...]', 'default: all but those marked "only when named"')
    .option('--rounds <n>', `rounds of each variant (default: ${rounds})`, wholeNumber(1, 1_000))
    .option('--seconds <n>', `seconds of load in each run (default: ${seconds})`, wholeNumber(1, 600))
    .option('--seed <n>', 'seed of the order and of the intervals', wholeNumber(1, 2 ** 31), seed)
    .option(
      '--requests <n>',
      `requests of the scenario memory (default: ${requests})`,
      wholeNumber(connections, 1_000_000_000),
    )
    .addOption(
      new Option('--generator <name>', 'program that makes the closed loops')
        .choices(GENERATOR_NAMES)
        .default(generator),
    )
    .option('--out <file>', 'append each run to this file, as a JSON line')
    .option('--json', 'print the summary as one JSON document', false)
    .option('--quick', 'fewer variants and shorter runs, for a first look', false)
    .addOption(
      new Option('--smoke', 'one tiny round of every scenario, to test that it runs')
        .default(false)
        .conflicts('quick'),
    )
    .addHelpText('after', `\nScenarios:\n${list()}`)
    .action(async (words: readonly string[], flags: BenchFlags) => {
      const byDefault = SCENARIO_NAMES.filter((name) => flags.smoke || SCENARIOS[name].isDefault);
      const asked = [...new Set(words.map(scenarioName))];
      process.exitCode = await run(asked.length > 0 ? asked : byDefault, makePlan(flags), flags);
    });
  addCompare(bench);
}

function list(): string {
  const rows = SCENARIO_NAMES.map((name) => {
    const { about, isDefault } = SCENARIOS[name];
    return [name, `${about}${isDefault ? '' : ' (only when named)'}`];
  });
  return formatTable([], rows, { indent: 2 }).join('\n');
}

async function run(names: readonly ScenarioName[], plan: Plan, flags: BenchFlags) {
  if (plan.generator === 'autocannon') requirePackages('bench', LOAD_PACKAGES);
  const write = flags.out === undefined ? () => {} : openOut(flags.out);
  const command = ['npx two-callers', ...process.argv.slice(2)].join(' ');
  const begun = beginSession(scenariosNamed(names), plan, command, write);
  const stages = planStages(begun);
  const live = showRunProgress(stages);
  live.say(`${describePlan(begun)}; ${formatDuration(sumExpectedSeconds(stages))}`);
  const measure = (signal: AbortSignal) => {
    sayWhenInterrupted(live, signal);
    return measureSession(begun, watchSession(begun, live, signal)).finally(live.stop);
  };
  const session = await untilInterrupted(measure, ['SIGINT', 'SIGTERM']);
  const { scenarios, samples, failure, total } = session;
  const conclusion = conclude(scenarios, samples, plan);
  const sections = buildSections(convertSession(session, command), plan.seed);
  const print = flags.json ? asJson : asText;
  process.stdout.write(print(session, conclusion, sections));
  if (failure !== undefined) throw failure;
  if (samples.length < total) return INTERRUPTED;
  const isBad = samples.some((sample) => sample.discardReason !== undefined);
  return isBad || (conclusion.isMissed && plan.scale !== 'smoke') ? EXIT.wrong : EXIT.ok;
}

type Sections = readonly Section[];

function asJson(session: BenchSession, conclusion: Conclusion, sections: Sections): string {
  return formatJson(conclusionJson(session, conclusion, sections), 2);
}

function asText(session: BenchSession, conclusion: Conclusion, sections: Sections): string {
  const { samples, plan, environment } = session;
  const warnings = listWarnings(session);
  const end = formatConclusion(conclusion, sections, samples);
  const lines = [...warnings, ...end, ...closing(plan), ...warnings];
  return `${formatEnvironment(environment)}\n\n${lines.join('\n')}\n`;
}

function listWarnings({ samples, total, plan: { scale } }: BenchSession): string[] {
  const partial = `PARTIAL: ${samples.length} of ${total} runs were made`;
  return [
    ...(scale === 'smoke' ? ['SMOKE: these figures mean nothing'] : []),
    ...(scale === 'quick' ? ['QUICK: short runs; the full plan measures more variants, and longer'] : []),
    ...(samples.length < total ? [partial] : []),
  ];
}

function closing({ rounds, seconds, connections, generator, seed }: Plan): string[] {
  return [
    `${rounds} rounds of ${seconds} s, ${connections} connections, ${generator}, seed ${seed}.`,
    'Each generator shares the machine with the service. On few cores this shows what each',
    'topology costs, not how it scales. A generator CPU near 1 means the generator was the limit.',
  ];
}

/** @throws Error with the nearest name */
function scenarioName(word: string): ScenarioName {
  const current = renameScenario(word);
  const name = SCENARIO_NAMES.find((known) => known === current);
  if (name !== undefined) return name;
  if (word === 'compare') {
    throw new Error('compare measures nothing: npx two-callers bench compare <before> [after]');
  }
  const near = closest(word, [...SCENARIO_NAMES, 'compare']);
  throw new Error(`unknown scenario "${word}": did you mean ${near}? There are ${SCENARIO_NAMES.join(', ')}`);
}

function makePlan({ smoke, quick, rounds, seconds, seed, generator, requests }: BenchFlags): Plan {
  const base = smoke ? PLAN_SMOKE : quick ? PLAN_QUICK : PLAN_DEFAULTS;
  return {
    ...base,
    rounds: rounds ?? base.rounds,
    seconds: seconds ?? base.seconds,
    requests: requests ?? base.requests,
    seed,
    generator,
  };
}
