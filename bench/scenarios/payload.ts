// What a long body costs: a padded transaction, and batches. Throughput and p99 in a closed loop.

import { ONE, type Post, padTransaction } from '../load/transaction.js';
import { buildCurves, buildSeries, buildTable, formatRatioCells } from '../report/chart-data.js';
import type { ReportedScenario, SectionContent, Table } from '../report/model.js';
import { formatCell, formatComparison, SPEED, toSentence } from '../report/wording.js';
import { type ServerUnderTest, summarizeLoad, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Variant } from '../runner/scenario.js';
import { secondsFor } from '../stats/percentiles.js';
import {
  distinctNumbers,
  groupByLabel,
  type MeasuredVariant,
  type Ratio,
  type ScenarioData,
} from '../stats/scenario-data.js';
import { executors, rowName, rows, variant } from './variants.js';

/** The service takes one transaction of at most 64 KiB. */
const BODY_BYTES = [100, 1_000, 10_000, 60_000];
const BATCH_BYTES = [10_000, 100_000];
const ITEM_BYTES = 1_000;

type At = NonNullable<Variant['at']>;

function places({ scale }: Plan): readonly At[] {
  const bodies = BODY_BYTES.map((value) => ({ name: 'bodyBytes', value }) as const);
  const batches = BATCH_BYTES.map((value) => ({ name: 'batchBytes', value }) as const);
  return scale === 'smoke' ? [...bodies.slice(-1), ...batches.slice(-1)] : [...bodies, ...batches];
}

function variants(plan: Plan): readonly Variant[] {
  return rows(
    executors(plan).flatMap(([name, threads]) => places(plan).map((at) => variant(name, threads, 0, [], at))),
  );
}

function claims(plan: Plan): readonly Claim[] {
  const measured = places(plan);
  const [first] = measured;
  return executors(plan).flatMap(([name, threads]) =>
    measured.flatMap((at): Claim[] => {
      const of = rowName(name, threads, 0, at);
      const inline = [rowName('inline', 0, 0, at)];
      const smallest = [rowName(name, threads, 0, first)];
      const rate = { says: of, metric: 'perSecond', of, target: undefined } as const;
      const p99 = { ...rate, says: `p99 of ${of}`, metric: 'p99Ms' } as const;
      return [
        ...(name === 'inline' ? [] : [rate, p99]).map((claim) => ({ ...claim, against: inline })),
        ...(at === first || at.name === 'batchBytes' ? [] : [{ ...rate, against: smallest }]),
      ];
    }),
  );
}

/** What is posted; the texts have exactly as many bytes as the row says. */
export function makePost(at: Variant['at']): Post {
  if (at === undefined) return ONE;
  if (at.name !== 'batchBytes') return { ...ONE, body: padTransaction(at.value) };
  const items = Math.floor(at.value / ITEM_BYTES);
  // Two brackets, and a comma between each two.
  const each = Math.floor((at.value - 2 - (items - 1)) / items);
  const last = at.value - 2 - (items - 1) - each * (items - 1);
  const texts = Array.from({ length: items }, (_, n) => padTransaction(n === items - 1 ? last : each));
  return { path: '/score/batch', body: `[${texts.join(',')}]`, items };
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const post = makePost(row.at);
  const loadIt = async ({ warm, score }: ServerUnderTest): Promise<Measurement> => {
    const seconds = secondsFor(warm.perSecond, context.plan);
    const { load, reason, notes } = await score({ seconds });
    const { values, unknown } = summarizeLoad(load, context.plan.limits);
    const many = post.items === 1 ? {} : { transactionsPerSecond: load.perSecond * post.items };
    return { values: { ...values, ...many }, unknown, notes, discardReason: reason };
  };
  return withServer(row, context, loadIt, post);
}

const countKilobytes = (one: MeasuredVariant) => (one.at?.value ?? Number.NaN) / 1_000;
const isBody = (one: MeasuredVariant) => one.at?.name === 'bodyBytes';
const formatAt = (kilobytes: number) => `at ${kilobytes} kB`;

