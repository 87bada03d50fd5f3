// The end of the study as text and as JSON, with the figures of the report on the same results. Pure.

import { pathToFileURL } from 'node:url';
import type { Colors } from '../../src/present/colours.js';
import { formatTable } from '../../src/present/table.js';
import { formatCount, formatNumber, sanitize } from '../../src/present/text.js';
import { type Verdict, worst } from '../../src/verdict.js';
import { findViolations } from '../report/headline.js';
import type { Section } from '../report/model.js';
import type { Report } from '../report/report.js';
import { readScenario } from '../report/sessions.js';
import { formatSection, wrapSentences } from '../report/terminal.js';
import { formatEnvironment } from '../runner/environment.js';
import { countPlannedRuns } from '../runner/plan.js';
import type { Results } from '../runner/results-file.js';
import { type MetricName, nameVariant, type Scenario } from '../runner/scenario.js';
import { SCENARIOS, type ScenarioName } from '../scenarios/scenarios.js';
import type { Study } from './study-session.js';

export interface StudySummary {
  readonly study: Study;
  readonly report: Pick<Report, 'question' | 'headline' | 'answer' | 'sections'>;
  readonly out: string;
  /** Undefined: there is no page. */
  readonly html: string | undefined;
  /** The error that ended the study early, or that made no page. */
  readonly fault: string | undefined;
}

const METRICS_SHOWN: Readonly<Partial<Record<ScenarioName, readonly MetricName[]>>> = {
  dispatch: ['perSecond', 'p99Ms'],
  isolation: ['healthP50Ms', 'healthP99Ms'],
  tallies: ['nsPerAdd', 'lostPercent'],
  'coordinated-omission': ['p50Ms', 'maxMs', 'samples', 'requests'],
};
const DISCARDED_SHOWN_MAX = 5;
const TEXT_COLUMNS_MAX = 200;

/** Unknown where the study is incomplete; violated where a promise is broken. */
export function judgeStudy({ plan, results, isPartial, failure }: Study): Verdict {
  const { asks, selfTests } = results;
  const isWhole = !isPartial && failure === undefined;
  return worst([
    ...asks.map(({ asked }) => asked.verdict),
    ...selfTests.map(({ selfTest }) => selfTest.verdict),
    ...(findViolations(results).length > 0 ? (['violated'] as const) : []),
    ...(isWhole ? [] : (['unknown'] as const)),
    ...(plan.missing.length > 0 ? (['unavailable'] as const) : []),
  ]);
}

export function formatStudy(summary: StudySummary, colors: Colors): string[] {
  const { study, report, out, html, fault } = summary;
  const { plan, results } = study;
  const verdict = judgeStudy(study);
  const isGood = verdict === 'ok' || verdict === 'unavailable';
  const partial = describePartial(study).map(colors.yellow);
  const violations = findViolations(results).map((text) => sanitize(text, TEXT_COLUMNS_MAX));
  const machine = results.sessions[0];
  return [
    report.question,
    '',
    ...report.headline.map((text) => (isGood ? colors.green(text) : text)),
    ...report.answer.flatMap((paragraph) => ['', ...wrapSentences([paragraph])]),
    ...violations.map((text) => colors.red(`REFUTED: ${text}`)),
    ...plan.missing.map((reason) => colors.yellow(`Not tested: ${reason}.`)),
    ...partial,
    '',
    ...formatAsks(results),
    ...formatSelfTests(results),
    ...report.sections.flatMap(formatMeasured),
    ...formatDiscarded(results),
    ...(machine === undefined ? [] : [colors.dim(formatEnvironment(machine))]),
    ...(plan.bench.scale === 'smoke' ? ['SMOKE: these figures mean nothing'] : []),
    ...partial,
    ...(fault === undefined ? [] : [colors.red(`the study failed: ${sanitize(fault)}`)]),
    `results: ${out}`,
    ...(html === undefined ? [] : [`page: ${pathToFileURL(html).href}`]),
  ];
}

/** A section without any run adds nothing here: the partial line names it. */
function formatMeasured(section: Section): string[] {
  return section.tables.length === 0 ? [] : [...formatSection(section, { hasTables: true }), ''];
}

