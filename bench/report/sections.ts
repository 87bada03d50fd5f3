// From results to report sections: each scenario describes its runs; this file adds the shared parts.
// `bench`, `study`, `report` and the documentation show them. Pure: results and a seed in, data out.

import { formatCount } from '../../src/present/text.js';
import type { Result } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { isMetric, METRICS, type MetricName } from '../runner/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { createScenarioData, type ScenarioData } from '../stats/scenario-data.js';
import { groupBy } from '../stats/statistics.js';
import { buildTable } from './chart-data.js';
import type { ReportedScenario, Section, SectionContent } from './model.js';
import { type SelectedRuns, selectRuns } from './sessions.js';
import { formatCell, formatUnit, joinNames, toSentence } from './wording.js';

export function buildSections(results: Results, seed: number): readonly Section[] {
  return selectRuns(results).map((selected) => buildSection(selected, seed));
}

function buildSection(selected: SelectedRuns, seed: number): Section {
  const { scenario, session, planned, runs, laterDiscarded } = selected;
  const known: Readonly<Record<string, ReportedScenario>> = SCENARIOS;
  const describe = Object.hasOwn(known, scenario) ? known[scenario]?.describe : undefined;
  const data = createScenarioData(scenario, runs, seed);
  const content = (describe ?? describeAnyScenario)(data);
  const isEmpty = data.valid.length === 0;
  // A discarded run may still show the worst fault: a correct tally that lost an add.
  const violations = content.says.filter((text) => text.startsWith('VIOLATED'));
  const isSmoke = runs.some(({ conditions }) => conditions.scale === 'smoke');
  const discarded = [...runs, ...laterDiscarded].filter((run) => run.discardReason !== undefined);
  return {
    scenario,
    ...content,
    says: [
      ...(isSmoke ? ['SMOKE: these numbers mean nothing.'] : []),
      ...(isEmpty ? [...violations, explainEmpty(selected)] : content.says),
    ],
    how: [content.how, ...describeConditions(selected)].filter((text) => text !== '').join(' '),
    command: session?.command ?? `npx two-callers bench ${scenario}`,
    unavailable: (planned?.unavailable ?? []).map(([what, reason]) => `${what}: ${reason}`),
    voids: groupReasons(discarded),
    partial: describePartial(selected),
  };
}

/** A scenario of another version: every metric of every variant. */
function describeAnyScenario(data: ScenarioData): SectionContent {
  const { valid, variants } = data;
  const cells = variants.flatMap(({ variant }) => {
    const own = valid.filter((run) => run.variant === variant);
    const found = new Set(own.flatMap(({ values }) => Object.keys(values)));
    const metrics = (Object.keys(METRICS) as MetricName[]).filter((metric) => found.has(metric));
    return metrics.map((metric) => {
      const interval = data.median(variant, metric);
      const cell = formatCell(interval, metric);
      return [variant, METRICS[metric].says, cell, formatUnit(metric), `${interval.n}`];
    });
  });
  const rounds = formatCount(new Set(valid.map(({ round }) => round)).size, 'round');
  const count = formatCount(variants.length, 'variant');
  const says = `The session measured ${count} in ${rounds}; the table has the medians.`;
  return {
    title: `What was measured of ${data.scenario}?`,
    says: [variants.length === 0 ? 'No run of it counts.' : says],
    charts: [],
    tables: buildTable(
      'Medians over the rounds with 95 % bootstrap intervals',
      ['variant', 'what', 'median [95 %]', 'unit', 'n'],
      cells,
    ),
    how: '',
    changes: 'Another machine, version of Node or commit: compare only equal conditions.',
  };
}

function explainEmpty({ planned, runs }: SelectedRuns): string {
  if (planned?.variants === 0) return 'None of its variants is available here.';
  if (runs.length === 0) return 'It was planned, and no run of it was made.';
  return `Nothing can be said: none of ${formatCount(runs.length, 'run')} counts.`;
}

function describePartial({ planned, runs }: SelectedRuns): string {
  if (planned === undefined) return '';
  const total = planned.variants * planned.rounds;
  return runs.length < total ? `${runs.length} of ${formatCount(total, 'run')} were made` : '';
}

/** Each reason once, with its runs; reasons that differ only in numbers are one. */
function groupReasons(discarded: readonly Result[]): readonly string[] {
  const kinds = groupBy(discarded, ({ discardReason = '' }) => withoutNumbers(discardReason));
  return [...kinds.values()].map((own) => {
    const [first = ''] = own.map((run) => run.discardReason ?? '');
    const isSame = own.every((run) => run.discardReason === first);
    const reason = isSame ? first : `${first}, or similar`;
    if (own.length === 1) return `${formatPlaces(own)}: ${reason}`;
    return `${formatCount(own.length, 'run')}: ${reason} (${formatPlaces(own)})`;
  });
}

const withoutNumbers = (text: string): string => text.replace(/\d+(\.\d+)?/g, '#');

