// A service of our own in a process of its own, as a user would start it: on a free port, with its
// log as JSON. For the verbs that measure or harm one. Whoever starts it ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { followLog, type ServiceLog } from './service-log.js';

export interface StartedService {
  readonly url: string;
  /** What became known of it since. */
  readonly log: ServiceLog;
  /** To the service and every process it started; nothing when it has ended. */
  signalAll(signal: NodeJS.Signals): void;
  /** Sends SIGTERM and resolves with the exit code: 0 after an orderly end. */
  stop(): Promise<number | null>;
}

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

/** After this an ending service is killed. */
const STOP_DEADLINE_MS = 15_000;

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
  return { url, log, signalAll: (signal) => signalAll(child, signal), stop: () => stop(child) };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  if (hasEnded(child) || child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It has ended, and nobody told us yet.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await exited;
  clearTimeout(overdue);
  return child.exitCode;
}
