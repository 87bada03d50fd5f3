// A template tag for markup that escapes every inserted text, so that a text of a foreign service cannot
// become markup where somebody forgets to escape it. It also shows control and direction characters.
// Also the document around it, which needs no other file: its policy loads nothing and runs only our
// style and script, whatever the shown texts contain. Pure.

import { createHash } from 'node:crypto';
import { sanitize } from './text.js';

/** Markup that is safe in a page. */
export interface Html {
  readonly markup: string;
}

/** The tag escapes strings and numbers as text; null adds nothing. */
export type Piece = Html | string | number | null | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function renderPiece(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'number') return String(piece);
  if (typeof piece === 'string') {
    return sanitize(piece).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
  }
  return 'markup' in piece ? piece.markup : piece.map(renderPiece).join('');
}

/** For elements and for attributes in double quotes; not for the insides of scripts and styles. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const parts = strings.map((text, at) => text + renderPiece(pieces[at] ?? null));
  return { markup: parts.join('') };
}

/** Marks text as safe: a constant of ours, or markup that somebody escaped. */
export function raw(markup: string): Html {
  return { markup };
}

/** A text from a service or a file, cut to `columns`; it cannot change the direction of others. */
export function foreign(text: string, columns = 160): Html {
  return html`<bdi>${sanitize(text, columns)}</bdi>`;
}

export interface DocumentParts {
  readonly title: string;
  readonly style: string;
  /** Runs after the script that saves the data; empty where the page needs none. */
  readonly script: string;
  readonly main: Html;
  readonly data: EmbeddedData | null;
}

/** JSON or lines of JSON that the reader saves by the link `#save`, which scripts unhide. */
export interface EmbeddedData {
  readonly id: string;
  readonly mediaType: string;
  readonly text: string;
}

export function renderDocument({ title, style, script, main, data }: DocumentParts): string {
  const scripts = (data === null ? '' : createSaveScript(data)) + script;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${createPolicy(style, scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${main}
</main>
${data === null ? null : embedData(data)}
<script>${raw(scripts)}</script>
</body>
</html>
`;
  return page.markup;
}

function createPolicy(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const own = `style-src ${hash(style)}; script-src ${hash(script)}`;
  return `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'`;
}

/** A page without scripts has no link, and lacks nothing else. */
function createSaveScript({ id, mediaType }: EmbeddedData): string {
  return `const link = document.getElementById('save');
const text = document.getElementById('${id}').textContent;
if (link !== null) {
  link.href = URL.createObjectURL(new Blob([text], { type: '${mediaType}' }));
  link.hidden = false;
}
`;
}

/**
 * A `<` could end the script element, and a direction character could reorder the source for a
 * reader. JSON may hold both as escapes.
 */
function embedData({ id, mediaType, text }: EmbeddedData): Html {
  const escaped = text.replace(/[<\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  return raw(`<script type="${mediaType}" id="${id}">${escaped}</script>`);
}

function escapeCharacter(char: string): string {
  const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
