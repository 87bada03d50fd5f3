// The oracle of counts on random histories of a correct counter, on the same histories with one seeded
// fault, and on a few written by hand.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type AnsweredLevel, LEVELS } from '../../src/checker/driver/assessment.js';
import { findMiscounts, isViolated, type Ledger, type Stats } from './count-oracle.js';
import { suite } from './suite.js';

const test = suite('count oracle');

/** One add as the service saw it, and the fate of its request. */
interface SeenAdd {
  readonly level: AnsweredLevel;
  readonly fate: 'answered' | 'unknown-counted' | 'unknown-uncounted' | 'other-client';
}

const level = fc.constantFrom(...LEVELS);
const ours = fc.record({
  level,
  fate: fc.constantFrom('answered', 'answered', 'unknown-counted', 'unknown-uncounted'),
}) as fc.Arbitrary<SeenAdd>;
const others = fc.record({ level, fate: fc.constant('other-client') }) as fc.Arbitrary<SeenAdd>;
const answered = fc.record({ level, fate: fc.constant('answered') }) as fc.Arbitrary<SeenAdd>;
const base = fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 });

interface Account {
  readonly before: Stats;
  readonly after: Stats;
  readonly ledger: Ledger;
}

function statsWith(levels: Readonly<Record<AnsweredLevel, number>>): Stats {
  const high = levels.HIGH + levels.CRITICAL;
  return { total: levels.LOW + levels.MEDIUM + high, high, levels: { ...levels } };
}

/** A correct counter that performs the adds in their order. */
function countCorrectly(bases: readonly number[], adds: readonly SeenAdd[]): Account {
  const levels: Record<AnsweredLevel, number> = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const [at, each] of LEVELS.entries()) levels[each] = bases[at] ?? 0;
  const before = statsWith(levels);
  const acknowledged: { level: AnsweredLevel; ticket: string }[] = [];
  for (const add of adds) {
    if (add.fate === 'unknown-uncounted') continue;
    levels[add.level]++;
    if (add.fate !== 'answered') continue;
    acknowledged.push({ level: add.level, ticket: `${add.level}:${levels[add.level]}` });
  }
  const unknown = adds.filter(({ fate }) => fate.startsWith('unknown')).length;
  return { before, after: statsWith(levels), ledger: { acknowledged, refused: 0, unknown } };
}

function shift({ before, after, ledger }: Account, at: AnsweredLevel, by: number): Account {
  return { before, ledger, after: statsWith({ ...after.levels, [at]: after.levels[at] + by }) };
}

function withoutTickets({ before, after, ledger }: Account): Account {
  const acknowledged = ledger.acknowledged.map((each) => ({ ...each, ticket: null }));
  return { before, after, ledger: { ...ledger, acknowledged } };
}

/** `ok`, or the worst verdict of the findings. */
function judge({ before, after, ledger }: Account, alone: boolean): string {
  const findings = findMiscounts(before, after, ledger, alone);
  if (findings.length === 0) return 'ok';
  return isViolated(findings) ? 'violated' : 'unknown';
}

test('a correct counter that no other client uses agrees, with unanswered requests too', () => {
  fc.assert(
    fc.property(base, answered, fc.array(ours), (bases, first, rest) => {
      const account = countCorrectly(bases, [first, ...rest]);
      assert.is(judge(account, true), 'ok');
      assert.is(judge(withoutTickets(account), true), 'ok');
    }),
  );
});

test('other clients never make a correct counter violated', () => {
  fc.assert(
    fc.property(base, fc.array(fc.oneof(ours, others)), (bases, adds) => {
      const verdict = judge(countCorrectly(bases, adds), false);
      assert.is.not(verdict, 'violated');
      const count = (fate: string) => adds.filter((add) => add.fate === fate).length;
      if (count('other-client') > count('unknown-uncounted')) assert.is(verdict, 'unknown');
    }),
  );
});

test('one lost count is violated when every answer came, with tickets and without', () => {
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 1 }), fc.nat(), (bases, adds, choice) => {
      const lost = adds[choice % adds.length]?.level ?? 'LOW';
      const account = shift(countCorrectly(bases, adds), lost, -1);
      assert.is(judge(account, false), 'violated');
      assert.is(judge(withoutTickets(account), false), 'violated');
    }),
  );
});

test('one count too many is violated for a lone client, and unknown in company', () => {
  const extra = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 1 }), level, extra, (...drawn) => {
      const [bases, adds, where, by] = drawn;
      const account = shift(countCorrectly(bases, adds), where, by);
      assert.is(judge(account, true), 'violated');
      assert.is(judge(account, false), 'unknown');
    }),
  );
});

test('a count at the wrong level is violated: a surplus does not hide the loss', () => {
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 1 }), level, (bases, adds, wrong) => {
      const right = adds[0]?.level ?? 'LOW';
      fc.pre(right !== wrong);
      const moved = shift(shift(countCorrectly(bases, adds), right, -1), wrong, 1);
      assert.is(judge(withoutTickets(moved), false), 'violated');
    }),
  );
});

const NOTHING = statsWith({ LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 });
const low = (LOW: number) => statsWith({ ...NOTHING.levels, LOW });

function ledgerWith(tickets: readonly string[], unknown = 0): Ledger {
  return { acknowledged: tickets.map((ticket) => ({ level: 'LOW', ticket })), refused: 0, unknown };
}

const CASES: readonly [string, Stats, Stats, Ledger, faults: string[]][] = [
  ['two equal tickets', NOTHING, low(2), ledgerWith(['LOW:1', 'LOW:1']), ['ticket']],
  ['equal values in different cells', NOTHING, low(2), ledgerWith(['LOW@1:1', 'LOW@2:1']), []],
  ['a ticket above the last read', NOTHING, low(5), ledgerWith(['LOW:6']), ['surplus', 'ticket']],
  ['more adds than growth', NOTHING, low(3), ledgerWith(['a:7', 'a:10'], 1), ['ticket']],
  ['a gap that an unknown add explains', NOTHING, low(3), ledgerWith(['a:7', 'a:9'], 1), []],
  ['a ticket of another level', NOTHING, low(1), ledgerWith(['HIGH:1']), ['ticket', 'ticket']],
  ['a step back', low(9), low(3), ledgerWith(['x']), ['backwards', 'lost']],
  ['a torn high', NOTHING, { ...low(1), high: 1 }, ledgerWith(['LOW:1']), ['torn-sum']],
  ['a torn total', NOTHING, { ...low(1), total: 2 }, ledgerWith(['LOW:1']), ['torn-sum']],
  ['no acknowledgement', NOTHING, NOTHING, ledgerWith([]), ['nothing-acknowledged']],
  ['a header that is no ticket', NOTHING, low(2), ledgerWith(['next', 'LOW:1']), []],
];

for (const [title, before, after, ledger, faults] of CASES) {
  test(title, () => {
    const found = findMiscounts(before, after, ledger, false).map(({ fault }) => fault);
    assert.equal(found, faults);
  });
}

test.run();
