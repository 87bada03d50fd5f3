// The account at rest on random histories of a counter that is correct, and of the same counter
// with one fault planted in it.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { LEVELS, type Level } from '../../../src/checker/driver/answer.js';
import type { Acknowledged, Ledger } from '../../../src/checker/driver/ledger.js';
import { reconcile } from '../../../src/checker/driver/reconcile.js';
import type { Stats } from '../../../src/checker/driver/stats.js';
import { suite } from '../../support/suite.js';

const test = suite('client: reconcile, any history');

/** One add as the service saw it, and what became of its request. */
interface Add {
  readonly level: Level;
  /** Ours and answered; ours without an answer, counted or not; or another caller's. */
  readonly fate: 'answered' | 'unknown-counted' | 'unknown-uncounted' | 'stranger';
}

const level = fc.constantFrom(...LEVELS);
const ours = fc.record({
  level,
  fate: fc.constantFrom('answered', 'answered', 'unknown-counted', 'unknown-uncounted'),
}) as fc.Arbitrary<Add>;
const stranger = fc.record({ level, fate: fc.constant('stranger') }) as fc.Arbitrary<Add>;
const answered = fc.record({ level, fate: fc.constant('answered') }) as fc.Arbitrary<Add>;
const base = fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 });

interface History {
  readonly before: Stats;
  readonly after: Stats;
  readonly ledger: Ledger;
}

/** A correct counter, run over the adds in their order. */
function correct(bases: readonly number[], adds: readonly Add[]): History {
  const levels: Record<Level, number> = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const [at, each] of LEVELS.entries()) levels[each] = bases[at] ?? 0;
  const before = statsOf(levels);
  const acknowledged: Acknowledged[] = [];
  let unknown = 0;
  for (const [at, add] of adds.entries()) {
    if (add.fate.startsWith('unknown')) unknown++;
    if (add.fate === 'unknown-uncounted') continue;
    levels[add.level]++;
    if (add.fate !== 'answered') continue;
    const ticket = `${add.level}:${levels[add.level]}`;
    acknowledged.push({ name: `line ${at + 1}`, level: add.level, ticket });
  }
  const ledger = { acknowledged, refused: 0, unknown, unsent: 0, malformed: 0 };
  return { before, after: statsOf(levels), ledger };
}

function statsOf(levels: Readonly<Record<Level, number>>): Stats {
  const high = levels.HIGH + levels.CRITICAL;
  const total = levels.LOW + levels.MEDIUM + high;
  return { total, high, levels: { ...levels }, rejected: 0 };
}

function shifted(stats: Stats, at: Level, by: number): Stats {
  return statsOf({ ...stats.levels, [at]: stats.levels[at] + by });
}

function withoutTickets(ledger: Ledger): Ledger {
  const acknowledged = ledger.acknowledged.map((each) => ({ ...each, ticket: null }));
  return { ...ledger, acknowledged };
}

const alone = { alone: true };

test('a correct counter that nobody else uses is ok, whatever became of the answers', () => {
  const histories = fc.tuple(base, answered, fc.array(ours));
  fc.assert(
    fc.property(histories, ([bases, first, rest]) => {
      const { before, after, ledger } = correct(bases, [first, ...rest]);
      assert.is(reconcile(before, after, ledger, alone).verdict, 'ok');
      assert.is(reconcile(before, after, withoutTickets(ledger), alone).verdict, 'ok');
    }),
  );
});

test('a correct counter is never called violated because others use it too', () => {
  fc.assert(
    fc.property(base, fc.array(fc.oneof(ours, stranger)), (bases, adds) => {
      const { before, after, ledger } = correct(bases, adds);
      const { verdict } = reconcile(before, after, ledger);
      assert.is.not(verdict, 'violated');
      const uncounted = adds.filter((add) => add.fate === 'unknown-uncounted').length;
      const strangers = adds.filter((add) => add.fate === 'stranger').length;
      if (strangers > uncounted) assert.is(verdict, 'unknown');
    }),
  );
});

test('one lost count is violated when every answer came, with tickets or without', () => {
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 1 }), fc.nat(), (bases, adds, choice) => {
      const { before, after, ledger } = correct(bases, adds);
      const lost = adds[choice % adds.length]?.level ?? 'LOW';
      const less = shifted(after, lost, -1);
      assert.is(reconcile(before, less, ledger).verdict, 'violated');
      assert.is(reconcile(before, less, withoutTickets(ledger)).verdict, 'violated');
    }),
  );
});

test('a lost count stays visible through its ticket when another caller makes up for it', () => {
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 2 }), (bases, adds) => {
      const { before, after, ledger } = correct(bases, adds);
      // A lost update: the last request adds to the value that the one before it read.
      const last = ledger.acknowledged.at(-1);
      const twin = ledger.acknowledged.find((each) => each.level === last?.level && each !== last);
      fc.pre(last !== undefined && twin !== undefined);
      const acknowledged = [...ledger.acknowledged.slice(0, -1), { ...last, ticket: twin.ticket }];
      const { verdict, evidence } = reconcile(before, after, { ...ledger, acknowledged });
      assert.is(verdict, 'violated');
      assert.match(evidence.join('\n'), `${twin.name} and ${last.name} both hold`);
    }),
  );
});

test('one count too many is violated alone, and unknown in company', () => {
  const extra = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 1 }), level, extra, (...drawn) => {
      const [bases, adds, where, by] = drawn;
      const { before, after, ledger } = correct(bases, adds);
      const more = shifted(after, where, by);
      assert.is(reconcile(before, more, ledger, alone).verdict, 'violated');
      assert.is(reconcile(before, more, ledger).verdict, 'unknown');
    }),
  );
});

test('a count at the wrong level is violated', () => {
  fc.assert(
    fc.property(base, fc.array(answered, { minLength: 1 }), level, (bases, adds, wrong) => {
      const { before, after, ledger } = correct(bases, adds);
      const right = adds[0]?.level ?? 'LOW';
      fc.pre(right !== wrong);
      const moved = shifted(shifted(after, right, -1), wrong, 1);
      assert.is(reconcile(before, moved, withoutTickets(ledger)).verdict, 'violated');
    }),
  );
});

test.run();
