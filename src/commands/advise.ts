// `two-callers advise --scorer ./mine.mjs --body tx.json`: measures this scorer on this machine and
// says which topology to use. Exit codes: 0: advised, also where it is too close to call; 1: no
// topology meets the targets; 2: not done, or too noisy to advise; 130: interrupted.

import { type Command, Option } from 'commander';
import { type Advice, decideAdvice } from '../../bench/advise/advice.js';
import { adviceJson, adviceLines } from '../../bench/advise/advice-text.js';
import { computeBreakEven } from '../../bench/advise/break-even.js';
import {
  type AdviseOptions,
  type Measurements,
  measureAdvice,
  readBody,
} from '../../bench/advise/measure-advice.js';
import { ADVICE_PLANS } from '../../bench/advise/plan.js';
import { estimateRequestUs } from '../../bench/advise/scorer-profile.js';
import { BODY } from '../../bench/load/transaction.js';
import { openOut } from '../../bench/runner/results-file.js';
import { random } from '../checker/random.js';
import { showRunProgress } from '../present/progress.js';
import { SERVE_DEFAULTS } from '../topologies/options.js';
import { scorerNamed } from './serve.js';
import {
  EXIT,
  formatJson,
  INTERRUPTED,
  LOAD_PACKAGES,
  requirePackages,
  untilInterrupted,
  wholeNumber,
} from './usage.js';

interface AdviseFlags {
  readonly scorer: string;
  readonly body?: string;
  readonly p99Ms?: number;
  readonly rps?: number;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly threads: number;
  readonly seed: number;
  readonly curve: boolean;
  readonly quick: boolean;
  readonly smoke: boolean;
  readonly json: boolean;
  readonly out?: string;
}

export function addAdvise(program: Command): void {
  const { rounds, seconds } = ADVICE_PLANS.full;
  program
    .command('advise')
    .description('measure a scorer on this machine, and advise a topology')
    .requiredOption('--scorer <name|path>', 'a built-in scorer, or a module of yours', scorerNamed)
    .option('--body <file>', 'one transaction as a JSON object (default: a built-in one)')
    .option('--p99-ms <n>', 'target: the p99 of /score is at most this', wholeNumber(1, 60_000))
    .option('--rps <n>', 'target: requests per second', wholeNumber(1, 100_000))
    .option('--rounds <n>', `runs of each topology (default: ${rounds})`, wholeNumber(1, 100))
    .option('--seconds <n>', `least load time of a run (default: ${seconds})`, wholeNumber(1, 60))
    .option(
      '--threads <n>',
      'task workers, listening threads or processes (all cores)',
      wholeNumber(1, 256),
      SERVE_DEFAULTS.threads,
    )
    .option('--seed <n>', 'random seed of the order and the intervals', wholeNumber(1, 2 ** 31), 1)
    .option('--no-curve', 'skip the curve of work, which takes half of the time')
    .option('--json', 'print JSON', false)
    .option('--out <file>', 'append each run as a JSON line to this file')
    .option('--quick', 'shorter runs, for a first look', false)
    .addOption(
      new Option('--smoke', 'one tiny round, to see that it runs')
        .default(false)
        .hideHelp()
        .conflicts('quick'),
    )
    .action(async (flags: AdviseFlags) => {
      process.exitCode = await untilInterrupted((signal) => run(flags, signal), ['SIGINT', 'SIGTERM']);
    });
}

async function run(flags: AdviseFlags, signal: AbortSignal): Promise<number> {
  const { scorer, rounds, seconds, seed, threads, curve, out, quick, smoke } = flags;
  requirePackages('advise', LOAD_PACKAGES);
  const body = flags.body === undefined ? BODY : readBody(flags.body);
  const options: AdviseOptions = {
    scorer,
    body,
    targets: { p99Ms: flags.p99Ms, perSecond: flags.rps },
    scale: smoke ? 'smoke' : quick ? 'quick' : 'full',
    rounds,
    seconds,
    seed,
    threads,
    withCurve: curve,
    write: out === undefined ? () => {} : openOut(out),
    command: ['npx two-callers', ...process.argv.slice(2)].join(' '),
    signal,
    showRunProgress,
  };
  try {
    return print(await measureAdvice(options), flags);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('two-callers: interrupted before the advice\n');
    return INTERRUPTED;
  }
}

function print(found: Measurements, { seed, json, quick, smoke }: AdviseFlags): number {
  const next = random(seed);
  const advice = decideAdvice(found.samples, found.targets, next);
  const { curve, profile } = found;
  const breakEven =
    curve && computeBreakEven(curve.samples, estimateRequestUs(profile, profile.rulesUs), next);
  const warning = smoke
    ? ['SMOKE: these figures mean nothing', '']
    : quick
      ? ['QUICK: short runs; without --quick they are longer', '']
      : [];
  const text = () => `${[...warning, ...adviceLines(advice, breakEven, found)].join('\n')}\n`;
  process.stdout.write(json ? formatJson(adviceJson(advice, breakEven, found), 2) : text());
  return chooseExitCode(advice);
}

function chooseExitCode({ outcome, choice }: Advice): number {
  if (choice === undefined) return EXIT.unusable;
  return outcome === 'none meets' ? EXIT.wrong : EXIT.ok;
}
