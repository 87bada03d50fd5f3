// The evidence in sentences, with numbers and without times: `read 2 shows 41 of LOW, ...`. What a
// foreign service calls its cells is printed too, so names are made printable and kept short.

import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Evidence } from './findings.js';
import type { Line } from './line.js';
import type { Operations } from './operations.js';

const NAME_COLUMNS_MAX = 60;

/** What a sentence calls a cell or field; null is all of them together. */
export function whole(name: string | null): string {
  if (name === null) return 'all fields together';
  return name === '' ? 'the counter' : sanitize(name, NAME_COLUMNS_MAX);
}

interface Shown {
  readonly line: Line;
  readonly read: number;
  readonly shown: number;
  readonly isAtRest: boolean;
}

function shows({ line, read, shown, isAtRest }: Shown): string {
  const opening = isAtRest ? 'at rest read' : 'read';
  const first = `${formatNumber(line.start)} at first`;
  return `${opening} ${read} shows ${formatNumber(shown)} of ${whole(line.name)} (${first})`;
}

/** A read that shows less than `known` adds make. */
export function sayLow(about: Shown & { readonly known: number }): Evidence {
  const { line, read, shown, known, isAtRest } = about;
  const count = line.start + known - shown;
  const adds = formatCount(known, 'add');
  const verb = known === 1 ? 'was' : 'were';
  const lost = `${formatNumber(count)} ${count === 1 ? 'is' : 'are'} lost`;
  const rest = isAtRest
    ? `, but ${adds} ${verb} acknowledged: ${lost}`
    : `, but ${adds} had been acknowledged before the read began`;
  const text = known === 0 ? shows(about) : shows(about) + rest;
  return { cell: line.name, count, adds: [], reads: [read], text };
}

/** A read that shows more than all that was `asked` for, of which `spare` adds are unanswered. */
export function sayHeld(
  about: Shown & { readonly asked: number; readonly spare: number },
): Evidence {
  const { line, read, shown, asked, spare, isAtRest } = about;
  const count = shown - line.start - asked;
  const verb = asked - spare === 1 ? 'was' : 'were';
  const known = `${formatCount(asked - spare, 'add')} ${verb} acknowledged`;
  const unanswered = spare === 0 ? '' : ` and ${formatNumber(spare)} may have been counted`;
  const tooMany = `${formatNumber(count)} ${count === 1 ? 'is' : 'are'} too many`;
  const rest = isAtRest
    ? `, but only ${known}${unanswered}: ${tooMany}`
    : `, but only ${formatCount(asked, 'add')} had been asked for before the read ended`;
  return { cell: line.name, count, adds: [], reads: [read], text: shows(about) + rest };
}

/** A slot of which `count` values were made by nobody in the history. */
export function saySlot(line: Line, slot: number, count: number, addCount: number): Evidence {
  const index = line.slots.next[slot] ?? 0;
  const id = line.ids[index] ?? 0;
  const first = line.slots.first[slot] ?? 0;
  const capacity = line.slots.capacity[slot] ?? 0;
  const from = formatNumber(first);
  const values = capacity === 1 ? from : `${from} to ${formatNumber(first + capacity - 1)}`;
  const which = count === capacity ? values : `${formatNumber(count)} of the values ${values}`;
  const self = id < addCount ? `add ${id} holds` : `read ${id - addCount} shows`;
  const shown = `${self} ${formatNumber(line.values[index] ?? 0)} of ${whole(line.name)}`;
  const text = `${shown}, but nobody can have made ${which}`;
  const own = id < addCount ? { adds: [id], reads: [] } : { adds: [], reads: [id - addCount] };
  return { cell: line.name, count, ...own, text };
}

export function saySum(read: number, said: number, made: number): Evidence {
  const sum = `read ${read} shows the sum ${formatNumber(said)}`;
  const text = `${sum}, but its values make ${formatNumber(made)}`;
  return { cell: null, count: 1, adds: [], reads: [read], text };
}

/** Two snapshots of which each shows more than the other somewhere. */
export function sayTwoSnapshots(
  first: number,
  second: number,
  lines: readonly Line[],
  { columns }: Operations,
): Evidence {
  const more = (one: number, other: number) => {
    const field = columns.findIndex((shown) => (shown[one] ?? 0) > (shown[other] ?? 0));
    return whole(lines[field]?.name ?? null);
  };
  const pair = `read ${first} shows more of ${more(first, second)} than read ${second}`;
  const text = `${pair} and less of ${more(second, first)}: no order explains both`;
  return { cell: null, count: 1, adds: [], reads: [first, second], text };
}
