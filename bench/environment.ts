// Where a run was made: machine, versions, commit. Every result line carries it, since a figure
// without it cannot be compared with another. Main thread of the runner.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, type } from 'node:os';
import { join } from 'node:path';

// From dist/bench.
const ROOT = join(import.meta.dirname, '..', '..');
const PACKAGES = ['piscina', 'autocannon', 'undici'] as const;

export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Its name, version and architecture; undefined in older files. */
  readonly os?: string;
  /** Followed by `+` where files differ from it; "unknown" outside git. */
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function readEnvironment(): Environment {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    os: `${type()} ${release()}, ${arch()}`,
    commit: commit(),
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  };
}

export function inOneLine({ cpu, cores, node, commit, versions }: Environment): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const short = /^[0-9a-f]{40}/.test(commit) ? commit.replace(/^(.{7}).{33}/, '$1') : commit;
  return `${cpu}, ${cores} cores, Node ${node}, ${packages.join(', ')}, commit ${short}`;
}

function commit(): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no').trim() !== '';
    return git('rev-parse', 'HEAD').trim() + (isChanged ? '+' : '');
  } catch {
    return 'unknown';
  }
}

function versionOf(name: string): string {
  try {
    const path = join(ROOT, 'node_modules', name, 'package.json');
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
