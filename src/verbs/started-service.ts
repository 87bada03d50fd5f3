// A service of our own in a process of its own, as a user would start it: on a free port, with its
// log as JSON. For the verbs that measure one. Whoever starts it ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface StartedService {
  readonly url: string;
  /** Sends SIGTERM and resolves with the exit code: 0 after an orderly end. */
  stop(): Promise<number | null>;
}

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

/** After this an ending service is killed. */
const STOP_DEADLINE_MS = 15_000;

/** @throws Error with the service's own last words when it does not start */
export async function startService(flags: readonly string[]): Promise<StartedService> {
  const own = ['serve', '--port', '0', '--json', '--until-stdin-ends'];
  const child = spawn(process.execPath, [CLI, ...own, ...flags], { stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2_000);
  });
  const url = await firstUrl(child);
  if (url === undefined) throw new Error(`the service did not start: ${stderr.trim()}`);
  return { url, stop: () => stop(child) };
}

/** The address in the log line that says the service listens; undefined when it ends before. */
async function firstUrl(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url === undefined) continue;
    child.stdout.resume(); // an unread pipe would fill up and stop the service
    return url;
  }
  return undefined;
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await exited;
  clearTimeout(overdue);
  return child.exitCode;
}
