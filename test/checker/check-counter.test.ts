// What the checker promises besides its conditions: strangers, parts of fields, sums, bounds on
// what it says, numbers of any size, and no word of a history that is none.

import * as assert from 'uvu/assert';
import {
  type Add,
  type CounterModel,
  checkCounter,
  type History,
  type Read,
} from '../../src/checker/check-counter.js';
import { suite } from '../support/suite.js';
import { failed, history, model, ok, read, unknown } from './written.js';

const test = suite('check: counter');

const LOW = model(['LOW']);
const TWO = model(['levels.LOW', 'levels.HIGH']);
const OTHERS = model(['LOW'], { alone: false });

/** The conditions that failed, each with its count, and the verdict. */
function said(of: CounterModel, ...operations: readonly (Add | Read)[]): string {
  const { findings, verdict } = checkCounter(of, history(...operations));
  const each = findings.map(({ condition, count, cell }) => `${condition} ${count} ${cell}`);
  return [...each, verdict].join(', ');
}

test('without an acknowledged add nothing is proved', () => {
  assert.is(said(LOW), 'unknown');
  assert.is(said(LOW, read(0, 1, [0])), 'unknown');
  assert.is(said(LOW, failed(0, 1), failed(0, 1), unknown(0, 1), read(2, 3, [1])), 'unknown');
  assert.is(said(LOW, ok(0, 1)), 'ok');
});

test('without an acknowledged add it can still be refuted', () => {
  assert.is(said(LOW, unknown(0, 1), read(2, 3, [2])), 'overcount 1 LOW, violated');
  assert.is(said(model(['LOW'], { start: [5] }), read(2, 3, [4])), 'stale-read 1 LOW, violated');
});

test('the facts say what the history held', () => {
  const adds = [ok(0, 1, 'LOW:1'), ok(0, 1), failed(0, 1), unknown(0, 1), ok(0, 1, 'HIGH:1')];
  const { facts } = checkCounter(TWO, history(...adds, read(2, 3, [2, 1])));
  assert.equal(facts, {
    acknowledged: 3,
    failed: 1,
    unknown: 1,
    reads: 1,
    ticketed: 2,
    cells: ['LOW', 'HIGH'],
    strangers: 0,
  });
});

test('a loss is told at rest with its whole count, and by the earlier reads that show it', () => {
  const adds = [ok(0, 1), ok(0, 1), ok(2, 3), ok(4, 5), ok(4, 5)];
  const reads = [read(6, 7, [2]), read(1.5, 3, [1]), read(3.5, 3.6, [1]), read(8, 9, [2])];
  assert.is(
    said(LOW, ...adds, ...reads),
    'lost-update 3 LOW, stale-read 2 LOW, stale-read 1 LOW, violated',
  );
});

test('with tickets a loss names the two that collided', () => {
  const adds = [ok(0, 1, 'LOW:1'), ok(2, 4, 'LOW:2'), ok(3, 5, 'LOW:2')];
  const { findings } = checkCounter(LOW, history(...adds, read(6, 7, [2])));
  assert.equal(
    findings.map(({ condition, adds: shown, reads }) => [condition, shown, reads]),
    [
      ['lost-update', [1, 2], [0]],
      ['duplicate-ticket', [1, 2], []],
    ],
  );
});

test('what only a stranger can explain is unknown where there may be one, and counted', () => {
  const asked = [ok(0, 1, 'LOW:1'), ok(2, 3, 'LOW:4'), read(4, 5, [6])];
  assert.is(said(LOW, ...asked), 'overcount 4 LOW, ticket-gap 2 LOW, violated');
  assert.is(said(OTHERS, ...asked), 'overcount 2 LOW, ticket-gap 2 LOW, unknown');
  assert.is(checkCounter(OTHERS, history(...asked)).facts.strangers, 4);
  assert.is(said(OTHERS, ok(0, 1, 'LOW:1'), read(4, 5, [1])), 'ok');
});

test('no stranger explains a loss, an order or a collision', () => {
  assert.is(said(OTHERS, ok(0, 1), ok(0, 1), read(2, 3, [1])), 'lost-update 1 LOW, violated');
  assert.is(said(OTHERS, ok(0, 1, 'LOW:1'), ok(0, 1, 'LOW:1')), 'duplicate-ticket 1 LOW, violated');
  const late = [ok(0, 1, 'LOW:9'), ok(2, 3, 'LOW:4')];
  assert.is(said(OTHERS, ...late), 'ticket-order 1 LOW, violated');
});

