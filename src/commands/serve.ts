// `two-callers serve`: its options. It loads run-service.ts only to start a service: the schemas alone
// take a fifth of a second to load, and the other commands should not wait for that.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BUILT_IN_NAMES } from '../scoring/scorers.js';
import { SEEDED_FAULT_NAMES } from '../tally/faults/seeded-faults.js';
import { TALLY_KINDS } from '../tally/tally.js';
import { SERVE_DEFAULTS } from '../topologies/options.js';
import { TOPOLOGY_DEFAULT, TOPOLOGY_NAMES } from '../topologies/topology.js';
import type { ServeFlags } from './run-service.js';
import { wholeNumber } from './usage.js';

interface ParsedFlags extends Omit<ServeFlags, 'allowedHosts' | 'corsOrigins'> {
  readonly allowedHost: readonly string[];
  readonly corsOrigin: readonly string[];
}

const MS_MAX = 3_600_000;
const THREADS_MAX = 256;
const D = SERVE_DEFAULTS;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export function addServe(program: Command): void {
  const command = program.command('serve').description('start the service');
  addScoringOptions(command);
  addHttpOptions(command);
  command
    .option('--ready-delay-ms <n>', 'at the end, time of 503 from /ready', ms, D.readyDelayMs)
    .option('--close-deadline-ms <n>', 'at the end, limit for open requests', ms, D.closeDeadlineMs)
    .addOption(
      new Option('--log-level <level>', 'the least severe events to log').choices(LOG_LEVELS).default('info'),
    )
    .option('--json', 'log one JSON object per line', false)
    .addOption(new Option('--until-stdin-ends', 'end when standard input closes').hideHelp())
    .action(async ({ allowedHost, corsOrigin, ...flags }: ParsedFlags) => {
      const { runService } = await import('./run-service.js');
      await runService({ ...flags, allowedHosts: allowedHost, corsOrigins: corsOrigin });
    });
}

function addScoringOptions(command: Command): void {
  const faults = SEEDED_FAULT_NAMES.join(', ');
  command
    .addOption(
      new Option('--topology <name>', 'who accepts connections, and where scores are computed')
        .choices(TOPOLOGY_NAMES)
        .default(TOPOLOGY_DEFAULT),
    )
    .option(
      '--threads <n>',
      'task workers (pool, batched), listening threads (threads) or processes (cluster)',
      wholeNumber(1, THREADS_MAX),
      D.threads,
    )
    .addOption(
      new Option('--tally <kind>', `how /stats counts; wrong on purpose: ${faults}`)
        .choices([...TALLY_KINDS, ...SEEDED_FAULT_NAMES])
        .default(D.tally),
    )
    .option(
      '--scorer <name|path>',
      `what computes a score: ${BUILT_IN_NAMES.join(', ')}, or a module of yours`,
      scorerNamed,
      D.scorer,
    )
    .option('--work-us <n>', 'CPU work added to each score, in us', wholeNumber(0, 10_000_000), 0)
    .option(
      '--queue-max <n>',
      'requests that may wait for a task worker; others get 503',
      wholeNumber(0, 1_000_000),
      D.queueMax,
    )
    .option(
      '--body-budget-mb <n>',
      'MB of bodies and unread answers that a process holds; others get 503',
      wholeNumber(8, 65_536),
      D.bodyBudgetMb,
    )
    .option(
      '--slice-us <n>',
      'CPU time that a batch aims at, in us (batched)',
      wholeNumber(1, 1_000_000),
      D.sliceUs,
    )
    .option('--deadline-ms <n>', 'limit for one request to score; 0: none', ms, D.deadlineMs)
    .option(
      '--scorer-timeout-ms <n>',
      'a scorer that takes this much longer than the deadline is ended; 0: never',
      ms,
      D.scorerTimeoutMs,
    );
}

function addHttpOptions(command: Command): void {
  command
    .addOption(
      new Option('--host <address>', 'address to listen on')
        .env('HOST')
        .argParser((text) => text.trim() || D.host)
        .default(D.host),
    )
    .addOption(
      new Option('--port <n>', 'port to listen on; 0: any free port')
        .env('PORT')
        .argParser((text) => (text.trim() === '' ? D.port : portNumber(text)))
        .default(D.port),
    )
    .addOption(
      new Option(
        '--allowed-host <name>',
        'a further host name to answer for on a loopback address; may be repeated',
      )
        .argParser(collect(hostName))
        .default(D.allowedHosts, 'none'),
    )
    .addOption(
      new Option('--cors-origin <origin>', 'an origin whose pages may read the answers; may be repeated')
        .argParser(collect(parseOrigin))
        .default(D.corsOrigins, 'none'),
    )
    .option(
      '--connections-max <n>',
      'open connections; the service closes others at once',
      wholeNumber(1, 1e6),
      D.connectionsMax,
    )
    .option('--headers-timeout-ms <n>', 'limit for the headers of a request', msFrom1, D.headersTimeoutMs)
    .option('--request-timeout-ms <n>', 'limit for a whole request to arrive', msFrom1, D.requestTimeoutMs)
    .option('--keep-alive-timeout-ms <n>', 'limit for an idle connection', msFrom1, D.keepAliveTimeoutMs);
}

const portNumber = wholeNumber(0, 65_535);
const ms = wholeNumber(0, MS_MAX);
/** node:http switches a limit off at 0, and this service has no unbounded limit. */
const msFrom1 = wholeNumber(1, MS_MAX);

/** An option that may be repeated. */
function collect(parse: (text: string) => string) {
  return (text: string, known: readonly string[]): string[] => [...known, parse(text)];
}

function hostName(text: string): string {
  if (/^[\w.-]+$|^\[[0-9a-f:.]+\]$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be a host name without a scheme and a port.');
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.origin === text) return text;
  throw new InvalidArgumentError('It must be an origin such as http://localhost:8080.');
}

/** Keeps a built-in name; anything else is a path, which becomes a `file:` URL. */
export function scorerNamed(text: string): string {
  if (BUILT_IN_NAMES.includes(text)) return text;
  const path = resolve(text);
  if (existsSync(path)) return pathToFileURL(path).href;
  const names = BUILT_IN_NAMES.map((name) => `'${name}'`).join(', ');
  throw new InvalidArgumentError(`There is no such file; built in: ${names}.`);
}
