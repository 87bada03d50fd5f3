// The transaction that all benchmarks send, what a right answer contains, and longer bodies. Pure.

import { type ExpectedLevel, LEVEL } from '../runner/validity.js';

const TRANSACTION = { tx_id: 'TX0042', amount: 4200.5, category: 'electronics', hour: 3, store: 'Warsaw' };

export const BODY = JSON.stringify(TRANSACTION);
export const EXPECT = `"risk_level":"${LEVEL}"`;

export interface Post {
  readonly path: string;
  readonly body: string;
  /** Transactions in it. */
  readonly items: number;
  /** Left out: `LEVEL`. */
  readonly level?: ExpectedLevel;
}

export const ONE: Post = { path: '/score', body: BODY, items: 1 };

/** The text that every right answer contains. */
export function expectedText({ level = LEVEL }: Post): string {
  return level === 'any' ? '"risk_level":"' : `"risk_level":"${level}"`;
}

/** JSON of exactly `bytes` bytes, by a field that no service knows; unpadded where it is longer. */
export function padTransaction(bytes: number): string {
  const bare = JSON.stringify({ ...TRANSACTION, note: '' }).length;
  if (bytes < bare) return BODY;
  return JSON.stringify({ ...TRANSACTION, note: 'x'.repeat(bytes - bare) });
}
