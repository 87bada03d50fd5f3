// A tally without shared counts: one thread (role `owner`) alone touches the numbers, and the
// others send it messages, by BroadcastChannel because a Piscina task worker has no other port of
// ours. Nothing can race, and every add of a member is a message there and one back. Never blocks.
// If the owner ends, the counts end with it: adds then reject. The member's side is
// owner-member.ts.

import { BroadcastChannel, threadId } from 'node:worker_threads';
import { nextCount, toCount } from './count.js';
import { type Counting, type CountingOptions, type Kind, nameOf, startOf } from './kind.js';
import {
  type Announcement,
  type FromMember,
  LIFE,
  memberChannel,
  ownerLife,
  type ToMember,
} from './owner-channel.js';
import { createMember } from './owner-member.js';

export const owner: Kind = {
  plan: () => ({ [LIFE]: { words: 1, padded: true } }),
  create: (options) => (options.role === 'owner' ? createOwner(options) : createMember(options)),
};

interface Numbers {
  add(counter: number): { cell: string; value: number };
  counts(): readonly number[];
}

function createOwner(options: CountingOptions): Counting {
  const { channel, region } = options;
  const life = ownerLife(region);
  life.begin(threadId);
  const numbers = createNumbers(options);
  const members = new Map<string, { port: BroadcastChannel; threadId: number }>();
  const hall = new BroadcastChannel(channel);
  const announce = (announcement: Announcement): void => hall.postMessage(announcement);

  function welcome(member: string, memberThread: number): void {
    if (members.has(member)) return;
    const port = new BroadcastChannel(memberChannel(channel, member));
    const post = (message: ToMember): void => port.postMessage(message);
    port.onmessage = (event) => {
      const message = (event as { data: FromMember }).data;
      post(answer(numbers, message.id, message.counter));
    };
    port.unref();
    members.set(member, { port, threadId: memberThread });
    post('welcome');
  }

  function dismiss(member: string): void {
    members.get(member)?.port.close();
    members.delete(member);
  }

  function dismissThread(ended: number): void {
    for (const [member, { threadId }] of members) if (threadId === ended) dismiss(member);
  }

  hall.onmessage = (event) => {
    const announcement = (event as { data: Announcement }).data;
    if (announcement.is === 'hello') welcome(announcement.member, announcement.threadId);
    if (announcement.is === 'bye') dismiss(announcement.member);
    if (announcement.is === 'ended') dismissThread(announcement.threadId);
  };
  hall.unref();
  // Members that were there first said hello to nobody: this makes them say it again.
  announce({ is: 'open' });

  return {
    add: (counter) => numbers.add(counter),
    cellOf: (counter) => nameOf(options.names, counter),
    snapshot: () => ({ counts: numbers.counts(), exact: true, collects: 1 }),
    recover: dismissThread,
    close() {
      if (!life.end(threadId)) return;
      // On each member's own channel, behind the answers already sent there: said in the hall, it
      // could overtake them, and adds that were counted and answered would reject.
      for (const [member, { port }] of members) {
        port.postMessage('closed' satisfies ToMember);
        dismiss(member);
      }
      announce({ is: 'closed' });
      hall.close();
    },
  };
}

function createNumbers(options: CountingOptions): Numbers {
  const { names } = options;
  const start = startOf(options);
  const cells = names.map((_, counter) => BigInt(start[counter] ?? 0));
  return {
    add(counter) {
      const cell = nameOf(names, counter);
      const before = cells[counter] ?? 0n;
      const value = nextCount(before, cell);
      cells[counter] = before + 1n;
      return { cell, value };
    },
    counts: () => names.map((name, counter) => toCount(cells[counter] ?? 0n, name)),
  };
}

function answer(numbers: Numbers, id: number, counter: number | undefined): ToMember {
  try {
    if (counter === undefined) return { id, counts: numbers.counts() };
    return { id, value: numbers.add(counter).value };
  } catch (error) {
    return { id, refusal: String((error as Error).message) };
  }
}
