// The checker against the definition: on small random histories its verdict is `violated` exactly
// when a search through all orders finds none that explains the answers.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { checkCounter } from '../../../src/checker/check-counter.js';
import { suite } from '../../support/suite.js';
import { isLinearizable } from './brute-force.js';
import { type Case, type Shape, senseless, simulated } from './histories.js';

const test = suite('check: exact');
test.timeout(600_000);

/** A greater number searches longer than a test may take. */
const RUNS = Number(process.env.TWO_CALLERS_CHECK_RUNS ?? 2_500);

const SHAPES: Readonly<Record<string, Shape>> = {
  'one field, with tickets and without': { fields: ['count'], isTicketed: false },
  'one field, all with tickets': { fields: ['count'], isTicketed: true },
  'two fields, all with tickets': { fields: ['LOW', 'HIGH'], isTicketed: true },
  'three fields, all with tickets': { fields: ['LOW', 'HIGH', 'TOP'], isTicketed: true },
};

/** Fails where the two disagree; returns how often each verdict occurred. */
function compare(cases: fc.Arbitrary<Case>, runs: number): { violated: number; not: number } {
  const seen = { violated: 0, not: 0 };
  fc.assert(
    fc.property(cases, ({ model, history }) => {
      const { verdict, findings } = checkCounter(model, history);
      assert.is(verdict === 'violated', !isLinearizable(model, history), JSON.stringify(findings));
      assert.ok(findings.every(({ condition }) => condition !== 'malformed-history'));
      if (model.alone && verdict === 'unknown') {
        assert.ok(history.adds.every(({ outcome }) => outcome !== 'ok'));
      }
      seen[verdict === 'violated' ? 'violated' : 'not']++;
    }),
    { numRuns: runs },
  );
  return seen;
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`${name}: violated exactly when no order explains the answers`, () => {
    const cases = fc.oneof(senseless(shape), simulated(shape, fc.boolean()));
    const { violated, not } = compare(cases, RUNS);
    // The comparison proves little unless both verdicts are frequent.
    assert.ok(violated > RUNS / 10, `${violated} violated`);
    assert.ok(not > RUNS / 10, `${not} not`);
  });
}

test.run();
