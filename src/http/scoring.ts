// The handlers of `POST /score` and `POST /score/batch`: submit the texts, and say what became of
// each. They wait for the executor, no longer than the deadline, and know nothing of threads or
// sockets. Texts are parsed where they are scored.

import type { Completion, Failure, Item, Timing } from '../execution/executor.js';
import { readTransaction } from '../scoring/transaction.js';
import { JSON_PROBLEMS } from './body.js';
import { deadlineOf } from './deadline.js';
import { invalidTransaction, type ProblemCode, ProblemError, problemOf } from './problems.js';
import { type Call, JSON_TYPE, type Reply, type Service } from './route.js';

export const BATCH_ITEMS_MAX = 10_000;

/** Seconds after which a client that was shed may try again. */
const RETRY_AFTER = { 'Retry-After': '1' };

/** Said of texts that were never begun: no fault of theirs, and nothing for the log. */
const REFUSALS: ReadonlySet<Failure['code']> = new Set(['QUEUE_FULL', 'CLOSING', 'CANCELLED']);

type Done = Extract<Completion, { state: 'done' }>;

const FAILURES = {
  SCORER_FAILED: ['scorer-failed', 'The scorer failed; the transaction was not counted'],
  COUNT_FAILED: ['count-failed', 'The count failed; the transaction was counted at most once'],
  THREAD_DIED: ['thread-died', 'Its thread died'],
  QUEUE_FULL: ['overloaded', 'Every place in the queue is taken; nothing was counted'],
  CLOSING: ['closing', 'The service is shutting down; nothing was counted'],
  CANCELLED: ['closing', 'The caller left before it was scored; nothing was counted'],
} as const satisfies Record<string, readonly [ProblemCode, string]>;

export function scoreOne(call: Call, service: Service): Reply | Promise<Reply> {
  const reply = ({ items, timing }: Done): Reply => {
    const [item] = items;
    if (item === undefined) throw new Error('the executor answered no item for one text');
    if (!item.ok) throw failureError(item, service, '');
    const headers = ['Ticket', item.ticket, 'Server-Timing', serverTiming(timing, call.arrivedAt)];
    return { status: 200, type: JSON_TYPE, body: item.body, headers };
  };
  // What could not be scored anyway is told so, whoever would have scored it, and however full.
  const fault = () => {
    const read = readTransaction(call.text);
    return read.ok ? undefined : failureError(read, service, '');
  };
  return settle([call.text], call, service, { reply, fault });
}

export function scoreBatch(call: Call, service: Service): Reply | Promise<Reply> {
  const { body } = call;
  if (!Array.isArray(body)) {
    throw new ProblemError('invalid-body', 'The body must be a JSON array of transactions');
  }
  if (body.length > BATCH_ITEMS_MAX) {
    const detail = `A batch may have at most ${BATCH_ITEMS_MAX} items; this one has ${body.length}`;
    throw new ProblemError('batch-too-large', detail);
  }
  const texts = body.map((value) => JSON.stringify(value));
  const reply = async ({ items, timing }: Done): Promise<Reply> => {
    const answers: string[] = [];
    for (const [index, item] of items.entries()) {
      const error = item.ok ? undefined : failureError(item, service, `/${index}`);
      if (error?.code === 'invalid-transaction') await service.countRejected();
      answers.push(item.ok ? withTicket(item) : JSON.stringify(batchProblem(item, error)));
    }
    const headers = ['Server-Timing', serverTiming(timing, call.arrivedAt)];
    return { status: 200, type: JSON_TYPE, body: `[${answers.join(',')}]`, headers };
  };
  return settle(texts, call, service, { reply, fault: () => undefined });
}

/** An assessment is a JSON object with members; its ticket becomes one more. */
function withTicket({ body, ticket }: Extract<Item, { ok: true }>): string {
  return `${body.slice(0, -1)},"ticket":${JSON.stringify(ticket)}}`;
}

function batchProblem({ ticket }: Extract<Item, { ok: false }>, error: ProblemError | undefined) {
  if (error === undefined) throw new Error('a failed item has an error');
  return { ...problemOf(error), ...(ticket !== undefined && { ticket }) };
}

/** What a route makes of a completion. */
interface Answers {
  readonly reply: (done: Done) => Reply | Promise<Reply>;
  /** The client's own fault, which is told instead of a refusal. */
  readonly fault: () => ProblemError | undefined;
}

