// Scenarios whose answer is one or two ratios: thin, threads, mixed. Pure.

import type { MetricName } from '../../runner/scenario.js';
import type { Chart } from '../model.js';
import { barsText, dots, mediansTable, tableOf, toneOf } from './drawn.js';
import type { Told } from './telling.js';
import { labelOf, medianOf, type Row, ratioOf, rowsOf, type View } from './view.js';
import { byDecision, ratioText, said, sentence, shown, timesText } from './words.js';

interface Compared {
  readonly of: Row;
  readonly against: Row;
}

/** Throughput of every variant. */
function rates(
  view: View,
  title: string,
  group: (row: Row) => string = () => '',
): readonly Chart[] {
  const rows = rowsOf(view);
  const intervals = rows.map(({ variant }) => medianOf(view, variant, 'perSecond'));
  return dots({
    id: `${view.scenario}-throughput`,
    title,
    told: (interval) => shown(interval, 'perSecond'),
    axis: 'answered, requests/s',
    scale: 'linear',
    caption: barsText(intervals),
    rows: rows.map((row) => ({
      label: labelOf(row),
      group: group(row),
      interval: medianOf(view, row.variant, 'perSecond'),
      tone: toneOf(row.topology),
    })),
  });
}

function medians(view: View, metrics: readonly (readonly [MetricName, string])[]) {
  return mediansTable(
    'Medians over the rounds',
    'variant',
    metrics,
    rowsOf(view).map((row) => [labelOf(row), (metric) => medianOf(view, row.variant, metric)]),
  );
}

function ratioTable(
  view: View,
  pairs: readonly Compared[],
  metrics: readonly (readonly [MetricName, string])[],
) {
  const rows = pairs.flatMap(({ of, against }) =>
    metrics.map(([metric, what]) => {
      const ratio = ratioOf(view, of.variant, against.variant, metric);
      const name = `${labelOf(of)} / ${labelOf(against)}`;
      return [name, what, ratioText(ratio), ratio.words, `${ratio.n}`];
    }),
  );
  return tableOf('Ratios, paired by round', ['ratio', 'of', 'measured', 'seen', 'n'], rows);
}

const RATE = ['perSecond', 'requests/s'] as const;
const P99 = ['p99Ms', 'p99, ms'] as const;

export function thin(view: View): Told {
  const rows = rowsOf(view);
  const bareRow = rows.find(({ topology }) => topology === 'bare');
  const inline = rows.find(({ topology }) => topology === 'inline');
  const pairs =
    bareRow === undefined || inline === undefined ? [] : [{ of: inline, against: bareRow }];
  const says = pairs.map(({ of, against }) => {
    const ratio = ratioOf(view, of.variant, against.variant, 'perSecond');
    const lead = byDecision(ratio, {
      less: 'Not all of it',
      more: 'More than all of it',
      open: 'No difference seen',
    });
    const what = timesText(ratio, 'what a bare node:http handler answers');
    return sentence(`${lead}: inline answers ${what}`);
  });
  return {
    title: 'How much of what node:http can do is left?',
    says: says.length === 0 ? ['The service and the bare handler were not both measured.'] : says,
    charts: rates(view, 'The service with no added work, and a handler that does nothing else'),
    tables: [...ratioTable(view, pairs, [RATE, P99]), ...medians(view, [RATE, P99])],
    how:
      'The bare handler reads the body and answers a constant of the same length; inline parses, ' +
      'checks, scores, counts and prints.',
    changes:
      'A load generator on another machine: here it takes much of the cores for itself, beside ' +
      'either of the two. Longer bodies cost parsing, which the bare handler does not do.',
  };
}

