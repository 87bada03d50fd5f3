// What the checker promises besides its conditions: third-party adds, parts of fields, sums, bounded
// evidence, numbers of any size, and no judgement of a malformed history.

import * as assert from 'uvu/assert';
import {
  type Add,
  type CounterModel,
  checkCounter,
  type History,
  type Read,
} from '../../../src/checker/check-counter.js';
import { assertGolden } from '../../support/golden.js';
import { suite } from '../../support/suite.js';
import { failed, history, model, ok, read, unknown } from './written-history.js';

const test = suite('check: counter');

const LOW = model(['LOW']);
const TWO = model(['levels.LOW', 'levels.HIGH']);
const OTHERS = model(['LOW'], { alone: false });

/** The failed conditions with count and cell, such as `stale-read 1 LOW`, and then the verdict. */
function judged(of: CounterModel, ...operations: readonly (Add | Read)[]): string[] {
  const { findings, verdict } = checkCounter(of, history(...operations));
  return [...findings.map((one) => `${one.condition} ${one.count} ${one.cell}`), verdict];
}

test('without an acknowledged add nothing is proved', () => {
  assert.equal(judged(LOW), ['unknown']);
  assert.equal(judged(LOW, read(0, 1, [0])), ['unknown']);
  assert.equal(judged(LOW, failed(0, 1), failed(0, 1), unknown(0, 1), read(2, 3, [1])), ['unknown']);
  assert.equal(judged(LOW, ok(0, 1)), ['ok']);
});

test('without an acknowledged add it can still be refuted', () => {
  assert.equal(judged(LOW, unknown(0, 1), read(2, 3, [2])), ['overcount 1 LOW', 'violated']);
  assert.equal(judged(model(['LOW'], { start: [5] }), read(2, 3, [4])), ['stale-read 1 LOW', 'violated']);
});

