// For every condition a run that fails it: an honest history with one fault planted, and the
// finding that names it. A table for the tests of the page; it judges nothing.

import type { CheckRun } from '../../src/checker/driver/check-run.js';
import type { Condition, Finding } from '../../src/checker/judgement.js';
import { type Adds, foundIn, honestRun, type Shape } from './runs.js';

type Part = Partial<Finding> & Pick<Finding, 'text'>;

function finding(condition: Condition, part: Part): Finding {
  const none = { cell: null, count: 1, adds: [], reads: [] } as const;
  return { condition, verdict: 'violated', ...none, ...part };
}

/** Two adds of one cell and different callers that overlap, from the middle on. */
function pairIn(adds: Adds, together: boolean): [number, number] {
  for (let a = Math.floor(adds.length / 2); a < adds.length; a += 1) {
    for (let b = a + 1; b < Math.min(a + 40, adds.length); b += 1) {
      const [one, other] = [adds[a], adds[b]];
      if (one === undefined || other === undefined || one.caller === other.caller) continue;
      const isTogether = other.beginMs < one.endMs && one.beginMs < other.endMs;
      const isSameCell = one.ticket?.cell === other.ticket?.cell;
      if (isSameCell && isTogether === together && (together || other.beginMs > one.endMs)) {
        return [a, b];
      }
    }
  }
  throw new Error('no such pair');
}

type Plant = (shape?: Partial<Shape>) => CheckRun;

const twice: Plant = (shape) => {
  const run = honestRun(shape);
  const { adds } = run.history;
  const [a, b] = pairIn(adds, true);
  const [one, other] = [adds[a], adds[b]];
  if (one?.ticket && other) other.ticket = one.ticket;
  const ticket = `${one?.ticket?.cell}:${one?.ticket?.value}`;
  const text = `add ${a} and add ${b} both hold the ticket ${ticket}, so one of them was lost`;
  const cell = one?.ticket?.cell ?? null;
  return foundIn(run, [finding('duplicate-ticket', { text, cell, adds: [a, b] })], {
    'duplicate-ticket': 17,
  });
};

const order: Plant = (shape) => {
  const run = honestRun(shape);
  const { adds } = run.history;
  const [a, b] = pairIn(adds, false);
  const [one, other] = [adds[a], adds[b]];
  const later = one?.ticket ?? null;
  if (one && other) [one.ticket, other.ticket] = [other.ticket, later];
  const text = `add ${b} began after add ${a} had ended, and holds the smaller ticket`;
  return foundIn(run, [finding('ticket-order', { text, cell: 'LOW', adds: [a, b] })]);
};

const gap: Plant = (shape) => {
  const run = honestRun(shape);
  const { adds } = run.history;
  const middle = Math.floor(adds.length / 2);
  const lost = adds[middle];
  const cell = lost?.ticket?.cell ?? null;
  const value = lost?.ticket?.value ?? 0;
  if (lost) Object.assign(lost, { outcome: 'failed', status: 503, error: 'busy', ticket: null });
  const holds = (wanted: number) =>
    adds.findIndex(({ ticket }) => ticket?.cell === cell && ticket.value === wanted);
  const around = [holds(value - 1), holds(value + 1)];
  const text = `the ticket ${cell}:${value} is missing, and no unanswered add can have taken it`;
  return foundIn(run, [finding('ticket-gap', { text, cell, adds: around })]);
};

const start: Plant = (shape) => {
  const run = honestRun(shape);
  const model = { ...run.model, start: [3, 0, 0, 0] };
  const add = run.history.adds.findIndex(({ ticket }) => ticket?.cell === 'LOW');
  const text = `add ${add} holds LOW:1, and the counter began at 3`;
  return foundIn({ ...run, model }, [finding('ticket-start', { text, cell: 'LOW', adds: [add] })]);
};

function shifted(by: number, condition: Condition, words: string): Plant {
  return (shape) => {
    const run = honestRun(shape);
    const place = Math.floor(run.history.reads.length / 2);
    const read = run.history.reads[place];
    if (read === undefined) throw new Error('no read');
    read.values = read.values.map((value, at) => (at === 0 ? value + by : value));
    read.sum = (read.sum ?? 0) + by;
    const text = `read ${place} shows ${read.values[0]} in levels.LOW, ${words}`;
    const before = run.history.adds
      .map((add, index) => ({ index, ...add }))
      .filter(({ endMs, ticket }) => endMs < read.beginMs && ticket?.cell === 'LOW');
    const adds = condition === 'stale-read' ? before.slice(-1).map(({ index }) => index) : [];
    const reads = condition === 'non-monotonic-read' ? [place - 1, place] : [place];
    return foundIn(run, [finding(condition, { text, cell: 'levels.LOW', adds, reads })]);
  };
}

const snapshots: Plant = (shape) => {
  const run = honestRun(shape);
  const place = Math.floor(run.history.reads.length / 2);
  const [one, other] = [run.history.reads[place], run.history.reads[place + 1]];
  if (one === undefined || other === undefined) throw new Error('no reads');
  other.beginMs = one.beginMs + (one.endMs - one.beginMs) * 0.4;
  other.endMs = other.beginMs + (one.endMs - one.beginMs);
  other.values = one.values.map((value, at) => value + (at === 0 ? 1 : at === 3 ? -1 : 0));
  other.sum = one.sum;
  const text = `read ${place + 1} shows more LOW and less CRITICAL than read ${place}`;
  return foundIn(run, [finding('snapshot-order', { text, reads: [place, place + 1] })]);
};

const sums: Plant = (shape) => {
  const run = honestRun(shape);
  const place = Math.floor(run.history.reads.length / 2);
  const read = run.history.reads[place];
  if (read) read.sum = (read.sum ?? 0) + 2;
  const text = `read ${place} says ${read?.sum} in total, and its parts add up to 2 less`;
  return foundIn(run, [finding('snapshot-sum', { text, reads: [place] })]);
};

function atRest(by: number, condition: 'lost-update' | 'overcount'): Plant {
  return (shape) => {
    const run = honestRun(shape);
    const { adds, reads } = run.history;
    const last = reads.length - 1;
    for (const read of reads.slice(-2)) {
      read.values = read.values.map((value, at) => (at === 1 ? value + by : value));
      read.sum = (read.sum ?? 0) + by;
    }
    const shown = adds.length + by;
    const text =
      by < 0
        ? `${adds.length} adds were acknowledged and ${shown} counted: ${-by} were lost`
        : `${shown} adds are counted, ${by} more than the ${adds.length} that were asked for`;
    const failed = finding(condition, { text, count: Math.abs(by), reads: [last] });
    return foundIn(run, [failed]);
  };
}

export const PLANTED: Readonly<Record<Exclude<Condition, 'malformed-history'>, Plant>> = {
  'duplicate-ticket': twice,
  'ticket-order': order,
  'ticket-gap': gap,
  'ticket-start': start,
  'stale-read': shifted(-4, 'stale-read', 'less than had been acknowledged before it began'),
  'phantom-count': shifted(6, 'phantom-count', 'more than had been asked for before it ended'),
  'non-monotonic-read': shifted(-9, 'non-monotonic-read', 'less than the read before it'),
  'snapshot-order': snapshots,
  'snapshot-sum': sums,
  'lost-update': atRest(-23, 'lost-update'),
  overcount: atRest(3, 'overcount'),
};
