// Scoring and counting one transaction on the thread this runs on: the only place where a score
// becomes a count. It is counted after it was scored and before the answer leaves, so an answer
// was counted exactly once, and a request without an answer at most once.

import type { Assessment } from '../score/assessment.js';
import { LEVELS } from '../score/levels.js';
import type { Scorer } from '../score/scorers.js';
import { thrownText } from '../score/thrown.js';
import type { Transaction } from '../score/transaction.js';
import { work } from '../score/work.js';
import { formatTicket, type Tally, type Ticket } from '../shared/tally/tally.js';
import type { Item } from './executor.js';

/** Scores a list in order; synchronous as long as both the scorer and the tally are. */
export type ScoreAll = (transactions: readonly Transaction[]) => Item[] | Promise<Item[]>;

export function createScoreAll(scorer: Scorer, tally: Tally, workIterations: number): ScoreAll {
  function scoreOne(transaction: Transaction): Item | Promise<Item> {
    try {
      if (workIterations > 0) work(workIterations);
      const assessment = scorer(transaction);
      if (!(assessment instanceof Promise)) return count(assessment);
      return assessment.then(count, scorerFailed);
    } catch (error) {
      return scorerFailed(error);
    }
  }

  function count(assessment: Assessment): Item | Promise<Item> {
    try {
      const ticket = tally.add(LEVELS.indexOf(assessment.risk_level));
      if (!(ticket instanceof Promise)) return counted(assessment, ticket);
      return ticket.then((value) => counted(assessment, value), countFailed);
    } catch (error) {
      return countFailed(error);
    }
  }

  return (transactions) => {
    const items: Item[] = [];
    for (const transaction of transactions) {
      const item = scoreOne(transaction);
      if (item instanceof Promise) return finish(items, item, transactions);
      items.push(item);
    }
    return items;
  };

  async function finish(items: Item[], next: Promise<Item>, all: readonly Transaction[]) {
    items.push(await next);
    for (const transaction of all.slice(items.length)) items.push(await scoreOne(transaction));
    return items;
  }
}

function counted(assessment: Assessment, ticket: Ticket): Item {
  return { ok: true, assessment, ticket: formatTicket(ticket) };
}

function scorerFailed(error: unknown): Item {
  return { ok: false, code: 'SCORER_FAILED', detail: thrownText(error) };
}

function countFailed(error: unknown): Item {
  return { ok: false, code: 'COUNT_FAILED', detail: thrownText(error) };
}
