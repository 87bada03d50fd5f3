// From a JSON text to its counted answer, on the thread this runs on: the only place where a score
// becomes a count. It is counted after it was scored and before the answer leaves, so an answer
// was counted exactly once, and a request without an answer at most once.

import { type Assessment, LEVELS } from '../scoring/rules.js';
import { describeThrown, type Scorer } from '../scoring/scorers.js';
import { readTransaction } from '../scoring/transaction.js';
import { type AddOne, formatTicket, type Tally, type Ticket } from '../tally/tally.js';
import type { Item } from './executor.js';
import { doWork } from './work.js';

/** Told what became of a count, before anything else can happen: a ticket, or that it is unsure. */
export type OnCount = (counter: number, ticket: Ticket | undefined) => void;

/**
 * Scores and counts one text; synchronous as long as both the scorer and the tally are. With a
 * ticket it was counted already, by a thread that died before it could answer: it is only scored.
 */
export type ScoreText = (text: string, ticket?: string) => Item | Promise<Item>;

export function createScoreText(
  scorer: Scorer,
  tally: Tally,
  workIterations: number,
  onCount: OnCount = () => {},
): ScoreText {
  return (text, ticket) => {
    const read = readTransaction(text);
    if (!read.ok) return read;
    try {
      const finish = finishOf(ticket);
      if (workIterations > 0) doWork(workIterations);
      const assessment = scorer(read.transaction);
      if (!(assessment instanceof Promise)) return finish(assessment);
      return assessment.then(finish, (error: unknown) => scorerFailed(error, ticket));
    } catch (error) {
      return scorerFailed(error, ticket);
    }
  };

  /** What is to be done with the assessment. An honest tally is not told that scoring begins. */
  function finishOf(ticket: string | undefined): (one: Assessment) => Item | Promise<Item> {
    if (ticket !== undefined) return (one) => counted(one, ticket);
    if (tally.beforeScore === undefined) return count;
    const add = tally.beforeScore();
    return (one) => count(one, add);
  }

  function count(assessment: Assessment, add: AddOne = tally.add): Item | Promise<Item> {
    const counter = LEVELS.indexOf(assessment.risk_level);
    // Printed before it is counted: what cannot be printed must not have been counted.
    const body = JSON.stringify(assessment);
    const done = (ticket: Ticket): Item => {
      onCount(counter, ticket);
      return { ok: true, body, ticket: formatTicket(ticket) };
    };
    const failed = (error: unknown): Item => {
      onCount(counter, undefined);
      return { ok: false, code: 'COUNT_FAILED', detail: describeThrown(error) };
    };
    try {
      const ticket = add(counter);
      return ticket instanceof Promise ? ticket.then(done, failed) : done(ticket);
    } catch (error) {
      return failed(error);
    }
  }
}

/** Scorers are pure; of one that is not, an answer must not contradict what it was counted as. */
function counted(assessment: Assessment, ticket: string): Item {
  if (ticket.startsWith(assessment.risk_level)) {
    return { ok: true, body: JSON.stringify(assessment), ticket };
  }
  const detail = `counted as ${ticket}, but scored ${assessment.risk_level} when scored again`;
  return { ok: false, code: 'THREAD_DIED', detail, ticket };
}

/** What was counted already stays so, whatever the scorer says the second time. */
function scorerFailed(error: unknown, ticket: string | undefined): Item {
  const detail = describeThrown(error);
  if (ticket === undefined) return { ok: false, code: 'SCORER_FAILED', detail };
  return { ok: false, code: 'THREAD_DIED', detail: `counted, and then: ${detail}`, ticket };
}
