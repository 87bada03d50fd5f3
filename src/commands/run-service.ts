// One service from start to end: starts a topology, logs its events, and ends in order on a signal. Standard
// output belongs to the log while a service runs; the other commands print their answers there. Main thread.

import closeWithGrace from 'close-with-grace';
import { formatError } from '../present/text.js';
import { findSeededFault } from '../tally/faults/seeded-faults.js';
import { assessVisibility, describeSeededFault } from '../topologies/fault-visibility.js';
import type { ServiceHandle } from '../topologies/listen.js';
import type { ServeOptions } from '../topologies/options.js';
import { guardAgainstOrphaning } from '../topologies/orphan-guard.js';
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
 * An end that outlasts its deadlines by this time is cut short. It is long, because the deadlines
 * end the service in order and report cut-off requests; a stalled machine must not preempt them.
 */
const BACKSTOP_MS = 10_000;

/**
 * The instruction that raised such a signal runs again when a handler returns, so a handler makes an endless
 * loop of a crash. Without one the process ends at once, with its own status.
 */
const CRASH_SIGNALS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

export async function runService(flags: ServeFlags): Promise<void> {
  const log = createLog(flags.logLevel, flags.json);
  let service: ServiceHandle | undefined;
  let isEnding = false;
  process.once('exit', (code) => {
    if (isEnding) return;
    process.exitCode = code || EXIT.wrong;
    process.stderr.write(
      `two-callers serve: the scorer called process.exit(${code}), which ends the service\n`,
    );
  });
  const delay = flags.readyDelayMs + flags.closeDeadlineMs + BACKSTOP_MS;
  const grace = closeWithGrace(
    { delay, logger: false, skip: [...CRASH_SIGNALS] },
    async ({ signal, err, manual }) => {
      isEnding = true;
      if (err !== undefined) log('uncaught-error', 'an uncaught error', { error: err });
      const reason = signal ?? describeEnd(manual, err);
      log('draining', `${reason}: closing`, { reason });
      // Before it listens it has accepted nothing. The exit ends its threads and processes.
      const cutOff = (await service?.close()) ?? 0;
      if (cutOff > 0) {
        const message = `the deadline cut off ${cutOff} accepted requests`;
        log('requests-cut-off', message, { cutOff });
      }
      const all = cutOff === 0 ? ': every accepted request was answered' : '';
      log('closed', `closed${all}`, { cutOff });
      const isRequested = signal !== undefined || manual === true;
      if (cutOff > 0 || !isRequested) throw new Error('not in order'); // exit code 1
    },
  );
  // A pipe closes when the process at its other end dies, in whatever way.
  if (flags.untilStdinEnds) {
    process.stdin.resume().once('close', () => grace.close());
    guardAgainstOrphaning(delay);
  }
  const { topology, threads, tally, workUs, scorer } = flags;
  const plantedFault = findSeededFault(tally);
  if (plantedFault !== undefined) {
    const { isVisible: canShow } = assessVisibility(plantedFault, topology, threads);
    const data = { fault: plantedFault, topology, canShow };
    log('seeded-fault', describeSeededFault(plantedFault, topology, threads), data);
  }
  try {
    service = await start(topology, flags, log);
    const { url, describe } = service;
    const shown = { topology, threads: countThreads(topology, threads), tally, workUs, scorer };
    const label = plantedFault === undefined ? {} : { plantedFault };
    const data = { url, ...shown, ...label, pid: process.pid, ...describe() };
    log('listening', `listening on ${url}`, data);
  } catch (error) {
    isEnding = true;
    process.stderr.write(`two-callers serve: ${formatError(error)}\n`);
    process.exit(EXIT.unusable);
  }
}

/** Why the service ends without a signal. */
function describeEnd(isManual: boolean | undefined, error: unknown): string {
  if (error !== undefined) return 'uncaught error';
  // The event loop runs out of work only when no listener could be replaced any more.
  return isManual ? 'standard input ended' : 'no listener is left';
}
