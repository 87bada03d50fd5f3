// A property that can be asked both ways: whether it holds, and whether it refutes a planted fault.
// Used by the tests of scoring, queues and verdicts; it asserts with fast-check and nothing else.

import fc from 'fast-check';

export interface Claim {
  /** Throws with the smallest counterexample; other examples in every run. */
  holds(): void;
  /** True when there is a counterexample; the same examples in every run. */
  isRefuted(): boolean;
}

export function claim<Examples>(property: fc.IPropertyWithHooks<Examples>): Claim {
  return {
    holds: () => fc.assert(property, { numRuns: 500 }),
    isRefuted: () => fc.check(property, { seed: 20260131, numRuns: 2000 }).failed,
  };
}
