// What a score means: the rules and levels of the contract, by example at each boundary and as
// properties over any scorer, so that each property can be seen to refute a wrong rule table.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  type Assessment,
  COUNTER_NAMES,
  classifyScore,
  LEVELS,
  REJECTED_COUNTER,
  type RiskLevel,
  RULES,
  scoreByRules,
} from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';
import { amounts, extras, transactions } from './transactions.js';

type Score = (transaction: Transaction) => Assessment;

const R1 = 'R1: amount > 3000';
const R2 = 'R2: electronics > 1500';
const R3 = 'R3: night hour';

const example = suite('the rules by example');

const EXAMPLES: readonly (readonly [number, string | undefined, number, number, RiskLevel, string[]])[] = [
  [0, undefined, 12, 0, 'LOW', []],
  [3000, undefined, 12, 0, 'LOW', []],
  [3000.01, undefined, 12, 3, 'HIGH', [R1]],
  [1500, 'electronics', 12, 0, 'LOW', []],
  [1500.01, 'electronics', 12, 2, 'MEDIUM', [R2]],
  [1500.01, 'elektronika', 12, 2, 'MEDIUM', [R2]],
  [1500.01, 'Electronics', 12, 0, 'LOW', []],
  [1500.01, 'food', 12, 0, 'LOW', []],
  [10, undefined, 5, 2, 'MEDIUM', [R3]],
  [10, undefined, 6, 0, 'LOW', []],
  [10, undefined, 0, 2, 'MEDIUM', [R3]],
  [10, undefined, 23, 0, 'LOW', []],
  [2000, 'electronics', 5, 4, 'HIGH', [R2, R3]],
  [3000, 'electronics', 12, 2, 'MEDIUM', [R2]],
  [3000.01, 'electronics', 12, 5, 'CRITICAL', [R1, R2]],
  [3000.01, 'food', 5, 5, 'CRITICAL', [R1, R3]],
  [3000.01, 'elektronika', 0, 7, 'CRITICAL', [R1, R2, R3]],
  [Number.MAX_VALUE, undefined, 12, 3, 'HIGH', [R1]],
];

for (const [amount, category, hour, score, level, rules] of EXAMPLES) {
  example(`${amount} of ${category ?? 'anything'} at ${hour} is ${score}, ${level}`, () => {
    const transaction = { amount, hour, tx_id: 'TX1', ...(category && { category }) };
    const expected = { score, risk_level: level, triggered_rules: rules, tx_id: 'TX1' };
    assert.equal(scoreByRules(transaction), expected);
  });
}

example('there are three rules, told in their order', () => {
  const points = RULES.map((rule) => `${rule.label} is ${rule.points}`);
  assert.equal(points, [`${R1} is 3`, `${R2} is 2`, `${R3} is 2`]);
});

example('a level begins at its score and not before', () => {
  const at = (score: number) => classifyScore(score);
  assert.equal([-1, 0, 0.99].map(at), ['LOW', 'LOW', 'LOW']);
  assert.equal([1, 2, 2.99].map(at), ['MEDIUM', 'MEDIUM', 'MEDIUM']);
  assert.equal([3, 4, 4.99].map(at), ['HIGH', 'HIGH', 'HIGH']);
  assert.equal([5, 7, Infinity].map(at), ['CRITICAL', 'CRITICAL', 'CRITICAL']);
});

example('every level is counted, in its place, and so is what was rejected', () => {
  assert.equal(COUNTER_NAMES.slice(0, LEVELS.length), LEVELS);
  assert.is(COUNTER_NAMES[REJECTED_COUNTER], 'REJECTED');
  assert.is(COUNTER_NAMES.length, LEVELS.length + 1);
});

example('scoring changes nothing in the transaction', () => {
  const transaction = Object.freeze({ amount: 4000, category: 'electronics', hour: 1, tx_id: 'a' });
  assert.is(scoreByRules(transaction).score, 7);
});
example.run();