/** `inline + 0 us, rounds 1, 3; pool x2 + 0 us, round 2` */
function formatPlaces(runs: readonly Result[]): string {
  const places = [...groupBy(runs, ({ variant }) => variant)].map(([variant, own]) => {
    const sorted = own.map(({ round }) => round).sort((a, b) => a - b);
    return `${variant}, ${own.length === 1 ? 'round' : 'rounds'} ${sorted.join(', ')}`;
  });
  return places.join('; ');
}

const REMARKS_MAX = 6;
const METRICS_MAX = 3;
const VARIANTS_MAX = 6;
/** They hold no connections, or their load has no fixed time. */
const WITHOUT_LOAD: readonly string[] = ['tallies', 'wake-up', 'memory'];
/** Their own text names the load generator. */
const OWN_LOAD: readonly string[] = ['coordinated-omission', 'peers'];

const SCALE_TEXT: Readonly<Record<string, string>> = {
  quick: 'This is a quick look: fewer variants, rounds and seconds than a full run.',
  smoke: 'This is a SMOKE run, which only shows that everything runs: its numbers mean nothing.',
};

function describeConditions(selected: SelectedRuns): readonly string[] {
  const [first] = selected.runs;
  if (first === undefined) return [];
  const { cpu, cores, node, scale } = first.conditions;
  const scaled = SCALE_TEXT[String(scale)];
  return [
    ...(scaled === undefined ? [] : [scaled]),
    describeRounds(selected),
    `Measurement on ${cpu}, ${cores} cores, with Node ${node}.`,
    ...describeChoice(selected),
    ...describeRemarks(selected),
  ];
}

function describeRounds({ scenario, runs }: SelectedRuns): string {
  const [first] = runs;
  const rounds = formatCount(new Set(runs.map(({ round }) => round)).size, 'round');
  const order = 'each round runs every variant once, in seeded random order, in a fresh process';
  if (first === undefined || WITHOUT_LOAD.includes(scenario)) {
    return toSentence(`${rounds}; ${order}`);
  }
  const { seconds, warmSeconds, connections, generator } = first.conditions;
  const isVaried = runs.some(({ at }) => at?.name === 'connections');
  const over = isVaried ? '' : ` over ${connections} connections`;
  const loaded = `${rounds} of at least ${seconds} s after ${warmSeconds} s of warm-up`;
  const name = generator === 'raw' ? 'plain sockets' : String(generator);
  const loop = OWN_LOAD.includes(scenario) ? '' : `, the closed loop by ${name}${over}`;
  return toSentence(`${loaded}${loop}; ${order}`);
}

function describeChoice({ session, sessions, laterDiscarded }: SelectedRuns): readonly string[] {
  if (sessions < 2) return [];
  const when = session === undefined ? '' : `, begun ${session.startedAt}`;
  const which = session === undefined ? 'the latest' : `the latest ${session.plan.scale} session`;
  const valid = laterDiscarded.length === 0 ? '' : ' that has a valid run';
  return [`Of ${sessions} sessions with this scenario, the section shows ${which}${valid}${when}.`];
}

interface Remark {
  readonly run: Result;
  readonly text: string;
  /** Empty: the remark is not about an unknown value. */
  readonly metric: string;
}

/** Notes and reasons for unknown values, each once; texts that differ only in numbers are one. */
function describeRemarks({ runs }: SelectedRuns): readonly string[] {
  const remarks = runs.filter((one) => one.discardReason === undefined).flatMap(listRemarks);
  const kinds = groupBy(remarks, ({ metric, text }) => `${metric === ''}: ${withoutNumbers(text)}`);
  const all = [...kinds.values()].map(formatRemark);
  const more = all.length - REMARKS_MAX;
  return [...all.slice(0, REMARKS_MAX), ...(more > 0 ? [`And ${more} more remarks.`] : [])];
}

function listRemarks(run: Result): readonly Remark[] {
  const notes: readonly unknown[] = Array.isArray(run.notes) ? run.notes : [];
  const [again] = run.earlier ?? [];
  return [
    ...notes.map((note) => ({ run, text: `${note}`, metric: '' })),
    ...(again === undefined ? [] : [{ run, text: `measured again: ${again.discardReason}`, metric: '' }]),
    ...Object.entries(run.unknown ?? {}).map(([name, why]) => {
      return { run, text: `${why}`, metric: isMetric(name) ? METRICS[name].says : name };
    }),
  ];
}

function formatRemark(remarks: readonly Remark[]): string {
  const count = <T>(read: (remark: Remark) => T) => [...new Set(remarks.map(read))];
  const [texts, variants] = [count(({ text }) => text), count(({ run }) => run.variant)];
  const metrics = count(({ metric }) => metric).filter((metric) => metric !== '');
  const names = metrics.length > METRICS_MAX ? `${metrics.length} metrics` : joinNames(metrics);
  const what = metrics.length === 0 ? '' : `${names} unknown: `;
  const similar = texts.length === 1 ? '' : ', or similar';
  const places = variants.length > VARIANTS_MAX ? `${variants.length} variants` : joinNames(variants);
  const runs = formatCount(count(({ run }) => run).length, 'run');
  return toSentence(`In ${runs} (${places}): ${what}${texts[0]}${similar}`);
}
