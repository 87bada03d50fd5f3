// What a user's scorer may return, and what is made of it: nothing but plain, checked data is
// counted or answered. Pure; how such a scorer is found is tested in scorers.test.ts.

import fc from 'fast-check';
import Value from 'typebox/value';
import * as assert from 'uvu/assert';
import { type Assessment, classifyScore, LEVELS, scoreByRules } from '../../src/scoring/rules.js';
import { AssessmentSchema } from '../../src/scoring/schemas.js';
import { readAssessment } from '../../src/scoring/scorers.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';
import { transactions } from './transactions.js';

type Read = (returned: unknown, txId: string) => Assessment;

const test = suite('what a scorer returned');

test('a score alone is enough: the level follows from it, no rules, the transaction’s name', () => {
  const expected = { score: 4, risk_level: 'HIGH', triggered_rules: [], tx_id: 'TX1' };
  assert.equal(readAssessment({ score: 4 }, 'TX1'), expected);
});

test('a level and rules of its own are kept; another name and anything else are not', () => {
  const kept = { score: 0.5, risk_level: 'CRITICAL', triggered_rules: ['model'] };
  const returned = { ...kept, tx_id: 'another', weights: [1], explain: () => 'why' };
  assert.equal(readAssessment(returned, 'TX1'), { ...kept, tx_id: 'TX1' });
});

test('the rules are copied: what the scorer does with its list later changes nothing', () => {
  const rules = ['model'];
  const { triggered_rules } = readAssessment({ score: 1, triggered_rules: rules }, 'TX1');
  rules.push('later');
  assert.equal(triggered_rules, ['model']);
});

const NOT_AN_OBJECT: readonly (readonly [unknown, string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  [7, '7'],
  [Number.NaN, 'NaN'],
  ['7', 'string'],
  [true, 'boolean'],
  [7n, 'bigint'],
  [() => ({ score: 1 }), 'function'],
];
for (const [returned, shown] of NOT_AN_OBJECT) {
  test(`refused: ${shown} (${typeof returned}) instead of an object`, () => {
    assert.throws(
      () => readAssessment(returned, 'TX1'),
      (error: Error) => error.message.startsWith(`the scorer returned ${shown},`),
    );
  });
}

const WRONG: Readonly<Record<string, readonly [unknown, RegExp]>> = {
  'no score': [{}, /'score' of undefined/],
  'an array': [[7], /'score' of undefined/],
  'a score that is a text': [{ score: '7' }, /'score' of string/],
  'a NaN score': [{ score: Number.NaN }, /'score' of NaN/],
  'an endless score': [{ score: Infinity }, /'score' of Infinity/],
  'a score that is null': [{ score: null }, /'score' of null/],
  'a level nobody knows': [{ score: 1, risk_level: 'SEVERE' }, /risk_level/],
  'a level in small letters': [{ score: 1, risk_level: 'low' }, /'risk_level'/],
  'a level that is a number': [{ score: 1, risk_level: 3 }, /'risk_level'/],
  'a level that is null': [{ score: 1, risk_level: null }, /'risk_level'/],
  'a counter, no level': [{ score: 1, risk_level: 'REJECTED' }, /'risk_level'/],
  'rules that are a text': [{ score: 1, triggered_rules: 'R1' }, /triggered_rules/],
  'rules that are null': [{ score: 1, triggered_rules: null }, /triggered_rules/],
  'a rule that is a number': [{ score: 1, triggered_rules: ['R1', 2] }, /triggered_rules/],
  // biome-ignore lint/suspicious/noSparseArray: the hole is the case
  'rules with a hole': [{ score: 1, triggered_rules: ['R1', , 'R3'] }, /triggered_rules/],
  'an array-like object': [{ score: 1, triggered_rules: { 0: 'R1', length: 1 } }, /triggered_rules/],
};
for (const [what, [returned, words]] of Object.entries(WRONG)) {
  test(`refused: ${what}`, () => {
    assert.throws(() => readAssessment(returned, 'TX1'), words);
  });
}

test('refused: an object that throws when it is read', () => {
  const trap = {
    get score(): number {
      throw new Error('do not look');
    },
  };
  assert.throws(() => readAssessment(trap, 'TX1'), /do not look/);
});

test('the rules’ own assessments fit the schema, and a wrong one does not', () => {
  const fits = (one: unknown) => Value.Check(AssessmentSchema, one);
  fc.assert(fc.property(transactions, (tx) => fits(scoreByRules(tx))));
  assert.not(fits({ ...scoreByRules({ amount: 1, hour: 12, tx_id: 'a' }), risk_level: 'SEVERE' }));
});

const returns = fc.oneof(
  fc.anything(),
  fc.record(
    {
      score: fc.oneof(fc.double(), fc.integer(), fc.anything()),
      risk_level: fc.oneof(fc.constantFrom(...LEVELS), fc.anything()),
      triggered_rules: fc.oneof(fc.array(fc.string()), fc.anything()),
    },
    { requiredKeys: [] },
  ),
);

const isCheckedBy = (read: Read) =>
  propertyTest(
    fc.property(returns, (returned) => {
      let found: Assessment;
      try {
        found = read(returned, 'TX1');
      } catch (error) {
        return error instanceof TypeError && !error.message.includes('\n');
      }
      const crossed = structuredClone(found);
      const same = JSON.stringify(crossed) === JSON.stringify(found);
      return same && Value.Check(AssessmentSchema, found) && Number.isFinite(found.score);
    }),
  );

test('whatever it is, it becomes a sound assessment that can cross a thread, or one line', () => {
  isCheckedBy(readAssessment).holds();
});

const TRUSTING: Readonly<Record<string, Read>> = {
  'trusts the score': (returned, txId) => {
    const { score } = (returned ?? {}) as { score: number };
    return { score, risk_level: classifyScore(score), triggered_rules: [], tx_id: txId };
  },
  'trusts the level': (returned, txId) => {
    const found = readAssessment({ ...(returned as object), risk_level: 'LOW' }, txId);
    return { ...found, ...(returned as { risk_level: 'LOW' }), tx_id: txId };
  },
};
for (const [what, read] of Object.entries(TRUSTING)) {
  test(`refuted: ${what}`, () => assert.ok(isCheckedBy(read).isRefuted()));
}
test.run();
