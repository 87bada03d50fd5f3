// The handlers of `POST /score` and `POST /score/batch`: they submit transactions to the executor,
// wait for it within the deadline, and turn each result into an answer. Main thread or listening
// thread. A single text is parsed on the thread that scores; a batch only once, here.

import type {
  Completion,
  Input,
  ItemFailure,
  RefusalReason,
  ScoreFailure,
  Timing,
} from '../execution/executor.js';
import { parseTransaction, readTransaction } from '../scoring/transaction.js';
import { JSON_PROBLEMS } from './body.js';
import {
  describeProblem,
  invalidTransaction,
  type ProblemCode,
  ProblemError,
  RETRY_AFTER,
} from './problems.js';
import { JSON_TYPE, type Reply, type RouteRequest, type Service } from './route.js';

export const BATCH_ITEMS_MAX = 10_000;

const DEADLINE_HEADER = 'request-timeout-ms';
/** The greatest delay of `setTimeout`. */
const DEADLINE_MS_MAX = 2 ** 31 - 1;

/** Failures of an item that never began: they are no fault and do not go to the log. */
const REFUSALS: ReadonlySet<string> = new Set(['QUEUE_FULL', 'CLOSING', 'CANCELLED']);

const FAILURES = {
  SCORER_FAILED: ['scorer-failed', 'The scorer failed; the transaction was not counted'],
  COUNT_FAILED: ['count-failed', 'The count failed; the transaction was counted at most once'],
  THREAD_DIED: ['thread-died', 'The thread died'],
  SCORER_HUNG: ['deadline-passed', 'The scorer did not return; the transaction was counted at most once'],
  QUEUE_FULL: ['overloaded', 'The queue is full; nothing was counted'],
  CLOSING: ['closing', 'The service is shutting down; nothing was counted'],
  CANCELLED: ['closing', 'The caller left before scoring began; nothing was counted'],
} as const satisfies Record<string, readonly [ProblemCode, string]>;

/** Problems of one batch that are answered in full; after that each bad item has a short answer. */
const PROBLEM_CHARS_MAX = 256 * 1024;
const SHORT_DETAIL = 'Not valid; a smaller batch gets the details';
const SHORT_PROBLEM = JSON.stringify({ status: 400, detail: SHORT_DETAIL, error: SHORT_DETAIL });

type Done = Extract<Completion, { state: 'done' }>;

export function scoreOne(call: RouteRequest, service: Service): Reply | Promise<Reply> {
  return submit([call.text], call, service, (completion) => {
    if (completion.state === 'refused') {
      // An invalid text gets its own error, however full the queue is.
      const read = readTransaction(call.text);
      throw read.ok ? refuse(completion.reason, service) : toProblem(read, service, '');
    }
    const [item] = completion.items;
    if (item === undefined) throw new Error('the executor returned no result for one text');
    if (!item.ok) throw toProblem(item, service, '');
    recordDurations(completion.timing, service);
    const timing = formatServerTiming(completion.timing, call.arrivedAt);
    const headers = ['Ticket', item.ticket, 'Server-Timing', timing];
    return { status: 200, type: JSON_TYPE, body: item.body, headers };
  });
}

export function scoreBatch(call: RouteRequest, service: Service): Reply | Promise<Reply> {
  const { body } = call;
  if (!Array.isArray(body)) {
    throw new ProblemError('invalid-body', 'The body must be a JSON array of transactions');
  }
  if (body.length > BATCH_ITEMS_MAX) {
    const detail = `A batch may have at most ${BATCH_ITEMS_MAX} items; this one has ${body.length}`;
    throw new ProblemError('batch-too-large', detail);
  }
  const problems = new Map<number, string>();
  const valid: Input[] = [];
  let problemChars = 0;
  for (const [index, given] of body.entries()) {
    const parsed = parseTransaction(given);
    if (parsed.ok) valid.push(parsed.transaction);
    else {
      // As text at once: a batch that waits must not hold thousands of errors as objects.
      const isShort = problemChars > PROBLEM_CHARS_MAX;
      const answer = isShort ? SHORT_PROBLEM : describeBadItem(parsed, service, `/${index}`);
      problemChars += answer.length;
      problems.set(index, answer);
    }
  }
  const items = body.length;
  return submit(valid, call, service, (completion) => {
    if (completion.state === 'refused') throw refuse(completion.reason, service);
    return replyToBatch({ items, problems, done: completion }, call, service);
  });
}

interface ScoredBatch {
  readonly items: number;
  /** The answers to the invalid items, by their index. */
  readonly problems: ReadonlyMap<number, string>;
  /** The valid items, in their order. */
  readonly done: Done;
}

/** The results of the valid items, and the errors of the others, in the order of the batch. */
async function replyToBatch(batch: ScoredBatch, call: RouteRequest, service: Service): Promise<Reply> {
  const { items, timing } = batch.done;
  if (items.some(({ ok }) => ok)) recordDurations(timing, service);
  let next = 0;
  const answers = Array.from({ length: batch.items }, (_, index) => {
    const problem = batch.problems.get(index);
    if (problem !== undefined) return problem;
    const item = items[next++];
    if (item === undefined) throw new Error('the executor returned too few results');
    if (!item.ok) return describeBadItem(item, service, `/${index}`);
    // An assessment is a JSON object with members; its ticket becomes one more.
    return `${item.body.slice(0, -1)},"ticket":${JSON.stringify(item.ticket)}}`;
  });
  // Together: one after the other each would wait for the next message of a cluster's process.
  await Promise.all(Array.from(batch.problems, () => service.countRejected()));
  const headers = ['Server-Timing', formatServerTiming(timing, call.arrivedAt)];
  return { status: 200, type: JSON_TYPE, body: `[${answers.join(',')}]`, headers };
}

