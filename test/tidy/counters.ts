// Counts what `npm run size` prints: lines, files, imports, names, frozen prose. Pure functions over
// source files and a lock file; size.ts reads the repository and prints. What a figure means is
// said at its function.
import { posix } from 'node:path';
import { findReferences } from './imports.js';
import { lineAt, type SourceFile, viewsOf } from './source.js';

/** A name or a text, and the place where it is written. */
export interface Occurrence {
  readonly text: string;
  readonly path: string;
  readonly line: number;
}

const TITLE_KEYS = /\b(?:title|promise|rule|name|what|why|reason)\s*:\s*$/;
const NOT_A_TITLE = /^(?:match|push|write|run|text|Error|RegExp|replace|includes|concat)$/;
const PROSE = { charactersMin: 25, wordsMin: 3 };

export function isProduct({ path }: SourceFile): boolean {
  return /^(?:src|bench)\/.*\.c?ts$/.test(path);
}

export function isTest({ path }: SourceFile): boolean {
  return /^test\/.*\.(?:c?ts|mjs)$/.test(path);
}

export function countLines(files: readonly SourceFile[]): number {
  return files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
}

/** File -> the local files it imports, types included; a URL of a worker is no import. */
function collectImports(files: readonly SourceFile[]): Map<string, Set<string>> {
  return new Map(
    files.map((file) => {
      const imports = findReferences(file).filter(({ kind }) => kind !== 'url');
      return [file.path, new Set(imports.map(({ to }) => to))];
    }),
  );
}

export function computeMedianImports(files: readonly SourceFile[]): number {
  const counts = [...collectImports(files).values()].map(({ size }) => size).toSorted((a, b) => a - b);
  const middle = counts.length / 2;
  return ((counts[Math.ceil(middle) - 1] ?? 0) + (counts[Math.floor(middle)] ?? 0)) / 2;
}

/** Files that exactly one other file imports. Entry points and workers are started, not imported. */
export function findSingleImporters(files: readonly SourceFile[], entries: readonly string[]): Occurrence[] {
  const importers = new Map<string, string[]>();
  for (const [from, imports] of collectImports(files)) {
    for (const to of imports) importers.set(to, [...(importers.get(to) ?? []), from]);
  }
  return files
    .filter(({ path }) => !entries.includes(path) && !/\.worker\.c?ts$/.test(path))
    .flatMap(({ path }) => {
      const [only = '', ...others] = importers.get(path) ?? [];
      return only === '' || others.length > 0 ? [] : [{ text: `only ${only}`, path, line: 1 }];
    });
}

/** Packages that `npm install` of the published package brings; `optional` ones are left out. */
export function countUserPackages(lockText: string, isOptionalCounted: boolean): number {
  const { packages } = JSON.parse(lockText) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean; cpu?: unknown }>;
  };
  return Object.entries(packages).filter(([path, { dev, optional, devOptional, cpu }]) => {
    if (path === '' || dev || devOptional || cpu !== undefined) return false;
    return isOptionalCounted || !optional;
  }).length;
}

function findNames(files: readonly SourceFile[], pattern: RegExp): Occurrence[] {
  return files.flatMap((file) => {
    const { code } = viewsOf(file);
    return [...code.matchAll(pattern)].map(({ 1: text = '', index }) => {
      return { text, path: file.path, line: lineAt(code, index) };
    });
  });
}