test('numbers up to 2^53 - 1 are exact, and a gap as wide is no work', () => {
  const start = 2 ** 52;
  const far = model(['LOW'], { start: [start] });
  assert.is(said(far, ok(0, 9, `LOW:${start + 1}`), read(0, 9, [start + 1])), 'ok');
  assert.is(
    said(far, ok(0, 1, `LOW:${start + 1}`), read(2, 3, [start])),
    'lost-update 1 LOW, violated',
  );
  const top = Number.MAX_SAFE_INTEGER;
  const gap = `ticket-gap ${top - 1} LOW`;
  assert.is(said(LOW, ok(0, 9, `LOW:${top}`)), `${gap}, violated`);
  const open = history(ok(0, 9, `LOW:${top}`), read(0, 9, [top]));
  assert.is(checkCounter(OTHERS, open).facts.strangers, top - 1);
});

test('operations that touch in one moment are concurrent', () => {
  assert.is(said(LOW, ok(0, 1, 'LOW:2'), ok(1, 2, 'LOW:1')), 'ok');
  assert.is(said(LOW, ok(0, 1), read(1, 1, [0]), read(1, 1, [1])), 'ok');
  assert.is(said(LOW, ok(3, 3), ok(3, 3), read(3, 3, [1])), 'ok');
});

test('one counter needs no name in its tickets', () => {
  assert.is(
    said(model(['total']), ok(0, 1, ':1'), ok(0, 1, 'total:1')),
    'duplicate-ticket 1 total, violated',
  );
});

test('a part of a field is judged by its own tickets and counts in the field', () => {
  const parts = [ok(0, 1, 'LOW.1:7'), ok(0, 1, 'LOW.2:3'), ok(0, 1, 'LOW@2:1')];
  assert.is(said(TWO, ...parts, read(2, 3, [3, 0])), 'ok');
  assert.is(said(TWO, ...parts, read(2, 3, [2, 0])), 'lost-update 1 levels.LOW, violated');
  const twice = [...parts, ok(0, 1, 'LOW.1:7'), read(2, 3, [4, 0])];
  assert.is(said(TWO, ...twice), 'duplicate-ticket 1 LOW.1, violated');
  const gap = [...parts, ok(0, 1, 'LOW.1:9'), read(2, 3, [4, 0])];
  assert.is(said(TWO, ...gap), 'ticket-gap 1 LOW.1, violated');
  assert.is(said(TWO, ...gap, unknown(0, 1)), 'ok');
});

test('a name that two fields share belongs to none of them', () => {
  const shared = model(['a.LOW', 'b.LOW']);
  assert.is(said(shared, ok(0, 1, 'LOW:9'), read(2, 3, [0, 1])), 'ok');
  assert.is(said(shared, ok(0, 1, 'LOW:9'), read(2, 3, [0, 0])), 'lost-update 1 null, violated');
});

test('where the field of an add is not known, its loss shows in the sum', () => {
  assert.is(said(TWO, ok(0, 1), ok(0, 1), read(2, 3, [1, 0])), 'lost-update 1 null, violated');
  assert.is(said(TWO, ok(0, 1), ok(0, 1), read(2, 3, [1, 1])), 'ok');
  assert.is(
    said(TWO, ok(0, 1), read(2, 3, [1, 1])),
    'overcount 1 null, phantom-count 1 levels.HIGH, violated',
  );
});

test('a loss is not told of the sum again where a field has told it', () => {
  const adds = [ok(0, 1, 'LOW.1:1'), ok(0, 1, 'LOW.1:2'), ok(0, 1, 'HIGH.1:1')];
  assert.is(said(TWO, ...adds, read(2, 3, [1, 1])), 'lost-update 1 levels.LOW, violated');
  const more = [...adds, ok(0, 1), read(2, 3, [1, 1])];
  assert.is(said(TWO, ...more), 'lost-update 2 null, lost-update 1 levels.LOW, violated');
});

test('two fields cannot both be filled by one unanswered add', () => {
  const adds = [ok(0, 1, 'LOW:2'), ok(0, 1, 'HIGH:2'), unknown(0, 1)];
  assert.is(said(TWO, ...adds, unknown(0, 1)), 'ok');
  assert.match(said(TWO, ...adds), /^ticket-gap 1 levels.\w+, violated$/);
});

test('an unanswered add is bound by what other cells show of the time before it', () => {
  // The snapshot shows what only the unanswered add can have made, and not an add before that.
  const late = [ok(0, 1, 'LOW:1'), unknown(2, 3), read(0, 9, [0, 1])];
  assert.is(said(TWO, ...late), 'phantom-count 1 levels.HIGH, violated');
  assert.is(said(TWO, ok(0, 2, 'LOW:1'), unknown(2, 3), read(0, 9, [0, 1])), 'ok');
});

