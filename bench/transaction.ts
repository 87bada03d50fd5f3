// The one transaction that all benchmarks send, and what a right answer to it holds. Constants.

import { LEVEL } from './validity.js';

const TRANSACTION = {
  tx_id: 'TX0042',
  amount: 4200.5,
  category: 'electronics',
  hour: 3,
  store: 'Warsaw',
};

export const BODY = JSON.stringify(TRANSACTION);
export const EXPECT = `"risk_level":"${LEVEL}"`;
