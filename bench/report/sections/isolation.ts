// Who can still answer while scoring saturates the service, told. Pure.

import { barsText, dots, mediansTable, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import { labelOf, medianOf, type Row, ratioOf, rowsOf, type View } from './view.js';
import { byDecision, ratioText, said, sentence, shown, timesText } from './words.js';

const METRIC = 'healthP99Ms';

/** Inline, and what is compared with it: batched where it was measured, with most task workers. */
export function pairOf(view: View): { readonly inline: Row; readonly other: Row } | undefined {
  const rows = rowsOf(view);
  const inline = rows.find(({ topology }) => topology === 'inline');
  const batched = rows.findLast(({ topology }) => topology === 'batched');
  const other = batched ?? rows.findLast(({ topology }) => topology !== 'inline');
  return inline === undefined || other === undefined ? undefined : { inline, other };
}

function says(view: View): readonly string[] {
  const pair = pairOf(view);
  if (pair === undefined)
    return ['Inline and a topology with task workers were not both measured.'];
  const { inline, other } = pair;
  const ratio = ratioOf(view, inline.variant, other.variant, METRIC);
  const name = labelOf(other);
  const lead = byDecision(ratio, {
    more: `Better with ${name} than inline`,
    less: `Worse with ${name} than inline`,
    open: 'No difference seen',
  });
  const [own, others] = [inline, other].map((row) => medianOf(view, row.variant, METRIC)) as [
    ReturnType<typeof medianOf>,
    ReturnType<typeof medianOf>,
  ];
  const beside = `${said(others, METRIC)} with ${name}`;
  const values = `p99 of /health is ${said(own, METRIC)} inline and ${beside}`;
  const times = `inline it is ${timesText(ratio, 'as long')}`;
  const loads = ratioOf(view, other.variant, inline.variant, 'perSecond');
  return [
    sentence(`${lead}: the ${values}; ${times}`),
    sentence(`Meanwhile ${name} scores ${timesText(loads, 'as many as inline')}`),
  ];
}

export function isolation(view: View): Told {
  const rows = rowsOf(view);
  const of = rows.map(({ variant }) => medianOf(view, variant, METRIC));
  const inline = rows.find(({ topology }) => topology === 'inline');
  const ratios = rows
    .filter((row) => inline !== undefined && row !== inline)
    .map((row) => {
      const ratio = ratioOf(view, row.variant, inline?.variant ?? '', METRIC);
      return [`${labelOf(row)} / inline`, ratioText(ratio), ratio.words, `${ratio.n}`];
    });
  return {
    title: 'Can the service still say that it is healthy while it scores all it can?',
    says: says(view),
    charts: dots({
      id: 'isolation-health',
      title: 'p99 of GET /health while 2 ms of work saturates /score',
      told: (interval) => shown(interval, METRIC),
      axis: 'p99 of /health, ms',
      scale: 'log',
      caption: `${barsText(of)} Logarithmic: each step is a factor.`,
      rows: rows.map((row) => ({
        label: labelOf(row),
        group: '',
        interval: medianOf(view, row.variant, METRIC),
        tone: toneOf(row.topology),
      })),
    }),
    tables: [
      ...mediansTable(
        'Medians over the rounds',
        'where it is computed',
        [
          ['healthP50Ms', '/health p50, ms'],
          [METRIC, '/health p99, ms'],
          ['perSecond', '/score, requests/s'],
        ],
        rows.map((row) => [labelOf(row), (metric) => medianOf(view, row.variant, metric)]),
      ),
      ...tableOf('p99 of /health, paired by round', ['ratio', 'p99', 'seen', 'n'], ratios),
    ],
    how:
      '/score is loaded with 2 ms of work a request in a closed loop; a client of its own asks ' +
      'GET /health 500 times a second and counts each wait from the moment it was to be asked.',
    changes:
      'Longer or shorter work: inline, a probe waits for all that is queued before it, so for ' +
      'about the connections times the work. On one core task workers would share it with the ' +
      'event loop, and the probes share these cores with the load.',
  };
}
