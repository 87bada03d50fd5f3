// A source file seen three ways, each of the text's own length so that offsets agree: code alone (the insides
// of strings, templates and regular expressions blank), code with strings, comments alone. The rules can then
// look for words by pattern without being fooled by a string. It does not parse.

export interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export type Rule = (files: readonly SourceFile[]) => Finding[];

interface Views {
  readonly code: string;
  readonly uncommented: string;
  readonly comments: string;
}

type Kind = 'code' | 'string' | 'comment';

interface Cursor {
  readonly text: string;
  readonly kinds: Kind[];
  index: number;
  braceDepth: number;
  /** Brace depths at which a template goes on after its `${}`. */
  readonly templates: number[];
  /** The last word or sign of code: it decides what a slash means. */
  previous: string;
}

const REGEX_MAY_FOLLOW =
  /^(?:[(,=:[!&|?{};+\-*%<>~^]|return|typeof|case|in|of|void|delete|throw|await|yield|)$/;

function take(cursor: Cursor, count: number, kind: Kind): void {
  for (let step = 0; step < count && cursor.index < cursor.text.length; step += 1) {
    cursor.kinds.push(kind);
    cursor.index += 1;
  }
}

function takeTo(cursor: Cursor, end: number, kind: Kind): void {
  take(cursor, (end < 0 ? cursor.text.length : end) - cursor.index, kind);
}

/** From after the opening sign to the closing one; a character class hides a regex's slash. */
function takeQuoted(cursor: Cursor, close: string): void {
  let isInClass = false;
  take(cursor, 1, 'code');
  while (cursor.index < cursor.text.length) {
    const char = cursor.text[cursor.index];
    if (char === '\n') return;
    if (char === close && !isInClass) break;
    if (close === '/' && (char === '[' || char === ']')) isInClass = char === '[';
    take(cursor, char === '\\' ? 2 : 1, 'string');
  }
  take(cursor, 1, 'code');
}

/** Up to the closing sign, or to the code in `${}`: takeCode comes back here at its end. */
function takeTemplate(cursor: Cursor): void {
  take(cursor, 1, 'code');
  while (cursor.index < cursor.text.length) {
    if (cursor.text[cursor.index] === '`') break;
    if (cursor.text.startsWith('${', cursor.index)) {
      cursor.templates.push(cursor.braceDepth);
      cursor.braceDepth += 1;
      cursor.previous = '{';
      take(cursor, 1, 'string');
      break;
    }
    take(cursor, cursor.text[cursor.index] === '\\' ? 2 : 1, 'string');
  }
  take(cursor, 1, 'code');
}

function takeCode(cursor: Cursor): void {
  const rest = cursor.text.slice(cursor.index, cursor.index + 64);
  const word = /^[\w$]+|^\s+|^./s.exec(rest)?.[0] ?? '';
  if (word === '{') cursor.braceDepth += 1;
  if (word === '}') cursor.braceDepth -= 1;
  if (word.trim() !== '') cursor.previous = word;
  if (word === '}' && cursor.templates.at(-1) === cursor.braceDepth) {
    cursor.templates.pop();
    cursor.previous = 'a literal';
    takeTemplate(cursor);
  } else take(cursor, word.length, 'code');
}

function takeNext(cursor: Cursor): void {
  const { text, index } = cursor;
  const char = text[index] ?? '';
  const isRegex = char === '/' && REGEX_MAY_FOLLOW.test(cursor.previous);
  if (text.startsWith('//', index)) {
    takeTo(cursor, text.indexOf('\n', index), 'comment');
  } else if (text.startsWith('/*', index)) {
    const end = text.indexOf('*/', index + 2);
    takeTo(cursor, end < 0 ? end : end + 2, 'comment');
  } else if (char === '`') {
    cursor.previous = 'a literal';
    takeTemplate(cursor);
  } else if (char === "'" || char === '"' || isRegex) {
    cursor.previous = 'a literal';
    takeQuoted(cursor, char);
  } else takeCode(cursor);
}

function blank(cursor: Cursor, kept: readonly Kind[]): string {
  const show = (char: string, index: number) =>
    char === '\n' || kept.includes(cursor.kinds[index] ?? 'code') ? char : ' ';
  return cursor.text.split('').map(show).join('');
}

const known = new WeakMap<SourceFile, Views>();

export function viewsOf(file: SourceFile): Views {
  const before = known.get(file);
  if (before !== undefined) return before;
  const state = { kinds: [], index: 0, braceDepth: 0, templates: [], previous: '' };
  const cursor: Cursor = { text: file.text, ...state };
  while (cursor.index < file.text.length) takeNext(cursor);
  const views = {
    code: blank(cursor, ['code']),
    uncommented: blank(cursor, ['code', 'string']),
    comments: blank(cursor, ['comment']),
  };
  known.set(file, views);
  return views;
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A finding for each match of a global pattern in one view of the file. */
export function findAll(file: SourceFile, view: keyof Views, pattern: RegExp, message: string): Finding[] {
  const text = viewsOf(file)[view];
  return [...text.matchAll(pattern)].map(({ index }) => {
    return { path: file.path, line: lineAt(text, index), message };
  });
}
