// Runs a property both ways: it must hold for the real code and must refute seeded mutants. Uses
// fast-check only.

import fc from 'fast-check';

export interface PropertyTest {
  /** Throws with the smallest counterexample; other examples in every run. */
  holds(): void;
  /** True when there is a counterexample; the same examples in every run. */
  isRefuted(): boolean;
}

export function propertyTest<Examples>(property: fc.IPropertyWithHooks<Examples>): PropertyTest {
  return {
    holds: () => fc.assert(property, { numRuns: 500 }),
    isRefuted: () => fc.check(property, { seed: 20260131, numRuns: 2000 }).failed,
  };
}
