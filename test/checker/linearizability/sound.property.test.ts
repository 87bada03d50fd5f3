// Where the checker is not complete (parts of fields, adds of an unknown field, reads that are no
// snapshots) it must still never accuse a correct counter. Histories of correct counters, and of
// counters that lose an add, which shows at rest.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type Add, checkCounter, type History, type Read } from '../../../src/checker/check-counter.js';
import { suite } from '../../support/suite.js';

const test = suite('check: sound');

const FIELDS = ['levels.LOW', 'levels.HIGH'];
const CELLS = ['LOW', 'LOW.1', 'LOW.2', 'HIGH', 'HIGH@1', 'elsewhere', 'LOW', 'HIGH'] as const;
const KINDS = ['ticketed', 'floating', 'unknown', 'failed', 'third-party', 'read', 'inexact'] as const;

interface Drawn {
  readonly kind: (typeof KINDS)[number];
  readonly cell: (typeof CELLS)[number];
  readonly isCounted: boolean;
  readonly beginMs: number;
  readonly lasts: number;
  /** Where in the interval each value is taken, or an add takes effect: 0 to 1. */
  readonly moments: readonly [number, number];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom(...KINDS, 'ticketed', 'ticketed'),
  cell: fc.constantFrom(...CELLS),
  isCounted: fc.boolean(),
  beginMs: fc.nat(40),
  lasts: fc.nat(12),
  moments: fc.tuple(fc.constantFrom(0, 0.25, 0.5, 1), fc.constantFrom(0, 0.5, 1)),
});

/** Counts in fields, and in cells whose own tickets start at 7. */
function counter(fields: readonly string[], start: readonly number[]) {
  const names = fields.map((path) => path.slice(path.lastIndexOf('.') + 1));
  const shown = [...start];
  const cells = new Map<string, number>();
  return {
    shown,
    /** The new value of the cell; for a field's own cell, that of the field. */
    add(cell: string): number {
      const field = fields.length > 1 && cell.startsWith('HIGH') ? 1 : 0;
      shown[field] = (shown[field] ?? 0) + 1;
      const own = names.includes(cell) ? (shown[field] ?? 0) : (cells.get(cell) ?? 7) + 1;
      cells.set(cell, own);
      return own;
    },
  };
}

interface Plan {
  /** A field's adds go to its parts, and none to a cell with its name. */
  readonly hasParts: boolean;
  readonly fields: readonly string[];
  readonly start: readonly number[];
  readonly alone: boolean;
  readonly operations: readonly Drawn[];
}

/** The history of a counter that loses `lost` of the acknowledged adds. */
function play({ hasParts, fields, start, alone, operations }: Plan, lost: number): History {
  const { shown, add } = counter(fields, start);
  const adds: Add[] = [];
  const reads: Read[] = [];
  const effects: { atMs: number; run: () => void }[] = [];
  let losses = 0;
  for (const { kind, cell: named, isCounted, beginMs, lasts, moments } of operations) {
    const times = { beginMs, endMs: beginMs + lasts };
    const atMs = beginMs + lasts * moments[0];
    const [whole = ''] = named.split(/[.@]/);
    const cell = !hasParts ? whole : whole === named ? `${named}/0` : named;
    if (kind === 'read' || kind === 'inexact') {
      const values = [...shown];
      const isSnapshot = kind === 'read';
      for (const field of fields.keys()) {
        const when = isSnapshot ? atMs : beginMs + lasts * (moments[field % 2] ?? 0);
        const take = () => {
          values[field] = shown[field] ?? 0;
        };
        effects.push({ atMs: when, run: take });
      }
      reads.push({ ...times, values, sum: null, isSnapshot });
    } else if (kind === 'failed') adds.push({ ...times, outcome: kind, ticket: null });
    else if (kind === 'unknown') {
      adds.push({ beginMs, endMs: beginMs + lasts / 2, outcome: kind, ticket: null });
      if (isCounted) effects.push({ atMs: beginMs + 20, run: () => add(cell) });
    } else if (kind === 'third-party') {
      if (!alone) effects.push({ atMs, run: () => add(cell) });
    } else {
      const index = adds.push({ ...times, outcome: 'ok', ticket: null }) - 1;
      const isLost = kind === 'floating' && losses < lost;
      if (isLost) losses++;
      const take = () => {
        if (isLost) return;
        const ticket = { cell, value: add(cell) };
        if (kind === 'ticketed') adds[index] = { ...times, outcome: 'ok', ticket };
      };
      effects.push({ atMs, run: take });
    }
  }
  for (const { run } of effects.toSorted((a, b) => a.atMs - b.atMs)) run();
  reads.push({ beginMs: 100, endMs: 101, values: [...shown], sum: null, isSnapshot: true });
  return { adds, reads };
}

const plans: fc.Arbitrary<Plan> = fc
  .record({
    hasParts: fc.boolean(),
    fields: fc.constantFrom(FIELDS, ['total'], ['LOW']),
    start: fc.constant([0, 0]),
    alone: fc.boolean(),
    operations: fc.array(drawn, { minLength: 1, maxLength: 40 }),
  })
  .map((plan) => ({ ...plan, start: plan.fields.map((_, field) => 5 * field) }));

test('a correct counter is never violated, and ok without third parties', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const history = play(plan, 0);
      const { verdict, findings, facts } = checkCounter(plan, history);
      const evidence = JSON.stringify(findings);
      assert.is.not(verdict, 'violated', evidence);
      assert.ok(
        findings.every(({ condition }) => condition !== 'malformed-history'),
        evidence,
      );
      if (!plan.alone) return;
      assert.is(verdict, facts.acknowledged === 0 ? 'unknown' : 'ok', evidence);
      assert.is(facts.strangers, 0);
    }),
    { numRuns: 1_500 },
  );
});

test('a lost add is found where neither an unanswered nor a third-party add hides it', () => {
  const certain = plans.filter(({ operations, fields }) => {
    const kinds = operations.map(({ kind }) => kind);
    return fields.length > 0 && kinds.includes('floating') && !kinds.includes('unknown');
  });
  fc.assert(
    fc.property(certain, (plan) => {
      const alone = { ...plan, alone: true };
      const { findings } = checkCounter(alone, play(alone, 1));
      const [lost] = findings;
      assert.is(lost?.condition, 'lost-update', JSON.stringify(findings));
      assert.is(lost?.count, 1);
    }),
    { numRuns: 500 },
  );
});

test.run();
