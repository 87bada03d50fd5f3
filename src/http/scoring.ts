// The handlers of `POST /score` and `POST /score/batch`: submit the texts, and say what became of
// each. They wait for the executor, no longer than the deadline, and know nothing of threads or
// sockets. Texts are parsed where they are scored.

import type { Completion, Failure, Item, Timing } from '../execute/executor.js';
import { readTransaction } from '../score/read.js';
import { JSON_PROBLEMS } from './body.js';
import { deadlineOf } from './deadline.js';
import { invalidTransaction, type ProblemCode, ProblemError, problemOf } from './problems.js';
import { type Call, JSON_TYPE, type Reply, type Service } from './route.js';

export const BATCH_ITEMS_MAX = 10_000;

/** Seconds after which a client that was shed may try again. */
const RETRY_AFTER = { 'Retry-After': '1' };

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
  return settle([call.text], call, service, ({ items, timing }) => {
    const [item] = items;
    if (item === undefined) throw new Error('the executor answered no item for one text');
    if (!item.ok) throw failureError(item, service, '');
    const headers = ['Ticket', item.ticket, 'Server-Timing', serverTiming(timing, call.arrivedAt)];
    return { status: 200, type: JSON_TYPE, body: item.body, headers };
  });
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
  return settle(texts, call, service, async ({ items, timing }) => {
    const answers: string[] = [];
    for (const [index, item] of items.entries()) {
      const error = item.ok ? undefined : failureError(item, service, `/${index}`);
      if (error?.code === 'invalid-transaction') await service.countRejected();
      answers.push(item.ok ? withTicket(item) : JSON.stringify(batchProblem(item, error)));
    }
    const headers = ['Server-Timing', serverTiming(timing, call.arrivedAt)];
    return { status: 200, type: JSON_TYPE, body: `[${answers.join(',')}]`, headers };
  });
}

/** An assessment is a JSON object with members; its ticket becomes one more. */
function withTicket({ body, ticket }: Extract<Item, { ok: true }>): string {
  return `${body.slice(0, -1)},"ticket":${JSON.stringify(ticket)}}`;
}

function batchProblem({ ticket }: Extract<Item, { ok: false }>, error: ProblemError | undefined) {
  if (error === undefined) throw new Error('a failed item has an error');
  return { ...problemOf(error), ...(ticket !== undefined && { ticket }) };
}

/**
 * Waits for the executor; whatever is no answer leaves as an exception. What settles at once needs
 * no promise.
 */
function settle(
  texts: readonly string[],
  call: Call,
  service: Service,
  replyTo: (done: Done) => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  const deadlineMs = deadlineOf(call, service);
  let atOnce: Completion | undefined;
  let onLater: ((completion: Completion) => void) | undefined;
  const cancel = service.executor.submit(texts, (completion) => {
    if (onLater === undefined) atOnce = completion;
    else onLater(completion);
  });
  if (atOnce !== undefined) return replyTo(doneOf(atOnce, call, service));
  call.onLeave(cancel);
  return new Promise((resolve, reject) => {
    const overdue = deadlineMs === undefined ? undefined : setTimeout(expire, deadlineMs);
    onLater = (completion) => {
      clearTimeout(overdue);
      try {
        resolve(replyTo(doneOf(completion, call, service)));
      } catch (error) {
        reject(error);
      }
    };

    function expire(): void {
      service.meters.happened('expired');
      let begun = true;
      onLater = () => {
        begun = false; // settled while it is cancelled: nothing had begun
      };
      cancel();
      onLater = () => {}; // whatever comes now comes too late
      const counted = begun ? 'each transaction was counted at most once' : 'nothing was counted';
      const detail = `It was not answered within its deadline; ${counted}`;
      reject(new ProblemError('deadline-passed', detail));
    }
  });
}

function doneOf(completion: Completion, call: Call, service: Service): Done {
  if (completion.state === 'done') {
    if (!completion.items.some(({ ok }) => ok)) return completion;
    const { durations } = service.meters;
    durations.queue.record(completion.timing.queueMs);
    durations.dispatch.record(completion.timing.dispatchMs);
    durations.score.record(completion.timing.scoreMs);
    return completion;
  }
  // What could not be scored anyway is told so, whoever would have scored it, and however full.
  const read = readTransaction(call.text);
  if (call.body === undefined && !read.ok) throw failureError(read, service, '');
  if (completion.reason === 'QUEUE_FULL') service.meters.happened('shed');
  const [code, detail] = FAILURES[completion.reason];
  throw new ProblemError(code, detail, { headers: RETRY_AFTER });
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
      service.logError(detail, item.detail);
      if (item.code !== 'THREAD_DIED') return new ProblemError(code, detail);
      return threadDied(item);
    }
  }
}

function threadDied({ ticket, detail }: Failure): ProblemError {
  if (ticket !== undefined) {
    const counted = `Its thread died; the transaction was counted: ${ticket}`;
    return new ProblemError('thread-died', counted, { headers: { Ticket: ticket } });
  }
  const known = /(not counted|never begun)$/.test(detail);
  const counted = known ? 'was not counted' : 'was counted at most once';
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
