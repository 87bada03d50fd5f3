// Linearizability by its definition: a search for one order of the operations that respects the
// clock and gives every answer, one operation after another. It knows nothing of tickets' order,
// bounds or slots, and takes time exponential in the operations: for histories of up to ten.

import type { Add, CounterModel, History, Read } from '../../../src/checker/check-counter.js';

interface Step {
  readonly beginMs: number;
  /** When it must have taken effect; Infinity where it need not have any. */
  readonly endMs: number;
  /** The states after it; none where it cannot come next. */
  next(state: readonly number[]): (readonly number[])[];
}

function grown(state: readonly number[], field: number): readonly number[] {
  return state.map((value, index) => (index === field ? value + 1 : value));
}

/** A ticket's cell is a field of that name; without one the add may have been to each. */
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

/** No field needs to grow beyond the greatest number that anybody saw, unless by a known add. */
function topOf({ adds, reads }: History): number {
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
  const top = topOf(history);
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
    // A stranger's add.
    return state.some((value, field) => value < top && search(done, grown(state, field)));
  }

  return search(0, model.start);
}
