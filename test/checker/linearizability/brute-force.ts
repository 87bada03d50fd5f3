// Linearizability by its definition: searches for one order of the operations that respects the
// clock and gives every answer. It uses neither the order of tickets nor bounds nor gaps, and takes
// exponential time: for histories of up to ten operations.

import type { Add, CounterModel, History, Read } from '../../../src/checker/check-counter.js';

interface Step {
  readonly beginMs: number;
  /** The latest moment of its effect; Infinity where it need not have one. */
  readonly endMs: number;
  /** The possible states after it; none where it cannot come next. */
  next(state: readonly number[]): (readonly number[])[];
}

function grown(state: readonly number[], field: number): readonly number[] {
  return state.map((value, index) => (index === field ? value + 1 : value));
}

/** A ticket names a field; an add without a ticket may count in any field. */
function stepOfAdd(add: Add, { fields }: CounterModel): Step {
  const { ticket, outcome, beginMs } = add;
  const endMs = outcome === 'ok' ? add.endMs : Number.POSITIVE_INFINITY;
  const next = (state: readonly number[]) => {
    const isTicketed = outcome === 'ok' && ticket !== null;
    const possible = fields.flatMap((name, field) =>
      !isTicketed || name === ticket.cell ? [grown(state, field)] : [],
    );
    if (!isTicketed) return possible;
    return possible.filter((after) => after[fields.indexOf(ticket.cell)] === ticket.value);
  };
  return { beginMs, endMs, next };
}

function stepOfRead({ beginMs, endMs, values }: Read): Step {
  const isSame = (state: readonly number[]) => state.every((value, at) => value === values[at]);
  return { beginMs, endMs, next: (state) => (isSame(state) ? [state] : []) };
}

/** No third-party add needs to raise a field above the greatest number in the history. */
function findTop({ adds, reads }: History): number {
  return Math.max(
    0,
    ...adds.map(({ ticket }) => ticket?.value ?? 0),
    ...reads.flatMap(({ values }) => values),
  );
}

export function isLinearizable(model: CounterModel, history: History): boolean {
  const asked = history.adds.filter(({ outcome }) => outcome !== 'failed');
  const steps = [
    ...asked.map((add) => stepOfAdd(add, model)),
    ...history.reads.map((read) => stepOfRead(read)),
  ];
  const isFalse = ({ sum, values }: Read) =>
    sum !== null && sum !== values.reduce((total, value) => total + value, 0);
  if (history.reads.some(isFalse)) return false;
  const top = findTop(history);
  const seen = new Set<string>();

  /** `done` has a bit for each step that took effect. */
  function search(done: number, state: readonly number[]): boolean {
    const key = `${done}:${state}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const left = steps.filter((_, index) => (done & (1 << index)) === 0);
    if (left.every(({ endMs }) => endMs === Number.POSITIVE_INFINITY)) return true;
    const deadlineMs = Math.min(...left.map(({ endMs }) => endMs));
    for (const [index, step] of steps.entries()) {
      if ((done & (1 << index)) !== 0 || step.beginMs > deadlineMs) continue;
      for (const after of step.next(state)) {
        if (search(done | (1 << index), after)) return true;
      }
    }
    if (model.alone) return false;
    // A third-party add.
    return state.some((value, field) => value < top && search(done, grown(state, field)));
  }

  return search(0, model.start);
}
