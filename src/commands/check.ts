// `two-callers check`: three commands in one, and what each may be told. A URL is checked
// (check-url.ts); the checker itself is (self-test.ts); or a service of ours while it is harmed
// (chaos.ts). An option that means nothing to the one that was chosen is refused.

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

/** What each may be told besides a URL; a URL may be told whatever these alone do not have. */
const SELF_TEST_OPTIONS = ['selfTest', 'seeds', 'seed', 'requests', 'topology', 'tally', 'json'];
const CHAOS_OPTIONS = ['chaos', 'topology', 'tally', 'seconds', 'callers', 'seed', 'json'];
const NOT_OF_A_URL = ['seeds', 'topology', 'tally'];

export function addCheck(program: Command): void {
  const check = withTargetFlags(
    program.command('check').description('prove or refute the counter of a service'),
    '[url]',
  );
  check
    .option('--callers <n>', 'callers at the same time', wholeNumber(1, 1024), D.callers)
    .option('--requests <n>', `how often it is called (default: ${D.requests})`, requests)
    .option('--seconds <n>', 'or how long, at most 2,000,000 times', wholeNumber(1, SECONDS_MAX))
    .option('--reads-per-second <n>', 'of the counter meanwhile', readsPerSecond, D.readsPerSecond)
    .option('--alone', 'nobody else counts: what is counted too often is then a fault', D.alone)
    .option('--json', 'print JSON', false)
    .option('--html <file>', 'write a page with the evidence on a timeline')
    .option(
      '--self-test',
      'check the checker: against every tally of ours, in every topology',
      false,
    )
    .option('--chaos', 'check a service of ours while it is killed, cut off and stopped', false)
    .option('--seeds <n>', 'of --self-test: runs of each (default: 20)', wholeNumber(1, SEEDS_MAX))
    .addOption(new Option('--topology <name>', 'of both: this one only').choices(TOPOLOGY_NAMES))
    .addOption(new Option('--tally <kind>', 'of both: this one').choices(TALLY_NAMES))
    .action(async (url: string | undefined, flags: CheckFlags) => {
      process.exitCode = await run(url, flags, given(check));
    });
}

const requests = wholeNumber(1, REQUESTS_MAX);
const readsPerSecond = wholeNumber(0, 1_000);

/** The options that were typed. */
function given(command: Command): readonly Option[] {
  return command.options.filter((option) => {
    return command.getOptionValueSource(option.attributeName()) === 'cli';
  });
}

async function run(
  url: string | undefined,
  flags: CheckFlags,
  typed: readonly Option[],
): Promise<ExitCode> {
  const mode = flags.selfTest ? '--self-test' : '--chaos';
  const isOfUrl = !flags.selfTest && !flags.chaos;
  const own = flags.selfTest ? SELF_TEST_OPTIONS : CHAOS_OPTIONS;
  const stray = typed.find((option) => {
    const name = option.attributeName();
    return isOfUrl ? NOT_OF_A_URL.includes(name) : !own.includes(name);
  });
  if (isOfUrl) {
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
    const told = { ...CHAOS_DEFAULTS, callers: flags.callers, seconds, seed, json };
    return chaos({ ...told, ...which, tally: tally ?? CHAOS_DEFAULTS.tally });
  }
  const { seeds = SELF_TEST_DEFAULTS.seeds } = flags;
  const told = { seeds, seed, json, requests: flags.requests ?? SELF_TEST_DEFAULTS.requests };
  return selfTest({ ...told, ...which, ...(tally !== undefined && { tally }) });
}
