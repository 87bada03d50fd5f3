// What the study found, as text and as a document: the answer first, then the evidence in a few
// small tables. Pure; the answer's sentences are those of the page.

import { formatEnvironment } from '../../bench/runner/environment.js';
import { METRICS } from '../../bench/runner/scenario.js';
import { SCENARIOS } from '../../bench/scenarios/scenarios.js';
import type { Colors } from '../present/colours.js';
import { formatTable } from '../present/table.js';
import { formatCount, formatInterval, formatNumber, sanitize, wrap } from '../present/text.js';
import type { Findings, StudyMedians } from './study-findings.js';
import type { Study } from './study-run.js';

export interface Told {
  readonly study: Study;
  readonly findings: Findings;
  /** The answer in short sentences. */
  readonly headline: readonly string[];
  /** And what it rests on. */
  readonly answer: readonly string[];
  readonly out: string;
  /** Undefined: there is no page. */
  readonly html: string | undefined;
  /** Why it could not go on, or the page not be made. */
  readonly fault: string | undefined;
}

const QUESTION = 'What happens if two people call /score at the same time?';
const VOIDS_SHOWN = 5;
const ANSWER_COLUMNS = 100;
const TEXT_COLUMNS_MAX = 200;

export function studyLines(told: Told, colors: Colors): string[] {
  const { study, findings, headline, answer, out, html, fault } = told;
  const { plan, results } = study;
  const { refuted, verdict, medians } = findings;
  const paint = verdict === 'ok' || verdict === 'unavailable' ? colors.green : (t: string) => t;
  const partial = partialLines(study, findings).map(colors.yellow);
  const machine = results.sessions[0];
  return [
    QUESTION,
    '',
    ...headline.map(paint),
    ...answer.flatMap((sentence) => ['', ...wrap(sentence, ANSWER_COLUMNS)]),
    ...refuted.map((text) => colors.red(`REFUTED: ${sanitize(text, TEXT_COLUMNS_MAX)}`)),
    ...plan.missing.map((reason) => colors.yellow(`Not tested: ${reason}.`)),
    ...partial,
    '',
    ...askLines(study),
    ...selfTestLines(study),
    ...medians.flatMap((one) => [...medianLines(one), '']),
    ...voidLines(findings),
    ...(machine === undefined ? [] : [colors.dim(formatEnvironment(machine))]),
    ...(plan.bench.scale === 'smoke' ? ['SMOKE: these figures mean nothing'] : []),
    ...partial,
    ...(fault === undefined ? [] : [colors.red(`it could not be done: ${sanitize(fault)}`)]),
    `results: ${out}`,
    ...(html === undefined ? [] : [`page: ${html}`]),
  ];
}

function partialLines({ plan, results, isPartial, failure }: Study, findings: Findings): string[] {
  if (!isPartial && failure === undefined) return [];
  const { made, planned } = findings;
  const asks = `${results.asks.length} of ${plan.topologies.length} topologies asked`;
  const [test] = results.selfTests;
  const tests =
    test === undefined
      ? 'the checker not tested'
      : `${test.selfTest.runs.length} of ${test.selfTest.planned} runs of the self-test`;
  return [`PARTIAL: ${asks}, ${tests}, ${made} of ${planned} runs of the benchmarks`];
}

function askLines({ results: { asks } }: Study): string[] {
  if (asks.length === 0) return [];
  const rows = asks.map(({ topology, asked }) => {
    const forbidden = [...asked.outcomes, ...asked.atRest].filter((row) => {
      return row.grade === 'forbidden';
    });
    const samples = forbidden.reduce((sum, row) => sum + row.samples, 0);
    const numbers = [asked.pairs, samples, asked.lost].map((value) => formatNumber(value));
    return [topology, asked.verdict, ...numbers];
  });
  const head = ['two callers at once', 'verdict', 'pairs', 'forbidden seen', 'lost at rest'];
  return [...formatTable(head, rows), ''];
}

function selfTestLines({ results: { selfTests } }: Study): string[] {
  return selfTests.flatMap(({ selfTest }) => {
    const { verdict, caught, missed, passed, falseAlarms, partial } = selfTest;
    const good = `${formatCount(caught, 'planted fault')} caught, ${formatNumber(missed)} missed`;
    const bad = `${formatCount(passed, 'run')} without a fault passed`;
    const alarms = formatCount(falseAlarms, 'false alarm');
    const more = partial ? ' (partial)' : '';
    return [`the checker on itself: ${verdict}${more}: ${good}; ${bad}, ${alarms}`, ''];
  });
}

function medianLines({ scenario, metrics, rows }: StudyMedians): string[] {
  const titles = metrics.map((metric) => {
    const { says, unit } = METRICS[metric];
    return unit === '' ? says : `${says}, ${unit}`;
  });
  const cells = rows.map(({ variant, n, intervals }) => {
    const shown = intervals.map((interval, at) => {
      const metric = metrics[at];
      const digits = metric === undefined ? 0 : METRICS[metric].digits;
      return interval === null ? 'unknown' : formatInterval(interval, digits);
    });
    return [variant, `${n}`, ...shown];
  });
  const about = `${scenario}: ${SCENARIOS[scenario].about}`;
  return [about, ...formatTable(['variant', 'n', ...titles], cells)];
}

function voidLines({ voids }: Findings): string[] {
  if (voids.length === 0) return [];
  const shown = voids
    .slice(0, VOIDS_SHOWN)
    .map(({ scenario, variant, round, discardReason: why }) => {
      return `void: ${scenario}: ${variant}, round ${round}: ${why}`;
    });
  const more = voids.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${formatCount(more, 'more void run')}`] : []), ''];
}

/** Grows when the document changes in a way that its readers must know of. */
const SCHEMA = 1;

export function studyJson({ study, findings, headline, answer, out, html, fault }: Told): object {
  const { plan, results, isPartial, failure } = study;
  const { verdict, refuted, medians, voids, made, planned } = findings;
  const [session] = results.sessions;
  return {
    schema: SCHEMA,
    verdict,
    headline,
    answer,
    refuted,
    unavailable: plan.missing,
    partial: isPartial || failure !== undefined,
    asks: results.asks.map(({ topology, tally, asked }) => ({ topology, tally, ...asked })),
    selfTest: results.selfTests[0]?.selfTest ?? null,
    benchmarks: { planned, made },
    medians: medians.map(({ scenario, metrics, rows }) => {
      const named = rows.map(({ variant, n, intervals }) => {
        return {
          variant,
          n,
          values: Object.fromEntries(metrics.map((m, at) => [m, intervals[at]])),
        };
      });
      return { scenario, rows: named };
    }),
    voids: voids.map(({ scenario, variant, round, discardReason: reason }) => {
      return { scenario, variant, round, reason };
    }),
    seed: plan.bench.seed,
    session: session ?? null,
    out,
    html: html ?? null,
    fault: fault ?? null,
  };
}
