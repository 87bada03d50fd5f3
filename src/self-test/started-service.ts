// Starts a service in a child process, as a user would: on a free port, with its log as JSON. Reads
// from the log its address, its processes, and which listeners were replaced. The caller must stop
// the service. Main thread.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { LogEvent } from '../log-events.js';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';

export interface StartedService {
  readonly url: string;
  /** What its log has reported since. */
  readonly log: ServiceLog;
  /** Stops it and all its processes for this time. False where the system cannot do that. */
  standStill(seconds: number): Promise<boolean>;
  /** Sends SIGTERM and resolves with the exit code: 0 after an orderly end. */
  stop(): Promise<number | null>;
}

/** The service did not start, which says nothing about its counters. */
export class StartError extends Error {}

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

/** The service ends itself before this deadline; if not, it is killed. */
const STOP_DEADLINE_MS = 25_000;

/**
 * The service leads a process group: a signal to the group reaches all its processes, and our own
 * Ctrl-C does not. It still ends with us, because its standard input ends.
 * @throws StartError with the end of its standard error when it does not start
 */
export async function startService(flags: readonly string[]): Promise<StartedService> {
  const own = ['serve', '--host', '127.0.0.1', '--port', '0', '--json', '--until-stdin-ends'];
  const { HOST: _host, PORT: _port, ...env } = process.env; // conda and containers export HOST
  const child = spawn(process.execPath, [CLI, ...own, ...flags], {
    stdio: 'pipe',
    env,
    detached: process.platform !== 'win32',
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2_000);
  });
  const log = followLog(child.stdout);
  const url = await log.url;
  if (url === undefined) throw new StartError(`the service did not start: ${stderr.trim()}`);
  const standStill = (seconds: number) => standStillFor(child, seconds);
  return { url, log, standStill, stop: () => stop(child) };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * Another process sends both signals: if we end meanwhile, the service continues, notices that we
 * are gone, and ends too.
 */
async function standStillFor(child: ChildProcess, seconds: number): Promise<boolean> {
  if (hasEnded(child) || child.pid === undefined) return false;
  const script = 'kill -s STOP -- "-$0" && sleep "$1" && kill -s CONT -- "-$0"';
  const words = ['-c', script, String(child.pid), String(seconds)];
  const holder = spawn('sh', words, { stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    holder.once('error', () => resolve(false)); // there is no such shell
    holder.once('exit', (code) => resolve(code === 0));
  });
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const overdue = new StallTolerantTimeout(STOP_DEADLINE_MS, () => child.kill('SIGKILL'));
  await exited;
  overdue.cancel();
  return child.exitCode;
}

export interface ServiceLog {
  /** The address, once it listens; undefined when the log ends before. */
  readonly url: Promise<string | undefined>;
  /** The processes of a cluster that listen now; empty for other topologies. */
  processes(): readonly number[];
  /** The number of dead listening threads and processes that were replaced. */
  replaced(): number;
  /** Resolves after this many replacements, at the end of the log, or on the signal. */
  untilReplaced(count: number, signal: AbortSignal): Promise<void>;
}

interface Line {
  readonly url?: string;
  readonly processes?: readonly number[];
  readonly event?: LogEvent;
  readonly listener?: string;
  readonly id?: number;
}

/** Reads the output to its end, so that the pipe never fills up. */
export function followLog(stdout: Readable): ServiceLog {
  let processes: readonly number[] = [];
  let replaced = 0;
  let hasEnded = false;
  const watchers = new Set<() => void>();
  const lines = createInterface({ input: stdout });
  const url = new Promise<string | undefined>((resolve) => {
    lines.on('line', (text) => {
      const line = parseLine(text);
      if (line.processes !== undefined) processes = line.processes;
      const pid = line.listener === 'process' ? line.id : undefined;
      if (line.event === 'listener-died') processes = processes.filter((one) => one !== pid);
      if (line.event === 'listener-replaced') {
        replaced += 1;
        if (pid !== undefined) processes = [...processes, pid];
      }
      if (line.url !== undefined) resolve(line.url);
      for (const look of watchers) look();
    });
    lines.once('close', () => {
      hasEnded = true;
      resolve(undefined);
      for (const look of watchers) look();
    });
  });
  return {
    url,
    processes: () => processes,
    replaced: () => replaced,
    async untilReplaced(count, signal) {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (replaced < count && !hasEnded && !signal.aborted) return;
          watchers.delete(look);
          signal.removeEventListener('abort', look);
          resolve();
        };
        watchers.add(look);
        signal.addEventListener('abort', look);
        look();
      });
    },
  };
}

/** Empty for a line that is not from the log: a scorer can print too. */
function parseLine(text: string): Line {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? line : {};
  } catch {
    return {};
  }
}
