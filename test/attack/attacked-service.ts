// A service under attack: a process group of its own, whose memory and end can be seen from outside. It ends
// with us whatever happens, because its standard input ends; `endAll` ends every one that still runs.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
// biome-ignore lint/style/noRestrictedImports: a poll that spins would take the processor from the service
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { followLog, type ServiceLog } from '../../src/self-test/started-service.js';
import type { TopologyName } from '../../src/topologies/topology.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const POLL_MS = 20;
/** In the message of a start that failed: it neither served nor ended. */
export const STILL_RUNS = 'still runs';

export function scorerFile(name: string): string {
  return fileURLToPath(new URL(`../../../test/fixtures/scorers/${name}`, import.meta.url));
}

export interface LaunchOptions {
  readonly topology: TopologyName;
  readonly words?: readonly string[];
  /** A file descriptor that takes the log instead of us. */
  readonly logTo?: number;
  /** `ulimit -v`, in KiB. */
  readonly memoryKib?: number;
  readonly signal: AbortSignal;
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface AttackedService {
  readonly url: string;
  readonly child: ChildProcess;
  readonly log: ServiceLog | undefined;
  stderr(): string;
  /** How it ended; undefined when it has not by the limit. */
  endsWithin(limitMs: number): Promise<End | undefined>;
  /** The most memory that one of its processes has had so far; undefined where nobody says. */
  peakMb(): number | undefined;
  /** Resolves when no process of its group is left; false when one is after `limitMs`. */
  untilGone(limitMs: number): Promise<boolean>;
  kill(): void;
}

const running = new Set<AttackedService>();

/** Starts it and waits until it is ready; @throws when it does not come up. */
export async function launch(options: LaunchOptions): Promise<AttackedService> {
  const { logTo, signal } = options;
  signal.throwIfAborted();
  const port = logTo === undefined ? 0 : await findFreePort();
  const child = spawnServe(options, port);
  const log = child.stdout === null ? undefined : followLog(child.stdout);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const group = child.pid ?? 0;
  const service = {
    url: `http://127.0.0.1:${port}`,
    child,
    log,
    stderr: () => said,
    endsWithin: async (limitMs: number) => {
      if (!(await until(hasEnded, limitMs))) return undefined;
      return { code: child.exitCode, signal: child.signalCode };
    },
    peakMb: () => readPeakMb(group),
    untilGone: (limitMs: number) => until(() => findGroup(group).length === 0, limitMs),
    kill: () => killGroup(group),
  };
  running.add(service);
  const url = log === undefined ? service.url : await log.url;
  const isReady = async () => hasEnded() || signal.aborted || (await isAnswered(`${url}/ready`));
  const isUp = url !== undefined && (await until(isReady, 30_000)) && !hasEnded() && !signal.aborted;
  if (isUp) return Object.assign(service, { url });
  const state = (await service.endsWithin(1_000)) === undefined ? STILL_RUNS : 'ended';
  await discard(service);
  throw new Error(`the service did not start (${state}): ${said.trim()}`);
}

function spawnServe({ topology, words = [], logTo, memoryKib }: LaunchOptions, port: number): ChildProcess {
  const serve = [CLI, 'serve', '--topology', topology, '--port', `${port}`, '--host', '127.0.0.1', '--json'];
  const all = [...serve, '--threads', '2', '--until-stdin-ends', ...words];
  const { HOST: _host, PORT: _port, FORCE_COLOR: _colour, ...env } = process.env;
  const limited = ['-c', `ulimit -v ${memoryKib}; exec "$0" "$@"`, process.execPath, ...all];
  const [program, given] = memoryKib === undefined ? [process.execPath, all] : ['bash', limited];
  return spawn(program, given, { stdio: ['pipe', logTo ?? 'pipe', 'pipe'], env, detached: true });
}

export async function isAnswered(url: string, limitMs = 5_000): Promise<boolean> {
  try {
    const headers = { connection: 'close' };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(limitMs) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Asks again and again; false when it is not so by the limit. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  for (const endMs = performance.now() + limitMs; performance.now() < endMs; await pause(POLL_MS)) {
    if (await isSo()) return true;
  }
  return await isSo();
}

/** Ends all of it at once, and forgets it. */
export async function discard(service: AttackedService): Promise<void> {
  service.kill();
  await service.endsWithin(10_000);
  running.delete(service);
}

export async function endAll(): Promise<void> {
  await Promise.all([...running].map(discard));
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** The processes of the group that still run, by their ids. */
function findGroup(group: number): number[] {
  try {
    process.kill(-group, 0);
  } catch {
    return [];
  }
  if (process.platform !== 'linux') return [group];
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? readQuietly(`/proc/${name}/stat`) : '';
    const [, state, pgrp] = /\) (\w) \d+ (\d+)/.exec(stat) ?? [];
    return Number(pgrp) === group && state !== 'Z' ? [Number(name)] : [];
  });
}

function readPeakMb(group: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const peaks = findGroup(group).map((pid) => {
    const [, kib = '0'] = /VmHWM:\s+(\d+)/.exec(readQuietly(`/proc/${pid}/status`)) ?? [];
    return Number(kib) / 1024;
  });
  return Math.max(0, ...peaks);
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
