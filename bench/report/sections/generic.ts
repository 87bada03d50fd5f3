// A scenario without a telling of its own: every metric of every variant, and no judgement. Pure.

import { METRICS, type MetricName } from '../../runner/scenario.js';
import { tableOf } from './drawn.js';
import type { Told } from './telling.js';
import { medianOf, roundsIn, rowsOf, type View } from './view.js';
import { bare, unitOf } from './words.js';

export function generic(view: View): Told {
  const rows = rowsOf(view);
  const cells = rows.flatMap(({ variant }) =>
    metricsOf(view, variant).map((metric) => {
      const interval = medianOf(view, variant, metric);
      const cell = bare(interval, metric);
      return [variant, METRICS[metric].says, cell, unitOf(metric), `${interval.n}`];
    }),
  );
  const says = `${rows.length} ${rows.length === 1 ? 'variant was' : 'variants were'} measured in`;
  const rounds = roundsIn(view);
  return {
    title: `What was measured of ${view.scenario}?`,
    says: [
      rows.length === 0
        ? 'Nothing of it counts.'
        : `${says} ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; the table has the medians.`,
    ],
    charts: [],
    tables: tableOf(
      'Medians over the rounds with 95 % bootstrap intervals',
      ['variant', 'what', 'median [95 %]', 'unit', 'n'],
      cells,
    ),
    how: '',
    changes: 'Another machine, version of Node or commit: compare only what was measured alike.',
  };
}

function metricsOf(view: View, variant: string): readonly MetricName[] {
  const own = view.valid.filter((run) => run.variant === variant);
  const found = new Set(own.flatMap(({ values }) => Object.keys(values)));
  return (Object.keys(METRICS) as MetricName[]).filter((metric) => found.has(metric));
}
