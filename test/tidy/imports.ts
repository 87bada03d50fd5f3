// Rules about imports that Biome and knip cannot express: which folder may import which, and that
// only a URL reaches a worker file. DIRECTIONS is the decision; a new folder is a row there. Paths
// of compiled files are turned back into those of their sources. Pure functions.
import { posix } from 'node:path';
import { lineAt, type Rule, type SourceFile, viewsOf } from './source.js';

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

interface Mention {
  readonly specifier: string;
  /** What stands between `import` and `from`. */
  readonly clause: string;
  readonly line: number;
  readonly kind: 'value' | 'type' | 'url';
}

export interface Reference {
  readonly from: string;
  readonly to: string;
  readonly line: number;
  readonly kind: Mention['kind'];
}

// Read where strings are blank, so that the quote is always the one of a specifier.
const MENTION = new RegExp(
  [
    /\b(?:import|export)\b(?<clause>[^'"`;]*?)\bfrom\s*(?=['"])/,
    /\bimport\s*\(?\s*(?=['"])/,
    /\b(?<url>new\s+URL)\s*\(\s*(?=['"])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** Everything the file names as a module, packages too. */
function findMentions(file: SourceFile): Mention[] {
  const { code, uncommented } = viewsOf(file);
  return [...code.matchAll(MENTION)].map((match) => {
    const { clause = '', url } = match.groups ?? {};
    const quote = match.index + match[0].length;
    const end = code.indexOf(code[quote] ?? '', quote + 1);
    const isType = /^\s+type\s+(?!from\b)/.test(clause);
    return {
      specifier: uncommented.slice(quote + 1, end),
      clause,
      line: lineAt(code, match.index),
      kind: url !== undefined ? 'url' : isType ? 'type' : 'value',
    };
  });
}

/** The mentions of files of this repository. */
export function findReferences(file: SourceFile): Reference[] {
  return findMentions(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, line, kind }) => {
      const path = posix.join(posix.dirname(file.path), specifier);
      return { from: file.path, to: path.replace(/\.(c?)js$/, '.$1ts'), line, kind };
    });
}

const ZONES = Object.keys(DIRECTIONS);

function isIn(path: string, zone: string): boolean {
  return zone.endsWith('/') ? path.startsWith(zone) : path === zone;
}

function findObjection({ from, to, kind }: Reference): string | undefined {
  const isProduct = from.startsWith('src/');
  if (to === 'src/cli.ts') return 'src/cli.ts is started, not imported';
  const zone = ZONES.find((candidate) => isIn(from, candidate));
  if (zone === undefined || isIn(to, zone)) return undefined;
  if (to.startsWith('src/commands/') && isProduct && from !== 'src/cli.ts') {
    return `only src/cli.ts imports commands, not ${from}`;
  }
  const allowed = DIRECTIONS[zone] ?? [];
  if (!allowed.some((target) => isIn(to, target))) return `${zone} may not import ${to}`;
  const isTypesOnly = TYPES_ONLY.some(([source, target]) => isIn(from, source) && isIn(to, target));
  if (isTypesOnly && kind === 'value') return `${zone} may import ${to} only as a type`;
  return undefined;
}

export const checkDirections: Rule = (files) => {
  const uncovered = files
    .filter(({ path }) => !ZONES.some((zone) => isIn(path, zone)))
    .map(({ path }) => ({ path, line: 1, message: 'no row of DIRECTIONS covers this file' }));
  const wrong = files.flatMap(findReferences).flatMap((reference) => {
    const message = reference.kind === 'url' ? undefined : findObjection(reference);
    return message === undefined ? [] : [{ path: reference.from, line: reference.line, message }];
  });
  return [...uncovered, ...wrong];
};

/** An imported worker would run its main module again, in the thread that imports it. */
export const checkWorkerImports: Rule = (files) =>
  files
    .flatMap(findReferences)
    .filter(({ to, kind }) => /\.worker\.c?ts$/.test(to) && kind !== 'url')
    .map(({ from, to, line }) => {
      return { path: from, line, message: `${to} is reached by URL only, never imported` };
    });
