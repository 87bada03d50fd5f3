// The options that say which service is asked, and how: the same for every verb that asks a foreign
// one. They go to `parseTarget` as they were typed; it says what is wrong with them.

import type { Command } from 'commander';
import type { TargetOptions } from '../checker/driver/target-options.js';
import { serviceUrl, wholeNumber } from './usage.js';

/** What commander makes of the options below. */
export type TargetFlags = TargetOptions;

const TIMEOUT_DEFAULT_MS = 10_000;
const SEED_MAX = 2 ** 32 - 1;

/** The URL as an argument, and the options of the target; by default it is a service of ours. */
export function withTargetFlags(command: Command, argument: '<url>' | '[url]' = '<url>'): Command {
  const timeout = wholeNumber(1, 600_000);
  return command
    .argument(argument, 'the service, for instance http://127.0.0.1:5000', serviceUrl)
    .option('--do <method path>', "the request that counts (default: 'POST /score')")
    .option('--body <text>', 'its body')
    .option('--file <path>', 'its bodies, one JSON object a line (default: transactions of ours)')
    .option('--ok <status,...>', 'statuses that acknowledge it (default: 200)')
    .option('--not-counted <status,...>', 'from 500 up, such as 503: said before it counts')
    .option('--ticket-header <name>', 'header field of its answer with the number it was given')
    .option('--ticket-field <path>', 'or where in the JSON of its answer that number stands')
    .option('--count <method path>', "the request that reads the counter (default: 'GET /stats')")
    .option('--field <path,...>', 'where in its JSON the counter stands, like total or levels.LOW')
    .option('--sum <path>', 'of several fields: where their sum stands')
    .option('--header <field>', "of every request, like 'Authorization: Bearer ...'", gather)
    .option('--timeout-ms <n>', 'for one request', timeout, TIMEOUT_DEFAULT_MS)
    .option('--seed <n>', 'of everything random', wholeNumber(0, SEED_MAX), 1);
}

/** One more of an option that may be given several times. */
function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
