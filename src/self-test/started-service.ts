// A service of our own in a process of its own, as a user would start it: on a free port, with its
// log as JSON. For the verbs that measure or harm one. Whoever starts it ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { LogEvent } from '../log-events.js';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';

export interface StartedService {
  readonly url: string;
  /** What became known of it since. */
  readonly log: ServiceLog;
  /**
   * Lets it and every process it started stand still for so long. False when that cannot be had
   * here.
   */
  standStill(seconds: number): Promise<boolean>;
  /** Sends SIGTERM and resolves with the exit code: 0 after an orderly end. */
  stop(): Promise<number | null>;
}

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

/** After this an ending service is killed: it had the time to cut itself short (serving.ts). */
const STOP_DEADLINE_MS = 25_000;

/**
 * It leads a group of its own: a signal to the group reaches all its processes, and the Ctrl-C that
 * is meant for us does not reach it. It ends with us all the same: its standard input does.
 * @throws Error with the service's own last words when it does not start
 */
export async function startService(flags: readonly string[]): Promise<StartedService> {
  const own = ['serve', '--port', '0', '--json', '--until-stdin-ends'];
  const child = spawn(process.execPath, [CLI, ...own, ...flags], {
    stdio: 'pipe',
    detached: process.platform !== 'win32',
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2_000);
  });
  const log = followLog(child.stdout);
  const url = await log.url;
  if (url === undefined) throw new Error(`the service did not start: ${stderr.trim()}`);
  const standStill = (seconds: number) => standStillFor(child, seconds);
  return { url, log, standStill, stop: () => stop(child) };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * By a process of its own: whatever ends us meanwhile, the service goes on afterwards, hears that
 * we are gone, and ends too.
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

// What the log of a service that was started tells about it: its address, its processes, who died
// and who took the place. Reads its standard output to the end, so that the pipe never fills up.
// Main thread.

export interface ServiceLog {
  /** The address, once it listens; undefined when the log ended before. */
  readonly url: Promise<string | undefined>;
  /** The processes of a cluster that listen now; none of other topologies. */
  processes(): readonly number[];
  /** How many took the place of a dead listening thread or process. */
  replaced(): number;
  /** Resolves when so many did, or the log ended, or the signal came. */
  untilReplaced(count: number, signal: AbortSignal): Promise<void>;
}

interface Line {
  readonly url?: string;
  readonly processes?: readonly number[];
  readonly event?: LogEvent;
  readonly listener?: string;
  readonly id?: number;
}

export function followLog(stdout: Readable): ServiceLog {
  let processes: readonly number[] = [];
  let replaced = 0;
  let hasEnded = false;
  const heard = new Set<() => void>();
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
      for (const look of heard) look();
    });
    lines.once('close', () => {
      hasEnded = true;
      resolve(undefined);
      for (const look of heard) look();
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
          heard.delete(look);
          signal.removeEventListener('abort', look);
          resolve();
        };
        heard.add(look);
        signal.addEventListener('abort', look);
        look();
      });
    },
  };
}

/** A line that is none of the log's, such as a scorer's own, tells nothing. */
function parseLine(text: string): Line {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? line : {};
  } catch {
    return {};
  }
}
