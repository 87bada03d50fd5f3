// What somebody has who installs the package: every module that the verbs load is in the folders
// that are packed, and every package they import is a dependency, not one of development. Reads
// files; a missing package is planted.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PACKED = ['dist/src', 'dist/bench'];

interface Package {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const ours = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Package;

const test = suite('bench: as an installed package');

/** Names of packages that compiled modules import; types are gone from them. */
function importedBy(text: string): string[] {
  const found = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^'.][^']*)'/gms)];
  const names = found.map(([, specifier = '']) => specifier);
  const bare = names.filter((specifier) => !specifier.startsWith('node:'));
  return bare.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
}

/** A peer, looked for before it is started: without it the row is unavailable. */
const OPTIONAL = ['fastify'];
const PEERS = join(ROOT, 'dist', 'bench', 'peers');

function missing(texts: readonly string[], { dependencies }: Pick<Package, 'dependencies'>) {
  return [...new Set(texts.flatMap(importedBy))].filter((name) => !(name in dependencies));
}

const modules = PACKED.flatMap((folder) => {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.js')).map((name) => join(ROOT, folder, name));
});

test('the folders of the verbs and of the benchmarks are packed', () => {
  for (const folder of [...PACKED, 'bench/data']) assert.ok(ours.files.includes(folder), folder);
});

test('every package that they import is a dependency', () => {
  const read = (path: string) => readFileSync(path, 'utf8');
  assert.ok(modules.length > 100);
  const others = modules.filter((path) => !path.startsWith(PEERS));
  const all = { dependencies: { ...ours.dependencies, ...ours.optionalDependencies } };
  assert.equal(missing(others.map(read), all), []);
  const peers = modules.filter((path) => path.startsWith(PEERS));
  assert.equal(missing(peers.map(read), all), OPTIONAL);
});

test('serve, score, ask and check import no optional package', () => {
  const seen = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(/(?:from |URL\()'(\.[^']*)'/g)) {
      follow(join(path, '..', specifier));
    }
  };
  const commands = ['serve', 'run-service', 'score', 'ask', 'check'];
  for (const name of commands) follow(join(ROOT, 'dist', 'src', 'commands', `${name}.js`));
  assert.ok(seen.size > 100);
  assert.equal(
    missing(
      [...seen].map((path) => readFileSync(path, 'utf8')),
      ours,
    ),
    [],
  );
});

test('planted: a package of development that is imported is found', () => {
  const text = "import { x } from './own.js';\nimport {\n  y,\n} from '@scope/absent/part';\n";
  assert.equal(missing([text, "import 'node:fs';"], ours), ['@scope/absent']);
});

test.run();
