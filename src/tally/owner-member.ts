// The members' side of the `owner` tally: sends adds to the thread that owns the numbers and
// settles each when its answer comes. Any thread; it never blocks and holds no counts. Its
// channels do not keep the process alive, except while an answer is awaited.

import { BroadcastChannel, threadId } from 'node:worker_threads';
import { type Counting, type CountingOptions, nameOf } from './kind.js';
import {
  type Announcement,
  type FromMember,
  memberChannel,
  ownerLife,
  type ToMember,
} from './owner-channel.js';

type Answer = Exclude<ToMember, string>;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

// Members of one thread are told apart by a number: tests and services may have several.
let membersOfThread = 0;

export function createMember(options: CountingOptions): Counting {
  const { names, channel, region } = options;
  const life = ownerLife(region);
  const line = openLine(channel, life.ended);
  return {
    async add(counter) {
      const cell = nameOf(names, counter);
      const answer = await line.ask(counter);
      if ('value' in answer) return { cell, value: answer.value };
      throw refusalOf(answer);
    },
    cellOf: (counter) => nameOf(names, counter),
    async snapshot() {
      const answer = await line.ask();
      if ('counts' in answer) return { counts: answer.counts, exact: true, collects: 1 };
      throw refusalOf(answer);
    },
    recover(endedThreadId) {
      // First the word, then the message: a member created in between finds the word.
      const wasOwner = life.end(endedThreadId);
      line.tell(wasOwner ? { is: 'lost' } : { is: 'ended', threadId: endedThreadId });
    },
    close: () => line.hangUp('tally: closed before the owner answered; it may have counted'),
  };
}

interface Line {
  /** Rejects when the owner has ended or this line has been hung up. */
  ask(counter?: number): Promise<Answer>;
  /** To all the others; of a lost owner it takes note itself. */
  tell(announcement: Announcement): void;
  hangUp(reason: string): void;
}

function openLine(channel: string, ownerEnded: () => boolean): Line {
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

  function hangUp(reason: string): void {
    if (over !== undefined) return;
    over = reason;
    announce({ is: 'bye', member });
    hall.close();
    port.close();
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  }

  const ownerGone = (): void => hangUp('tally: its owner has ended; the add may have been counted');

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
  // After listening, not before: an owner that ends in between has then been heard or is found
  // here.
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
    tell(announcement) {
      if (over === undefined) announce(announcement);
      if (announcement.is === 'lost') ownerGone();
    },
    hangUp,
  };
}

function refusalOf(answer: Answer): RangeError {
  return new RangeError('refusal' in answer ? answer.refusal : 'tally: not an answer');
}
