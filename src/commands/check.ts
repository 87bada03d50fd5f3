// `two-callers check`: three modes and the options of each. It proves or refutes the counter of the
// service at a URL; it checks the checker itself against every tally of ours; or it checks services of
// ours while it injects faults. It refuses an option that has no meaning in the chosen mode.

import { type Command, Option } from 'commander';
import { CHECK_DEFAULTS, REQUESTS_MAX, runCheck } from '../checker/driver/run-check.js';
import { parseTarget, type TargetOptions } from '../checker/driver/target-options.js';
import { createPage } from '../checker/report/page.js';
import { buildRunDocument } from '../checker/report/run-data.js';
import { formatRun } from '../checker/report/terminal.js';
import { colors } from '../present/colours.js';
import { type ChaosResult, formatChaos, judgeChaos } from '../self-test/chaos-lines.js';
import { CHAOS_DEFAULTS, type ChaosFlags, type ChaosRun, runChaos } from '../self-test/chaos-run.js';
import { formatSelfTest, formatSelfTestJson, judgeSelfTest } from '../self-test/result.js';
import {
  checkService,
  planSelfTest,
  runSelfTest,
  SELF_TEST_DEFAULTS,
  type SelfTestFlags,
  type ServiceCheck,
  TALLY_NAMES,
} from '../self-test/run.js';
import type { TallyName } from '../tally/tally.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../topologies/topology.js';
import {
  checkWritable,
  EXIT_BY_VERDICT,
  type ExitCode,
  formatJson,
  refuseOverwriting,
  showProgress,
  wholeNumber,
  withTargetFlags,
  writePage,
} from './usage.js';

interface CheckFlags extends TargetOptions {
  readonly callers: number;
  readonly requests?: number;
  readonly seconds?: number;
  readonly readsPerSecond: number;
  readonly alone: boolean;
  readonly json: boolean;
  readonly html?: string;
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

/** Exit code: 0 ok, 1 violated, 2 unknown. */
async function checkUrl(url: string, flags: CheckFlags): Promise<ExitCode> {
  const { requests: adds, seconds, html, json } = flags;
  if (adds !== undefined && seconds !== undefined) {
    throw new Error('--requests and --seconds: give a number or a time, not both');
  }
  if (html !== undefined) {
    if (flags.file !== undefined) refuseOverwriting([flags.file], [html]);
    await checkWritable('--html', html);
  }
  const target = await parseTarget(url, flags);
  const limits = {
    requests: adds ?? (seconds === undefined ? D.requests : REQUESTS_MAX),
    seconds: seconds ?? D.seconds,
  };
  const run = await showProgress('checking', (signal, onProgress) =>
    runCheck({ ...flags, target, signal, ...limits, onProgress }),
  );
  process.stdout.write(json ? formatJson(buildRunDocument(run)) : `${formatRun(run, colors).join('\n')}\n`);
  if (html !== undefined) await writePage('--html', html, createPage(run));
  return EXIT_BY_VERDICT[run.verdict];
}

const print = (text: string): void => void process.stdout.write(text);

/** Tests replace these. */
export interface SelfTestTools {
  readonly check: ServiceCheck;
  readonly write: (text: string) => void;
}

/**
 * Starts a fresh service for each run, one after the other.
 * Exit code: 0: 0 missed and 0 false alarms; 1: at least one of them; 2: interrupted, or nothing can run.
 */
export async function selfTest(
  flags: SelfTestFlags,
  { check, write }: SelfTestTools = { check: checkService, write: print },
): Promise<ExitCode> {
  const total = planSelfTest(flags).runs.length;
  const result = await showProgress('runs of the self-test', (signal, onProgress) => {
    let done = 0;
    const adds = () => onProgress(done, total);
    const ends = () => onProgress(++done, total);
    return runSelfTest(flags, signal, { begins() {}, adds, ends }, check);
  });
  const text = () => `${formatSelfTest(result, colors).join('\n')}\n`;
  write(flags.json ? formatJson(formatSelfTestJson(result, flags)) : text());
  return EXIT_BY_VERDICT[judgeSelfTest(result)];
}

/** Exit code: 0: every count stayed right; 1: one did not; 2: no conclusion, or nothing can run here. */
export async function chaos(flags: ChaosFlags, write = print): Promise<ExitCode> {
  const result = await showProgress('topologies', (signal, onProgress) =>
    runTopologies(flags, signal, onProgress),
  );
  const text = () => `${formatChaos(result, flags.tally, colors).join('\n')}\n`;
  write(flags.json ? formatChaosJson(result, flags) : text());
  return EXIT_BY_VERDICT[judgeChaos(result)];
}

async function runTopologies(
  flags: ChaosFlags,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<ChaosResult> {
  const topologies = TOPOLOGY_NAMES.filter((name) => name === (flags.topology ?? name));
  const runs: ChaosRun[] = [];
  const missing: string[] = [];
  for (const [done, topology] of topologies.entries()) {
    const reason = unavailable(topology);
    if (reason !== undefined) missing.push(reason);
    else if (!signal.aborted) runs.push(await runChaos(topology, flags, signal));
    onProgress(done + 1, topologies.length);
  }
  return { runs, unavailable: missing, partial: signal.aborted };
}

function formatChaosJson(result: ChaosResult, { tally, seconds, callers, seed }: ChaosFlags): string {
  const runs = result.runs.map(({ check, unexplained, ...run }) => {
    const { answer, remarks, durationMs } = check;
    const { facts, failures, findings } = check.judgement;
    return { ...run, answer, facts, failures, findings, remarks, durationMs, unexplained };
  });
  const { unavailable: missing, partial } = result;
  const options = { tally, seconds, callers, seed, partial, unavailable: missing };
  return formatJson({ verdict: judgeChaos(result), ...options, runs });
}
