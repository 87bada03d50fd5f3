// Renders sections and the end of a session for a terminal: the short form of the report. Pure.

import { formatTable } from '../../src/present/table.js';
import { formatCount, formatInterval, sanitize, wrap } from '../../src/present/text.js';
import { type ClaimTarget, METRICS, type MetricName, type Sample } from '../runner/scenario.js';
import { compareNames, listKnownValues } from '../stats/scenario-data.js';
import { groupBy, median } from '../stats/statistics.js';
import type { ClaimVerdict } from '../stats/verdicts.js';
import { type Conclusion, isOutside, type VariantMedians } from './conclusion.js';
import type { Section } from './model.js';

const COLUMNS = 100;

/** Sanitised paragraphs of at most 100 columns. */
export function wrapSentences(sentences: readonly string[], indent = ''): string[] {
  return sentences.flatMap((sentence) => {
    return wrap(sanitize(sentence), COLUMNS - indent.length).map((line) => indent + line);
  });
}

export function formatSection(section: Section, { hasTables }: { hasTables: boolean }): string[] {
  const { scenario, title, says, tables, unavailable, partial } = section;
  const shown = hasTables ? tables : [];
  return [
    `${sanitize(scenario)}: ${sanitize(title)}`,
    ...wrapSentences(says, '  '),
    ...unavailable.map((reason) => `  unavailable: ${sanitize(reason)}`),
    ...(partial === '' ? [] : [`  PARTIAL: ${partial}`]),
    ...shown.flatMap(({ caption, head, rows }) => [
      ...wrapSentences([`${caption}:`], '  '),
      ...formatTable(head, rows, { indent: 4 }),
    ]),
  ];
}

const HEAD = ['claim', 'target', 'measured [95 % CI]', 'n', 'met', 'seen'];

export function formatConclusion(
  { verdicts, medians, unavailable }: Conclusion,
  sections: readonly Section[],
  samples: readonly Sample[],
): string[] {
  const discarded = samples.filter((sample) => sample.discardReason !== undefined);
  return [
    ...sections.flatMap((section) => [...formatSection(section, { hasTables: false }), '']),
    ...formatTable(
      HEAD,
      verdicts.map(({ scenario, verdict }) => listVerdictCells(scenario, verdict)),
    ),
    ...unavailable.map(({ scenario, what, reason }) => {
      return `unavailable: ${scenario}: ${what === undefined ? '' : `${what}: `}${reason}`;
    }),
    '',
    ...formatTable([], medians.map(listMedianCells)),
    '',
    ...formatInside(samples),
    ...discarded.map((sample) => `discarded: ${describeSample(sample)}`),
    ...formatRemarks(samples),
  ];
}

function listVerdictCells(name: string, verdict: ClaimVerdict): string[] {
  const { claim, against, measured, met, words } = verdict;
  const of = against === undefined ? claim.says : `${claim.says} / ${against}`;
  const best = claim.against.length > 1 ? ` (the best of ${claim.against.length})` : '';
  const digits = claim.interval === undefined ? 3 : METRICS[claim.metric].digits;
  const shown = measured.n === 0 ? 'not measured' : formatInterval(measured, digits);
  return [`${name}: ${of}${best}`, formatTarget(claim.target), shown, `${measured.n}`, met, words];
}

function formatTarget(target: ClaimTarget | undefined): string {
  if (target === undefined) return '';
  if ('atLeast' in target) return `>= ${target.atLeast}`;
  if ('atMost' in target) return `<= ${target.atMost}`;
  if ('always' in target) return `= ${target.always} always`;
  return `growth ${target.growth}`;
}

const INSIDE = [
  ['queue, ms', 'queueMeanMs', 'queueP99Ms'],
  ['dispatch, ms', 'dispatchMeanMs', 'dispatchP99Ms'],
  ['score, ms', 'scoreMeanMs', 'scoreP99Ms'],
  ['total, ms', 'totalMeanMs', 'totalP99Ms'],
  ['CPU, s', 'serverCpuSeconds'],
  ['RSS, MB', 'serverRssMB'],
  ['loop p99, ms', 'loopDelayP99Ms'],
  ['GC, s', 'gcSeconds'],
  ['listener busy / CPU, %', 'listenerBusyPercent', 'listenerCpuPercent'],
  ['task worker busy / CPU, %', 'taskWorkerBusyPercent', 'taskWorkerCpuPercent'],
] as const satisfies readonly (readonly [string, ...MetricName[]])[];

const formatName = ({ scenario, variant }: Pick<Sample, 'scenario' | 'variant'>) => `${scenario}: ${variant}`;

/** From the server's metrics: medians of the valid rounds, the mean before the p99. */
function formatInside(samples: readonly Sample[]): string[] {
  const valid = samples.filter((one) => one.discardReason === undefined && 'totalMeanMs' in one.values);
  if (valid.length === 0) return [];
  const groups = [...groupBy(valid, formatName)].sort(([a], [b]) => compareNames(a, b));
  const rows = groups.map(([name, own]) => [
    name,
    ...INSIDE.map(([, ...metrics]) => metrics.map((metric) => formatMedian(own, metric)).join(' / ')),
  ]);
  const head = ['inside the server: mean / p99 (of buckets)', ...INSIDE.map(([text]) => text)];
  return [...formatTable(head, rows), ''];
}

function formatMedian(samples: readonly Sample[], metric: MetricName): string {
  if (samples.every(({ values }) => !(metric in values))) return '-';
  const values = listKnownValues(samples, metric);
  return values.length === 0 ? 'unknown' : median(values).toFixed(METRICS[metric].digits);
}

function listMedianCells({ scenario, variant, n, values }: VariantMedians): string[] {
  const cells = values.map(([metric, interval]) => {
    const { says, unit, digits } = METRICS[metric];
    if (interval === null) return `${says} unknown`;
    return `${says} ${formatInterval(interval, digits)} ${unit}`.trimEnd();
  });
  return [formatName({ scenario, variant }), `n = ${n}`, cells.join('; ')];
}

/** Notes on runs that count, once for each variant, with the number of its runs. */
function formatRemarks(samples: readonly Sample[]): string[] {
  const remarks = samples.flatMap((sample) => {
    const { discardReason, notes = [], earlier: [again] = [], unknown = {} } = sample;
    if (discardReason !== undefined) return [];
    const named = [
      ...notes.map((note) => ['note', note] as const),
      ...(again?.discardReason === undefined ? [] : [['measured again', again.discardReason] as const]),
      ...Object.entries(unknown).map(([metric, why]) => {
        return [`${METRICS[metric as MetricName].says} unknown`, why] as const;
      }),
    ];
    return named.map(([kind, text]) => [`${kind}: ${formatName(sample)}`, text] as const);
  });
  return [...groupBy(remarks, ([what]) => what)].map(([what, own]) => {
    const more = own.length === 1 ? '' : ` (and so in ${formatCount(own.length, 'run')})`;
    return `${what}: ${own[0]?.[1]}${more}`;
  });
}

export function describeSample(sample: Sample): string {
  const { scenario, variant, round, values, discardReason } = sample;
  const known = (Object.entries(values) as [MetricName, number][]).filter(([metric]) => isOutside(metric));
  const shown = known.map(([metric, value]) => {
    const { says, unit, digits } = METRICS[metric];
    if (Number.isNaN(value)) return `${says} unknown`;
    return `${says} ${value.toFixed(digits)} ${unit}`.trimEnd();
  });
  const what = `${scenario}, round ${round}: ${variant}: ${shown.join(', ')}`;
  return discardReason === undefined ? what : `${what}, DISCARDED: ${discardReason}`;
}
