// The outcomes of a pair on samples written by hand: each row of the table, and beside each fault a
// twin that is none. Then what is known of the cells from pair to pair, and the graded table.

import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createBaselines, createQuiescentReads } from '../../../src/checker/pair-test/baselines.js';
import { createPairOutcomes } from '../../../src/checker/pair-test/outcome-table.js';
import {
  type Baseline,
  classifyPair,
  type Known,
  type ObservationMode,
  type Pair,
  type PairCall,
  type PairOutcomeKind,
} from '../../../src/checker/pair-test/pair-outcome.js';
import { suite } from '../../support/suite.js';

const test = suite('ask: outcomes');

/** `LOW:17`, `17`, `?` unanswered, `x` refused, `-` not told a number; from `beginMs` for 1 ms. */
function call(text: string, beginMs = 0): PairCall {
  const when = { beginMs, endMs: beginMs + 1 };
  const base = { ...when, observedDuring: when, status: 200, error: null, observed: null };
  if (text === '?') return { ...base, outcome: 'unknown' };
  if (text === 'x') return { ...base, outcome: 'failed' };
  if (text === '-') return { ...base, outcome: 'ok' };
  const [, cell = '', value] = /^(?:(.*):)?(\d+)$/.exec(text) ?? [];
  return { ...base, outcome: 'ok', observed: { cell, value: Number(value) } };
}

/** The second begins when the first has ended, where there is a `;` between them. */
function pair(text: string): Pair {
  const [a = '', b = ''] = text.split(/[,;]/);
  return { a: call(a), b: call(b, text.includes(';') ? 2 : 0.5) };
}

/** `LOW=16`, or `LOW>=16`. */
function known(text: string, untold = 0): Known {
  const bases = new Map<string, Baseline>();
  for (const one of text.split(' ').filter(Boolean)) {
    const [, cell = '', least, value] = /^(.*?)(>)?=(\d+)$/.exec(one) ?? [];
    bases.set(cell, { value: Number(value), isExact: least === undefined });
  }
  return { bases, untold };
}

type Row = readonly [told: string, before: Known, kind: PairOutcomeKind, seen: string];

const TICKETS: readonly Row[] = [
  ['17,18', known('=16'), 'in-turn', '1,2'],
  ['18,17', known('=16'), 'in-turn', '2,1'],
  ['LOW:17,LOW:18', known('LOW=16 HIGH=90'), 'in-turn', '1,2'],
  ['17;18', known('=16'), 'in-turn', '1,2'],
  ['18;17', known('=16'), 'order', '2;1'],
  ['17,17', known('=16'), 'same', '1,1'],
  ['18,18', known('=16'), 'same', '2,2'],
  ['17;17', known('=16'), 'same', '1,1'],
  ['16,17', known('=16'), 'backwards', '0,1'],
  ['1,2', known('=16'), 'backwards', '-15,-14'],
  ['17,19', known('=16'), 'jump', '1,3'],
  ['18,19', known('=16'), 'jump', '2,3'],
  ['18,19', known('=16', 1), 'late', '2,3'],
  ['19,20', known('=16', 1), 'jump', '3,4'],
  ['LOW.3:5,LOW.7:9', known('LOW.3=4 LOW.7=8'), 'own-cells', '1|1'],
  ['LOW.3:5,LOW.7:9', known(''), 'own-cells', '1|1'],
  ['LOW.3:6,LOW.7:9', known('LOW.3=4 LOW.7=8'), 'jump', '2|1'],
  ['LOW.3:6,LOW.7:9', known('LOW.3=4 LOW.7=8', 1), 'late', '2|1'],
  ['LOW.3:4,LOW.7:9', known('LOW.3=4 LOW.7=8'), 'backwards', '0|1'],
  // A cell that is seen for the first time, or was left with an add without an answer.
  ['17,18', known(''), 'in-turn', '1,2'],
  ['17,17', known(''), 'same', '1,1'],
  ['17,19', known(''), 'jump', '1,3'],
  ['18,19', known('>=16'), 'in-turn', '1,2'],
  ['16,17', known('>=16'), 'backwards', '0,1'],
  ['17,?', known('=16'), 'unanswered', '1,?'],
  ['18,?', known('=16'), 'unanswered', '2,?'],
  ['?,?', known('=16'), 'unanswered', '?,?'],
  ['16,?', known('=16'), 'backwards', '0,?'],
  ['17,x', known('=16'), 'refused', '1,x'],
  ['x,x', known('=16'), 'refused', 'x,x'],
  ['x,?', known('=16'), 'unanswered', 'x,?'],
  ['17,-', known('=16'), 'untold', '1,-'],
];

const READS: readonly Row[] = [
  ['17,18', known('=16'), 'in-turn', '1,2'],
  ['18,17', known('=16'), 'in-turn', '2,1'],
  ['18,18', known('=16'), 'both', '2,2'],
  ['17,17', known('=16'), 'same', '1,1'],
  ['17;18', known('=16'), 'in-turn', '1,2'],
  ['18;17', known('=16'), 'order', '2;1'],
  ['16,17', known('=16'), 'backwards', '0,1'],
  ['16,16', known('=16'), 'backwards', '0,0'],
  ['18,19', known('=16'), 'jump', '2,3'],
  ['19,19', known('=16'), 'jump', '3,3'],
  ['18,19', known('=16', 1), 'late', '2,3'],
  ['18,?', known('=16'), 'unanswered', '2,?'],
  ['17,x', known('=16'), 'refused', '1,x'],
  // After a number that went back the counter may be more than is known.
  ['20,20', known('>=16'), 'both', '2,2'],
  ['18,18', known('>=16'), 'both', '2,2'],
  ['17,17', known('>=16'), 'same', '1,1'],
  ['19,20', known('>=16'), 'in-turn', '1,2'],
];

