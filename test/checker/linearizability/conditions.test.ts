// Each condition alone: a history that fails it and nothing else, with the operations that show it,
// and a twin history, as similar as possible, that does not fail.

import * as assert from 'uvu/assert';
import {
  type Condition,
  type CounterModel,
  checkCounter,
  type Finding,
  type History,
} from '../../../src/checker/check-counter.js';
import { CONDITIONS } from '../../../src/checker/judgement.js';
import { assertGolden } from '../../support/golden.js';
import { suite } from '../../support/suite.js';
import { failed, history, model, ok, read, unknown } from './written-history.js';

const test = suite('check: conditions');

interface Row {
  readonly condition: Condition;
  readonly what: string;
  readonly of?: CounterModel;
  readonly bad: History;
  readonly twin: History;
  readonly evidence: Pick<Finding, 'adds' | 'reads' | 'count' | 'cell'>;
}

const LOW = model(['LOW']);
const TWO = model(['levels.LOW', 'levels.HIGH']);

const ROWS: readonly Row[] = [
  {
    condition: 'duplicate-ticket',
    what: 'two adds hold one ticket',
    bad: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'LOW:2'), ok(0, 9, 'LOW:1')),
    twin: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'LOW:2'), ok(0, 9, 'LOW:3')),
    evidence: { adds: [0, 2], reads: [], count: 1, cell: 'LOW' },
  },
  {
    condition: 'ticket-order',
    what: 'the later of two adds holds the smaller ticket',
    bad: history(ok(0, 1, 'LOW:2'), ok(2, 3, 'LOW:1')),
    twin: history(ok(0, 2, 'LOW:2'), ok(2, 3, 'LOW:1')),
    evidence: { adds: [0, 1], reads: [], count: 1, cell: 'LOW' },
  },
  {
    condition: 'ticket-order',
    what: 'no value below a later ticket is left for an earlier add',
    bad: history(ok(0, 1), ok(2, 3, 'LOW:1')),
    twin: history(ok(0, 1), ok(2, 3, 'LOW:2')),
    evidence: { adds: [0, 1], reads: [], count: 1, cell: 'LOW' },
  },
  {
    condition: 'ticket-gap',
    what: 'two tickets are missing, and only one unanswered add is early enough',
    bad: history(ok(0, 1, 'LOW:1'), ok(2, 3, 'LOW:4'), unknown(2, 9), unknown(4, 9)),
    twin: history(ok(0, 1, 'LOW:1'), ok(2, 3, 'LOW:4'), unknown(2, 9), unknown(3, 9)),
    evidence: { adds: [1], reads: [], count: 1, cell: 'LOW' },
  },
  {
    condition: 'ticket-start',
    what: 'a ticket is not above the start',
    of: model(['LOW'], { start: [5] }),
    bad: history(ok(0, 1, 'LOW:5')),
    twin: history(ok(0, 1, 'LOW:6')),
    evidence: { adds: [0], reads: [], count: 1, cell: 'LOW' },
  },
  {
    condition: 'ticket-start',
    what: 'no add produces 0',
    of: model(['LOW'], { start: [0] }),
    bad: history(ok(0, 1, 'LOW:0')),
    twin: history(ok(0, 1, 'LOW:1')),
    evidence: { adds: [0], reads: [], count: 1, cell: 'LOW' },
  },
  {
    condition: 'stale-read',
    what: 'a read shows less than was acknowledged before it',
    bad: history(ok(0, 1), ok(0, 1), ok(0, 9), read(2, 3, [1])),
    twin: history(ok(0, 1), ok(0, 2), ok(0, 9), read(2, 3, [1])),
    evidence: { adds: [0, 1], reads: [0], count: 1, cell: 'LOW' },
  },
  {
    condition: 'stale-read',
    what: 'a read shows less than an earlier ticket',
    bad: history(ok(0, 9, 'LOW:1'), ok(0, 1, 'LOW:2'), read(2, 3, [1])),
    twin: history(ok(0, 9, 'LOW:1'), ok(0, 2, 'LOW:2'), read(2, 3, [1])),
    evidence: { adds: [1], reads: [0], count: 1, cell: 'LOW' },
  },
  {
    condition: 'phantom-count',
    what: 'a read shows more than was requested before its end',
    bad: history(ok(2, 3), read(0, 1, [1])),
    twin: history(ok(1, 3), read(0, 1, [1])),
    evidence: { adds: [], reads: [0], count: 1, cell: 'LOW' },
  },
  {
    condition: 'phantom-count',
    what: 'a read shows a ticket whose add had not begun',
    bad: history(ok(0, 9, 'LOW:2'), ok(2, 3, 'LOW:1'), read(0, 1, [1])),
    twin: history(ok(0, 9, 'LOW:2'), ok(1, 3, 'LOW:1'), read(0, 1, [1])),
    evidence: { adds: [1], reads: [0], count: 1, cell: 'LOW' },
  },
  {
    condition: 'non-monotonic-read',
    what: 'the later of two reads shows less',
    bad: history(ok(0, 9), read(1, 2, [1]), read(3, 4, [0])),
    twin: history(ok(0, 9), read(1, 3, [1]), read(3, 4, [0])),
    evidence: { adds: [], reads: [0, 1], count: 1, cell: 'LOW' },
  },
  {
    condition: 'snapshot-order',
    what: 'each of two snapshots shows more than the other somewhere',
    of: TWO,
    bad: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'HIGH:1'), read(0, 9, [1, 0]), read(0, 9, [0, 1])),
    twin: history(ok(0, 9, 'LOW:1'), ok(0, 9, 'HIGH:1'), read(0, 9, [1, 1]), read(0, 9, [0, 1])),
    evidence: { adds: [], reads: [0, 1], count: 1, cell: null },
  },
  {
    condition: 'snapshot-order',
    what: 'a snapshot shows the later of two adds and not the earlier, in another cell',
    of: TWO,
    bad: history(ok(0, 1, 'LOW:1'), ok(2, 3, 'HIGH:1'), read(0, 9, [0, 1])),
    twin: history(ok(0, 2, 'LOW:1'), ok(2, 3, 'HIGH:1'), read(0, 9, [0, 1])),
    evidence: { adds: [0, 1], reads: [0], count: 1, cell: null },
  },
  {
    condition: 'snapshot-sum',
    what: 'the sum differs from that of the values',
    of: TWO,
    bad: history(ok(0, 1, 'LOW:1'), ok(0, 1, 'HIGH:1'), read(2, 3, [1, 1], { sum: 3 })),
    twin: history(ok(0, 1, 'LOW:1'), ok(0, 1, 'HIGH:1'), read(2, 3, [1, 1], { sum: 2 })),
    evidence: { adds: [], reads: [0], count: 1, cell: null },
  },
  {
    condition: 'lost-update',
    what: 'at rest, the counter shows less than was acknowledged',
    bad: history(ok(0, 1), ok(0, 1), ok(0, 1), failed(0, 1), read(2, 3, [1])),
    twin: history(ok(0, 1), ok(0, 1), ok(0, 1), failed(0, 1), read(2, 3, [3])),
    evidence: { adds: [], reads: [0], count: 2, cell: 'LOW' },
  },
  {
    condition: 'overcount',
    what: 'at rest, the counter shows more than all adds together',
    bad: history(ok(0, 1), unknown(0, 1), read(2, 3, [3])),
    twin: history(ok(0, 1), unknown(0, 1), read(2, 3, [2])),
    evidence: { adds: [], reads: [0], count: 1, cell: 'LOW' },
  },
];

for (const { condition, what, of = LOW, bad, twin, evidence } of ROWS) {
  test(`${condition}: ${what}`, () => {
    const judgement = checkCounter(of, bad);
    const [{ text = '' } = {}] = judgement.findings;
    assert.equal(judgement.findings, [{ condition, verdict: 'violated', ...evidence, text }]);
    assert.equal(judgement.failures, { [condition]: 1 });
    assert.is(judgement.verdict, 'violated');
    const silent = checkCounter(of, twin);
    assert.equal(silent.findings, []);
    assert.equal(silent.failures, {});
    assert.is(silent.verdict, 'ok');
  });
}

test('every condition is in the table, except that of a malformed history', () => {
  const named = new Set<string>(ROWS.map(({ condition }) => condition));
  assert.equal(
    Object.keys(CONDITIONS).filter((condition) => !named.has(condition)),
    ['malformed-history'],
  );
});

test('each finding describes its evidence in a sentence', () => {
  const sentences = ROWS.map(({ condition, of = LOW, bad }) => {
    return `${condition}: ${checkCounter(of, bad).findings[0]?.text}\n`;
  });
  assertGolden('checker-evidence.txt', sentences.join(''));
});

test.run();
