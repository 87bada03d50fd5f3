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

const NO_AWAIT = 'one thread scores, and nothing runs there between the read and the write';
const ONE_TASK_WORKER = 'the one task worker scores a text after it has counted the one before';

const RACY_TASK_WORKERS: VisibilityRule = {
  from: 2,
  how: 'two task workers score at the same time and read the same number',
  conditions: LOST_LATE,
  whyNotAlone: ONE_TASK_WORKER,
};

const AWAITING_TASK_WORKERS: VisibilityRule = {
  from: 2,
  how: 'two task workers await at the same time, having read the same number',
  conditions: LOST_LATE,
  whyNotAlone: ONE_TASK_WORKER,
};

const LOCAL_TASK_WORKERS: VisibilityRule = {
  from: 1,
  how: 'task workers count and the main thread answers 0; two of them give the same tickets',
  conditions: ['lost-update', 'stale-read', 'duplicate-ticket', 'ticket-order'],
};

const STALE_ONE: VisibilityRule = {
  from: 1,
  how: 'a read shows the result of an earlier read, up to 100 ms old',
  conditions: ['stale-read', 'lost-update'],
};

const STALE_SEVERAL: VisibilityRule = {
  from: 1,
  how: 'a read shows the result of an earlier read, up to 100 ms old; two listeners differ in age',
  conditions: ['stale-read', 'non-monotonic-read', 'lost-update'],
};

const TORN_TASK_WORKERS: VisibilityRule = {
  from: 1,
  how: 'the main thread reads while a task worker is between its two adds',
  conditions: ['snapshot-sum'],
};

const DOUBLE: VisibilityRule = {
  from: 1,
  how: 'the first of the two adds has a ticket that no client received',
  conditions: ['overcount', 'ticket-gap', 'phantom-count'],
};

export const FAULT_VISIBILITY: Readonly<
  Record<SeededFaultName, Readonly<Record<TopologyName, VisibilityRule>>>
> = {
  racy: {
    inline: { from: 'never', why: NO_AWAIT },
    pool: RACY_TASK_WORKERS,
    batched: RACY_TASK_WORKERS,
    threads: {
      from: 2,
      how: 'two listening threads score at the same time and read the same number',
      conditions: LOST_LATE,
      whyNotAlone: NO_AWAIT,
    },
    cluster: {
      from: 'never',
      why: `processes share no cell, and in each ${NO_AWAIT}`,
    },
  },
  'await-race': {
    inline: { from: 1, how: 'requests of one turn of the event loop read the same number', conditions: LOST },
    pool: AWAITING_TASK_WORKERS,
    batched: AWAITING_TASK_WORKERS,
    threads: {
      from: 1,
      how: 'requests of one turn of a listening thread read the same number; so do two threads',
      conditions: LOST_LATE,
    },
    cluster: { from: 1, how: 'requests of one turn of a process read the same number', conditions: LOST },
  },
  local: {
    inline: { from: 'never', why: 'the one thread that counts is the one that answers' },
    pool: LOCAL_TASK_WORKERS,
    batched: LOCAL_TASK_WORKERS,
    threads: {
      from: 2,
      how: 'each listening thread counts alone, and answers with its own counts and tickets',
      conditions: LOST_LATE,
      whyNotAlone: 'the one listening thread, as long as it lives, counts and answers',
    },
    cluster: {
      from: 2,
      how: 'each process counts alone, and answers with its own counts and tickets',
      conditions: LOST_LATE,
      whyNotAlone: 'the one process, as long as it lives, counts and answers',
    },
  },
  stale: {
    inline: STALE_ONE,
    pool: STALE_ONE,
    batched: STALE_ONE,
    threads: STALE_SEVERAL,
    cluster: STALE_SEVERAL,
  },
  torn: {
    inline: { from: 'never', why: 'nothing is read while the one thread scores' },
    pool: TORN_TASK_WORKERS,
    batched: TORN_TASK_WORKERS,
    threads: {
      from: 2,
      how: 'a listening thread reads while another one is between its two adds',
      conditions: ['snapshot-sum'],
      whyNotAlone: 'nothing is read while the one listening thread scores',
    },
    cluster: {
      from: 'never',
      why: 'a process hands over its levels, whose sum is the total; the one apart stays behind',
    },
  },
  double: { inline: DOUBLE, pool: DOUBLE, batched: DOUBLE, threads: DOUBLE, cluster: DOUBLE },
};

export interface Visibility {
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
