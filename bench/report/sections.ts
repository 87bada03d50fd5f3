// From results to the sections of a report: each scenario describes its runs, and this file adds the
// parts that all sections share. `bench`, `study`, `report` and the documentation all show these
// sections. Pure: results and a seed in, data out.

import { formatCount } from '../../src/present/text.js';
import type { Result } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { METRICS, type MetricName } from '../runner/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { createScenarioData, type ScenarioData } from '../stats/scenario-data.js';
import { buildTable } from './chart-data.js';
import { describeConditions } from './conditions.js';
import type { ReportedScenario, Section, SectionContent } from './model.js';
import { type SelectedRuns, selectRuns } from './sessions.js';
import { formatCell, formatUnit } from './wording.js';

/** In the order of the table of scenarios, unknown ones last. `seed`: of the intervals. */
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
  // A discarded run may still show the gravest fault: a correct tally that lost an add.
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
    command: session?.command ?? `two-callers bench ${scenario}`,
    unavailable: (planned?.unavailable ?? []).map(([what, reason]) => `${what}: ${reason}`),
    voids: groupReasons(discarded),
    partial: describePartial(selected),
  };
}

/** A scenario of another version: every metric of every variant, and no judgement. */
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
  const kinds = new Map<string, Result[]>();
  for (const run of discarded) {
    const kind = (run.discardReason ?? '').replace(/\d+(\.\d+)?/g, '#');
    kinds.set(kind, [...(kinds.get(kind) ?? []), run]);
  }
  return [...kinds.values()].map((own) => {
    const [first = ''] = own.map((run) => run.discardReason ?? '');
    const isSame = own.every((run) => run.discardReason === first);
    const reason = isSame ? first : `${first}, or similar`;
    if (own.length === 1) return `${formatPlaces(own)}: ${reason}`;
    return `${formatCount(own.length, 'run')}: ${reason} (${formatPlaces(own)})`;
  });
}

/** `inline + 0 us, rounds 1, 3; pool x2 + 0 us, round 2` */
function formatPlaces(runs: readonly Result[]): string {
  const variants = [...new Set(runs.map(({ variant }) => variant))];
  const places = variants.map((variant) => {
    const rounds = runs.filter((run) => run.variant === variant).map(({ round }) => round);
    const sorted = rounds.toSorted((a, b) => a - b).join(', ');
    return `${variant}, ${rounds.length === 1 ? 'round' : 'rounds'} ${sorted}`;
  });
  return places.join('; ');
}
