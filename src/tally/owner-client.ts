// The protocol of the `owner` tally, and the side of its members: a member sends each add to the
// thread that owns the numbers, and settles it when the answer comes. Any thread; it never blocks
// and holds no counts. Its channels keep the process alive only while an answer is pending.

import { BroadcastChannel, threadId } from 'node:worker_threads';
import { type CounterStrategy, counterName, type StrategyOptions } from './counter-strategy.js';
import type { Region } from './region.js';

// All threads share one channel (the hall) to join and to leave. Each member also has a private
// channel with the owner: on one channel for all, every add would wake every thread.

export const LIFE = 'tally.owner';

/**
 * Sent in the hall. A member says `hello`, the owner opens the member's channel and says `welcome`
 * there. Only then the member sends its requests: earlier ones would be lost.
 */
export type Announcement =
  | { readonly is: 'hello'; readonly member: string; readonly threadId: number }
  /** In the hall and not on the member's channel: so it cannot overtake the `hello`. */
  | { readonly is: 'bye'; readonly member: string }
  /** From the owner: members that said `hello` before the owner existed say it again. */
  | { readonly is: 'open' }
  /** The owner closed: for members without `welcome`, which have no channel yet. */
  | { readonly is: 'closed' }
  /** The owner's thread ended without closing: for all members. */
  | { readonly is: 'lost' }
  /** A member's thread ended: for the owner. */
  | { readonly is: 'ended'; readonly threadId: number };

/** A request for an add, or, without a counter, for a snapshot. */
export type FromMember = { readonly id: number; readonly counter?: number };

export type ToMember =
  | { readonly id: number; readonly value: number }
  | { readonly id: number; readonly counts: readonly number[] }
  | { readonly id: number; readonly refusal: string }
  | 'welcome'
  | 'closed';

export function memberChannel(channel: string, member: string): string {
  return `${channel}/${member}`;
}

const NO_OWNER = 0n;
const ENDED = -1n;

/**
 * The owner's state in one shared word: 0 before, its threadId + 1 while it lives, -1 after. A
 * message cannot replace it: a member created after the owner's last message would wait for ever.
 */
export interface Life {
  /** @throws Error when the tally has or had an owner: two would count separately */
  begin(threadId: number): void;
  /** True if that thread was the owner until now. */
  end(threadId: number): boolean;
  ended(): boolean;
}

export function createOwnerLife(region: Region): Life {
  const word = region.slice(LIFE);
  const sign = (threadId: number): bigint => BigInt(threadId + 1);
  return {
    begin(threadId) {
      if (word.compareExchange(0, NO_OWNER, sign(threadId)) !== NO_OWNER) {
        throw new Error('tally: this region already has or had an owner');
      }
    },
    end: (threadId) => word.compareExchange(0, sign(threadId), ENDED) === sign(threadId),
    ended: () => word.load(0) === ENDED,
  };
}

type OwnerReply = Exclude<ToMember, string>;

interface Waiting {
  resolve(answer: OwnerReply): void;
  reject(error: Error): void;
}

// Numbers the members of one thread: tests and services may have several.
let membersOfThread = 0;

export function createMember(options: StrategyOptions): CounterStrategy {
  const { names, channel, region } = options;
  const life = createOwnerLife(region);
  const owner = connect(channel, life.ended);
  return {
    async add(counter) {
      const cell = counterName(names, counter);
      const answer = await owner.ask(counter);
      if ('value' in answer) return { cell, value: answer.value };
      throw refusal(answer);
    },
    cellOf: (counter) => counterName(names, counter),
    async snapshot() {
      const answer = await owner.ask();
      if ('counts' in answer) return { counts: answer.counts, exact: true, collects: 1 };
      throw refusal(answer);
    },
    recover(endedThreadId) {
      // First the word, then the message: a member created in between finds the word.
      const wasOwner = life.end(endedThreadId);
      owner.announce(wasOwner ? { is: 'lost' } : { is: 'ended', threadId: endedThreadId });
    },
    close: () => owner.disconnect('tally: closed before the owner answered; it may have counted'),
  };
}

interface OwnerConnection {
  /** Rejects when the owner has ended or this connection is closed. */
  ask(counter?: number): Promise<OwnerReply>;
  /** Sends to all other threads; a lost owner also ends this connection. */
  announce(announcement: Announcement): void;
  disconnect(reason: string): void;
}

function connect(channel: string, ownerEnded: () => boolean): OwnerConnection {
  membersOfThread += 1;
  const member = `${threadId}.${membersOfThread}`;
  const hall = new BroadcastChannel(channel);
  const port = new BroadcastChannel(memberChannel(channel, member));
  const waiting = new Map<number, Waiting>();
  let unsent: FromMember[] = [];
  let welcomed = false;
  let over: string | undefined;
  let asked = 0;

  const announce = (announcement: Announcement): void => hall.postMessage(announcement);
  const hello = (): void => announce({ is: 'hello', member, threadId });

  function disconnect(reason: string): void {
    if (over !== undefined) return;
    over = reason;
    announce({ is: 'bye', member });
    hall.close();
    port.close();
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  }

  const ownerGone = (): void => disconnect('tally: its owner has ended; the add may have been counted');

  hall.onmessage = (event) => {
    const { is } = (event as { data: Announcement }).data;
    if (is === 'open' && !welcomed) hello();
    if (is === 'lost' || (is === 'closed' && !welcomed)) ownerGone();
  };
  port.onmessage = (event) => {
    const message = (event as { data: ToMember }).data;
    if (message === 'closed') ownerGone();
    else if (message === 'welcome') {
      welcomed = true;
      for (const request of unsent) port.postMessage(request);
      unsent = [];
    } else {
      waiting.get(message.id)?.resolve(message);
      waiting.delete(message.id);
      if (waiting.size === 0) port.unref();
    }
  };
  hall.unref();
  port.unref();
  hello();
  // After the listeners are set: an owner that ends in between is then heard, or found here.
  if (ownerEnded()) ownerGone();

  return {
    ask(counter) {
      if (over !== undefined) return Promise.reject(new Error(over));
      asked += 1;
      const request: FromMember = counter === undefined ? { id: asked } : { id: asked, counter };
      if (waiting.size === 0) port.ref();
      if (welcomed) port.postMessage(request);
      else unsent.push(request);
      return new Promise((resolve, reject) => waiting.set(request.id, { resolve, reject }));
    },
    announce(announcement) {
      if (over === undefined) announce(announcement);
      if (announcement.is === 'lost') ownerGone();
    },
    disconnect,
  };
}

function refusal(answer: OwnerReply): RangeError {
  return new RangeError('refusal' in answer ? answer.refusal : 'tally: not an answer');
}
