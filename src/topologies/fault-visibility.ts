// Where a seeded fault can show: what it does in each topology, and why it does nothing in some. The
// log, the docs and the tests of a checker read this one table. It holds for scorers that do not
// await, such as the built-in ones. Pure.

import { SEEDED_FAULTS, type SeededFaultName } from '../tally/faults/seeded-faults.js';
import type { TopologyName } from './topology.js';

/** At least one of `conditions` fails, by the checker's names; the usual one is first. */
interface Symptom {
  readonly how: string;
  readonly conditions: readonly string[];
}

/** The fewest threads that show it: task workers, listening threads or processes. */
export type VisibilityRule =
  | (Symptom & { readonly from: 1 })
  | (Symptom & { readonly from: 2; readonly whyNotAlone: string })
  | { readonly from: 'never'; readonly why: string };

const LOST = ['duplicate-ticket', 'lost-update', 'stale-read'] as const;
const LOST_LATE = [...LOST, 'ticket-order', 'non-monotonic-read', 'snapshot-order'] as const;

const never = (why: string): VisibilityRule => ({ from: 'never', why });
const fromOne = (how: string, ...conditions: readonly string[]): VisibilityRule => ({
  from: 1,
  how,
  conditions,
});
const fromTwo = (how: string, conditions: readonly string[], whyNotAlone: string): VisibilityRule => {
  return { from: 2, how, conditions, whyNotAlone };
};
/** The same in `pool` and `batched`. */
const onTaskWorkers = (rule: VisibilityRule) => ({ pool: rule, batched: rule });

const NO_AWAIT = 'one thread scores, and nothing runs there between the read and the write';
const ONE_TASK_WORKER = 'the one task worker scores a text after it has counted the one before';
const COUNTS_ALONE = 'counts alone, and answers with its own counts and tickets';
const ONE_COUNTS = 'as long as it lives, counts and answers';

const STALE = 'a read shows the result of an earlier read, up to 100 ms old';
const STALE_ONE = fromOne(STALE, 'stale-read', 'lost-update');
const STALE_SEVERAL = fromOne(
  `${STALE}; two listeners differ in age`,
  'stale-read',
  'non-monotonic-read',
  'lost-update',
);
const DOUBLE = fromOne(
  'the first of the two adds has a ticket that no client received',
  'overcount',
  'ticket-gap',
  'phantom-count',
);

export const FAULT_VISIBILITY: Readonly<
  Record<SeededFaultName, Readonly<Record<TopologyName, VisibilityRule>>>
> = {
  racy: {
    inline: never(NO_AWAIT),
    ...onTaskWorkers(
      fromTwo('two task workers score at the same time and read the same number', LOST_LATE, ONE_TASK_WORKER),
    ),
    threads: fromTwo(
      'two listening threads score at the same time and read the same number',
      LOST_LATE,
      NO_AWAIT,
    ),
    cluster: never(`processes share no cell, and in each ${NO_AWAIT}`),
  },
  'await-race': {
    inline: fromOne('requests of one turn of the event loop read the same number', ...LOST),
    ...onTaskWorkers(
      fromTwo(
        'two task workers await at the same time, having read the same number',
        LOST_LATE,
        ONE_TASK_WORKER,
      ),
    ),
    threads: fromOne(
      'requests of one turn of a listening thread read the same number; so do two threads',
      ...LOST_LATE,
    ),
    cluster: fromOne('requests of one turn of a process read the same number', ...LOST),
  },
  local: {
    inline: never('the one thread that counts is the one that answers'),
    ...onTaskWorkers(
      fromOne(
        'task workers count and the main thread answers 0; two of them give the same tickets',
        'lost-update',
        'stale-read',
        'duplicate-ticket',
        'ticket-order',
      ),
    ),
    threads: fromTwo(
      `each listening thread ${COUNTS_ALONE}`,
      LOST_LATE,
      `the one listening thread, ${ONE_COUNTS}`,
    ),
    cluster: fromTwo(`each process ${COUNTS_ALONE}`, LOST_LATE, `the one process, ${ONE_COUNTS}`),
  },
  stale: { inline: STALE_ONE, ...onTaskWorkers(STALE_ONE), threads: STALE_SEVERAL, cluster: STALE_SEVERAL },
  torn: {
    inline: never('nothing is read while the one thread scores'),
    ...onTaskWorkers(
      fromOne('the main thread reads while a task worker is between its two adds', 'snapshot-sum'),
    ),
    threads: fromTwo(
      'a listening thread reads while another one is between its two adds',
      ['snapshot-sum'],
      'nothing is read while the one listening thread scores',
    ),
    cluster: never('a process hands over its levels, whose sum is the total; the separate total is not sent'),
  },
  double: { inline: DOUBLE, ...onTaskWorkers(DOUBLE), threads: DOUBLE, cluster: DOUBLE },
};

interface Visibility {
  readonly isVisible: boolean;
  /** How it shows, or why it cannot show. */
  readonly why: string;
  /** Where it is visible, at least one of these conditions of the checker fails. */
  readonly conditions: readonly string[];
}

/** `threads` counts task workers, listening threads or processes; `inline` has none. */
export function assessVisibility(
  fault: SeededFaultName,
  topology: TopologyName,
  threads: number,
): Visibility {
  const rule = FAULT_VISIBILITY[fault][topology];
  if (rule.from === 'never') return { isVisible: false, why: rule.why, conditions: [] };
  if (threads < rule.from && rule.from === 2) {
    return { isVisible: false, why: rule.whyNotAlone, conditions: [] };
  }
  return { isVisible: true, why: rule.how, conditions: rule.conditions };
}

/** The first line in the log of a service with a seeded fault. */
export function describeSeededFault(fault: SeededFaultName, topology: TopologyName, threads: number): string {
  const { isVisible, why } = assessVisibility(fault, topology, threads);
  const here = `${isVisible ? 'it shows here' : 'it cannot show here'}: ${why}`;
  return `WRONG ON PURPOSE: the tally ${fault} ${SEEDED_FAULTS[fault].description} (${here})`;
}