/** Written from the contract's words, not from the code. */
function contract({ amount, category, hour, tx_id }: Transaction): Assessment {
  const rules: string[] = [];
  if (amount > 3000) rules.push(R1);
  if ((category === 'electronics' || category === 'elektronika') && amount > 1500) rules.push(R2);
  if (hour < 6) rules.push(R3);
  const score = rules.reduce((sum, rule) => sum + (rule === R1 ? 3 : 2), 0);
  const level = score >= 5 ? 'CRITICAL' : score >= 3 ? 'HIGH' : score >= 1 ? 'MEDIUM' : 'LOW';
  return { score, risk_level: level, triggered_rules: rules, tx_id };
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Properties of every scorer that follows the rules. */
const PROPERTIES = {
  'equals the contract': (score: Score) =>
    propertyTest(fc.property(transactions, (tx) => same(score(tx), contract(tx)))),

  'grows with the amount': (score: Score) =>
    propertyTest(
      fc.property(transactions, amounts, (tx, more) => {
        const [less, great] = [score(tx), score({ ...tx, amount: tx.amount + more })];
        const kept = less.triggered_rules.every((rule) => great.triggered_rules.includes(rule));
        return great.score >= less.score && kept;
      }),
    ),

  'ignores field order': (score: Score) =>
    propertyTest(
      fc.property(transactions, (tx) => {
        const turned = Object.fromEntries(Object.entries(tx).reverse()) as Transaction;
        return same(score(tx), score(turned));
      }),
    ),

  'ignores unknown fields': (score: Score) =>
    propertyTest(fc.property(transactions, extras, (tx, more) => same(score(tx), score({ ...tx, ...more })))),

  'level follows score': (score: Score) =>
    propertyTest(
      fc.property(fc.array(transactions, { minLength: 2, maxLength: 40 }), (all) =>
        isStaircase(all.map(score)),
      ),
    ),
};

function isStaircase(assessments: readonly Assessment[]): boolean {
  const found = assessments.toSorted((a, b) => a.score - b.score);
  return found.every((one, at) => {
    const before = found[at - 1];
    if (before === undefined) return true;
    const rise = LEVELS.indexOf(one.risk_level) - LEVELS.indexOf(before.risk_level);
    return one.score === before.score ? rise === 0 : rise >= 0;
  });
}

const promise = suite('the rules: property');
for (const [title, create] of Object.entries(PROPERTIES)) {
  promise(title, () => create(scoreByRules).holds());
}
promise.run();

interface RuleChange {
  readonly label: string;
  readonly points?: number;
  readonly applies?: (tx: Transaction) => boolean;
}

/** The real rules with one of them changed. */
function withRule({ label, ...change }: RuleChange): Score {
  const rules = RULES.map((rule) => (rule.label === label ? { ...rule, ...change } : rule));
  return (tx) => {
    const applied = rules.filter((rule) => rule.applies(tx));
    const score = applied.reduce((sum, { points }) => sum + points, 0);
    const triggered = applied.map((rule) => rule.label);
    return { score, risk_level: classifyScore(score), triggered_rules: triggered, tx_id: tx.tx_id };
  };
}

function withLevel(level: (assessment: Assessment) => RiskLevel): Score {
  return (tx) => {
    const assessment = scoreByRules(tx);
    return { ...assessment, risk_level: level(assessment) };
  };
}

function withPoint(isGiven: (tx: Transaction) => boolean): Score {
  return (tx) => {
    const assessment = scoreByRules(tx);
    return isGiven(tx) ? { ...assessment, score: assessment.score + 1 } : assessment;
  };
}

const isElectronics = (category: string | undefined) =>
  category === 'electronics' || category === 'elektronika';

/** A wrong scorer by name, and the promise that it breaks. */
const MUTANTS: Readonly<Record<string, readonly [keyof typeof PROPERTIES, Score]>> = {
  'R1 at 3000 already': ['equals the contract', withRule({ label: R1, applies: (tx) => tx.amount >= 3000 })],
  'R1 worth 2': ['equals the contract', withRule({ label: R1, points: 2 })],
  'R2 at 1500 already': [
    'equals the contract',
    withRule({ label: R2, applies: (tx) => tx.amount >= 1500 && isElectronics(tx.category) }),
  ],
  'R2 without Polish': [
    'equals the contract',
    withRule({ label: R2, applies: (tx) => tx.amount > 1500 && tx.category === 'electronics' }),
  ],
  'R2 dropped': ['equals the contract', withRule({ label: R2, applies: () => false })],
  'R3 at six o’clock still': ['equals the contract', withRule({ label: R3, applies: (tx) => tx.hour <= 6 })],
  'R3 dropped': ['equals the contract', withRule({ label: R3, applies: () => false })],
  'CRITICAL from 6': [
    'equals the contract',
    withLevel(({ score }) => (score >= 6 ? 'CRITICAL' : score >= 3 ? 'HIGH' : classifyScore(score))),
  ],
  'R1 up to 6000 only': [
    'grows with the amount',
    withRule({ label: R1, applies: (tx) => tx.amount > 3000 && tx.amount < 6000 }),
  ],
  'a point for field order': ['ignores field order', withPoint((tx) => Object.keys(tx)[0] === 'amount')],
  'counts unknown fields': [
    'ignores unknown fields',
    withPoint((tx) => Object.keys(tx).some((name) => name.startsWith('x-'))),
  ],
  'night is always HIGH': [
    'level follows score',
    withLevel((found) => (found.triggered_rules.includes(R3) ? 'HIGH' : found.risk_level)),
  ],
  'levels that fall again': [
    'level follows score',
    withLevel(({ score }) => (score >= 7 ? 'LOW' : classifyScore(score))),
  ],
};

const mutant = suite('a wrong rule table is refuted');
for (const [what, [title, wrong]] of Object.entries(MUTANTS)) {
  mutant(what, () => assert.ok(PROPERTIES[title](wrong).isRefuted()));
}
mutant('and the right one, found the same way, is not', () => {
  for (const create of Object.values(PROPERTIES)) assert.not(create(scoreByRules).isRefuted());
});
mutant.run();
