// Other servers that do the same, told; whatever they are called. Pure.

import type { MetricName } from '../../runner/scenario.js';
import type { Chart, DotRow } from '../model.js';
import { barsText, dots, tableOf, toneOf } from './drawn.js';
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
import { bare, ratioText, sentence, shown, timesText, workText } from './words.js';

/** Ours, which the others are compared with. */
function inlineAt(rows: readonly Row[], workUs: number): Row | undefined {
  return rows.find((row) => row.topology === 'inline' && row.workUs === workUs);
}

function saysAt(view: View, workUs: number): readonly string[] {
  const rows = rowsOf(view).filter((row) => row.workUs === workUs);
  const inline = inlineAt(rows, workUs);
  if (inline === undefined) {
    return [sentence(`With ${workText(workUs)} our inline was not measured, so none is compared`)];
  }
  const others = rows
    .filter((row) => row !== inline)
    .map((row) => ({ row, ratio: ratioOf(view, row.variant, inline.variant, 'perSecond') }))
    .toSorted((a, b) => b.ratio.median - a.ratio.median);
  return [...new Set(others.map(({ ratio }) => ratio.words))].map((words) => {
    const own = others.filter(({ ratio }) => ratio.words === words);
    const all = own.map(({ row, ratio }) => `${labelOf(row)} ${timesText(ratio, 'as many')}`);
    return sentence(`${leadOf(words)}, with ${workText(workUs)}: ${all.join('; ')}`);
  });
}

function leadOf(words: string): string {
  if (words === '') return 'not measured beside our inline';
  const isDecided = words === 'faster' || words === 'slower';
  return isDecided ? `${words} than our inline` : `${words} against our inline`;
}

function chart(view: View, metric: MetricName, title: string, axis: string): readonly Chart[] {
  const rows = rowsOf(view);
  const works = distinctNumbers(rows.map(({ workUs }) => workUs));
  const drawn = works.flatMap((workUs) =>
    rows
      .filter((row) => row.workUs === workUs)
      .map((row): DotRow => {
        const group = works.length > 1 ? workText(workUs) : '';
        const interval = medianOf(view, row.variant, metric);
        return { label: labelOf(row), group, interval, tone: toneOf(row.topology) };
      }),
  );
  return dots({
    id: `peers-${metric === 'perSecond' ? 'throughput' : 'p99'}`,
    title,
    axis,
    scale: 'log',
    caption: barsText(drawn.map(({ interval }) => interval)),
    rows: drawn,
    told: (interval) => shown(interval, metric),
  });
}

export function peers(view: View): Told {
  const rows = rowsOf(view);
  const works = distinctNumbers(rows.map(({ workUs }) => workUs));
  const says = works.flatMap((workUs) => saysAt(view, workUs));
  const cells = works.flatMap((workUs) => {
    const inline = inlineAt(rows, workUs);
    const own = rows.filter((row) => row.workUs === workUs);
    return own.map((row) => {
      const ratio =
        inline === undefined || inline === row
          ? undefined
          : ratioOf(view, row.variant, inline.variant, 'perSecond');
      const rate = medianOf(view, row.variant, 'perSecond');
      const p99 = medianOf(view, row.variant, 'p99Ms');
      const compared = [ratio === undefined ? '' : ratioText(ratio), ratio?.words ?? ''];
      const values = [bare(rate, 'perSecond'), bare(p99, 'p99Ms')];
      return [labelOf(row), workText(workUs), ...values, ...compared, `${rate.n}`];
    });
  });
  return {
    title: 'What do other servers answer that do the same?',
    says: says.length === 0 ? ['Nothing was measured that could be compared.'] : says,
    charts: [
      ...chart(view, 'perSecond', 'Requests answered a second, by server', 'answered, requests/s'),
      ...chart(view, 'p99Ms', 'p99 by server, each as loaded as it can be', 'p99, ms'),
    ],
    tables: tableOf(
      'Medians over the rounds; the ratio is of throughput to our inline, paired by round',
      ['server', 'added work', 'requests/s', 'p99, ms', '/ inline', 'seen', 'n'],
      cells,
    ),
    how:
      'The same transaction, the same rules and the same right answer from each, loaded alike ' +
      'by plain sockets. A p99 at full load ' +
      'says how long its queue is, not how fast it answers when it is idle.',
    changes:
      'What else a server is asked to do (checking, counting, printing fields) and how many ' +
      'processes it may have: those with several share the cores with the generator here. ' +
      'Versions of Node and Python count, too.',
  };
}
