// Random transactions and random data for the tests of scoring: amounts, categories and hours are
// drawn from the places where a rule changes its mind as often as from everywhere else. Pure.

import fc from 'fast-check';
import type { Transaction } from '../../src/scoring/transaction.js';

const EDGES = [0, 1499.99, 1500, 1500.01, 2999.99, 3000, 3000.01];

export const amounts = fc.oneof(fc.constantFrom(...EDGES), fc.double({ min: 0, max: 10_000, noNaN: true }));

export const categories = fc.oneof(
  fc.constantFrom('electronics', 'elektronika', 'Electronics', 'food', ''),
  fc.string({ maxLength: 20 }),
);

export const hours = fc.oneof(fc.constantFrom(0, 5, 6, 12, 23), fc.integer({ min: 0, max: 23 }));

/** Complete, as a scorer gets them. */
export const transactions: fc.Arbitrary<Transaction> = fc.record(
  { amount: amounts, category: categories, hour: hours, tx_id: fc.string({ maxLength: 20 }) },
  { requiredKeys: ['amount', 'hour', 'tx_id'] },
);

/** Fields that no rule knows. */
export const extras = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 8 }).map((name) => `x-${name}`),
  fc.jsonValue(),
  { minKeys: 1, maxKeys: 4 },
);

/** Objects that are almost transactions: every field may be right, wrong or absent. */
export const nearlyTransactions = fc.record(
  {
    amount: fc.oneof(amounts, fc.constantFrom(-1, Number.NaN, Infinity, '5', null), fc.anything()),
    category: fc.oneof(categories, fc.constantFrom('x'.repeat(257), 7, null)),
    hour: fc.oneof(hours, fc.constantFrom(-1, 24, 5.5, '5', null)),
    timestamp: fc.constantFrom('2026-01-31 23:59:00', '2026-01-31', 'noon', 5, null),
    tx_id: fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('x'.repeat(257), 5, null)),
  },
  { requiredKeys: [] },
);
