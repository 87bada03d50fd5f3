// `two-callers serve`: its options. The service itself (serving.ts) is loaded only where one is
// started: the schemas alone take a fifth of a second, which no other verb should wait for.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXECUTOR_KINDS } from '../execution/executor.js';
import { BUILT_IN_NAMES } from '../scoring/scorers.js';
import { SEEDED_FAULT_NAMES } from '../tally/faults/seeded-faults.js';
import { TALLY_KINDS } from '../tally/tally.js';
import { SERVE_DEFAULTS } from '../topologies/options.js';
import { TOPOLOGY_DEFAULT, TOPOLOGY_NAMES, type TopologyName } from '../topologies/topology.js';
import type { ServeFlags } from './run-service.js';
import { wholeNumber } from './usage.js';

const MS_MAX = 3_600_000;
const THREADS_MAX = 256;
const D = SERVE_DEFAULTS;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('start the service')
    .addOption(
      new Option('--topology <name>', 'who accepts and where scores are computed')
        .choices(TOPOLOGY_NAMES)
        .default(TOPOLOGY_DEFAULT),
    )
    .addOption(
      new Option('--executor <name>', 'the same choice by its executor, with one listener')
        .choices(EXECUTOR_KINDS)
        .conflicts('topology'),
    )
    .option('--threads <n>', 'task workers, or who listens', wholeNumber(1, THREADS_MAX), D.threads)
    .addOption(
      new Option(
        '--tally <kind>',
        `how /stats is counted; broken on purpose: ${SEEDED_FAULT_NAMES.join(', ')}`,
      )
        .choices([...TALLY_KINDS, ...SEEDED_FAULT_NAMES])
        .default(D.tally),
    )
    .option(
      '--scorer <name|path>',
      `${BUILT_IN_NAMES.join(', ')}, or a module`,
      scorerNamed,
      D.scorer,
    )
    .option('--work-us <n>', 'CPU work added to each scoring, us', wholeNumber(0, 10_000_000), 0)
    .option('--queue-max <n>', 'jobs that may wait', wholeNumber(0, 1_000_000), D.queueMax)
    .option('--slice-us <n>', 'what a batch should cost, us', wholeNumber(1, 1_000_000), D.sliceUs)
    .option('--deadline-ms <n>', 'for one request; 0: none', ms, D.deadlineMs)
    .addOption(new Option('--host <address>', 'address to listen on').env('HOST').default(D.host))
    .addOption(
      new Option('--port <n>', 'port; 0: any free one')
        .env('PORT')
        .argParser(wholeNumber(0, 65_535))
        .default(D.port),
    )
    .option('--connections-max <n>', 'open connections', wholeNumber(1, 1e6), D.connectionsMax)
    .option('--headers-timeout-ms <n>', 'for the head of a request', msFrom1, D.headersTimeoutMs)
    .option('--request-timeout-ms <n>', 'for a whole request', msFrom1, D.requestTimeoutMs)
    .option('--keep-alive-timeout-ms <n>', 'between two requests', msFrom1, D.keepAliveTimeoutMs)
    .option('--ready-delay-ms <n>', 'at the end: /ready says 503 this long', ms, D.readyDelayMs)
    .option('--close-deadline-ms <n>', 'at the end: time for open requests', ms, D.closeDeadlineMs)
    .addOption(
      new Option('--log-level <level>', 'what is logged').choices(LOG_LEVELS).default('info'),
    )
    .option('--json', 'log JSON lines', false)
    .addOption(new Option('--until-stdin-ends', 'end with whoever started it').hideHelp())
    .action(async (flags: ServeFlags & { executor?: TopologyName }) => {
      const { serve } = await import('./run-service.js');
      await serve({ ...flags, topology: flags.executor ?? flags.topology });
    });
}

const ms = wholeNumber(0, MS_MAX);
/** For the limits that node:http takes 0 to switch off: everything is bounded. */
const msFrom1 = wholeNumber(1, MS_MAX);

/** A built-in name stays a name; everything else is a path, and becomes a `file:` URL. */
export function scorerNamed(text: string): string {
  if (BUILT_IN_NAMES.includes(text)) return text;
  const path = resolve(text);
  if (existsSync(path)) return pathToFileURL(path).href;
  const names = BUILT_IN_NAMES.map((name) => `'${name}'`).join(', ');
  throw new InvalidArgumentError(`There is no such file; built in: ${names}.`);
}
