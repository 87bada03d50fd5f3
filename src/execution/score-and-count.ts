// From an input to its counted answer, on the thread that runs it: the only place where a score
// becomes a count. It counts after scoring and before the answer leaves. So an answered request was
// counted exactly once, and a request without an answer at most once.

import { type Assessment, LEVELS } from '../scoring/rules.js';
import { describeThrown, type Scorer } from '../scoring/scorers.js';
import { readTransaction, type Transaction } from '../scoring/transaction.js';
import type { AddOne, CellTicket, Tally } from '../tally/tally.js';
import type { Input, ItemResult } from './executor.js';
import { doWork } from './work.js';

/** Called with a ticket, or with undefined when the count is unknown, before anything else happens. */
export type OnCount = (counter: number, ticket: CellTicket | undefined) => void;

/**
 * Scores and counts one input; synchronous if both the scorer and the tally are. With a ticket it
 * only scores: a thread that died before it answered has counted the input.
 */
export type ScoreAndCount = (input: Input, ticket?: string) => ItemResult | Promise<ItemResult>;

export function createScoreAndCount(
  scorer: Scorer,
  tally: Tally,
  workIterations: number,
  onCount?: OnCount,
): ScoreAndCount {
  return (input, ticket) => {
    let transaction: Transaction;
    if (typeof input === 'string') {
      const read = readTransaction(input);
      if (!read.ok) return read;
      transaction = read.transaction;
    } else transaction = input;
    try {
      // Only a seeded fault has `beforeScore`.
      const add = ticket === undefined ? (tally.beforeScore?.() ?? tally.add) : undefined;
      if (workIterations > 0) doWork(workIterations);
      const assessment = scorer(transaction);
      if (!(assessment instanceof Promise)) return finish(assessment, add, ticket);
      return assessment.then(
        (settled) => finish(settled, add, ticket),
        (error: unknown) => scorerFailed(error, ticket),
      );
    } catch (error) {
      return scorerFailed(error, ticket);
    }
  };

  function finish(
    assessment: Assessment,
    add: AddOne | undefined,
    ticket: string | undefined,
  ): ItemResult | Promise<ItemResult> {
    // Printed before it is counted: the tally must not count what cannot be printed.
    const body = JSON.stringify(assessment);
    const counter = LEVELS.indexOf(assessment.risk_level);
    if (add === undefined) return checkTicket(assessment, body, `${ticket}`);
    try {
      const added = add(counter);
      if (!(added instanceof Promise)) return counted(counter, body, added);
      return added.then(
        (settled) => counted(counter, body, settled),
        (error: unknown) => countFailed(counter, error),
      );
    } catch (error) {
      return countFailed(counter, error);
    }
  }

  function counted(counter: number, body: string, ticket: CellTicket): ItemResult {
    onCount?.(counter, ticket);
    return { ok: true, body, ticket: `${ticket.cell}:${ticket.value}` };
  }

  function countFailed(counter: number, error: unknown): ItemResult {
    onCount?.(counter, undefined);
    return { ok: false, code: 'COUNT_FAILED', detail: describeThrown(error) };
  }
}

/** Scorers should be pure. If one is not, its answer must not contradict what was counted. */
function checkTicket({ risk_level }: Assessment, body: string, ticket: string): ItemResult {
  if (ticket.startsWith(risk_level)) return { ok: true, body, ticket };
  const detail = `counted as ${ticket}, but scored ${risk_level} when scored again`;
  return { ok: false, code: 'THREAD_DIED', detail, ticket };
}

/** A counted input stays counted, whatever the scorer does the second time. */
function scorerFailed(error: unknown, ticket: string | undefined): ItemResult {
  const detail = describeThrown(error);
  if (ticket === undefined) return { ok: false, code: 'SCORER_FAILED', detail };
  return { ok: false, code: 'THREAD_DIED', detail: `counted, and then: ${detail}`, ticket };
}
