// How a batch becomes jobs, cut into parts of a bounded size in order, and what is said of those
// that are not taken. Pure; it neither queues nor scores them.

import type { Item, RefusalReason, Submission } from './executor.js';

/**
 * A batch is split into jobs of this many transactions, so that it spreads over the task workers.
 * First come, first served: what came behind it waits for all of them.
 */
export const JOB_ITEMS_MAX = 64;

/** The parts in order; one part, perhaps empty, when everything fits into it. */
export function splitIntoJobs<T>(transactions: readonly T[]): (readonly T[])[] {
  if (transactions.length <= JOB_ITEMS_MAX) return [transactions];
  const jobs: (readonly T[])[] = [];
  for (let from = 0; from < transactions.length; from += JOB_ITEMS_MAX) {
    jobs.push(transactions.slice(from, from + JOB_ITEMS_MAX));
  }
  return jobs;
}

/** One item for each transaction of a job that was refused. */
export function neverBegun(transactions: readonly unknown[], code: RefusalReason): Item[] {
  return transactions.map(() => ({ ok: false, code, detail: 'it was never begun' }));
}

/** The submission of what was not taken. */
export function refusal(reason: RefusalReason): Submission {
  return { completion: { state: 'refused', reason }, cancel() {} };
}
