// `two-callers check`: three modes and the options of each. It checks the service at a URL
// (check-url.ts), the checker itself (self-test.ts), or a service of ours during injected faults
// (chaos.ts). It refuses an option that has no meaning in the chosen mode.

import { type Command, Option } from 'commander';
import { CHECK_DEFAULTS, REQUESTS_MAX } from '../checker/driver/run-check.js';
import { CHAOS_DEFAULTS } from '../self-test/chaos-run.js';
import { SELF_TEST_DEFAULTS, TALLY_NAMES } from '../self-test/plan.js';
import type { TallyName } from '../tally/tally.js';
import { TOPOLOGY_NAMES, type TopologyName } from '../topologies/topology.js';
import { chaos } from './chaos.js';
import { type CheckUrlFlags, checkUrl } from './check-url.js';
import { selfTest } from './self-test.js';
import { withTargetFlags } from './target-flags.js';
import { type ExitCode, wholeNumber } from './usage.js';

interface CheckFlags extends CheckUrlFlags {
  readonly selfTest: boolean;
  readonly chaos: boolean;
  readonly seeds?: number;
  readonly topology?: TopologyName;
  readonly tally?: TallyName;
}

const D = CHECK_DEFAULTS;
const SECONDS_MAX = 3_600;
const SEEDS_MAX = 1_000;

/** The options of the two modes; a URL takes all options except the last list. */
const SELF_TEST_OPTIONS = ['selfTest', 'seeds', 'seed', 'requests', 'topology', 'tally', 'json'];
const CHAOS_OPTIONS = ['chaos', 'topology', 'tally', 'seconds', 'callers', 'seed', 'json'];
const NOT_FOR_A_URL = ['seeds', 'topology', 'tally'];

export function addCheck(program: Command): void {
  const check = withTargetFlags(
    program.command('check').description('prove or refute the counter of a service'),
    '[url]',
  );
  check
    .option('--callers <n>', 'callers at the same time', wholeNumber(1, 1024), D.callers)
    .option('--requests <n>', `number of calls (default: ${D.requests})`, requests)
    .option('--seconds <n>', 'or a time, with at most 2,000,000 calls', wholeNumber(1, SECONDS_MAX))
    .option(
      '--reads-per-second <n>',
      'reads of the counter during the calls',
      readsPerSecond,
      D.readsPerSecond,
    )
    .option('--alone', 'no other client counts: an overcount is then a fault', D.alone)
    .option('--json', 'print JSON', false)
    .option('--html <file>', 'write a page with the evidence on a timeline')
    .option('--self-test', 'check the checker: with every tally of ours, in every topology', false)
    .option('--chaos', 'check a service of ours during kills, dropped connections and stalls', false)
    .option('--seeds <n>', 'for --self-test: runs of each tally (default: 20)', wholeNumber(1, SEEDS_MAX))
    .addOption(new Option('--topology <name>', 'for both: only this one').choices(TOPOLOGY_NAMES))
    .addOption(new Option('--tally <kind>', 'for both: this one').choices(TALLY_NAMES))
    .action(async (url: string | undefined, flags: CheckFlags) => {
      process.exitCode = await run(url, flags, findTyped(check));
    });
}

const requests = wholeNumber(1, REQUESTS_MAX);
const readsPerSecond = wholeNumber(0, 1_000);

/** The options that the user typed. */
function findTyped(command: Command): readonly Option[] {
  return command.options.filter((option) => {
    return command.getOptionValueSource(option.attributeName()) === 'cli';
  });
}

async function run(url: string | undefined, flags: CheckFlags, typed: readonly Option[]): Promise<ExitCode> {
  const mode = flags.selfTest ? '--self-test' : '--chaos';
  const hasUrlMode = !flags.selfTest && !flags.chaos;
  const own = flags.selfTest ? SELF_TEST_OPTIONS : CHAOS_OPTIONS;
  const stray = typed.find((option) => {
    const name = option.attributeName();
    return hasUrlMode ? NOT_FOR_A_URL.includes(name) : !own.includes(name);
  });
  if (hasUrlMode) {
    if (url === undefined) throw new Error('check: give the URL of a service, or --self-test');
    if (stray === undefined) return checkUrl(url, flags);
    throw new Error(`${stray.long} is for --self-test and --chaos: leave it out for a URL`);
  }
  if (url !== undefined) throw new Error(`${mode} starts its own services: leave out the URL`);
  if (stray !== undefined) throw new Error(`${mode} and ${stray.long}: leave out one of them`);
  const { topology, tally, seed, json } = flags;
  const which = topology === undefined ? {} : { topology };
  if (flags.chaos) {
    const seconds = flags.seconds ?? CHAOS_DEFAULTS.seconds;
    const options = { ...CHAOS_DEFAULTS, callers: flags.callers, seconds, seed, json };
    return chaos({ ...options, ...which, tally: tally ?? CHAOS_DEFAULTS.tally });
  }
  const { seeds = SELF_TEST_DEFAULTS.seeds } = flags;
  const options = { seeds, seed, json, requests: flags.requests ?? SELF_TEST_DEFAULTS.requests };
  return selfTest({ ...options, ...which, ...(tally !== undefined && { tally }) });
}
