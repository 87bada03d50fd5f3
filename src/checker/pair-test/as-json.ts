// What asking came to as a document: of `ask --json`, and of a line in a file of results. Not the
// bodies, which may be many, nor the header fields, which may be secret. Pure.

import type { Target } from '../driver/target.js';
import type { Asked } from './asked.js';

export interface AskedJson extends Omit<Asked, 'target'> {
  readonly schema: 1;
  readonly target: Omit<Target, 'bodies' | 'headers'> & { readonly bodies: number };
}

export function askedJson({ target, verdict, answer, ...seen }: Asked): AskedJson {
  const { bodies, headers, ...shown } = target;
  return { schema: 1, verdict, answer, ...seen, target: { ...shown, bodies: bodies.length } };
}
