// Rules about the language: where Atomics may stand, what of TypeScript stays out, which file names
// say nothing, how a file opens. Pure functions.
import { posix } from 'node:path';
import { type Finding, findAll, type Rule, type SourceFile } from './source.js';

const ATOMICS_HOMES = ['src/tally/', 'src/lab/', 'test/', 'bench/'];
const NAMELESS = ['utils.ts', 'types.ts', 'index.ts'];
const OPENING_LINES = { min: 2, max: 6 };

/** Bytes that threads share are touched in one place, where the order of access can be reviewed. */
export const atomicsAtHome: Rule = (files) =>
  files
    .filter(({ path }) => !ATOMICS_HOMES.some((home) => path.startsWith(home)))
    .flatMap((file) => findAll(file, 'code', /\bAtomics\b/g, 'Atomics outside src/tally, src/lab'));

function bannedIn(file: SourceFile): Finding[] {
  const isUserFixture = file.path.startsWith('test/fixtures/');
  return [
    // Not a property (`Promise.any`), a method's name or a key.
    ...findAll(file, 'code', /(?<![.\w$])any(?![\w$]|\s*[(:])/g, 'the type any'),
    ...findAll(file, 'code', /(?<![.\w$])enum\s+[\w$]+\s*\{/g, 'an enum'),
    ...findAll(file, 'comments', /@ts-(?:ignore|nocheck)\b/g, 'a silenced compiler'),
    ...(isUserFixture ? [] : findAll(file, 'code', /\bexport\s+default\b/g, 'a default export')),
  ];
}

export const bannedLanguage: Rule = (files) => files.flatMap(bannedIn);

export const namelessFiles: Rule = (files) =>
  files
    .filter(({ path }) => NAMELESS.includes(posix.basename(path)))
    .map(({ path }) => ({ path, line: 1, message: 'the name says nothing about what is inside' }));

/** Lines with words in the comment that a file opens with; a shebang may stand before it. */
function openingLines(text: string): number {
  const body = text.replace(/^#!.*\n/, '');
  const block = /^\/\*.*?\*\//s.exec(body)?.[0];
  const comment = block ?? /^(?:\/\/.*\n)*/.exec(body)?.[0] ?? '';
  return comment.split('\n').filter((line) => /\w/.test(line)).length;
}

export const openingComment: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) => {
      const count = openingLines(text);
      if (count >= OPENING_LINES.min && count <= OPENING_LINES.max) return [];
      return [{ path, line: 1, message: `opens with ${count} lines of comment, not 2 to 6` }];
    });
