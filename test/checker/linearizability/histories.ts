// Small random histories for the properties: random answers, or those of a correct counter, sometimes
// spoiled in one place. The range of times is small, so that many operations touch.

import fc from 'fast-check';
import type { Add, CounterModel, History, Read } from '../../../src/checker/check-counter.js';

export interface Case {
  readonly model: CounterModel;
  readonly history: History;
}

export interface Shape {
  readonly fields: readonly string[];
  /** Every acknowledged add has a ticket. */
  readonly isTicketed: boolean;
}

const TIME_MAX = 9;
const OPERATIONS_MAX = 8;

const interval = fc
  .tuple(fc.nat(TIME_MAX), fc.nat(4))
  .map(([beginMs, lasts]) => ({ beginMs, endMs: beginMs + lasts }));
const outcome = fc.constantFrom<Add['outcome']>('ok', 'ok', 'ok', 'ok', 'ok', 'unknown', 'failed');
const outcomeOften = fc.constantFrom<Add['outcome']>('ok', 'unknown');

function drawModel({ fields }: Shape): fc.Arbitrary<CounterModel> {
  const start = fc.tuple(...fields.map(() => fc.constantFrom(0, 0, 3)));
  return fc.record({ start, alone: fc.constantFrom(true, true, false) }).map((drawn) => {
    return { fields, ...drawn };
  });
}

/** Random answers near the possible ones. */
export function senseless(shape: Shape): fc.Arbitrary<Case> {
  const { fields, isTicketed } = shape;
  const value = fc.constantFrom(0, 0, 1, 1, 1, 2, 2, 3, -1);
  return drawModel(shape).chain((model) => {
    const ticket = fc
      .tuple(fc.nat(fields.length - 1), fc.constantFrom(1, 1, 2, 2, 3))
      .map(([field, grown]) => ({ cell: fields[field] as string, value: (model.start[field] ?? 0) + grown }));
    const held = isTicketed ? ticket : fc.option(ticket, { nil: null });
    const add = fc
      .tuple(interval, isTicketed ? outcomeOften : outcome, held)
      .map(([times, out, won]): Add => ({ ...times, outcome: out, ticket: won }));
    const read = fc
      .tuple(interval, fc.tuple(...fields.map(() => value)), fc.nat(20))
      .map(([times, grown, luck]): Read => {
        const values = grown.map((by, field) => (model.start[field] ?? 0) + by);
        const sum = values.reduce((total, one) => total + one, luck === 0 ? 1 : 0);
        return { ...times, values, sum: luck < 5 ? sum : null, isSnapshot: true };
      });
    const history = fc
      .tuple(fc.array(add, { maxLength: 5 }), fc.array(read, { maxLength: 3 }))
      .map(([adds, reads]) => ({ adds, reads }));
    return history.map((one) => ({ model, history: one }));
  });
}

/** One operation with the moment at which it takes effect. */
interface Drawn {
  readonly kind: 'ticketed' | 'floating' | 'unknown' | 'failed' | 'third-party' | 'read';
  readonly momentMs: number;
  readonly before: number;
  readonly after: number;
  readonly field: number;
  readonly isCounted: boolean;
}

function kinds({ isTicketed }: Shape, alone: boolean): Drawn['kind'][] {
  const usual: Drawn['kind'][] = ['ticketed', 'ticketed', 'ticketed', 'unknown', 'failed', 'read'];
  if (!isTicketed) usual.push('floating', 'floating');
  return alone ? [...usual, 'read'] : [...usual, 'read', 'third-party'];
}

/** What a correct counter answers to these, in the order of their moments. */
function answered(model: CounterModel, drawn: readonly Drawn[]): History {
  const values = [...model.start];
  const adds: Add[] = [];
  const reads: Read[] = [];
  for (const { kind, momentMs, before, after, field, isCounted } of drawn) {
    const times = { beginMs: momentMs - before, endMs: momentMs + after };
    const isUnseen = kind === 'unknown' && !isCounted;
    if (kind !== 'read' && kind !== 'failed' && !isUnseen) values[field] = (values[field] ?? 0) + 1;
    const cell = model.fields[field] as string;
    const ticket = kind === 'ticketed' ? { cell, value: values[field] as number } : null;
    if (kind === 'read') {
      const sum = isCounted ? values.reduce((total, value) => total + value, 0) : null;
      reads.push({ ...times, values: [...values], sum, isSnapshot: true });
    } else if (kind === 'unknown') {
      // Its caller may have stopped waiting before it took effect.
      adds.push({ beginMs: times.beginMs, endMs: times.beginMs + before, outcome: kind, ticket });
    } else if (kind !== 'third-party') {
      adds.push({ ...times, outcome: kind === 'failed' ? kind : 'ok', ticket });
    }
  }
  return { adds, reads };
}

/** Changes one number a little: a ticket, a value, a begin or an end. */
function spoiled(history: History, which: number, what: number, by: number): History {
  const adds = [...history.adds];
  const reads = [...history.reads];
  const place = which % Math.max(1, adds.length + reads.length);
  const add = adds[place];
  const read = reads[place - adds.length];
  if (add !== undefined) {
    const ticket = add.ticket && { ...add.ticket, value: Math.max(1, add.ticket.value + by) };
    const moved = { ...add, beginMs: add.beginMs + 2 * by, endMs: add.endMs + 2 * by };
    adds[place] = what < 2 ? { ...add, ticket } : moved;
    if (ticket === null && what < 2) adds.splice(place, 1);
  } else if (read !== undefined) {
    const at = what % read.values.length;
    const values = read.values.map((value, field) => (field === at ? value + by : value));
    const moved = { ...read, beginMs: read.beginMs + 2 * by, endMs: read.endMs + 2 * by };
    reads[place - adds.length] = what < 3 ? { ...read, values, sum: null } : moved;
  }
  return { adds, reads };
}

/** The history of a correct counter, spoiled in one place when `spoil` says so. */
export function simulated(shape: Shape, spoil: fc.Arbitrary<boolean>): fc.Arbitrary<Case> {
  return drawModel(shape).chain((model) => {
    const one: fc.Arbitrary<Drawn> = fc.record({
      kind: fc.constantFrom(...kinds(shape, model.alone)),
      momentMs: fc.nat(TIME_MAX),
      before: fc.nat(3),
      after: fc.nat(3),
      field: fc.nat(shape.fields.length - 1),
      isCounted: fc.boolean(),
    });
    const drawn = fc.array(one, { minLength: 2, maxLength: OPERATIONS_MAX });
    const place = fc.tuple(fc.nat(OPERATIONS_MAX), fc.nat(3), fc.constantFrom(-2, -1, 1, 2));
    return fc.tuple(drawn, spoil, place).map(([operations, isSpoiled, [which, what, by]]) => {
      const inOrder = operations.toSorted((a, b) => a.momentMs - b.momentMs);
      const history = answered(model, inOrder);
      return { model, history: isSpoiled ? spoiled(history, which, what, by) : history };
    });
  });
}
