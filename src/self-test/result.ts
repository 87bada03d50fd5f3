// What the runs of a self-test show together: the verdict, how soon each fault is caught, the document
// of `check --self-test --json`, which is also a line in a file of results, and the text. Pure.

import { CONDITIONS } from '../checker/judgement.js';
import { type Proportion, wilson } from '../checker/proportion.js';
import type { Colors } from '../present/colours.js';
import { formatTable } from '../present/table.js';
import { formatCount, formatNumber, sanitize } from '../present/text.js';
import type { Verdict } from '../verdict.js';
import {
  type Combination,
  type SelfTestFlags,
  type SelfTestOutcome,
  type SelfTestPlan,
  type SelfTestResult,
  type SelfTestRun,
  STAGES,
} from './run.js';

/** How soon the runs of one fault in one topology were caught. */
export interface CaughtShares {
  readonly tally: string;
  readonly topology: string;
  readonly within: readonly (Proportion & { readonly requests: number })[];
  /** In how many runs each condition failed; the most frequent first. */
  readonly conditions: readonly (readonly [string, number])[];
  /** Runs that were caught by none of the conditions expected of the fault. */
  readonly otherwise: number;
}

export interface SelfTestJson
  extends Pick<SelfTestFlags, 'seeds' | 'seed' | 'requests'>,
    Omit<Readonly<Record<SelfTestOutcome, number>>, 'alarm'>,
    Pick<SelfTestPlan, 'unavailable'> {
  readonly verdict: Verdict;
  readonly falseAlarms: number;
  readonly partial: boolean;
  readonly planned: number;
  readonly faults: readonly CaughtShares[];
  readonly runs: readonly SelfTestRun[];
}

export function countOutcomes(runs: readonly SelfTestRun[]): Readonly<Record<SelfTestOutcome, number>> {
  const counts = { caught: 0, missed: 0, passed: 0, alarm: 0 };
  for (const { outcome } of runs) counts[outcome] += 1;
  return counts;
}

/** `violated`: a fault was missed or a false alarm raised; `unknown`: not all runs were made. */
export function judgeSelfTest({ runs, partial }: SelfTestResult): Verdict {
  const { missed, alarm } = countOutcomes(runs);
  if (missed + alarm > 0) return 'violated';
  return partial || runs.length === 0 ? 'unknown' : 'ok';
}

/** A row for each fault in each topology in which it can show. */
export function computeCaughtShares({ plan, runs }: SelfTestResult): CaughtShares[] {
  const combinations = plan.combinations.filter(({ expected }) => expected === 'violated');
  return combinations.map((one) => computeShares(one, runs));
}

/** The order of conditions that failed equally often. */
const ORDER: readonly string[] = Object.keys(CONDITIONS);

