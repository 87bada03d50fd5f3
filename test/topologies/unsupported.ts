// What a topology cannot promise, and why: the one table. A test of such a promise is skipped with
// this reason, and docs/reference/topologies.md shows it. Whatever is not here is tested.

import type { TopologyName } from '../../src/topologies/topology.js';

export const PROMISES = [
  'one that dies loses no acknowledged count, and is replaced',
  'what was measured outlives who measured it',
  'whoever asked the one that died is told so',
  'a request that waits gives its place up when its client leaves',
  'the tickets of a level leave no gap between them',
  'one limit of connections holds for the whole service',
] as const;
export type PromiseName = (typeof PROMISES)[number];

const NOBODY_ELSE = 'it scores on its main thread, and the service ends with that';
const BREAKS = 'the connections of the one that died break, and their requests are unknown';
const NO_QUEUE = 'it has no queue: what was read has begun';

const UNSUPPORTED: Readonly<Record<PromiseName, Partial<Record<TopologyName, string>>>> = {
  'one that dies loses no acknowledged count, and is replaced': { inline: NOBODY_ELSE },
  'what was measured outlives who measured it': {
    inline: NOBODY_ELSE,
    cluster: 'what a process measured was in its own memory; only its counts were handed over',
  },
  'whoever asked the one that died is told so': { inline: NOBODY_ELSE, threads: BREAKS, cluster: BREAKS },
  'a request that waits gives its place up when its client leaves': {
    inline: NO_QUEUE,
    threads: NO_QUEUE,
    cluster: NO_QUEUE,
  },
  'the tickets of a level leave no gap between them': {
    cluster: 'each process has cells of its own, which its tickets name: `CRITICAL@3:17`',
  },
  'one limit of connections holds for the whole service': {
    threads: 'each thread has its own, since the kernel chooses the thread',
    cluster: 'each process has its own, since it is chosen before it is asked',
  },
};

/** Why this topology cannot keep this promise; undefined when it does. */
export function explainUnsupported(topology: TopologyName, promise: PromiseName): string | undefined {
  return UNSUPPORTED[promise][topology];
}

/** `promise | topology | reason`, as the page has it. */
export function listUnsupportedRows(): string[] {
  return PROMISES.flatMap((promise) => {
    return Object.entries(UNSUPPORTED[promise]).map(([topology, reason]) => {
      return `${promise} | ${topology} | ${reason}`;
    });
  });
}
