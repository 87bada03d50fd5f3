// `two-callers bench [scenario...]`: measures scenarios as ratios paired by round with bootstrap
// intervals. Reads the options, shows what runs, and sets the exit code. 0: measured; 1: a run was
// void or a target clearly missed; 2: it could not be done; 130: ended by Ctrl-C, with what was
// measured so far.

import { type Command, Option } from 'commander';
import { inOneLine } from '../../bench/environment.js';
import { GENERATOR_NAMES, type GeneratorName } from '../../bench/load/generator.js';
import { nearest } from '../../bench/nearest.js';
import { PLAN_DEFAULTS, PLAN_QUICK, PLAN_SMOKE, type Plan } from '../../bench/plan.js';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from '../../bench/scenarios.js';
import { measureSession, plannedOf, type Session, totalOf } from '../../bench/session.js';
import { describe, summarize } from '../../bench/summary.js';
import { random } from '../check/random.js';
import { addCompare } from './bench-compare.js';
import { EXIT, wholeNumber } from './usage.js';

interface BenchFlags {
  readonly rounds?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly generator: GeneratorName;
  readonly requests?: number;
  readonly quick: boolean;
  readonly smoke: boolean;
  readonly out?: string;
}

const INTERRUPTED = 130;

export function addBench(program: Command): void {
  const { rounds, seconds, seed, requests, generator, connections } = PLAN_DEFAULTS;
  const bench = program
    .command('bench')
    .description('measure scenarios as ratios paired by round, with bootstrap intervals')
    .argument('[scenario...]', 'which ones; those that need not be named, when none is')
    .option('--rounds <n>', `rounds of every variant (default: ${rounds})`, wholeNumber(1, 1_000))
    .option('--seconds <n>', `of load in each run (default: ${seconds})`, wholeNumber(1, 600))
    .option('--seed <n>', 'of the order and the intervals', wholeNumber(1, 2 ** 31), seed)
    .option(
      '--requests <n>',
      `of memory (default: ${requests})`,
      wholeNumber(connections, 1_000_000_000),
    )
    .addOption(
      new Option('--generator <name>', 'who makes the closed loops')
        .choices(GENERATOR_NAMES)
        .default(generator),
    )
    .option('--out <file>', 'append each run as a JSON line')
    .option('--quick', 'fewer rows and shorter runs, for a first look', false)
    .addOption(
      new Option('--smoke', 'one tiny round of everything, to see that it runs')
        .default(false)
        .conflicts('quick'),
    )
    .addHelpText('after', `\nScenarios:\n${list()}`)
    .action(async (words: readonly string[], flags: BenchFlags) => {
      const byDefault = SCENARIO_NAMES.filter((name) => flags.smoke || SCENARIOS[name].isDefault);
      const asked = [...new Set(words.map(scenarioName))];
      process.exitCode = await run(asked.length > 0 ? asked : byDefault, planOf(flags), flags.out);
    });
  addCompare(bench);
}

function list(): string {
  const rows = SCENARIO_NAMES.map((name) => {
    const { about, isDefault } = SCENARIOS[name];
    return `  ${name.padEnd(9)} ${about}${isDefault ? '' : ' (only when named)'}`;
  });
  return rows.join('\n');
}

async function run(names: readonly ScenarioName[], plan: Plan, out: string | undefined) {
  const total = totalOf(plannedOf(names, plan));
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  const session = await measureSession({
    names,
    plan,
    out,
    command: ['two-callers', ...process.argv.slice(2)].join(' '),
    signal: interruption(),
    tell,
    onSample: (sample, made) => tell(`${describe(sample)} (${made} of ${total})`),
  });
  const { scenarios, samples, failure, environment } = session;
  const { lines, isMissed } = summarize(scenarios, samples, plan, random(plan.seed));
  const warnings = warningsOf(session, plan);
  const text = [...warnings, ...lines, ...closing(plan), ...warnings].join('\n');
  process.stdout.write(`${inOneLine(environment)}\n\n${text}\n`);
  if (failure !== undefined) throw failure;
  if (samples.length < total) return INTERRUPTED;
  const isBad = samples.some((sample) => sample.void !== undefined);
  return isBad || (isMissed && plan.scale !== 'smoke') ? EXIT.wrong : EXIT.ok;
}

function warningsOf({ samples, total }: Session, { scale }: Plan): string[] {
  const partial = `PARTIAL: ${samples.length} of ${total} runs were made`;
  return [
    ...(scale === 'smoke' ? ['SMOKE: these figures mean nothing'] : []),
    ...(scale === 'quick' ? ['QUICK: short runs; the full plan measures more, and longer'] : []),
    ...(samples.length < total ? [partial] : []),
  ];
}

/** Ctrl-C and SIGTERM end the measuring; a second one ends the program at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

function closing({ rounds, seconds, connections, generator, seed }: Plan): string[] {
  return [
    `${rounds} rounds of ${seconds} s, ${connections} connections, ${generator}, seed ${seed}.`,
    'Each generator shares the machine with the service: with few cores this shows what each',
    'topology costs, not how it scales. A generator CPU near 1 was the limit itself.',
  ];
}

/** @throws Error with the nearest name */
function scenarioName(word: string): ScenarioName {
  const name = SCENARIO_NAMES.find((known) => known === word);
  if (name !== undefined) return name;
  throw new Error(`unknown scenario "${word}": did you mean ${nearest(word, SCENARIO_NAMES)}?`);
}

function planOf({ smoke, quick, rounds, seconds, seed, generator, requests }: BenchFlags): Plan {
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
