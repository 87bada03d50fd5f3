// Who refers to whom: imports (types included), re-exports, dynamic imports and `new
// URL('./x.js')`, with the paths of compiled files turned back into those of their sources.
import { posix } from 'node:path';
import { lineAt, type SourceFile, viewsOf } from './source.js';

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
export function mentionsOf(file: SourceFile): Mention[] {
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
export function referencesOf(file: SourceFile): Reference[] {
  return mentionsOf(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, line, kind }) => {
      const path = posix.join(posix.dirname(file.path), specifier);
      return { from: file.path, to: path.replace(/\.(c?)js$/, '.$1ts'), line, kind };
    });
}