/** Undefined for inline itself. */
function compareWithInline(data: ScenarioData, one: MeasuredVariant): Ratio | undefined {
  const inline = data.variants.find(
    ({ topology, at }) => topology === 'inline' && at?.name === one.at?.name && at?.value === one.at?.value,
  );
  if (inline === undefined || one.topology === 'inline') return undefined;
  return data.ratio(one.variant, inline.variant, 'perSecond');
}

function describeSizes(data: ScenarioData): readonly string[] {
  const bodies = data.variants.filter(isBody);
  const sizes = groupByLabel(bodies).flatMap(([label, own]) => {
    const [small, large] = [own[0], own.at(-1)];
    if (small === undefined || large === undefined || small === large) return [];
    const ratio = data.ratio(large.variant, small.variant, 'perSecond');
    const times = formatComparison(ratio, `the requests of ${countKilobytes(small)} kB`, SPEED);
    return [`${formatAt(countKilobytes(large))}, ${label} serves ${times}`];
  });
  const last = distinctNumbers(bodies.map(countKilobytes)).at(-1);
  const others = bodies.filter((one) => countKilobytes(one) === last);
  const against = others.flatMap((one) => {
    const ratio = compareWithInline(data, one);
    if (ratio === undefined) return [];
    const times = formatComparison(ratio, 'the requests of inline', SPEED);
    return [`${formatAt(last ?? 0)}, ${one.label} serves ${times}`];
  });
  const none = sizes.length === 0 ? ['fewer than two sizes of a body were measured'] : [];
  return [...none, ...sizes, ...against].map(toSentence);
}

function buildTables(data: ScenarioData): readonly Table[] {
  const cells = data.variants.map((one) => {
    const ratio = compareWithInline(data, one);
    const rate = data.median(one.variant, 'perSecond');
    const many = data.median(one.variant, 'transactionsPerSecond');
    return [
      one.label,
      isBody(one) ? 'one transaction' : 'batch of 1 kB each',
      `${countKilobytes(one)}`,
      formatCell(rate, 'perSecond'),
      many.n === 0 ? '' : formatCell(many, 'transactionsPerSecond'),
      formatCell(data.median(one.variant, 'p99Ms'), 'p99Ms'),
      ...formatRatioCells(ratio),
      `${rate.n}`,
    ];
  });
  const columns = ['requests/s', 'transactions/s', 'p99, ms', '/ inline', 'seen', 'n'];
  return buildTable(
    'Medians over the rounds; the ratio is of throughput, paired by round',
    ['where it is computed', 'body', 'kB', ...columns],
    cells,
  );
}

function describe(data: ScenarioData): SectionContent {
  return {
    title: 'What does a long body cost?',
    says: describeSizes(data),
    charts: buildCurves({
      id: 'payload-throughput',
      title: 'Requests answered per second, by the size of the body',
      x: { title: 'body, kB', scale: 'log' },
      y: { title: 'answered, requests/s', scale: 'log' },
      series: buildSeries(groupByLabel(data.variants.filter(isBody)), countKilobytes, ({ variant: name }) =>
        data.median(name, 'perSecond'),
      ),
      formatX: formatAt,
      format: (interval) => `${formatCell(interval, 'perSecond')} requests/s`,
    }),
    tables: buildTables(data),
    how:
      'The body is one transaction, padded by a field that the service ignores, or a batch of ' +
      'transactions of 1 kB each at /score/batch. There is no added work. In pool and batched the ' +
      'body crosses to the task worker as text, which parses it.',
    changes:
      'The contents of the body: many small fields cost more parsing than one long text. The ' +
      'generator writes the same bytes on the same cores; a slow network would hide the rest.',
  };
}

export const payload: ReportedScenario = {
  about: 'throughput and p99 by the size of the body, from 0.1 to 100 kB',
  isDefault: false,
  variants,
  claims,
  measure,
  describe,
};
