// Other services that score by the same rules: Fastify on this Node, and Flask, gunicorn and uvicorn with a
// Python that has them. Finds what can run here, and starts one. Main thread of the runner.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { readStats } from '../../src/checker/driver/assessment.js';
import { LEVEL } from '../runner/validity.js';
import { type Program, startProgram } from './program.js';

/** Debian's packages come with the system's interpreter, which need not be the first on PATH. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** The module -> Debian's package of it. */
const PACKAGES = {
  flask: 'python3-flask',
  gunicorn: 'gunicorn',
  fastapi: 'python3-fastapi',
  uvicorn: 'python3-uvicorn',
  uvloop: 'python3-uvloop',
  httptools: 'python3-httptools',
} as const;

export type PythonModule = keyof typeof PACKAGES;

const ASK = `
import importlib, importlib.metadata, json, platform, sys
found = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found[name] = "of unknown version"
    except Exception:
        pass
print(json.dumps({"version": platform.python_version(), "modules": found}))
`;
const ASK_MS_MAX = 60_000;

interface Said {
  readonly version: string;
  /** Those that it can import, with their versions. */
  readonly modules: Readonly<Partial<Record<PythonModule, string>>>;
}

/** Undefined: there is no such interpreter. A text: why this time nothing is known of it. */
export type AskPython = (path: string) => Said | string | undefined;

/** Remembers each answer; asks an interpreter again that was only too slow. */
export function remembering(ask: AskPython): AskPython {
  const answers = new Map<string, Said | undefined>();
  return (path) => {
    if (answers.has(path)) return answers.get(path);
    const said = ask(path);
    if (typeof said !== 'string') answers.set(path, said);
    return said;
  };
}

export const askPython = remembering((path) => {
  const words = ['-c', ASK, ...Object.keys(PACKAGES)];
  const options = { encoding: 'utf8', timeout: ASK_MS_MAX } as const;
  const { status, stdout, error } = spawnSync(path, words, options);
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') {
    return `${path} did not answer within ${ASK_MS_MAX / 1000} s`;
  }
  if (status !== 0) return undefined;
  // A module may print something of its own when it is imported.
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Said;
});

/** The first interpreter that has these modules, or why there is none. */
export function pythonWith(modules: readonly PythonModule[], asked = askPython) {
  const lacks: (readonly PythonModule[])[] = [];
  let silent: string | undefined;
  for (const path of PYTHONS) {
    const said = asked(path);
    if (typeof said === 'string') silent ??= said;
    if (said === undefined || typeof said === 'string') continue;
    const missing = modules.filter((name) => said.modules[name] === undefined);
    if (missing.length === 0) return { path, ...said };
    lacks.push(missing);
  }
  if (silent !== undefined) return silent;
  const [fewest] = lacks.sort((a, b) => a.length - b.length);
  const reason = fewest ? `python3 has no ${fewest.join(' and no ')}` : 'there is no python3';
  const packages = modules.map((name) => PACKAGES[name]).join(' ');
  return `${reason} (on Debian: apt-get install ${packages})`;
}

/** From dist/bench/peers: Python files are not compiled, and stand where they were written. */
const FOLDER = fileURLToPath(new URL('../../../bench/peers/', import.meta.url));
const FASTIFY = fileURLToPath(new URL('./fastify-server.js', import.meta.url));

export interface Peer {
  readonly name: string;
  readonly by:
    | { readonly packages: readonly string[] }
    | { readonly modules: readonly PythonModule[]; readonly better?: readonly PythonModule[] };
  readonly words: (workUs: number) => readonly string[];
  readonly ready: Program['ready'];
  /** Processes or threads that score; 0: one, and it accepts, too. */
  readonly threads: number;
  /** It can do added work, which is calibrated for this engine. */
  readonly canWork: boolean;
  /** After every answer. */
  readonly closesConnections: boolean;
  /** Each process counts alone, and `/stats` is that of one of them. */
  readonly countsApart: boolean;
}

function onNode(name: string, threads: number): Peer {
  const words = (workUs: number) => [FASTIFY, `${workUs}`, `${threads}`];
  const ready = { text: 'listening on', times: 1 };
  const how = { canWork: true, closesConnections: false, countsApart: false };
  return { name, by: { packages: ['fastify'] }, words, ready, threads, ...how };
}

