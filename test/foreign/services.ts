// Services that are not this project's code: what starts each, what it needs, and how to know that it
// listens. They are started and ended as the peers of the benchmarks are; nothing here knows the checker.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonWith } from '../../bench/peers/peers.js';
import { type Program, type RunningProgram, startProgram } from '../../bench/peers/program.js';

const FOLDER = fileURLToPath(new URL('../../../test/foreign/', import.meta.url));

type Need = 'flask' | 'gunicorn' | 'redis-server';

export interface ForeignService extends Omit<Program, 'path'> {
  readonly needs: readonly Need[];
  /** The program, as `node` or `python`, and its words. */
  readonly words: readonly string[];
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
  const modules = modulesOf(needs);
  if (needs.includes('redis-server') && !isOnPath('redis-server', searched)) {
    return 'no redis-server on PATH (on Debian: apt-get install redis-server)';
  }
  const found = modules.length === 0 ? undefined : pythonWith(modules);
  return typeof found === 'string' ? found : undefined;
}

function modulesOf(needs: readonly Need[]) {
  return needs.filter((need) => need !== 'redis-server');
}

/** Starts a service on a free port. Whatever becomes of this process, the service ends with it. */
export function startForeign({ needs, words, ...rest }: ForeignService): Promise<RunningProgram> {
  const [program = '', ...others] = words;
  const python = pythonWith(modulesOf(needs));
  const found = typeof python === 'string' ? 'python3' : python.path;
  const path = program === 'node' ? process.execPath : found;
  return startProgram({ path, words: others, ...rest });
}

export async function withForeign<T>(
  name: ServiceName,
  body: (service: RunningProgram) => Promise<T>,
): Promise<T> {
  const service = await startForeign(SERVICES[name]);
  try {
    return await body(service);
  } finally {
    await service.close();
  }
}
