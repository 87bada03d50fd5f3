// The document around a page that needs nothing else: its own style and script, and a policy by
// which nothing is loaded and only these two act, whatever stands in what it shows. Pure.

import { createHash } from 'node:crypto';
import { type Html, html, raw } from './html.js';

export interface DocumentParts {
  readonly title: string;
  readonly style: string;
  readonly script: string;
  readonly main: Html;
  /** What the page embeds, for its script and for whoever saves it. */
  readonly data: Html | null;
}

export function documentOf({ title, style, script, main, data }: DocumentParts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(style, script)}">
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
${data}
<script>${raw(script)}</script>
</body>
</html>
`;
  return page.markup;
}

function policyOf(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const own = `style-src ${hash(style)}; script-src ${hash(script)}`;
  return `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'`;
}
