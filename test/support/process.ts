// The program as a user starts it: a process of its own, with its output and exit code. Every
// process started here is ended here, by its own id.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours and ports must not depend on who runs the tests. */
const PLAIN: Environment = { FORCE_COLOR: undefined, PORT: undefined, HOST: undefined };

function launch(words: readonly string[], env: Environment): ChildProcess {
  return spawn(process.execPath, [CLI, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...PLAIN, ...env },
  });
}

/** Runs a command to its end. */
export async function runCli(words: readonly string[], env: Environment = {}): Promise<Ended> {
  return collect(launch(words, env));
}

/** A command that is still running. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** How it ended, with all that it said. */
  readonly ended: Promise<Ended>;
}

export function startCli(words: readonly string[], env: Environment = {}): RunningCli {
  const child = launch(words, env);
  return { child, ended: collect(child) };
}

export interface RunningService extends RunningCli {
  readonly url: string;
  /** The processes of a cluster, when the log is JSON. */
  readonly pids: readonly number[];
}

/** `serve` on a free port for the time of `body`; killed afterwards if it still runs. */
export async function withServiceProcess<T>(
  words: readonly string[],
  body: (service: RunningService) => Promise<T>,
): Promise<T> {
  const { child, ended } = startCli(['serve', '--port', '0', ...words]);
  try {
    return await body({ child, ended, ...(await whoListens(child, ended)) });
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
}

/** Until nobody listens at this address any more; the runner's time limit bounds it. */
export async function untilRefused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const isRefused = async () => {
    const socket = connect({ host: hostname, port: Number(port) });
    try {
      await once(socket, 'connect');
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    } finally {
      socket.destroy();
    }
  };
  while (!(await isRefused()));
}

type Listening = Pick<RunningService, 'url' | 'pids'>;

async function whoListens(child: ChildProcess, ended: Promise<Ended>): Promise<Listening> {
  if (child.stdout === null) throw new Error('no standard output');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [url] = /http:[^" ]+(?=["\s])/.exec(line) ?? [];
    if (url === undefined) continue;
    const [, pids = ''] = /"processes":\[([\d,]*)\]/.exec(line) ?? [];
    return { url, pids: pids.split(',').filter(Boolean).map(Number) };
  }
  throw new Error(`the service did not start: ${(await ended).stderr}`);
}

async function collect(child: ChildProcess): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...said };
}
