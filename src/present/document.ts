// An HTML document that needs no other file: its own style, script and data. Its policy loads
// nothing and lets only these run, whatever the shown texts contain. Pure.

import { createHash } from 'node:crypto';
import { type Html, html, raw } from './html.js';

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
