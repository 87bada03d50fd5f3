// Rules that Biome cannot express: the home of Atomics, opening comments, file names, the length of
// lines in comments and strings, waits and ports in tests, words of one workplace. Pure functions.
import { posix } from 'node:path';
import { findAll, lineAt, type Rule } from './source.js';

const ATOMICS_HOMES = ['src/tally/', 'src/lab/', 'test/', 'bench/'];
const VAGUE_NAMES = ['utils.ts', 'types.ts', 'index.ts'];
const OPENING_LINES = { min: 1, max: 6 };
const COLUMNS_MAX = 110;

/** Path -> why this file may wait for a time. */
const MAY_SLEEP: Readonly<Record<string, string>> = {
  'test/runner/file.ts': 'the runner limits how long it waits for the last output',
};

const SLEEPS = [
  // new Promise((resolve) => setTimeout(resolve, ...
  /new\s+Promise(?:<[^>]*>)?\s*\(\(?\s*([\w$]+)[^)=]*\)?\s*=>[^;}]*?\bsetTimeout\s*\(\s*\1\b/g,
  // new Promise((resolve) => setTimeout(() => resolve(
  /new\s+Promise(?:<[^>]*>)?[^;{}]*=>[^;}]*?\bsetTimeout\s*\(\s*\(\s*\)\s*=>\s*\w+\s*\(/g,
  // setTimeout(anything, 50)
  /(?<![.\w$])setTimeout\s*\((?:[^()]|\([^()]*\))*,\s*[1-9][\d_]*\s*,?\s*\)/g,
];
const FIXED_PORT = /\b(?:listen|start|serve)\s*\((?:[^()]*\bport\s*:)?\s*[1-9]\d*\b/g;

/** Words that would mislead a reader elsewhere: absolute paths, hosts that one machine installs from. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.-])\/(?:work|root)\//g, 'an absolute path of one machine'],
  [/https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*/g, 'the host of a registry'],
  [/(?<![\w@.-])(?:registry|npm|nexus|artifactory)\.[\w-]+\.[a-z]{2,}\b/g, 'the host of a registry'],
];

/** Bytes that threads share are touched in one place, where the order of access can be reviewed. */
export const checkAtomics: Rule = (files) =>
  files
    .filter(({ path }) => !ATOMICS_HOMES.some((home) => path.startsWith(home)))
    .flatMap((file) => findAll(file, 'code', /\bAtomics\b/g, 'Atomics outside src/tally, src/lab'));

/** Biome refuses `@ts-expect-error`; this comment silences the compiler for a whole file. */
export const checkCompiler: Rule = (files) =>
  files.flatMap((file) => findAll(file, 'comments', /@ts-nocheck\b/g, 'a silenced compiler'));

export const checkFileNames: Rule = (files) =>
  files
    .filter(({ path }) => VAGUE_NAMES.includes(posix.basename(path)))
    .map(({ path }) => ({ path, line: 1, message: 'the name says nothing about what is inside' }));

/** Biome wraps code at 100 columns, but neither comments nor strings. */
export const checkLineLength: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, index) => {
      const columns = [...content].length;
      const message = `${columns} columns, over ${COLUMNS_MAX}`;
      return columns <= COLUMNS_MAX ? [] : [{ path, line: index + 1, message }];
    }),
  );

/** Lines with words in the comment that a file opens with; a shebang may stand before it. */
function countOpeningLines(text: string): number {
  const body = text.replace(/^#!.*\n/, '');
  const block = /^\/\*.*?\*\//s.exec(body)?.[0];
  const comment = block ?? /^(?:\/\/.*\n)*/.exec(body)?.[0] ?? '';
  return comment.split('\n').filter((line) => /\w/.test(line)).length;
}

export const checkOpening: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) => {
      const count = countOpeningLines(text);
      if (count >= OPENING_LINES.min && count <= OPENING_LINES.max) return [];
      return [{ path, line: 1, message: `opens with ${count} lines of comment, not 1 to 6` }];
    });

export const checkSleeps: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('test/') && !(path in MAY_SLEEP))
    .flatMap((file) => {
      const message = 'waits for time to pass: wait for the event instead';
      const found = SLEEPS.flatMap((pattern) => findAll(file, 'code', pattern, message));
      return [...new Map(found.map((finding) => [finding.line, finding])).values()];
    });

export const checkPorts: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('test/'))
    .flatMap((file) => findAll(file, 'code', FIXED_PORT, 'a fixed port: listen on 0 and read the address'));

export const checkWorkplace: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    PLACES.flatMap(([pattern, what]) =>
      [...text.matchAll(pattern)].map(({ index, 0: word }) => {
        return { path, line: lineAt(text, index), message: `${what}: ${word}` };
      }),
    ),
  );