const TABLES: Readonly<Record<ObservationMode, readonly Row[]>> = {
  tickets: TICKETS,
  reads: READS,
};
for (const [way, rows] of Object.entries(TABLES) as [ObservationMode, readonly Row[]][]) {
  for (const [told, before, kind, seen] of rows) {
    const bases = [...before.bases].map(([cell, { value }]) => `${cell}=${value}`).join(' ');
    const unanswered = before.untold > 0 ? ', one without an answer' : '';
    test(`${way}: ${told} after ${bases || 'nothing'}${unanswered} is ${kind} ${seen}`, () => {
      const found = classifyPair(pair(told), before, way);
      assert.equal([found.kind, found.seen], [kind, seen]);
    });
  }
}

test('an honest counter is never found wrong, whatever its cells and lost answers', () => {
  const step = fc.record({
    isSwapped: fc.boolean(),
    cells: fc.tuple(fc.constantFrom('LOW', 'HIGH'), fc.constantFrom('LOW', 'HIGH')),
    fates: fc.tuple(fc.constantFrom('ok', 'ok', '?', 'lost', 'x'), fc.constantFrom('ok', 'ok', '?')),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, isMapped) => {
      const counter = { LOW: 3, HIGH: 0 };
      const bases = createBaselines(isMapped ? ['levels.LOW', 'levels.HIGH'] : ['total'], false);
      const rest = () => bases.learnRest(isMapped ? [counter.LOW, counter.HIGH] : [0]);
      rest();
      for (const { isSwapped, cells, fates } of steps) {
        const answer = (at: 0 | 1): PairCall => {
          const [cell, fate] = [cells[at] as 'LOW' | 'HIGH', fates[at]];
          if (fate === 'ok' || fate === '?') counter[cell]++;
          const text = { ok: `${cell}:${counter[cell]}`, '?': '?', lost: '?', x: 'x' }[fate];
          return call(text as string);
        };
        const order = isSwapped ? ([1, 0] as const) : ([0, 1] as const);
        const calls: PairCall[] = [];
        for (const at of order) calls[at] = answer(at);
        const [a = call('x'), b = call('x')] = calls;
        const outcome = classifyPair({ a, b }, bases, 'tickets');
        assert.not.ok(['jump', 'same', 'backwards', 'order'].includes(outcome.kind), outcome.seen);
        bases.learn({ a, b }, outcome);
        if (a.observed === null || b.observed === null) rest();
      }
    }),
  );
});

test('a jump that an add without an answer explains is explained once', () => {
  const bases = createBaselines(['total'], false);
  bases.learnRest([0]);
  const ask = (told: string) => {
    const outcome = classifyPair(pair(told), bases, 'tickets');
    bases.learn(pair(told), outcome);
    return outcome.kind;
  };
  // The one without an answer is counted only after the next pair.
  const kinds = ['1,?', '2,3', '5,6', '8,9'].map(ask);
  assert.equal(kinds, ['unanswered', 'in-turn', 'late', 'jump']);
});

test('a service whose every answer names a new cell is refused, not remembered for ever', () => {
  const bases = createBaselines(['total'], false);
  const all = () => {
    for (let at = 0; at < 10_000; at++) bases.learnOne(call(`cell${at}:1`));
  };
  assert.throws(all, /more than 4096 cells/);
});

test('every outcome that is expected is listed with 0 samples, forbidden ones last', () => {
  const rows = createPairOutcomes('tickets', false).rows();
  assert.ok(rows.every(({ samples }) => samples === 0));
  const grades = rows.map(({ grade }) => grade);
  const order = ['acceptable', 'interesting', 'unknown', 'forbidden'];
  assert.equal(
    grades,
    grades.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
  );
  for (const seen of ['1,2', '2,1', '1|1', '1,1', '0,1']) {
    assert.is(rows.filter((row) => row.seen === seen).length, 1, seen);
  }
});

test('what only somebody else explains is forbidden where nobody else counts', () => {
  const gradeOf = (alone: boolean) =>
    createPairOutcomes('tickets', alone)
      .rows()
      .find(({ kind }) => kind === 'jump')?.grade;
  assert.equal([gradeOf(false), gradeOf(true)], ['unknown', 'forbidden']);
});

test('outcomes without end are counted together, and evidence is kept of the first three', () => {
  const outcomes = createPairOutcomes('tickets', false);
  let asked = 0;
  for (let at = 0; at < 1_000; at++) {
    outcomes.add('jump', `${at + 2},${at + 3}`, () => `${++asked}`);
  }
  const jumps = outcomes.rows().filter(({ kind }) => kind === 'jump');
  assert.ok(jumps.length < 8);
  assert.is(
    jumps.reduce((sum, { samples }) => sum + samples, 0),
    1_000,
  );
  assert.is(jumps.at(-1)?.seen, 'others');
  assert.is(jumps.flatMap(({ evidence }) => evidence).length, 3);
  assert.is(asked, 3);
});

test('at rest: what was acknowledged must be there, and no more than was asked for', () => {
  const rest = createQuiescentReads();
  const read = (acknowledged: number, total: number, unanswered = 0) => {
    rest.acknowledge(acknowledged);
    rest.doubt(unanswered);
    return rest.read(total)?.kind;
  };
  assert.is(rest.read(100), null);
  assert.is(read(10, 110), 'rest-even');
  assert.is(read(10, 118), 'rest-fewer');
  assert.is(rest.lost, 2);
  assert.is(read(0, 120), 'rest-even', 'caught up');
  assert.is(rest.lost, 0);
  assert.is(read(10, 131, 1), 'rest-even', 'counted late');
  assert.is(read(10, 142), 'rest-more');
  assert.is(rest.surplus, 1);
});

test.run();