function describeBadItem(item: ItemFailure, service: Service, pointer: string): string {
  const problem = describeProblem(toProblem(item, service, pointer));
  const ticket = 'ticket' in item && item.ticket !== undefined && { ticket: item.ticket };
  return JSON.stringify({ ...problem, ...ticket });
}

/**
 * Submits and waits for the completion; a problem leaves as an exception. A submission that
 * completes at once needs no promise.
 */
function submit(
  inputs: readonly Input[],
  call: RouteRequest,
  service: Service,
  makeReply: (completion: Completion) => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  const deadlineMs = readDeadlineMs(call, service);
  if (deadlineMs !== undefined && deadlineMs <= 0) throw expire(service, false);
  let immediate: Completion | undefined;
  let onLater: ((completion: Completion) => void) | undefined;
  const cancel = service.executor.submit(inputs, (completion) => {
    if (onLater === undefined) immediate = completion;
    else onLater(completion);
  });
  if (immediate !== undefined) return makeReply(immediate);
  return new Promise((resolve, reject) => {
    const overdue = deadlineMs === undefined ? undefined : setTimeout(giveUp, deadlineMs);
    call.onAbort(() => {
      clearTimeout(overdue);
      cancel();
    });
    onLater = (completion) => {
      clearTimeout(overdue);
      try {
        resolve(makeReply(completion));
      } catch (error) {
        reject(error);
      }
    };

    function giveUp(): void {
      let hasBegun = true;
      onLater = ({ state }) => {
        hasBegun = state === 'done'; // completed by the cancellation, as refused: none had begun
      };
      cancel();
      onLater = () => {}; // a later completion comes too late
      reject(expire(service, hasBegun));
    }
  });
}

/**
 * Milliseconds that remain, counted from the arrival of the head; undefined without a deadline. The
 * client may ask for a shorter deadline than that of the service.
 * @throws ProblemError invalid-header
 */
function readDeadlineMs(call: RouteRequest, service: Service): number | undefined {
  const wanted = call.headers[DEADLINE_HEADER];
  if (wanted === undefined && service.deadlineMs === 0) return undefined;
  const spentMs = performance.now() - call.arrivedAt;
  if (wanted === undefined) return service.deadlineMs - spentMs;
  const ms = Number(wanted);
  if (!/^\d{1,10}$/.test(String(wanted)) || ms < 1 || ms > DEADLINE_MS_MAX) {
    const range = `a whole number of milliseconds from 1 to ${DEADLINE_MS_MAX}`;
    throw new ProblemError('invalid-header', `Request-Timeout-Ms must be ${range}`);
  }
  return (service.deadlineMs === 0 ? ms : Math.min(ms, service.deadlineMs)) - spentMs;
}

function recordDurations({ queueMs, dispatchMs, scoreMs }: Timing, service: Service): void {
  const { durations } = service.meters;
  durations.queue.record(queueMs);
  durations.dispatch.record(dispatchMs);
  durations.score.record(scoreMs);
}

function refuse(reason: RefusalReason, service: Service): ProblemError {
  if (reason === 'QUEUE_FULL') service.meters.increment('shed');
  const [code, detail] = FAILURES[reason];
  return new ProblemError(code, detail, { headers: RETRY_AFTER });
}

function expire(service: Service, hasBegun: boolean): ProblemError {
  service.meters.increment('expired');
  const counted = hasBegun ? 'each transaction was counted at most once' : 'nothing was counted';
  const detail = `The deadline passed before the answer; ${counted}`;
  return new ProblemError('deadline-passed', detail);
}

/**
 * `pointer`: the JSON pointer to the transaction in the body. The client learns the kind of the
 * failure; the message of the scorer goes only to the operator's log.
 */
function toProblem(item: ItemFailure, service: Service, pointer: string): ProblemError {
  if (item.code === 'INVALID') return invalidTransaction(item.errors, pointer);
  if (item.code === 'MALFORMED' || item.code === 'TOO_DEEP') {
    return new ProblemError(JSON_PROBLEMS[item.code], item.detail);
  }
  const [code, detail] = FAILURES[item.code];
  if (REFUSALS.has(item.code)) return new ProblemError(code, detail);
  service.log('scoring-failed', detail, { code, error: item.detail });
  return item.code === 'THREAD_DIED' ? describeDeath(item) : new ProblemError(code, detail);
}

function describeDeath({ ticket, isUncounted }: ScoreFailure): ProblemError {
  if (ticket !== undefined) {
    const counted = `The thread died; the transaction was counted: ${ticket}`;
    return new ProblemError('thread-died', counted, { headers: { Ticket: ticket } });
  }
  const counted = isUncounted ? 'was not counted' : 'was counted at most once';
  return new ProblemError('thread-died', `The thread died; the transaction ${counted}`);
}

/** https://www.w3.org/TR/server-timing/: durations in milliseconds. */
function formatServerTiming({ queueMs, scoreMs }: Timing, arrivedAt: number): string {
  const total = formatMs(performance.now() - arrivedAt);
  return `queue;dur=${formatMs(queueMs)}, score;dur=${formatMs(scoreMs)}, total;dur=${total}`;
}

const FORMATTED_US_MAX = 20_000;
/** The texts by microsecond: formatting three fractions took 0.6 us of every request. */
const FORMATTED: string[] = [];

function formatMs(ms: number): string {
  const us = Math.round(ms * 1000);
  const known = FORMATTED[us];
  if (known !== undefined) return known;
  const text = (us / 1000).toFixed(3);
  if (us < FORMATTED_US_MAX) FORMATTED[us] = text;
  return text;
}