/** Interfaces, types and classes, exported or not, whose name two files or more declare. */
export function findAmbiguousTypes(files: readonly SourceFile[]): Occurrence[] {
  const declared = findNames(
    files,
    /^(?:export |declare |abstract )*(?:interface|class|type) (\w+)(?=<| [={]| extends | implements )/gm,
  );
  const paths = new Map<string, Set<string>>();
  for (const { text, path } of declared) {
    paths.set(text, (paths.get(text) ?? new Set()).add(path));
  }
  return declared
    .filter(({ text }) => (paths.get(text)?.size ?? 0) > 1)
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
}

/** Function declarations, methods and functions kept in constants, by the end of their name. */
export function findFunctionsEndingInOf(files: readonly SourceFile[]): Occurrence[] {
  return findNames(
    files,
    /(?:\bfunction\s*\*?\s*|\bconst\s+(?=\w+Of\s*=\s*(?:async\b\s*)?(?:\(|<|\w+\s*=>)))(\w+Of)\b/g,
  );
}

/** The offset after the code of `${...}` that opens at `open`; literals in it are read as well. */
function readPlaceholder(views: Literals, open: number): number {
  let depth = 0;
  let index = open;
  while (index < views.code.length) {
    const char = views.code[index] ?? '';
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (depth === 0) return index + 1;
    index = isOpening(views, index) ? readLiteral(views, index) : index + 1;
  }
  return index;
}

interface Literals {
  readonly code: string;
  readonly uncommented: string;
  readonly found: { readonly text: string; readonly begin: number; readonly end: number }[];
}

/** Notes the literal that opens at `begin`; each placeholder counts as one `_`. */
function readLiteral(views: Literals, begin: number): number {
  const { code, uncommented, found } = views;
  const quote = code[begin];
  let text = '';
  let index = begin + 1;
  while (index < code.length && code[index] !== quote) {
    if (quote === '`' && code[index] === '{') {
      text = `${text.slice(0, -1)}_`;
      index = readPlaceholder(views, index);
    } else {
      text += uncommented[index];
      index += 1;
    }
  }
  found.push({ text, begin, end: index + 1 });
  return index + 1;
}

function isProse(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => /^[\p{L}'’,.;:()-]+$/u.test(word));
  if (/^\s*(?:import|export|const)\b/.test(text)) return false;
  return text.length >= PROSE.charactersMin && words.length >= PROSE.wordsMin;
}

/** A title is the first argument of a call like `suite(` or `test.skip(`, a key, or a named field. */
function isTitle(code: string, begin: number, end: number): boolean {
  if (/^\s*[\])]?\s*:/.test(code.slice(end)) && /[{,[]\s*$/.test(code.slice(0, begin))) return true;
  const before = code.slice(Math.max(0, begin - 80), begin);
  if (TITLE_KEYS.test(before)) return true;
  const callee = /(?<![.\w])(\w+)(?:\.(?:only|skip|unless|unavailable|counted))?\(\s*$/.exec(before)?.[1];
  return callee !== undefined && !NOT_A_TITLE.test(callee);
}

/** Whether a literal opens here. A slash opens a regular expression where its inside is blank. */
function isOpening({ code, uncommented }: Literals, index: number): boolean {
  const char = code[index] ?? '';
  if (char !== '/') return char === "'" || char === '"' || char === '`';
  return code[index + 1] === ' ' && uncommented[index + 1] !== ' ';
}

interface Prose {
  readonly literals: Occurrence[];
  readonly patterns: Occurrence[];
  readonly titles: Occurrence[];
}

/** Literals of three words or more, which tests freeze: texts, regular expressions and titles. */
export function findProse(files: readonly SourceFile[]): Prose {
  const prose: Prose = { literals: [], patterns: [], titles: [] };
  for (const file of files) {
    const { code, uncommented } = viewsOf(file);
    const views: Literals = { code, uncommented, found: [] };
    for (let index = 0; index < code.length; ) {
      index = isOpening(views, index) ? readLiteral(views, index) : index + 1;
    }
    for (const { text, begin, end } of views.found.filter((one) => isProse(one.text))) {
      const kind = code[begin] === '/' ? 'patterns' : 'literals';
      prose[isTitle(code, begin, end) ? 'titles' : kind].push({
        text,
        path: file.path,
        line: lineAt(code, begin),
      });
    }
  }
  return prose;
}

export function findLargest(files: readonly SourceFile[], count: number): Occurrence[] {
  return files
    .map((file) => ({ text: posix.basename(file.path), path: file.path, line: countLines([file]) }))
    .toSorted((a, b) => b.line - a.line)
    .slice(0, count);
}
