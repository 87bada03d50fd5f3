// What a long body costs, told: throughput over the size of the body. Pure.

import type { Series } from '../model.js';
import { barsText, curves, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import {
  distinctNumbers,
  labelOf,
  medianOf,
  type Row,
  ratioOf,
  rowsOf,
  type View,
} from './view.js';
import { bare, byDecision, ratioText, sentence, timesText } from './words.js';

const bytesOf = (row: Row): number => row.at?.value ?? Number.NaN;
const place = (bytes: number) => `at ${bytes / 1_000} kB`;
const isBody = (row: Row) => row.at?.name === 'bodyBytes';

function inlineAt(rows: readonly Row[], row: Row): Row | undefined {
  const isAt = (one: Row) => one.at?.name === row.at?.name && bytesOf(one) === bytesOf(row);
  return rows.find((one) => one.topology === 'inline' && isAt(one));
}

function says(view: View): readonly string[] {
  const rows = rowsOf(view).filter(isBody);
  const names = [...new Set(rows.map(labelOf))];
  const sizes = names.flatMap((name) => {
    const own = rows.filter((row) => labelOf(row) === name);
    const [small, large] = [own[0], own.at(-1)];
    if (small === undefined || large === undefined || small === large) return [];
    const ratio = ratioOf(view, large.variant, small.variant, 'perSecond');
    const lead = byDecision(ratio, {
      less: 'slower',
      more: 'faster',
      open: 'no difference seen',
    }).toLowerCase();
    const what = timesText(ratio, `what it answers ${place(bytesOf(small))}`);
    return [`${name} ${lead}, ${place(bytesOf(large))} ${what}`];
  });
  const last = distinctNumbers(rows.map(bytesOf)).at(-1);
  const against = rows
    .filter((row) => row.topology !== 'inline' && bytesOf(row) === last)
    .flatMap((row) => {
      const inline = inlineAt(rows, row);
      if (inline === undefined) return [];
      const ratio = ratioOf(view, row.variant, inline.variant, 'perSecond');
      return [`${labelOf(row)} ${timesText(ratio, 'as much')}: ${ratio.words || 'not measured'}`];
    });
  return [
    ...(sizes.length === 0
      ? ['Fewer than two sizes of a body were measured.']
      : [sentence(`By the size of the body: ${sizes.join('; ')}`)]),
    ...(against.length === 0 || last === undefined
      ? []
      : [sentence(`Against inline, ${place(last)}: ${against.join('; ')}`)]),
  ];
}

function chart(view: View) {
  const rows = rowsOf(view).filter(isBody);
  const series = [...new Set(rows.map(labelOf))].map((name): Series => {
    const own = rows.filter((row) => labelOf(row) === name);
    const points = own.map((row) => {
      return { x: bytesOf(row) / 1_000, interval: medianOf(view, row.variant, 'perSecond') };
    });
    return { name, tone: toneOf(own[0]?.topology ?? ''), points };
  });
  const intervals = series.flatMap(({ points }) => points.map(({ interval }) => interval));
  return curves({
    id: 'payload-throughput',
    title: 'Requests answered a second, by the size of the body',
    caption: barsText(intervals),
    x: { title: 'body, kB', scale: 'log' },
    y: { title: 'answered, requests/s', scale: 'log' },
    series,
    place: (kilobytes) => `at ${kilobytes} kB`,
    told: (interval) => `${bare(interval, 'perSecond')} requests/s`,
  });
}

function tables(view: View) {
  const rows = rowsOf(view);
  const cells = rows.map((row) => {
    const inline = inlineAt(rows, row);
    const isOther = row.topology !== 'inline' && inline !== undefined;
    const ratio = isOther ? ratioOf(view, row.variant, inline.variant, 'perSecond') : undefined;
    const rate = medianOf(view, row.variant, 'perSecond');
    const many = medianOf(view, row.variant, 'transactionsPerSecond');
    const what = isBody(row) ? 'one transaction' : 'batch of 1 kB each';
    return [
      labelOf(row),
      what,
      `${bytesOf(row) / 1_000}`,
      bare(rate, 'perSecond'),
      many.n === 0 ? '' : bare(many, 'transactionsPerSecond'),
      bare(medianOf(view, row.variant, 'p99Ms'), 'p99Ms'),
      ratio === undefined ? '' : ratioText(ratio),
      ratio?.words ?? '',
      `${rate.n}`,
    ];
  });
  return tableOf(
    'Medians over the rounds; the ratio is of throughput, paired by round',
    [
      'where it is computed',
      'body',
      'kB',
      'requests/s',
      'transactions/s',
      'p99, ms',
      '/ inline',
      'seen',
      'n',
    ],
    cells,
  );
}

export function payload(view: View): Told {
  return {
    title: 'What does a long body cost?',
    says: says(view),
    charts: chart(view),
    tables: tables(view),
    how:
      'One transaction, padded by a field that the service does not know, or a batch of ' +
      'transactions of 1 kB each at /score/batch; no added work. In pool and batched the body ' +
      'crosses to the task worker as text and is parsed there.',
    changes:
      'What is in the body: many small fields cost more parsing than one long text. The ' +
      'generator writes the same bytes on the same cores; a slow network would hide the rest.',
  };
}
