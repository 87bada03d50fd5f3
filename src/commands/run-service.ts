// One service from its start to its end: starts a topology, tells the log, and ends in order on a
// signal. It runs until then.

import closeWithGrace from 'close-with-grace';
import { formatError } from '../present/text.js';
import { findSeededFault } from '../tally/faults/seeded-faults.js';
import { assessVisibility, describeSeededFault } from '../topologies/fault-visibility.js';
import type { ServiceHandle } from '../topologies/listen.js';
import type { ServeOptions } from '../topologies/options.js';
import { start } from '../topologies/start.js';
import { countThreads, type TopologyName } from '../topologies/topology.js';
import { createLog } from './service-log.js';
import { EXIT } from './usage.js';

export interface ServeFlags extends ServeOptions {
  readonly topology: TopologyName;
  readonly logLevel: string;
  readonly json: boolean;
  readonly untilStdinEnds?: boolean;
}

/**
 * An end that takes so much longer than its deadlines is cut short. The deadlines end it in order
 * and say whom they cut off, so this must not come before them on a machine that is held up.
 */
const BACKSTOP_MS = 10_000;

export async function serve(flags: ServeFlags): Promise<void> {
  const log = createLog(flags.logLevel, flags.json);
  let running: Promise<ServiceHandle> | undefined;
  const grace = closeWithGrace(
    { delay: flags.readyDelayMs + flags.closeDeadlineMs + BACKSTOP_MS, logger: false },
    async ({ signal, err, manual }) => {
      if (err !== undefined) log('uncaught-error', 'an uncaught error', { error: err });
      const reason = signal ?? reasonOf(manual, err);
      log('draining', `${reason}: closing`, { reason });
      const cutOff = (await (await running)?.close()) ?? 0;
      const isAsked = signal !== undefined || manual === true;
      if (cutOff > 0) {
        const message = `the deadline cut off ${cutOff} accepted requests`;
        log('requests-cut-off', message, { cutOff });
      }
      const all = cutOff === 0 ? ': every accepted request was answered' : '';
      log('closed', `closed${all}`, { cutOff });
      if (cutOff > 0 || !isAsked) throw new Error('not in order'); // exit code 1
    },
  );
  // A pipe ends with the process that holds its other end, however that one ended.
  if (flags.untilStdinEnds) process.stdin.resume().once('close', () => grace.close());
  const { topology, threads, tally, workUs, scorer } = flags;
  const plantedFault = findSeededFault(tally);
  if (plantedFault !== undefined) {
    const { isVisible: canShow } = assessVisibility(plantedFault, topology, threads);
    const data = { fault: plantedFault, topology, canShow };
    log('seeded-fault', describeSeededFault(plantedFault, topology, threads), data);
  }
  try {
    running = start(topology, flags, log);
    const { url, describe } = await running;
    const shown = { topology, threads: countThreads(topology, threads), tally, workUs, scorer };
    const label = plantedFault === undefined ? {} : { plantedFault };
    const data = { url, ...shown, ...label, pid: process.pid, ...describe() };
    log('listening', `listening on ${url}`, data);
  } catch (error) {
    process.stderr.write(`two-callers serve: ${formatError(error)}\n`);
    process.exit(EXIT.unusable);
  }
}

/** Why it ends without a signal. */
function reasonOf(isManual: boolean | undefined, error: unknown): string {
  if (error !== undefined) return 'uncaught error';
  // Without a signal the event loop runs dry only when no listener could be started any more.
  return isManual ? 'standard input ended' : 'no listener is left';
}
