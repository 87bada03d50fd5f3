// `two-callers advise --scorer ./mine.mjs --body tx.json`: measures this scorer on this machine and
// says which topology to use. Reads the options, shows how far it is, prints, and sets the exit
// code. 0: advised, also where it is too close to call; 1: no topology meets what was asked for; 2:
// it could not be done; 130: ended by Ctrl-C or SIGTERM.

import { type Command, Option } from 'commander';
import { type Advice, adviceOf } from '../../bench/advise/advice.js';
import { requestUs } from '../../bench/advise/alone.js';
import { adviceJson } from '../../bench/advise/as-json.js';
import { readBody } from '../../bench/advise/body.js';
import { breakEvenOf } from '../../bench/advise/break-even.js';
import { adviceLines } from '../../bench/advise/lines.js';
import type { Measurements } from '../../bench/advise/measurements.js';
import { BRIEFS } from '../../bench/advise/plan.js';
import { type AdviseOptions, measureAdvice } from '../../bench/advise/run.js';
import { BODY } from '../../bench/load/transaction.js';
import { openOut } from '../../bench/runner/results-file.js';
import { random } from '../checker/random.js';
import { showRunProgress } from '../present/progress.js';
import { SERVE_DEFAULTS } from '../topologies/options.js';
import { scorerNamed } from './serve.js';
import { EXIT, INTERRUPTED, untilInterrupted, wholeNumber } from './usage.js';

interface Flags {
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
  const { rounds, seconds } = BRIEFS.full;
  program
    .command('advise')
    .description('measure a scorer on this machine, and say which topology to use')
    .requiredOption('--scorer <name|path>', 'a built-in scorer, or a module', scorerNamed)
    .option('--body <file>', 'one transaction, a JSON object (default: one of ours)')
    .option('--p99-ms <n>', 'what the p99 of /score may be at most', wholeNumber(1, 60_000))
    .option('--rps <n>', 'requests a second that must be borne', wholeNumber(1, 100_000))
    .option('--rounds <n>', `of every topology (default: ${rounds})`, wholeNumber(1, 100))
    .option('--seconds <n>', `of load, at least (default: ${seconds})`, wholeNumber(1, 60))
    .option(
      '--threads <n>',
      'task workers, or who listens (default: all cores)',
      wholeNumber(1, 256),
      SERVE_DEFAULTS.threads,
    )
    .option('--seed <n>', 'of the order and the intervals', wholeNumber(1, 2 ** 31), 1)
    .option('--no-curve', 'leave out the curve of work, half of the time')
    .option('--json', 'print JSON', false)
    .option('--out <file>', 'append each run as a JSON line')
    .option('--quick', 'shorter runs, for a first look', false)
    .addOption(
      new Option('--smoke', 'one tiny round, to see that it runs')
        .default(false)
        .hideHelp()
        .conflicts('quick'),
    )
    .action(async (flags: Flags) => {
      process.exitCode = await untilInterrupted(
        (signal) => run(flags, signal),
        ['SIGINT', 'SIGTERM'],
      );
    });
}

async function run(flags: Flags, signal: AbortSignal): Promise<number> {
  const { scorer, rounds, seconds, seed, threads, curve, out, quick, smoke } = flags;
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
    command: ['two-callers', ...process.argv.slice(2)].join(' '),
    signal,
    showRunProgress,
  };
  try {
    return print(await measureAdvice(options), flags);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('two-callers: interrupted before anything could be advised\n');
    return INTERRUPTED;
  }
}

function print(found: Measurements, { seed, json, quick, smoke }: Flags): number {
  const next = random(seed);
  const advice = adviceOf(found.samples, found.targets, next);
  const { curve, alone } = found;
  const breakEven = curve && breakEvenOf(curve.samples, requestUs(alone, alone.rulesUs), next);
  const document = () => JSON.stringify(adviceJson(advice, breakEven, found), null, 2);
  const warning = smoke
    ? ['SMOKE: these figures mean nothing', '']
    : quick
      ? ['QUICK: short runs; without --quick they are longer', '']
      : [];
  const text = () => [...warning, ...adviceLines(advice, breakEven, found)].join('\n');
  process.stdout.write(`${json ? document() : text()}\n`);
  return exitCodeOf(advice);
}

function exitCodeOf({ outcome, choice }: Advice): number {
  if (choice === undefined) return EXIT.unusable;
  return outcome === 'none meets' ? EXIT.wrong : EXIT.ok;
}
