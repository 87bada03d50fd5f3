// Markup by a template tag that escapes whatever is put into it: a text of a foreign service cannot
// become markup by being forgotten. Control and direction characters are made visible too. Pure; it
// knows nothing of what the page says.

import { sanitize } from './text.js';

/** Markup that is safe to stand in a page. */
export interface Html {
  readonly markup: string;
}

/** A string or a number is text, and is escaped; null is nothing. */
export type Piece = Html | string | number | null | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'number') return String(piece);
  if (typeof piece === 'string') {
    return sanitize(piece).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
  }
  return 'markup' in piece ? piece.markup : piece.map(markupOf).join('');
}

/** For elements and for attributes in double quotes; not for the insides of scripts and styles. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const parts = strings.map((text, at) => text + markupOf(pieces[at] ?? null));
  return { markup: parts.join('') };
}

/** Markup of our own that is a constant, or was made safe already. */
export function raw(markup: string): Html {
  return { markup };
}

/** A text of a service: at most so many columns, and it cannot turn the direction of others. */
export function foreign(text: string, columns = 160): Html {
  return html`<bdi>${sanitize(text, columns)}</bdi>`;
}
