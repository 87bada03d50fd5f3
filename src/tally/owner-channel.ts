// What crosses between the owner of an `owner` tally and its members. All meet on one channel (the
// hall), only to greet and to part. Each member has a channel with the owner, on which nobody else
// listens: on one channel for all, every thread would be woken to read every other's adds. Any
// thread; the one shared word says whether the owner lives, the numbers are not shared.

import type { Region } from './region.js';

export const LIFE = 'tally.owner';

/**
 * In the hall. A member says `hello`, the owner opens the member's channel and says `welcome`
 * there, and only then does the member send its requests: before, they would reach nobody.
 */
export type Announcement =
  | { readonly is: 'hello'; readonly member: string; readonly threadId: number }
  /** Here and not on the member's own channel: behind its `hello`, so never heard before it. */
  | { readonly is: 'bye'; readonly member: string }
  /** From the owner: members that said `hello` before it was there say it again. */
  | { readonly is: 'open' }
  /** The owner closed: for members not welcomed yet, which have no channel to hear it on. */
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

const NOBODY = 0n;
const ENDED = -1n;

/**
 * The owner's sign of life: its threadId + 1, before it 0, after it -1. A message cannot replace
 * it: a member created after the owner's last message would wait for an answer for ever.
 */
export interface Life {
  /** @throws Error when the tally has an owner or has had one: two would count apart */
  begin(threadId: number): void;
  /** True if that thread was the owner until now. */
  end(threadId: number): boolean;
  ended(): boolean;
}

export function ownerLife(region: Region): Life {
  const word = region.slice(LIFE);
  const sign = (threadId: number): bigint => BigInt(threadId + 1);
  return {
    begin(threadId) {
      if (word.compareExchange(0, NOBODY, sign(threadId)) !== NOBODY) {
        throw new Error('tally: this region already has or had an owner');
      }
    },
    end: (threadId) => word.compareExchange(0, sign(threadId), ENDED) === sign(threadId),
    ended: () => word.load(0) === ENDED,
  };
}
