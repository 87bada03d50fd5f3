// `npm run bench`: the figures of figures.ts, as ratios paired by round with bootstrap intervals.
// Variants are interleaved in seeded random order, a fresh server process each, beside the load
// generator on the same machine. Exit code 0: measured; 1: a run was void or a target clearly
// missed; 2: it could not be done; 130: ended by Ctrl-C, with what was measured so far.

import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { random } from '../src/check/random.js';
import { EXIT, oneLine, wholeNumber } from '../src/verbs/usage.js';
import { inOneLine, readEnvironment } from './environment.js';
import type { Figure, Sample } from './figure.js';
import { FIGURE_NAMES, FIGURES, type FigureName } from './figures.js';
import { GENERATOR_NAMES, type GeneratorName } from './generator.js';
import { nearest } from './nearest.js';
import { PLAN_DEFAULTS, PLAN_SMOKE, type Plan } from './plan.js';
import { describe, report } from './report.js';
import { resultLine } from './result-line.js';
import { measureAll, roundsOf } from './rounds.js';
import { startSpinner } from './spin.js';

interface Flags {
  readonly rounds?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly generator: GeneratorName;
  readonly requests?: number;
  readonly smoke: boolean;
  readonly out: string | undefined;
}

const INTERRUPTED = 130;

async function bench(names: readonly FigureName[], plan: Plan, out: string | undefined) {
  const environment = readEnvironment();
  process.stdout.write(`${inOneLine(environment)}\n`);
  const figures = names.map((name): readonly [string, Figure] => [name, FIGURES[name]]);
  const total = figures
    .map(([, figure]) => roundsOf(figure, plan) * figure.variants(plan).length)
    .reduce((sum, count) => sum + count, 0);
  const samples: Sample[] = [];
  const interrupt = interruption();
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  let failure: unknown;
  const session = randomUUID();
  const onSample = (sample: Sample) => {
    samples.push(sample);
    tell(`${describe(sample)} (${samples.length} of ${total})`);
    if (out !== undefined) appendFileSync(out, resultLine(sample, plan, environment, session));
  };
  const spinner = await startSpinner();
  await measureAll(figures, { plan, signal: interrupt, tell }, spinner, onSample)
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(spinner.close);
  const { lines, isMissed } = report(figures, samples, plan, random(plan.seed));
  const warnings = [
    ...(plan.isSmoke ? ['SMOKE: these figures mean nothing'] : []),
    ...(samples.length < total ? [`PARTIAL: ${samples.length} of ${total} runs were made`] : []),
  ];
  const text = [...warnings, ...lines, ...closing(plan), ...warnings].join('\n');
  process.stdout.write(`\n${text}\n`);
  if (interrupt.aborted) process.exitCode = INTERRUPTED;
  else if (failure !== undefined) throw failure;
  else if ((isMissed && !plan.isSmoke) || samples.some((sample) => sample.void !== undefined)) {
    process.exitCode = EXIT.wrong;
  }
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

function figureName(word: string): FigureName {
  const name = FIGURE_NAMES.find((known) => known === word);
  if (name !== undefined) return name;
  const near = nearest(word, FIGURE_NAMES);
  throw new Error(`unknown figure "${word}": did you mean ${near}?`);
}

function planOf({ smoke, rounds, seconds, seed, generator, requests }: Flags): Plan {
  const base = smoke ? PLAN_SMOKE : PLAN_DEFAULTS;
  return {
    ...base,
    rounds: rounds ?? base.rounds,
    seconds: seconds ?? base.seconds,
    requests: requests ?? base.requests,
    seed,
    generator,
  };
}

async function action(words: readonly string[], flags: Flags): Promise<void> {
  const byDefault = FIGURE_NAMES.filter((name) => flags.smoke || FIGURES[name].isDefault);
  const asked = [...new Set(words.map(figureName))];
  await bench(asked.length > 0 ? asked : byDefault, planOf(flags), flags.out);
}

const { rounds, seconds, seed, requests, generator } = PLAN_DEFAULTS;
const list = FIGURE_NAMES.map((name) => {
  const { about, isDefault } = FIGURES[name];
  return `  ${name.padEnd(9)} ${about}${isDefault ? '' : ' (only when named)'}`;
}).join('\n');
const program = new Command('bench')
  .description('measures figures as ratios paired by round, with bootstrap intervals')
  .argument('[figure...]', 'which ones; those of the list that need not be named, when none is')
  .option('--rounds <n>', `rounds of every variant (default: ${rounds})`, wholeNumber(1, 1_000))
  .option('--seconds <n>', `of load in each run (default: ${seconds})`, wholeNumber(1, 600))
  .option('--seed <n>', 'of the order and the intervals', wholeNumber(1, 2 ** 31), seed)
  .option(
    '--requests <n>',
    `of memory (default: ${requests})`,
    wholeNumber(PLAN_DEFAULTS.connections, 1e9),
  )
  .addOption(
    new Option('--generator <name>', 'who makes the closed loops')
      .choices(GENERATOR_NAMES)
      .default(generator),
  )
  .option('--out <file>', 'append each run as a JSON line')
  .option('--smoke', 'one tiny round of every figure, to see that everything runs', false)
  .addHelpText('after', `\nFigures:\n${list}`)
  .configureOutput({ outputError: (text, write) => write(`bench: ${oneLine(text)}\n`) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.unusable))
  .action(action);

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`bench: ${oneLine(error)}\n`);
  process.exitCode = EXIT.unusable;
});