/**
 * Waits for the executor; whatever is no answer leaves as an exception. What settles at once needs
 * no promise.
 */
function settle(
  texts: readonly string[],
  call: Call,
  service: Service,
  answers: Answers,
): Reply | Promise<Reply> {
  const deadlineMs = deadlineOf(call, service);
  if (deadlineMs !== undefined && deadlineMs <= 0) throw expired(service, false);
  let atOnce: Completion | undefined;
  let onLater: ((completion: Completion) => void) | undefined;
  const cancel = service.executor.submit(texts, (completion) => {
    if (onLater === undefined) atOnce = completion;
    else onLater(completion);
  });
  if (atOnce !== undefined) return answers.reply(doneOf(atOnce, service, answers));
  return new Promise((resolve, reject) => {
    const overdue = deadlineMs === undefined ? undefined : setTimeout(expire, deadlineMs);
    call.onLeave(() => {
      clearTimeout(overdue);
      cancel();
    });
    onLater = (completion) => {
      clearTimeout(overdue);
      try {
        resolve(answers.reply(doneOf(completion, service, answers)));
      } catch (error) {
        reject(error);
      }
    };

    function expire(): void {
      let begun = true;
      onLater = ({ state }) => {
        begun = state === 'done'; // settled while it is cancelled, as refused: nothing had begun
      };
      cancel();
      onLater = () => {}; // whatever comes now comes too late
      reject(expired(service, begun));
    }
  });
}

function doneOf(completion: Completion, service: Service, { fault }: Answers): Done {
  if (completion.state === 'done') {
    if (!completion.items.some(({ ok }) => ok)) return completion;
    const { durations } = service.meters;
    durations.queue.record(completion.timing.queueMs);
    durations.dispatch.record(completion.timing.dispatchMs);
    durations.score.record(completion.timing.scoreMs);
    return completion;
  }
  const known = fault();
  if (known !== undefined) throw known;
  if (completion.reason === 'QUEUE_FULL') service.meters.increment('shed');
  const [code, detail] = FAILURES[completion.reason];
  throw new ProblemError(code, detail, { headers: RETRY_AFTER });
}

function expired(service: Service, begun: boolean): ProblemError {
  service.meters.increment('expired');
  const counted = begun ? 'each transaction was counted at most once' : 'nothing was counted';
  const detail = `It was not answered within its deadline; ${counted}`;
  return new ProblemError('deadline-passed', detail);
}

/**
 * `at` is the JSON pointer to the transaction in the body. The caller learns the kind of failure;
 * the operator's log has the words of the scorer.
 */
function failureError(item: Failure, service: Service, at: string): ProblemError {
  switch (item.code) {
    case 'INVALID':
      return invalidTransaction(item.errors ?? [], at);
    case 'MALFORMED':
    case 'TOO_DEEP':
      return new ProblemError(JSON_PROBLEMS[item.code], item.detail);
    default: {
      const [code, detail] = FAILURES[item.code];
      if (REFUSALS.has(item.code)) return new ProblemError(code, detail);
      service.log('scoring-failed', detail, { code, error: item.detail });
      return item.code === 'THREAD_DIED' ? threadDied(item) : new ProblemError(code, detail);
    }
  }
}

function threadDied({ ticket, isUncounted }: Failure): ProblemError {
  if (ticket !== undefined) {
    const counted = `Its thread died; the transaction was counted: ${ticket}`;
    return new ProblemError('thread-died', counted, { headers: { Ticket: ticket } });
  }
  const counted = isUncounted ? 'was not counted' : 'was counted at most once';
  return new ProblemError('thread-died', `Its thread died; the transaction ${counted}`);
}

/** https://www.w3.org/TR/server-timing/: durations in milliseconds. */
function serverTiming({ queueMs, scoreMs }: Timing, arrivedAt: number): string {
  const totalMs = performance.now() - arrivedAt;
  return `queue;dur=${shown(queueMs)}, score;dur=${shown(scoreMs)}, total;dur=${shown(totalMs)}`;
}

/** To the microsecond. Kept as texts: printing three fractions took 0.6 us of every request. */
function shown(ms: number): string {
  const us = Math.round(ms * 1000);
  if (us >= SHOWN_MAX) return (us / 1000).toFixed(3);
  const known = SHOWN[us];
  if (known !== undefined) return known;
  const text = (us / 1000).toFixed(3);
  SHOWN[us] = text;
  return text;
}

const SHOWN_MAX = 20_000;
const SHOWN: string[] = [];
