// A template tag for markup that escapes every inserted text, so that a text of a foreign service cannot
// become markup where somebody forgets to escape it. It also shows control and direction characters. Pure.

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
