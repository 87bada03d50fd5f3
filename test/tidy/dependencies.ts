// Rules about who may import whom: directions, cycles, worker files, dead files. The two tables on
// top are the decisions; a new directory or a new entry point is a row here. Pure functions.
import { type Reference, referencesOf } from './references.js';
import type { Finding, Rule, SourceFile } from './source.js';

/** From -> to. A name that ends in `/` is a directory; a zone may always import itself. */
export const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  'src/cli.ts': ['src/'],
  'src/commands/': ['src/', 'bench/'],
  'src/self-test/': [
    'src/scoring/',
    'src/checker/',
    'src/topologies/',
    'src/tally/',
    'src/present/',
    'src/log-events.ts',
    'src/stall-tolerant-timeout.ts',
    'src/verdict.ts',
  ],
  'src/topologies/': [
    'src/http/',
    'src/execution/',
    'src/scoring/',
    'src/tally/',
    'src/log-events.ts',
    'src/stall-tolerant-timeout.ts',
    'src/verdict.ts',
  ],
  'src/http/': [
    'src/execution/',
    'src/scoring/',
    'src/tally/',
    'src/log-events.ts',
    'src/stall-tolerant-timeout.ts',
  ],
  'src/execution/': ['src/scoring/', 'src/tally/', 'src/log-events.ts'],
  'src/lab/': ['src/tally/', 'src/present/', 'src/verdict.ts'],
  'src/checker/': ['src/present/', 'src/stall-tolerant-timeout.ts', 'src/verdict.ts'],
  'src/present/': [],
  'src/scoring/': [],
  'src/tally/': [],
  'src/stall-tolerant-timeout.ts': [],
  'src/log-events.ts': [],
  'src/verdict.ts': [],
  'bench/': [
    'src/scoring/',
    'src/tally/',
    'src/execution/',
    'src/http/',
    'src/topologies/',
    'src/checker/',
    'src/self-test/',
    'src/present/',
    'src/stall-tolerant-timeout.ts',
    'src/verdict.ts',
  ],
  'test/': ['src/', 'bench/', 'test/'],
};

/** Here only `import type` is allowed. */
const TYPES_ONLY: readonly (readonly [string, string])[] = [['src/http/', 'src/execution/']];

/** What a person or package.json starts: the rest of src and bench is to be reached from here. */
export const ENTRY_POINTS: readonly string[] = [
  'src/cli.ts',
  'bench/micro/crossing.ts',
  'bench/micro/checker.ts',
  'bench/advise/validate.ts',
  'bench/report/into-docs.ts',
  'bench/data/generate.ts',
];

const ZONES = Object.keys(DIRECTIONS);

function isIn(path: string, zone: string): boolean {
  return zone.endsWith('/') ? path.startsWith(zone) : path === zone;
}

function isWorker(path: string): boolean {
  return /\.worker\.c?ts$/.test(path);
}

function allReferences(files: readonly SourceFile[]): Reference[] {
  return files.flatMap(referencesOf);
}

function objection({ from, to, kind }: Reference): string | undefined {
  if (to === 'src/cli.ts') return 'nobody imports src/cli.ts';
  const zone = ZONES.find((candidate) => isIn(from, candidate));
  if (zone === undefined || isIn(to, zone)) return undefined;
  const isVerb = to.startsWith('src/commands/') && from.startsWith('src/');
  if (isVerb && from !== 'src/cli.ts') return `only src/cli.ts imports commands, not ${from}`;
  const allowed = DIRECTIONS[zone] ?? [];
  if (!allowed.some((target) => isIn(to, target))) return `${zone} may not import ${to}`;
  const isTypesOnly = TYPES_ONLY.some(([source, target]) => isIn(from, source) && isIn(to, target));
  if (isTypesOnly && kind === 'value') return `${zone} may import ${to} only as a type`;
  return undefined;
}

export const importDirection: Rule = (files) => {
  const homeless = files
    .filter(({ path }) => !ZONES.some((zone) => isIn(path, zone)))
    .map(({ path }) => ({ path, line: 1, message: 'no row of DIRECTIONS covers this file' }));
  const wrong = allReferences(files).flatMap((reference) => {
    const message = reference.kind === 'url' ? undefined : objection(reference);
    return message === undefined ? [] : [{ path: reference.from, line: reference.line, message }];
  });
  return [...homeless, ...wrong];
};

function neighbours(references: readonly Reference[]): Map<string, Reference[]> {
  const map = new Map<string, Reference[]>();
  for (const reference of references) {
    map.set(reference.from, [...(map.get(reference.from) ?? []), reference]);
  }
  return map;
}

/** One finding per import that closes a circle, met on a depth-first walk. */
export const importCycles: Rule = (files) => {
  const next = neighbours(allReferences(files).filter(({ kind }) => kind !== 'url'));
  const findings: Finding[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]) => {
    if (done.has(path)) return;
    const here = [...trail, path];
    for (const { to, line } of next.get(path) ?? []) {
      const begin = here.indexOf(to);
      if (begin < 0) walk(to, here);
      else {
        const circle = [...here.slice(begin), to].join(' -> ');
        findings.push({ path, line, message: `import cycle: ${circle}` });
      }
    }
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return findings;
};

/** Imported, a worker's main module would run, a second time, in the thread that imports it. */
export const workersByUrlOnly: Rule = (files) =>
  allReferences(files)
    .filter(({ to, kind }) => isWorker(to) && kind !== 'url')
    .map(({ from, to, line }) => {
      return { path: from, line, message: `${to} is reached by URL only, never imported` };
    });

export function deadFiles(files: readonly SourceFile[], entries = ENTRY_POINTS): Finding[] {
  const product = files.filter(({ path }) => !path.startsWith('test/'));
  const next = neighbours(allReferences(product));
  const reached = new Set<string>(entries);
  for (const path of reached) {
    for (const { to } of next.get(path) ?? []) reached.add(to);
  }
  const missing = entries
    .filter((entry) => !product.some(({ path }) => path === entry))
    .map((path) => ({ path, line: 1, message: 'is in ENTRY_POINTS and does not exist' }));
  const dead = product
    .filter(({ path }) => !reached.has(path) && !path.endsWith('.d.ts'))
    .map(({ path }) => ({ path, line: 1, message: 'no entry point reaches this file' }));
  return [...missing, ...dead];
}
