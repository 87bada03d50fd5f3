// The machine, the versions and the commit of a run, without which no figure can be compared.

import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';

// From dist/bench/runner.
const ROOT = join(import.meta.dirname, '..', '..', '..');
const GIGABYTE = 2 ** 30;
const PACKAGES = ['piscina', 'autocannon', 'undici'] as const;

export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  /** `Linux 6.1.0 x64` */
  readonly os: string;
  /** Memory of the machine in units of 2^30 bytes, rounded. */
  readonly memoryGB: number;
  readonly node: string;
  /** Followed by `+` where files differ from it. Outside git the version: `two-callers 0.1.0`. */
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function readEnvironment(): Environment {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    os: `${type()} ${release()} ${arch()}`,
    memoryGB: Math.round(totalmem() / GIGABYTE),
    node: process.version,
    commit: readCommit(ROOT),
    versions: Object.fromEntries(PACKAGES.map((name) => [name, findVersion(name)])),
  };
}

export function formatEnvironment(environment: Environment): string {
  const { cpu, cores, os, memoryGB, node, commit, versions } = environment;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const machine = `${cpu}, ${cores} cores, ${memoryGB} GB, ${os}`;
  return `${machine}, Node ${node}, ${packages.join(', ')}, commit ${shortCommit(commit)}`;
}

/** Leaves the version of a package as it is. */
export function shortCommit(commit: string): string {
  return /^[0-9a-f]{40}/.test(commit) ? commit.replace(/^(.{7}).{33}/, '$1') : commit;
}

/** @param folder that has our package.json */
export function readCommit(folder: string): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    // An installed package is in the node_modules of another repository.
    const isOurs = realpathSync(git('rev-parse', '--show-toplevel')) === realpathSync(folder);
    if (!isOurs) throw new Error('that is the commit of something else');
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', 'HEAD') + (isChanged ? '+' : '');
  } catch {
    return `two-callers ${readVersion(folder) ?? 'of an unknown version'}`;
  }
}

/** An installed package is beside its dependencies, not above them. */
function findVersion(name: string): string {
  for (let folder = ROOT; folder !== dirname(folder); folder = dirname(folder)) {
    const version = readVersion(join(folder, 'node_modules', name));
    if (version !== undefined) return version;
  }
  return 'unknown';
}

function readVersion(folder: string): string | undefined {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return undefined;
  }
}
