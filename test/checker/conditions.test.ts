// Every condition on its own: a history that fails it and nothing else, with the evidence word for
// word, and a twin, as near as can be, of which it is silent.

import * as assert from 'uvu/assert';
import {
  type Condition,
  type CounterModel,
  checkCounter,
  type Finding,
  type History,
} from '../../src/checker/check-counter.js';
import { CONDITIONS } from '../../src/checker/judgement.js';
import { suite } from '../support/suite.js';
import { failed, history, model, ok, read, unknown } from './written.js';

const test = suite('check: conditions');

interface Row {
  readonly condition: Condition;
  readonly what: string;
  readonly of?: CounterModel;
  readonly bad: History;
  readonly twin: History;
  readonly evidence: Pick<Finding, 'adds' | 'reads' | 'count' | 'cell' | 'text'>;
}

const LOW = model(['LOW']);
const TWO = model(['levels.LOW', 'levels.HIGH']);

const ROWS: readonly Row[] = [
  {
    condition: 'duplicate-ticket',
    what: 'two adds hold one ticket',
    bad: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'LOW:2'), ok(0, 9, 'LOW:1')),
    twin: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'LOW:2'), ok(0, 9, 'LOW:3')),
    evidence: {
      adds: [0, 2],
      reads: [],
      count: 1,
      cell: 'LOW',
      text: 'add 0 and add 2 both hold 1 of LOW: one of them was lost',
    },
  },
  {
    condition: 'ticket-order',
    what: 'the later of two adds holds the smaller ticket',
    bad: history(ok(0, 1, 'LOW:2'), ok(2, 3, 'LOW:1')),
    twin: history(ok(0, 2, 'LOW:2'), ok(2, 3, 'LOW:1')),
    evidence: {
      adds: [0, 1],
      reads: [],
      count: 1,
      cell: 'LOW',
      text: 'add 0 holds 2 of LOW, but add 1, which began after it had ended, holds 1',
    },
  },
  {
    condition: 'ticket-order',
    what: 'an earlier add without a ticket finds no value below that of a later one',
    bad: history(ok(0, 1), ok(2, 3, 'LOW:1')),
    twin: history(ok(0, 1), ok(2, 3, 'LOW:2')),
    evidence: {
      adds: [0, 1],
      reads: [],
      count: 1,
      cell: 'LOW',
      text: 'add 1 holds 1 of LOW, but no value is left for add 0, which had ended before it began',
    },
  },
  {
    condition: 'ticket-gap',
    what: 'tickets are missing, and the unanswered add came too late or was only one',
    bad: history(ok(0, 1, 'LOW:1'), ok(2, 3, 'LOW:4'), unknown(2, 9), unknown(4, 9)),
    twin: history(ok(0, 1, 'LOW:1'), ok(2, 3, 'LOW:4'), unknown(2, 9), unknown(3, 9)),
    evidence: {
      adds: [1],
      reads: [],
      count: 1,
      cell: 'LOW',
      text: 'add 1 holds 4 of LOW, but nobody can have made 1 of the values 2 to 3',
    },
  },
  {
    condition: 'ticket-start',
    what: 'a ticket is not above the start',
    of: model(['LOW'], { start: [5] }),
    bad: history(ok(0, 1, 'LOW:5')),
    twin: history(ok(0, 1, 'LOW:6')),
    evidence: {
      adds: [0],
      reads: [],
      count: 1,
      cell: 'LOW',
      text: 'add 0 holds 5 of LOW, which was 5 before all adds',
    },
  },
  {
    condition: 'stale-read',
    what: 'a read shows less than had been acknowledged',
    bad: history(ok(0, 1), ok(0, 1), ok(0, 9), read(2, 3, [1])),
    twin: history(ok(0, 1), ok(0, 2), ok(0, 9), read(2, 3, [1])),
    evidence: {
      adds: [0, 1],
      reads: [0],
      count: 1,
      cell: 'LOW',
      text:
        'read 0 shows 1 of LOW (0 at first), ' +
        'but 2 adds had been acknowledged before the read began',
    },
  },
  {
    condition: 'stale-read',
    what: 'a read shows less than a ticket that had been given out',
    bad: history(ok(0, 9, 'LOW:1'), ok(0, 1, 'LOW:2'), read(2, 3, [1])),
    twin: history(ok(0, 9, 'LOW:1'), ok(0, 2, 'LOW:2'), read(2, 3, [1])),
    evidence: {
      adds: [1],
      reads: [0],
      count: 1,
      cell: 'LOW',
      text: 'read 0 shows 1 of LOW, but add 1, which made it 2, had ended before it began',
    },
  },
  {
    condition: 'phantom-count',
    what: 'a read shows more than had been asked for',
    bad: history(ok(2, 3), read(0, 1, [1])),
    twin: history(ok(1, 3), read(0, 1, [1])),
    evidence: {
      adds: [],
      reads: [0],
      count: 1,
      cell: 'LOW',
      text:
        'read 0 shows 1 of LOW (0 at first), ' +
        'but only 0 adds had been asked for before the read ended',
    },
  },
  {
    condition: 'phantom-count',
    what: 'a read shows a ticket whose add had not begun',
    bad: history(ok(0, 9, 'LOW:2'), ok(2, 3, 'LOW:1'), read(0, 1, [1])),
    twin: history(ok(0, 9, 'LOW:2'), ok(1, 3, 'LOW:1'), read(0, 1, [1])),
    evidence: {
      adds: [1],
      reads: [0],
      count: 1,
      cell: 'LOW',
      text: 'read 0 shows 1 of LOW, but add 1, which made it 1, began after it ended',
    },
  },
  {
    condition: 'non-monotonic-read',
    what: 'the later of two reads shows less',
    bad: history(ok(0, 9), read(1, 2, [1]), read(3, 4, [0])),
    twin: history(ok(0, 9), read(1, 3, [1]), read(3, 4, [0])),
    evidence: {
      adds: [],
      reads: [0, 1],
      count: 1,
      cell: 'LOW',
      text: 'read 1 shows 0 of LOW, but read 0, which had ended before it began, shows 1',
    },
  },
  {
    condition: 'snapshot-order',
    what: 'each of two snapshots shows more than the other somewhere',
    of: TWO,
    bad: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'HIGH:1'), read(0, 9, [1, 0]), read(0, 9, [0, 1])),
    twin: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'HIGH:1'), read(0, 9, [1, 1]), read(0, 9, [0, 1])),
    evidence: {
      adds: [],
      reads: [0, 1],
      count: 1,
      cell: null,
      text:
        'read 0 shows more of levels.LOW than read 1 and less of levels.HIGH: ' +
        'no order explains both',
    },
  },
  {
    condition: 'snapshot-order',
    what: 'a snapshot shows the later of two adds and not the earlier, in another cell',
    of: TWO,
    bad: history(ok(0, 1, 'LOW:1'), ok(2, 3, 'HIGH:1'), read(0, 9, [0, 1])),
    twin: history(ok(0, 2, 'LOW:1'), ok(2, 3, 'HIGH:1'), read(0, 9, [0, 1])),
    evidence: {
      adds: [0, 1],
      reads: [0],
      count: 1,
      cell: null,
      text: 'read 0 shows add 1 and not add 0, which had ended before add 1 began',
    },
  },
  {
    condition: 'snapshot-sum',
    what: 'the sum is not that of the values',
    of: TWO,
    bad: history(ok(0, 1, 'LOW:1'), ok(0, 1, 'HIGH:1'), read(2, 3, [1, 1], { sum: 3 })),
    twin: history(ok(0, 1, 'LOW:1'), ok(0, 1, 'HIGH:1'), read(2, 3, [1, 1], { sum: 2 })),
    evidence: {
      adds: [],
      reads: [0],
      count: 1,
      cell: null,
      text: 'read 0 shows the sum 3, but its values make 2',
    },
  },
  {
    condition: 'lost-update',
    what: 'at rest less is counted than was acknowledged',
    bad: history(ok(0, 1), ok(0, 1), ok(0, 1), failed(0, 1), read(2, 3, [1])),
    twin: history(ok(0, 1), ok(0, 1), ok(0, 1), failed(0, 1), read(2, 3, [3])),
    evidence: {
      adds: [],
      reads: [0],
      count: 2,
      cell: 'LOW',
      text: 'at rest read 0 shows 1 of LOW (0 at first), but 3 adds were acknowledged: 2 are lost',
    },
  },
  {
    condition: 'overcount',
    what: 'at rest more is counted than acknowledged and unanswered adds make',
    bad: history(ok(0, 1), unknown(0, 1), read(2, 3, [3])),
    twin: history(ok(0, 1), unknown(0, 1), read(2, 3, [2])),
    evidence: {
      adds: [],
      reads: [0],
      count: 1,
      cell: 'LOW',
      text:
        'at rest read 0 shows 3 of LOW (0 at first), ' +
        'but only 1 add was acknowledged and 1 may have been counted: 1 is too many',
    },
  },
];

for (const { condition, what, of = LOW, bad, twin, evidence } of ROWS) {
  test(`${condition}: ${what}`, () => {
    const judgement = checkCounter(of, bad);
    assert.equal(judgement.findings, [{ condition, verdict: 'violated', ...evidence }]);
    assert.equal(judgement.failures, { [condition]: 1 });
    assert.is(judgement.verdict, 'violated');
    const silent = checkCounter(of, twin);
    assert.equal(silent.findings, []);
    assert.equal(silent.failures, {});
    assert.is(silent.verdict, 'ok');
  });
}

test('every condition but that of no history is in the table', () => {
  const named = new Set<string>(ROWS.map(({ condition }) => condition));
  assert.equal(
    Object.keys(CONDITIONS).filter((condition) => !named.has(condition)),
    ['malformed-history'],
  );
});

test.run();