const FLASK: Peer = {
  name: 'flask',
  by: { modules: ['flask'] },
  words: () => [`${FOLDER}flask_rules.py`],
  ready: { text: 'Running on', times: 1 },
  threads: 0,
  ...{ canWork: false, closesConnections: true, countsApart: false },
};

/** One thread a process is gunicorn's `sync` worker, which closes; more are its `gthread`. */
function gunicorn(name: string, processes: number, threads: number): Peer {
  const where = ['-m', 'gunicorn', '--pythonpath', FOLDER, '--bind', '127.0.0.1:0'];
  const many = ['--workers', `${processes}`, '--threads', `${threads}`];
  return {
    name,
    by: { modules: ['flask', 'gunicorn'] },
    words: () => [...where, ...many, 'flask_rules:app'],
    ready: { text: 'Booting worker', times: processes },
    threads: processes * threads,
    canWork: false,
    closesConnections: threads === 1,
    countsApart: processes > 1,
  };
}

function uvicorn(name: string, processes: number): Peer {
  return {
    name,
    by: { modules: ['fastapi', 'uvicorn'], better: ['uvloop', 'httptools'] },
    words: () => [`${FOLDER}fastapi_rules.py`, `${processes}`],
    ready: { text: 'Application startup complete', times: processes },
    threads: processes === 1 ? 0 : processes,
    canWork: false,
    closesConnections: false,
    countsApart: processes > 1,
  };
}

export const PEERS: readonly Peer[] = [
  onNode('fastify', 0),
  onNode('fastify, piscina x2', 2),
  FLASK,
  gunicorn('gunicorn x2', 2, 1),
  gunicorn('gunicorn x2, 4 threads each', 2, 4),
  uvicorn('uvicorn, fastapi', 1),
  uvicorn('uvicorn, fastapi x2', 2),
];

export interface Finders {
  readonly python: typeof askPython;
  /** The version of a package; undefined: it is not installed. */
  readonly node: (name: string) => string | undefined;
}

export const FINDERS: Finders = { python: askPython, node: packageVersion };

function packageVersion(name: string): string | undefined {
  try {
    const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** The interpreter and the versions of what it runs there, or why it cannot run here. */
function findRuntime({ by }: Peer, { python, node }: Finders) {
  if ('packages' in by) {
    const missing = by.packages.filter((name) => node(name) === undefined);
    if (missing.length > 0) return `${missing.join(' and ')}: not installed (npm install)`;
    const versions = by.packages.map((name) => `${name} ${node(name)}`);
    return { path: process.execPath, versions: [`Node ${process.version}`, ...versions] };
  }
  const found = pythonWith(by.modules, python);
  if (typeof found === 'string') return found;
  const named = (name: PythonModule) => `${name} ${found.modules[name] ?? 'missing'}`;
  const versions = [...by.modules, ...(by.better ?? [])].map(named);
  return { path: found.path, versions: [`Python ${found.version}`, ...versions] };
}

/** The program, or why it cannot run here. */
export function findProgram(peer: Peer, workUs: number, finders = FINDERS): Program | string {
  const made = findRuntime(peer, finders);
  if (typeof made === 'string') return made;
  return { path: made.path, words: peer.words(workUs), ready: peer.ready };
}

/** Why it cannot run here; undefined when it can. */
export function explainUnavailable(peer: Peer, finders = FINDERS): string | undefined {
  const made = findRuntime(peer, finders);
  return typeof made === 'string' ? made : undefined;
}

/** For the report. */
export function describePeer(peer: Peer, finders = FINDERS): string {
  const made = findRuntime(peer, finders);
  return [
    ...(typeof made === 'string' ? [] : [made.versions.join(', ')]),
    ...(peer.closesConnections ? ['it closes each connection: a new one for every request'] : []),
    ...(peer.countsApart ? ['each process counts for itself: the count was not compared'] : []),
  ].join('; ');
}

/** @throws Error in one line when it cannot be had here, or with its last words when it fails */
export async function startPeer(peer: Peer, workUs: number) {
  const program = findProgram(peer, workUs);
  if (typeof program === 'string') throw new Error(program);
  const { url, pid, close } = await startProgram(program);
  const counted = async () => (peer.countsApart ? undefined : (await readStats(url)).levels[LEVEL]);
  return { url, pid, counted, connectsAnew: peer.closesConnections, stop: close };
}
