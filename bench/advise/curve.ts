// Where threads begin to pay: `inline` and `batched` over sizes of added work, with the built-in
// rules and the transaction that the advice is for. A scenario that is made for each advice; what
// its runs say is judged in break-even.ts.

import type { Post } from '../load/transaction.js';
import { measurePost } from '../runner/measure.js';
import type { Scenario } from '../runner/scenario.js';
import { rows, variant } from '../scenarios/variants.js';

export const CURVE = 'advise-curve';

/** `post`: with the level that the rules give it. */
export function curveFor(post: Post, threads: number): Scenario {
  return {
    about: 'inline and batched by added work',
    isDefault: false,
    variants: ({ workUs }) =>
      rows(workUs.flatMap((us) => [variant('inline', 0, us), variant('batched', threads, us)])),
    claims: () => [],
    measure: (row, context) => measurePost(post, row, context),
  };
}
