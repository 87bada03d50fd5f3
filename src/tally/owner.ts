// The `owner` tally: only one thread (role `owner`) touches the numbers, and the others send it
// messages. It uses BroadcastChannel because a Piscina task worker has no other port of ours.
// Nothing can race; each add of a member costs two messages. It never blocks. If the owner ends,
// its counts are lost and adds reject. The member's side is owner-client.ts.

import { BroadcastChannel, threadId } from 'node:worker_threads';
import {
  type CounterStrategy,
  counterName,
  type StrategyFactory,
  type StrategyOptions,
  startCounts,
} from './counter-strategy.js';
import {
  type Announcement,
  createMember,
  createOwnerLife,
  type FromMember,
  LIFE,
  memberChannel,
  type ToMember,
} from './owner-client.js';
import { nextCount, toCount } from './region.js';

export const owner: StrategyFactory = {
  plan: () => ({ [LIFE]: { words: 1, padded: true } }),
  create: (options) => (options.role === 'owner' ? createOwner(options) : createMember(options)),
};

function createOwner(options: StrategyOptions): CounterStrategy {
  const { channel, region } = options;
  const life = createOwnerLife(region);
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
  // Members that exist already said hello before anything listened: they say it again.
  announce({ is: 'open' });

  return {
    add: (counter) => numbers.add(counter),
    cellOf: (counter) => counterName(options.names, counter),
    snapshot: () => ({ counts: numbers.counts(), exact: true, collects: 1 }),
    recover: dismissThread,
    close() {
      if (!life.end(threadId)) return;
      // On each member's own channel, after the answers already sent there. In the hall it could
      // overtake them, and adds that were counted and answered would reject.
      for (const [member, { port }] of members) {
        port.postMessage('closed' satisfies ToMember);
        dismiss(member);
      }
      announce({ is: 'closed' });
      hall.close();
    },
  };
}

type Numbers = ReturnType<typeof createNumbers>;

/** Counts in plain variables of this thread. */
export function createNumbers(options: StrategyOptions) {
  const { names } = options;
  const start = startCounts(options);
  const cells = names.map((_, counter) => BigInt(start[counter] ?? 0));
  return {
    add(counter: number) {
      const cell = counterName(names, counter);
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
