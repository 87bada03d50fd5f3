// One service from its start to its end: starts a topology, tells the log, and ends in order on a
// signal. It runs until then.

import closeWithGrace from 'close-with-grace';
import { formatError } from '../present/text.js';
import { faultOf } from '../tally/planted.js';
import type { ServeOptions } from '../topologies/options.js';
import { brokenLine } from '../topologies/planted.js';
import type { Running } from '../topologies/running.js';
import { start } from '../topologies/start.js';
import { countThreads, type TopologyName } from '../topologies/topology.js';
import { createLog } from './log.js';
import { EXIT } from './usage.js';

export interface ServeFlags extends ServeOptions {
  readonly topology: TopologyName;
  readonly logLevel: string;
  readonly json: boolean;
  readonly untilStdinEnds?: boolean;
}

/** A service has no end of its own: nobody who should listen could be started any more. */
const NOBODY = 'nobody listens any more';
/**
 * An end that takes so much longer than its deadlines is cut short. The deadlines end it in order
 * and say whom they cut off, so this must not come before them on a machine that is held up.
 */
const BACKSTOP_MS = 10_000;

export async function serve(flags: ServeFlags): Promise<void> {
  const log = createLog(flags.logLevel, flags.json);
  let running: Promise<Running> | undefined;
  const grace = closeWithGrace(
    { delay: flags.readyDelayMs + flags.closeDeadlineMs + BACKSTOP_MS, logger: false },
    async ({ signal, err, manual }) => {
      if (err !== undefined) log.error('an error nobody caught; closing', err);
      else log.info(`${signal ?? (manual ? 'standard input ended' : NOBODY)}: closing`);
      const cutOff = (await (await running)?.close()) ?? 0;
      const isAsked = signal !== undefined || manual === true;
      if (cutOff > 0) {
        log.error(`closed: the deadline cut off ${cutOff} accepted requests`, undefined);
      } else log.info('closed: every accepted request was answered');
      if (cutOff > 0 || !isAsked) throw new Error('not in order'); // exit code 1
    },
  );
  // A pipe ends with the process that holds its other end, however that one ended.
  if (flags.untilStdinEnds) process.stdin.resume().once('close', () => grace.close());
  const { topology, threads, tally, workUs, scorer } = flags;
  const plantedFault = faultOf(tally);
  // As an error, so that hardly any --log-level hides it.
  if (plantedFault !== undefined) log.error(brokenLine(plantedFault, topology, threads), undefined);
  try {
    running = start(topology, flags, log);
    const { url, describe } = await running;
    const shown = { topology, threads: countThreads(topology, threads), tally, workUs, scorer };
    const label = plantedFault === undefined ? {} : { plantedFault };
    log.info(`listening on ${url}`, { url, ...shown, ...label, pid: process.pid, ...describe() });
  } catch (error) {
    process.stderr.write(`two-callers serve: ${formatError(error)}\n`);
    process.exit(EXIT.unusable);
  }
}