export function threads(view: View): Told {
  const rows = rowsOf(view);
  const pairs = rows.flatMap((of): Compared[] => {
    const against = rows.find((row) => row.topology === of.topology && row.threads === 1);
    return of.threads < 2 || against === undefined ? [] : [{ of, against }];
  });
  const says = pairs.map(({ of, against }) => {
    const ratio = ratioOf(view, of.variant, against.variant, 'perSecond');
    const lead = byDecision(ratio, {
      more: 'More is answered',
      less: 'Less is answered',
      open: 'No difference seen',
    });
    const what = timesText(ratio, `what ${labelOf(against)} answers`);
    return sentence(`${lead}: ${labelOf(of)} answers ${what}`);
  });
  return {
    title: 'What does a second listener bring?',
    says: says.length === 0 ? ['Two listeners and one were not both measured.'] : says,
    charts: rates(view, 'One and two listening threads or processes at 500 µs of work', (row) => {
      return row.topology;
    }),
    tables: [...ratioTable(view, pairs, [RATE, P99]), ...medians(view, [RATE, P99])],
    how:
      'threads share a port in one process, cluster has processes of their own; every request ' +
      'has 500 µs of work.',
    changes:
      'The number of cores: two listeners and the load generator want three, and a ratio of 2 ' +
      'cannot be reached on two. The kernel deals connections to threads by hash, so fewer of ' +
      'them make an uneven share.',
  };
}

export function mixed(view: View): Told {
  const rows = rowsOf(view);
  const pairs = rows.flatMap((of): Compared[] => {
    const against = rows.find((row) => row.topology === 'pool' && row.threads === of.threads);
    return of.topology !== 'batched' || against === undefined ? [] : [{ of, against }];
  });
  const says = pairs.map(({ of, against }) => {
    const [p99, longest] = (['p99Ms', 'maxMs'] as const).map((metric) =>
      ratioOf(view, of.variant, against.variant, metric),
    ) as [ReturnType<typeof ratioOf>, ReturnType<typeof ratioOf>];
    const [name, other] = [labelOf(of), labelOf(against)];
    const lead = byDecision(p99, {
      more: `With ${name} the p99 is longer than with ${other}`,
      less: `With ${name} the p99 is shorter than with ${other}`,
      open: `No difference seen between the p99 of ${name} and ${other}`,
    });
    const value = said(medianOf(view, of.variant, 'p99Ms'), 'p99Ms');
    const times = `it is ${value}, ${timesText(p99, `that of ${other}`)}`;
    return sentence(`${lead}: ${times}; the longest wait is ${timesText(longest, 'as long')}`);
  });
  const p99 = rows.map(({ variant }) => medianOf(view, variant, 'p99Ms'));
  const waits: readonly (readonly [MetricName, string])[] = [
    ['p99Ms', 'p99'],
    ['maxMs', 'longest'],
  ];
  return {
    title: 'Does anybody wait long behind a heavy request?',
    says: says.length === 0 ? ['Batched and pool were not both measured.'] : says,
    charts: dots({
      id: 'mixed-waits',
      title: 'How long a request waits when one in a hundred costs 20 ms',
      told: (interval) => shown(interval, 'p99Ms'),
      axis: 'from asking to answer, ms',
      scale: 'log',
      caption: `${barsText(p99)} Of all requests, the heavy ones among them.`,
      rows: waits.flatMap(([metric, group]) =>
        rows.map((row) => ({
          label: labelOf(row),
          group,
          interval: medianOf(view, row.variant, metric),
          tone: toneOf(row.topology),
        })),
      ),
    }),
    tables: [
      ...ratioTable(view, pairs, [RATE, P99, ['maxMs', 'longest, ms']]),
      ...medians(view, [RATE, ['p50Ms', 'p50, ms'], P99, ['maxMs', 'longest, ms']]),
    ],
    how:
      'A closed loop in which one transaction in a hundred costs 20 ms and the others next to ' +
      'nothing; pool sends them one by one to whoever is free, batched what has gathered.',
    changes:
      'More heavy requests than there are task workers at a time hold up all of them, in any way ' +
      'of sending. The longest wait is one request of each run, so longer runs find longer ones.',
  };
}
