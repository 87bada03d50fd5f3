// The options that describe the target: the same for every command that calls a foreign service.
// `parseTarget` gets them as the user typed them, and says what is wrong with them.

import type { Command } from 'commander';
import type { TargetOptions } from '../checker/driver/target-options.js';
import { serviceUrl, wholeNumber } from './usage.js';

/** The options below, as commander parses them. */
export type TargetFlags = TargetOptions;

const TIMEOUT_DEFAULT_MS = 10_000;
const SEED_MAX = 2 ** 32 - 1;

/** Adds the URL argument and the target's options; the defaults fit this project's service. */
export function withTargetFlags(command: Command, argument: '<url>' | '[url]' = '<url>'): Command {
  const timeout = wholeNumber(1, 600_000);
  return command
    .argument(argument, 'the service, for instance http://127.0.0.1:5000', serviceUrl)
    .option('--do <method path>', "the request that counts (default: 'POST /score')")
    .option('--body <text>', 'its body')
    .option(
      '--file <path>',
      'its bodies, one JSON object per line (default: the transactions of this package)',
    )
    .option('--ok <status,...>', 'statuses that acknowledge it (default: 200)')
    .option('--not-counted <status,...>', 'statuses from 500 up, such as 503, sent before it counts')
    .option('--ticket-header <name>', 'header field of its answer that holds the ticket')
    .option('--ticket-field <path>', 'or the path of the ticket in the JSON of its answer')
    .option('--count <method path>', "the request that reads the counter (default: 'GET /stats')")
    .option('--field <path,...>', 'path of the counter in that JSON, like total or levels.LOW')
    .option('--sum <path>', 'for several fields: the path of their sum')
    .option('--header <field>', "for every request, like 'Authorization: Bearer ...'", gather)
    .option('--timeout-ms <n>', 'time limit of one request', timeout, TIMEOUT_DEFAULT_MS)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, SEED_MAX), 1);
}

/** Collects the values of an option that can be given several times. */
function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