function describePartial({ plan, results, isPartial, failure }: Study): string[] {
  if (!isPartial && failure === undefined) return [];
  const asks = `${results.asks.length} of ${plan.topologies.length} topologies asked`;
  const [test] = results.selfTests;
  const tests =
    test === undefined
      ? 'the checker not tested'
      : `${test.selfTest.runs.length} of ${test.selfTest.planned} runs of the self-test`;
  const runs = `${results.runs.length} of ${countPlanned(results)} runs of the benchmarks`;
  return [`PARTIAL: ${asks}, ${tests}, ${runs}`];
}

function countPlanned({ sessions }: Results): number {
  return countPlannedRuns(sessions[0]?.planned ?? []);
}

function formatAsks({ asks }: Results): string[] {
  if (asks.length === 0) return [];
  const rows = asks.map(({ topology, asked }) => {
    const outcomes = [...asked.outcomes, ...asked.atRest];
    const forbidden = outcomes.filter((row) => row.grade === 'forbidden');
    const samples = forbidden.reduce((sum, row) => sum + row.samples, 0);
    const numbers = [asked.pairs, samples, asked.lost].map((value) => formatNumber(value));
    return [topology, asked.verdict, ...numbers];
  });
  const head = ['two callers at once', 'verdict', 'pairs', 'forbidden seen', 'lost at rest'];
  return [...formatTable(head, rows), ''];
}

function formatSelfTests({ selfTests }: Results): string[] {
  return selfTests.flatMap(({ selfTest }) => {
    const { verdict, caught, missed, passed, falseAlarms, partial } = selfTest;
    const good = `${formatCount(caught, 'seeded fault')} caught, ${formatNumber(missed)} missed`;
    const bad = `${formatCount(passed, 'run')} without a fault passed`;
    const alarms = formatCount(falseAlarms, 'false alarm');
    const more = partial ? ' (partial)' : '';
    return [`the checker on itself: ${verdict}${more}: ${good}; ${bad}, ${alarms}`, ''];
  });
}

function formatDiscarded({ runs }: Results): string[] {
  const discarded = runs.filter((run) => run.discardReason !== undefined);
  if (discarded.length === 0) return [];
  const shown = discarded.slice(0, DISCARDED_SHOWN_MAX).map((run) => {
    return `discarded: ${run.scenario}: ${run.variant}, round ${run.round}: ${run.discardReason}`;
  });
  const more = discarded.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${formatCount(more, 'more discarded run')}`] : []), ''];
}

/** Grows when the document changes in a way that its readers must know. */
const SCHEMA = 1;

export function studyJson({ study, report, out, html, fault }: StudySummary): object {
  const { plan, results, isPartial, failure } = study;
  const [session] = results.sessions;
  return {
    schema: SCHEMA,
    verdict: judgeStudy(study),
    headline: report.headline,
    answer: report.answer,
    refuted: findViolations(results),
    unavailable: plan.missing,
    partial: isPartial || failure !== undefined,
    asks: results.asks.map(({ topology, tally, asked }) => ({ topology, tally, ...asked })),
    selfTest: results.selfTests[0]?.selfTest ?? null,
    benchmarks: { planned: countPlanned(results), made: results.runs.length },
    medians: plan.names.flatMap((name) => listMedians(name, study)),
    voids: results.runs.flatMap(({ scenario, variant, round, discardReason: reason }) => {
      return reason === undefined ? [] : [{ scenario, variant, round, reason }];
    }),
    seed: plan.bench.seed,
    session: session ?? null,
    out,
    html: html ?? null,
    fault: fault ?? null,
  };
}

/** A value is null where it is unknown or was not measured. */
function listMedians(name: ScenarioName, { plan, results }: Study) {
  const metrics = METRICS_SHOWN[name] ?? [];
  const data = readScenario(results, name, plan.bench.seed);
  if (metrics.length === 0 || data.valid.length + data.discarded.length === 0) return [];
  const scenario: Scenario = SCENARIOS[name];
  const rows = scenario.variants(plan.bench).map((one) => {
    const variant = nameVariant(one);
    const values = metrics.map((metric) => {
      const interval = data.median(variant, metric);
      return [metric, interval.n === 0 ? null : interval] as const;
    });
    const n = data.valid.filter((run) => run.variant === variant).length;
    return { variant, n, values: Object.fromEntries(values) };
  });
  return [{ scenario: name, rows }];
}
