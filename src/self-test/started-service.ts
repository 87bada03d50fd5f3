// A service of our own in a process of its own, as a user would start it: on a free port, with its
// log as JSON. For the verbs that measure or harm one. Whoever starts it ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { patience } from '../stall-tolerant-timeout.js';
import { followLog, type ServiceLog } from './service-log.js';

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
  const overdue = patience(STOP_DEADLINE_MS, () => child.kill('SIGKILL'));
  await exited;
  overdue.end();
  return child.exitCode;
}