function computeShares(
  { tally, topology, conditions: expected }: Combination,
  runs: readonly SelfTestRun[],
): CaughtShares {
  const own = runs.filter((run) => run.tally === tally && run.topology === topology);
  const within = STAGES.map((requests) => {
    const caught = own.filter((run) => (run.caughtWithin ?? Infinity) <= requests);
    return { requests, ...wilson(caught.length, own.length) };
  });
  const caught = own.filter(({ outcome }) => outcome === 'caught');
  const counts = new Map<string, number>();
  for (const name of caught.flatMap(({ failures }) => Object.keys(failures))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const rank = ([name, count]: readonly [string, number]) => ORDER.indexOf(name) - 100 * count;
  const conditions = [...counts].toSorted((a, b) => rank(a) - rank(b));
  const otherwise = caught.filter(({ failures }) => !expected.some((name) => name in failures));
  return { tally, topology, within, conditions, otherwise: otherwise.length };
}

export function formatSelfTestJson(
  result: SelfTestResult,
  { seeds, seed, requests }: SelfTestFlags,
): SelfTestJson {
  const { plan, runs, partial } = result;
  const { alarm, ...counts } = countOutcomes(runs);
  return {
    verdict: judgeSelfTest(result),
    ...counts,
    falseAlarms: alarm,
    partial,
    planned: plan.runs.length,
    seeds,
    seed,
    requests,
    unavailable: plan.unavailable,
    faults: computeCaughtShares(result),
    runs,
  };
}

const AGAIN = 'npx two-callers check --self-test --seeds 1';
const BAD_RUNS_SHOWN = 20;
const TEXT_COLUMNS_MAX = 200;

/** The answer, the runs that went wrong, a table of all tallies in all topologies, and what was caught. */
export function formatSelfTest(result: SelfTestResult, colors: Colors): string[] {
  const lines = [...answerLines(result, colors), ''];
  if (result.runs.length === 0) return lines;
  return [
    ...lines,
    ...badRunLines(result, colors),
    ...matrixLines(result, colors),
    '',
    ...caughtLines(result),
    ...invisibleFaultLines(result),
  ];
}

function answerLines(result: SelfTestResult, { green, red, dim }: Colors): string[] {
  const { runs, plan, partial } = result;
  const { caught, missed, passed, alarm } = countOutcomes(runs);
  const correct = runs.filter(({ isHonest, outcome }) => isHonest && outcome === 'passed').length;
  const done = `${formatNumber(runs.length)} of ${formatCount(plan.runs.length, 'run')}`;
  const verdict = judgeSelfTest(result);
  const paint = verdict === 'violated' ? red : verdict === 'ok' ? green : dim;
  return [
    paint(`${verdict}: ${missed} missed, ${formatCount(alarm, 'false alarm')}`),
    `${formatCount(caught, 'run')} with a fault that can show: caught`,
    `${formatCount(correct, 'run')} with a correct tally: passed`,
    `${formatCount(passed - correct, 'run')} with a fault that cannot show there: passed`,
    ...(partial ? [`interrupted: this is partial, after ${done}`] : []),
    ...plan.unavailable.map(({ reason }) => dim(`not tested: ${reason}`)),
  ];
}

/** What a wrong run saw, and the command that repeats it. */
function badRunLines({ runs }: SelfTestResult, { red }: Colors): string[] {
  const wrong = runs.filter(({ outcome }) => outcome === 'missed' || outcome === 'alarm');
  const shown = wrong.slice(0, BAD_RUNS_SHOWN).flatMap((run) => {
    const { outcome, tally, topology, seed, verdict, answer, exitCode, evidence } = run;
    const what = outcome === 'alarm' ? 'false alarm' : outcome;
    const load = `${formatCount(run.requests, 'request')}, ${formatCount(run.callers, 'caller')}`;
    return [
      red(`${what}: ${tally} in ${topology}, seed ${seed}: ${verdict} (${load})`),
      ...[answer, ...evidence].map((text) => `  ${sanitize(text, TEXT_COLUMNS_MAX)}`),
      ...(exitCode === 0 ? [] : [`  the service ended with exit code ${exitCode}`]),
      `  again: ${AGAIN} --seed ${seed} --topology ${topology} --tally ${tally}`,
      '',
    ];
  });
  const more = wrong.length - BAD_RUNS_SHOWN;
  return more > 0 ? [...shown, `and ${formatCount(more, 'more run')}`, ''] : shown;
}

/** A row for each tally, a column for each topology. */
function matrixLines({ plan, runs }: SelfTestResult, { red }: Colors): string[] {
  const topologies = [...new Set(plan.combinations.map(({ topology }) => topology))];
  const tallies = [...new Set(plan.combinations.map(({ tally }) => tally))];
  const cells = tallies.map((tally) => topologies.map((topology) => formatCell(plan, runs, tally, topology)));
  const rows = tallies.map((tally, at) => [tally, ...(cells[at] ?? []).map(({ text }) => text)]);
  const paintRow = (line: string, at: number) => (cells[at]?.some(({ isBad }) => isBad) ? red(line) : line);
  return formatTable(['tally', ...topologies], rows, { paintRow });
}

function formatCell(
  { combinations }: SelfTestPlan,
  runs: readonly SelfTestRun[],
  tally: string,
  topology: string,
): { readonly text: string; readonly isBad: boolean } {
  const isHere = (one: { tally: string; topology: string }) =>
    one.tally === tally && one.topology === topology;
  const planned = combinations.find(isHere);
  const own = runs.filter(isHere);
  if (planned === undefined || own.length === 0) return { text: '-', isBad: false };
  const { caught, passed } = countOutcomes(own);
  const right = caught + passed;
  const word = planned.expected === 'violated' ? 'caught' : 'passed';
  const note = planned.isHonest || planned.expected === 'violated' ? '' : ' *';
  return { text: `${right}/${own.length} ${word}${note}`, isBad: right < own.length };
}

function caughtLines(result: SelfTestResult): string[] {
  const rows = computeCaughtShares(result).filter(({ within }) => (within[0]?.n ?? 0) > 0);
  if (rows.length === 0) return [];
  const titles = ['fault', 'topology', ...STAGES.map((stage) => formatNumber(stage)), 'by'];
  const cells = rows.map(({ tally, topology, within, conditions }) => [
    tally,
    topology,
    ...within.map(formatShare),
    conditions.map(([name, count]) => `${name} ${count}`).join(', '),
  ]);
  return [
    'Caught within this many requests (runs, share with its 95 % CI), and by which conditions:',
    ...formatTable(titles, cells),
    ...rows
      .filter(({ otherwise }) => otherwise > 0)
      .map(({ tally, topology, otherwise }) => {
        const times = formatCount(otherwise, 'run');
        return `${tally} in ${topology}: in ${times} only by conditions not expected of it`;
      }),
    '',
  ];
}

/** `18/20 90 % (70–97)` */
function formatShare({ count, n, low, high }: Proportion): string {
  const percent = (value: number) => Math.round(value * 100);
  return `${count}/${n} ${percent(count / n)} % (${percent(low)}–${percent(high)})`;
}

function invisibleFaultLines({ plan }: SelfTestResult): string[] {
  const invisible = plan.combinations.filter((one) => !one.isHonest && one.expected === 'ok');
  if (invisible.length === 0) return [];
  const rows = invisible.map(({ tally, topology, why }) => [tally, topology, why ?? '']);
  return ['* cannot show there:', ...formatTable([], rows), ''];
}
