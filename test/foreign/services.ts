// Services that are not this project's code: what starts each, what it needs, how to know that it
// listens, and how it is ended. They run in processes of their own, behind guard.mjs; nothing here
// knows the checker.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../test/foreign/', import.meta.url));
const GUARD = join(FOLDER, 'guard.mjs');

/** Debian's packages come with the system's interpreter, which need not be the first on PATH. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

type Need = 'flask' | 'gunicorn' | 'redis-server';

export interface ForeignService {
  readonly needs: readonly Need[];
  /** The program, as `node` or `python`, and its words. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it says when one that accepts connections is ready, and how many there are. */
  readonly ready: { readonly text: string; readonly times: number };
}

function node(file: string, word: string, listeners = 1): ForeignService {
  const ready = { text: 'listening on', times: listeners };
  return { needs: [], words: ['node', join(FOLDER, file), word], ready };
}

function redis(way: string): ForeignService {
  return { ...node('redis-toy.mjs', way), needs: ['redis-server'] };
}

function flask(env: Readonly<Record<string, string>>): ForeignService {
  const ready = { text: 'Running on', times: 1 };
  return { needs: ['flask'], words: ['python', join(FOLDER, 'flask_app.py')], env, ready };
}

function gunicorn(
  processes: number,
  threads: number,
  env: Readonly<Record<string, string>> = {},
): ForeignService {
  const where = ['--pythonpath', FOLDER, '--bind', '127.0.0.1:0', '--preload'];
  const many = ['--workers', `${processes}`, '--threads', `${threads}`];
  return {
    needs: ['flask', 'gunicorn'],
    words: ['python', '-m', 'gunicorn', ...where, ...many, 'flask_app:app'],
    env,
    ready: { text: 'Booting worker', times: processes },
  };
}

const AUDIT = { AUDIT: 'audit.log' };
const LOCK = { COUNT: 'lock' };

export const SERVICES = {
  'flask, own server': flask({}),
  'flask, own server, audit line': flask(AUDIT),
  'flask, own server, audit line, lock': flask({ ...AUDIT, ...LOCK }),
  'gunicorn, 2 processes': gunicorn(2, 1),
  'gunicorn, 2 processes × 4 threads': gunicorn(2, 4),
  'gunicorn, 2 processes × 4 threads, lock': gunicorn(2, 4, LOCK),
  'gunicorn, 1 process × 4 threads, audit line': gunicorn(1, 4, AUDIT),
  'gunicorn, 1 process × 4 threads, audit line, lock': gunicorn(1, 4, { ...AUDIT, ...LOCK }),
  'node:cluster, 2 processes': node('cluster-toy.mjs', '2', 2),
  'node:cluster, 1 process': node('cluster-toy.mjs', '1'),
  'node, await of a query between': node('await-toy.mjs', 'query'),
  'node, await of nothing between': node('await-toy.mjs', 'ready'),
  'node, total kept apart': node('await-toy.mjs', 'torn'),
  'node, await before': node('await-toy.mjs', 'after'),
  'redis, GET and SET': redis('get-set'),
  'redis, INCR': redis('incr'),
} satisfies Readonly<Record<string, ForeignService>>;

export type ServiceName = keyof typeof SERVICES;

function canImport(python: string, modules: readonly string[]): boolean {
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0;
}

const pythonsByModules = new Map<string, string | undefined>();

/** The first interpreter that has these modules; asking takes a moment, so it is asked once. */
function pythonWith(modules: readonly string[]): string | undefined {
  const key = modules.join();
  if (!pythonsByModules.has(key)) {
    pythonsByModules.set(
      key,
      PYTHONS.find((python) => canImport(python, modules)),
    );
  }
  return pythonsByModules.get(key);
}

/** Whether a program stands on this search path. */
function isOnPath(program: string, searched = process.env.PATH ?? ''): boolean {
  return searched.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why this service cannot run here; undefined when it can. */
export function unavailable(name: ServiceName, searched?: string): string | undefined {
  const { needs }: ForeignService = SERVICES[name];
  const modules = needs.filter((need) => need !== 'redis-server');
  if (needs.includes('redis-server') && !isOnPath('redis-server', searched)) {
    return 'no redis-server on PATH (on Debian: apt-get install redis-server)';
  }
  if (modules.length === 0 || pythonWith(modules) !== undefined) return undefined;
  const debian = 'on Debian: apt-get install python3-flask gunicorn';
  return `no python3 has ${modules.join(' and ')} (${debian})`;
}

export interface RunningForeign {
  readonly url: string;
  /** The guard's, which is the group's. */
  readonly pid: number;
  /** Resolves when it and everything it started are gone. */
  close(): Promise<void>;
}

/** The address, once all that accept connections said that they are ready. */
function untilReady(child: ChildProcess, ready: ForeignService['ready']): Promise<string> {
  let said = '';
  const streams = [child.stdout, child.stderr];
  return new Promise((resolve, reject) => {
    const hear = (chunk: string) => {
      said += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (url === undefined || said.split(ready.text).length <= ready.times) return;
      // A log of every request may follow: it has to be taken, and nobody reads it.
      for (const stream of streams) stream?.off('data', hear).resume();
      resolve(url);
    };
    for (const stream of streams) stream?.setEncoding('utf8').on('data', hear);
    child.once('close', () => reject(new Error(`it ended before it listened: ${said.trim()}`)));
  });
}

/** Starts a service on a free port. Whatever becomes of this process, the service ends with it. */
export async function startForeign(service: ForeignService): Promise<RunningForeign> {
  const { words, needs, env, ready } = service;
  const [program = '', ...rest] = words;
  const python = pythonWith(needs.filter((need) => need !== 'redis-server')) ?? 'python3';
  const path = program === 'node' ? process.execPath : python;
  const child = spawn(process.execPath, [GUARD, path, ...rest], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', ...env },
  });
  const closed = once(child, 'close');
  const close = async () => {
    child.stdin.end();
    await closed;
  };
  try {
    return { url: await untilReady(child, ready), pid: child.pid ?? 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function withForeign<T>(
  name: ServiceName,
  body: (service: RunningForeign) => Promise<T>,
): Promise<T> {
  const service = await startForeign(SERVICES[name]);
  try {
    return await body(service);
  } finally {
    await service.close();
  }
}