test('values that need not have held together are judged each alone', () => {
  const adds = [ok(0, 9, 'LOW:1'), ok(0, 9, 'HIGH:1')];
  const apart = { isSnapshot: false, sum: 7 };
  const reads = [read(0, 9, [1, 0], apart), read(0, 9, [0, 1], apart)];
  assert.is(said(TWO, ...adds, ...reads), 'ok');
  const late = [ok(10, 11, 'LOW:2'), read(12, 13, [1, 1], apart)];
  assert.is(said(TWO, ...adds, ...late), 'lost-update 1 levels.LOW, violated');
});

test('few findings of each condition are shown, and all are counted', () => {
  const twins = Array.from({ length: 40 }, (_, index) => ok(0, 9, `LOW:${1 + (index % 20)}`));
  const { findings, failures } = checkCounter(LOW, history(...twins));
  assert.is(findings.length, 5);
  assert.equal(failures, { 'duplicate-ticket': 20 });
  const gaps = Array.from({ length: 40 }, (_, index) => ok(0, 9, `LOW:${2 * index + 1}`));
  assert.equal(checkCounter(LOW, history(...gaps)).failures, { 'ticket-gap': 39 });
});

const BROKEN: readonly (readonly [why: string, history: History, model?: CounterModel])[] = [
  ['add 1 does not end at or after its begin', history(ok(0, 1), ok(3, 2))],
  ['add 0 does not end at or after its begin', history(ok(0, Number.NaN))],
  ['add 0 begins at NaN, which is no time', history(ok(Number.NaN, 1))],
  ['add 0 begins at -Infinity, which is no time', history(ok(-Infinity, 1))],
  ['read 0 does not end at or after its begin', history(ok(0, 1), read(3, 2, [1]))],
  ['read 0 shows 2 values, where the counter has 1 fields', history(read(2, 3, [1, 2]))],
  ['read 0 shows a value that is no whole number up to 2^53 - 1', history(read(2, 3, [0.5]))],
  ['read 0 shows a sum that is no number', history(read(2, 3, [1], { sum: Number.NaN }))],
  [
    'read 0 shows values whose sum is too large to be exact',
    history(read(2, 3, [2 ** 53 - 1, 1])),
    TWO,
  ],
  ...['0', '-1', '1.5', '9007199254740992', 'x'].map((value) => {
    const held = `has the ticket ${Number(value)}`;
    const why = `add 0 ${held}, which is no whole number from 1 to 2^53 - 1`;
    return [why, history(ok(0, 1, `LOW:${value}`))] as const;
  }),
  [
    'add 0 has an outcome other than ok, failed and unknown',
    history({ ...ok(0, 1), outcome: 'maybe' as Add['outcome'] }),
  ],
  [
    'add 0 has no ticket: say null where there is none',
    history({ outcome: 'ok', beginMs: 0, endMs: 1 } as Add),
  ],
  ['the counter has no field', history(ok(0, 1)), model([])],
  [
    'the counter has 1 fields and 2 values to begin with',
    history(ok(0, 1)),
    model(['LOW'], { start: [0, 0] }),
  ],
  [
    'the counter begins with a value that is no whole number',
    history(ok(0, 1)),
    model(['LOW'], { start: [Number.NaN] }),
  ],
];

for (const [why, broken, of = LOW] of BROKEN) {
  test(`no history: ${why}`, () => {
    const { verdict, findings, failures } = checkCounter(of, broken);
    assert.is(verdict, 'unknown');
    assert.equal(
      findings.map(({ condition, text }) => [condition, text]),
      [['malformed-history', why]],
    );
    assert.equal(failures, { 'malformed-history': 1 });
  });
}

test('a checker that fails says unknown, and why, and does not throw', () => {
  const { adds } = history(ok(0, 1), ok(0, 1));
  const reads = new Proxy([read(2, 3, [2])], {
    get: (target, key) => {
      if (key === '0') throw new Error('a fault inside');
      return Reflect.get(target, key);
    },
  });
  const { verdict, findings } = checkCounter(LOW, { adds, reads });
  assert.is(verdict, 'unknown');
  assert.is(findings[0]?.text, 'the checker failed: a fault inside');
  assert.is(checkCounter(LOW, { adds, reads: [read(2, 3, [2])] }).verdict, 'ok');
});

test.run();