test('the facts summarise the history', () => {
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

test('a loss is reported at rest with its whole count, and for the earlier reads that show it', () => {
  const adds = [ok(0, 1), ok(0, 1), ok(2, 3), ok(4, 5), ok(4, 5)];
  const reads = [read(6, 7, [2]), read(1.5, 3, [1]), read(3.5, 3.6, [1]), read(8, 9, [2])];
  assert.equal(judged(LOW, ...adds, ...reads), [
    'lost-update 3 LOW',
    'stale-read 2 LOW',
    'stale-read 1 LOW',
    'violated',
  ]);
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

test('what only third-party adds can explain is unknown where they may exist, and counted', () => {
  const asked = [ok(0, 1, 'LOW:1'), ok(2, 3, 'LOW:4'), read(4, 5, [6])];
  assert.equal(judged(LOW, ...asked), ['overcount 4 LOW', 'ticket-gap 2 LOW', 'violated']);
  assert.equal(judged(OTHERS, ...asked), ['overcount 2 LOW', 'ticket-gap 2 LOW', 'unknown']);
  assert.is(checkCounter(OTHERS, history(...asked)).facts.strangers, 4);
  assert.equal(judged(OTHERS, ok(0, 1, 'LOW:1'), read(4, 5, [1])), ['ok']);
});

test('no third-party add explains a loss, an order or a collision', () => {
  assert.equal(judged(OTHERS, ok(0, 1), ok(0, 1), read(2, 3, [1])), ['lost-update 1 LOW', 'violated']);
  assert.equal(judged(OTHERS, ok(0, 1, 'LOW:1'), ok(0, 1, 'LOW:1')), ['duplicate-ticket 1 LOW', 'violated']);
  const late = [ok(0, 1, 'LOW:9'), ok(2, 3, 'LOW:4')];
  assert.equal(judged(OTHERS, ...late), ['ticket-order 1 LOW', 'violated']);
});

test('numbers up to 2^53 - 1 are exact, and a gap as wide is no work', () => {
  const start = 2 ** 52;
  const far = model(['LOW'], { start: [start] });
  assert.equal(judged(far, ok(0, 9, `LOW:${start + 1}`), read(0, 9, [start + 1])), ['ok']);
  assert.equal(judged(far, ok(0, 1, `LOW:${start + 1}`), read(2, 3, [start])), [
    'lost-update 1 LOW',
    'violated',
  ]);
  const top = Number.MAX_SAFE_INTEGER;
  assert.equal(judged(LOW, ok(0, 9, `LOW:${top}`)), [`ticket-gap ${top - 1} LOW`, 'violated']);
  const open = history(ok(0, 9, `LOW:${top}`), read(0, 9, [top]));
  assert.is(checkCounter(OTHERS, open).facts.strangers, top - 1);
});

test('operations that touch in one moment are concurrent', () => {
  assert.equal(judged(LOW, ok(0, 1, 'LOW:2'), ok(1, 2, 'LOW:1')), ['ok']);
  assert.equal(judged(LOW, ok(0, 1), read(1, 1, [0]), read(1, 1, [1])), ['ok']);
  assert.equal(judged(LOW, ok(3, 3), ok(3, 3), read(3, 3, [1])), ['ok']);
});

test('one counter needs no name in its tickets', () => {
  assert.equal(judged(model(['total']), ok(0, 1, ':1'), ok(0, 1, 'total:1')), [
    'duplicate-ticket 1 total',
    'violated',
  ]);
});

test('a part of a field is judged by its own tickets and counts in the field', () => {
  const parts = [ok(0, 1, 'LOW.1:7'), ok(0, 1, 'LOW.2:3'), ok(0, 1, 'LOW@2:1')];
  assert.equal(judged(TWO, ...parts, read(2, 3, [3, 0])), ['ok']);
  assert.equal(judged(TWO, ...parts, read(2, 3, [2, 0])), ['lost-update 1 levels.LOW', 'violated']);
  const twice = [...parts, ok(0, 1, 'LOW.1:7'), read(2, 3, [4, 0])];
  assert.equal(judged(TWO, ...twice), ['duplicate-ticket 1 LOW.1', 'violated']);
  const gap = [...parts, ok(0, 1, 'LOW.1:9'), read(2, 3, [4, 0])];
  assert.equal(judged(TWO, ...gap), ['ticket-gap 1 LOW.1', 'violated']);
  assert.equal(judged(TWO, ...gap, unknown(0, 1)), ['ok']);
});

test('a name that two fields share belongs to none of them', () => {
  const shared = model(['a.LOW', 'b.LOW']);
  assert.equal(judged(shared, ok(0, 1, 'LOW:9'), read(2, 3, [0, 1])), ['ok']);
  assert.equal(judged(shared, ok(0, 1, 'LOW:9'), read(2, 3, [0, 0])), ['lost-update 1 null', 'violated']);
});

test('where the field of an add is not known, its loss shows in the sum', () => {
  assert.equal(judged(TWO, ok(0, 1), ok(0, 1), read(2, 3, [1, 0])), ['lost-update 1 null', 'violated']);
  assert.equal(judged(TWO, ok(0, 1), ok(0, 1), read(2, 3, [1, 1])), ['ok']);
  assert.equal(judged(TWO, ok(0, 1), read(2, 3, [1, 1])), [
    'overcount 1 null',
    'phantom-count 1 levels.HIGH',
    'violated',
  ]);
});

test('the sum does not repeat a loss that a field reported', () => {
  const adds = [ok(0, 1, 'LOW.1:1'), ok(0, 1, 'LOW.1:2'), ok(0, 1, 'HIGH.1:1')];
  assert.equal(judged(TWO, ...adds, read(2, 3, [1, 1])), ['lost-update 1 levels.LOW', 'violated']);
  const more = [...adds, ok(0, 1), read(2, 3, [1, 1])];
  assert.equal(judged(TWO, ...more), ['lost-update 2 null', 'lost-update 1 levels.LOW', 'violated']);
});

test('two fields cannot both be filled by one unanswered add', () => {
  const adds = [ok(0, 1, 'LOW:2'), ok(0, 1, 'HIGH:2'), unknown(0, 1)];
  assert.equal(judged(TWO, ...adds, unknown(0, 1)), ['ok']);
  assert.match(judged(TWO, ...adds)[0] ?? '', /^ticket-gap 1 levels/);
});

test('an unanswered add is bound by what other cells show of the time before it', () => {
  // The snapshot shows what only the unanswered add can have made, and not an add before that.
  const late = [ok(0, 1, 'LOW:1'), unknown(2, 3), read(0, 9, [0, 1])];
  assert.equal(judged(TWO, ...late), ['phantom-count 1 levels.HIGH', 'violated']);
  assert.equal(judged(TWO, ok(0, 2, 'LOW:1'), unknown(2, 3), read(0, 9, [0, 1])), ['ok']);
});

test('values that are no snapshot are judged each alone', () => {
  const adds = [ok(0, 9, 'LOW:1'), ok(0, 9, 'HIGH:1')];
  const apart = { isSnapshot: false, sum: 7 };
  const reads = [read(0, 9, [1, 0], apart), read(0, 9, [0, 1], apart)];
  assert.equal(judged(TWO, ...adds, ...reads), ['ok']);
  const late = [ok(10, 11, 'LOW:2'), read(12, 13, [1, 1], apart)];
  assert.equal(judged(TWO, ...adds, ...late), ['lost-update 1 levels.LOW', 'violated']);
});

test('few findings of each condition are shown, and all are counted', () => {
  const twins = Array.from({ length: 40 }, (_, index) => ok(0, 9, `LOW:${1 + (index % 20)}`));
  const { findings, failures } = checkCounter(LOW, history(...twins));
  assert.is(findings.length, 5);
  assert.equal(failures, { 'duplicate-ticket': 20 });
  const gaps = Array.from({ length: 40 }, (_, index) => ok(0, 9, `LOW:${2 * index + 1}`));
  assert.equal(checkCounter(LOW, history(...gaps)).failures, { 'ticket-gap': 39 });
});

const NO_TICKET = { outcome: 'ok', beginMs: 0, endMs: 1 } as Add;
const NO_OUTCOME = { ...ok(0, 1), outcome: 'maybe' as Add['outcome'] };
const MALFORMED: Readonly<Record<string, readonly [History, CounterModel?]>> = {
  'an add that ends early': [history(ok(0, 1), ok(3, 2))],
  'an end of NaN': [history(ok(0, Number.NaN))],
  'a begin of NaN': [history(ok(Number.NaN, 1))],
  'an infinite begin': [history(ok(-Infinity, 1))],
  'a read that ends early': [history(ok(0, 1), read(3, 2, [1]))],
  'more values than fields': [history(read(2, 3, [1, 2]))],
  'half a count': [history(read(2, 3, [0.5]))],
  'a sum of NaN': [history(read(2, 3, [1], { sum: Number.NaN }))],
  'an inexact sum of values': [history(read(2, 3, [2 ** 53 - 1, 1])), TWO],
  'an unknown outcome': [history(NO_OUTCOME)],
  'an undefined ticket': [history(NO_TICKET)],
  'a model without fields': [history(ok(0, 1)), model([])],
  'more starts than fields': [history(ok(0, 1)), model(['LOW'], { start: [0, 0] })],
  'a start of NaN': [history(ok(0, 1)), model(['LOW'], { start: [Number.NaN] })],
  ...Object.fromEntries(
    ['-1', '1.5', '9007199254740992', 'x'].map((value) => {
      return [`the ticket ${value}`, [history(ok(0, 1, `LOW:${value}`))] as const];
    }),
  ),
};

test('a malformed history is not judged, and the finding says why', () => {
  const reasons = Object.entries(MALFORMED).map(([what, [malformed, of = LOW]]) => {
    const { verdict, findings, failures } = checkCounter(of, malformed);
    assert.is(verdict, 'unknown', what);
    assert.equal(
      findings.map(({ condition }) => condition),
      ['malformed-history'],
      what,
    );
    assert.equal(failures, { 'malformed-history': 1 }, what);
    return `${what}: ${findings[0]?.text}\n`;
  });
  assertGolden('checker-malformed.txt', reasons.join(''));
});

test('a checker that fails returns unknown with the reason and does not throw', () => {
  const { adds } = history(ok(0, 1), ok(0, 1));
  const reads = new Proxy([read(2, 3, [2])], {
    get: (target, key) => {
      if (key === '0') throw new Error('a fault inside');
      return Reflect.get(target, key);
    },
  });
  const { verdict, findings } = checkCounter(LOW, { adds, reads });
  assert.is(verdict, 'unknown');
  assert.match(findings[0]?.text ?? '', /failed: a fault inside/);
  assert.is(checkCounter(LOW, { adds, reads: [read(2, 3, [2])] }).verdict, 'ok');
});

test.run();
