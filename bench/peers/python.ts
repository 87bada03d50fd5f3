// Which Python here has which modules: asked of each interpreter once, by importing them, since one
// that is there may still not load. What cannot be had is said, with the package that has it. Main
// thread.

import { spawnSync } from 'node:child_process';

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

/** What an interpreter says of itself. */
interface Said {
  readonly version: string;
  /** Those that it can import, with their versions. */
  readonly modules: Readonly<Partial<Record<PythonModule, string>>>;
}

export interface Python extends Said {
  readonly path: string;
}

/** Undefined: there is no such interpreter. A text: why this time nothing is known of it. */
export type AskPython = (path: string) => Said | string | undefined;

/** What was found out is not asked again; one that was only too slow is. */
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
export function pythonWith(modules: readonly PythonModule[], asked = askPython): Python | string {
  let reason = 'there is no python3';
  let fewest = Number.POSITIVE_INFINITY;
  let silent: string | undefined;
  for (const path of PYTHONS) {
    const said = asked(path);
    if (said === undefined) continue;
    if (typeof said === 'string') {
      silent ??= said;
      continue;
    }
    const missing = modules.filter((name) => said.modules[name] === undefined);
    if (missing.length === 0) return { path, ...said };
    if (missing.length >= fewest) continue;
    fewest = missing.length;
    reason = `python3 has no ${missing.join(' and no ')}`;
  }
  if (silent !== undefined) return silent;
  const packages = modules.map((name) => PACKAGES[name]).join(' ');
  return `${reason} (on Debian: apt-get install ${packages})`;
}
