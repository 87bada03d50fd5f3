// The result of a self-test in words: the answer first, a table of all tallies in all topologies,
// after how many requests each fault was caught, and whatever went wrong with its evidence. Pure.

import { CONDITIONS } from '../checker/judgement.js';
import { type Proportion, wilson } from '../checker/proportion.js';
import type { Colors } from '../present/colours.js';
import { formatTable } from '../present/table.js';
import { formatCount, formatNumber, sanitize } from '../present/text.js';
import type { Verdict } from '../verdict.js';
import type { Combination, SelfTestPlan } from './plan.js';
import { type Outcome, type SelfTestRun, STAGES } from './run.js';

export interface SelfTestResult {
  readonly plan: SelfTestPlan;
  readonly runs: readonly SelfTestRun[];
  /** It was interrupted. */
  readonly partial: boolean;
}

/** After how many requests the runs of one fault in one topology were caught. */
export interface Caught {
  readonly tally: string;
  readonly topology: string;
  readonly within: readonly (Proportion & { readonly requests: number })[];
  /** In how many runs each condition failed; the most frequent first. */
  readonly conditions: readonly (readonly [string, number])[];
  /** Runs in which none of the conditions failed that the fault should make fail. */
  readonly otherwise: number;
}

/** Where two failed as often. */
const ORDER: readonly string[] = Object.keys(CONDITIONS);
const AGAIN = 'two-callers check --self-test --seeds 1';
const BAD_RUNS_SHOWN = 20;
const TEXT_COLUMNS_MAX = 200;

function count(runs: readonly SelfTestRun[], outcome: Outcome): number {
  return runs.filter((run) => run.outcome === outcome).length;
}

/** `violated`: it missed a fault or raised a false alarm; `unknown`: not all was run. */
export function verdictOf({ runs, partial }: SelfTestResult): Verdict {
  if (count(runs, 'missed') + count(runs, 'alarm') > 0) return 'violated';
  return partial || runs.length === 0 ? 'unknown' : 'ok';
}

export function caughtOf({ plan, runs }: SelfTestResult): Caught[] {
  return plan.combinations.filter(({ expected }) => expected === 'violated').map(caught);

  function caught({ tally, topology, conditions: expected }: Combination): Caught {
    const own = runs.filter((run) => run.tally === tally && run.topology === topology);
    const within = STAGES.map((requests) => {
      const isCaught = (run: SelfTestRun) => (run.caughtWithin ?? Infinity) <= requests;
      return { requests, ...wilson(own.filter(isCaught).length, own.length) };
    });
    const sums = new Map<string, number>();
    for (const { outcome, failures } of own) {
      for (const name of outcome === 'caught' ? Object.keys(failures) : []) {
        sums.set(name, (sums.get(name) ?? 0) + 1);
      }
    }
    const rank = ([name, runs]: readonly [string, number]) => ORDER.indexOf(name) - 100 * runs;
    const conditions = [...sums].toSorted((a, b) => rank(a) - rank(b));
    const isOtherwise = ({ outcome, failures }: SelfTestRun) =>
      outcome === 'caught' && !expected.some((name) => name in failures);
    return { tally, topology, within, conditions, otherwise: own.filter(isOtherwise).length };
  }
}

export function selfTestLines(result: SelfTestResult, colors: Colors): string[] {
  const lines = [...answerLines(result, colors), ''];
  if (result.runs.length === 0) return lines;
  return [
    ...lines,
    ...badLines(result, colors),
    ...matrixLines(result, colors),
    '',
    ...caughtLines(result),
    ...cannotLines(result),
  ];
}

function answerLines(result: SelfTestResult, { green, red, dim }: Colors): string[] {
  const { runs, plan, partial } = result;
  const missed = count(runs, 'missed');
  const alarms = count(runs, 'alarm');
  const honest = runs.filter(({ isHonest, outcome }) => isHonest && outcome === 'passed').length;
  const cannot = count(runs, 'passed') - honest;
  const first = `${missed} missed, ${formatCount(alarms, 'false alarm')}`;
  const sound = formatCount(honest, 'run with an honest tally', 'runs with an honest tally');
  const rest = [
    `${formatCount(count(runs, 'caught'), 'run')} with a fault that can show: caught`,
    `${sound} and ${formatNumber(cannot)} with a fault that cannot show there: passed`,
  ];
  const of = `${formatNumber(runs.length)} of ${formatCount(plan.runs.length, 'run')}`;
  const interrupted = partial ? [`interrupted: this is partial, after ${of}`] : [];
  const missing = plan.unavailable.map(({ reason }) => dim(`not tested: ${reason}`));
  const isBad = missed + alarms > 0;
  const verdict = verdictOf(result);
  const paintFirst = isBad ? red : verdict === 'ok' ? green : dim;
  return [paintFirst(`${verdict}: ${first}`), ...rest, ...interrupted, ...missing];
}

/** What a run that went wrong saw, and how to run it again. */
function badLines({ runs }: SelfTestResult, { red }: Colors): string[] {
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
  return more > 0 ? [...shown, `and ${formatCount(more, 'run')} more of the kind`, ''] : shown;
}

/** A row for each tally, a column for each topology. */
function matrixLines({ plan, runs }: SelfTestResult, { red }: Colors): string[] {
  const topologies = [...new Set(plan.combinations.map(({ topology }) => topology))];
  const tallies = [...new Set(plan.combinations.map(({ tally }) => tally))];
  const rows = tallies.map((tally) => [
    tally,
    ...topologies.map((topology) => cell(plan, runs, tally, topology)),
  ]);
  const paintRow = (line: string, row: number) => (isBadRow(rows[row]) ? red(line) : line);
  return formatTable(['tally', ...topologies], rows, { paintRow });
}

const WORDS = { ok: 'passed', violated: 'caught' } as const;

function cell(
  { combinations }: SelfTestPlan,
  runs: readonly SelfTestRun[],
  tally: string,
  topology: string,
): string {
  const is = (one: Combination) => one.tally === tally && one.topology === topology;
  const planned = combinations.find(is);
  const own = runs.filter(is);
  if (planned === undefined || own.length === 0) return '-';
  const right = count(own, 'caught') + count(own, 'passed');
  const note = planned.isHonest || planned.expected === 'violated' ? '' : ' *';
  return `${right}/${own.length} ${WORDS[planned.expected]}${note}`;
}

function isBadRow(cells: readonly string[] = []): boolean {
  return cells.some((text) => {
    const [, right, all] = /^(\d+)\/(\d+) /.exec(text) ?? [];
    return right !== all;
  });
}

function caughtLines(result: SelfTestResult): string[] {
  const rows = caughtOf(result).filter(({ within }) => (within[0]?.n ?? 0) > 0);
  if (rows.length === 0) return [];
  const head = ['fault', 'topology', ...STAGES.map((stage) => formatNumber(stage)), 'by'];
  const body = rows.map(({ tally, topology, within, conditions }) => [
    tally,
    topology,
    ...within.map(share),
    conditions.map(([name, runs]) => `${name} ${runs}`).join(', '),
  ]);
  const otherwise = rows.filter((row) => row.otherwise > 0);
  return [
    'Caught within so many requests (runs, share with its 95 % interval), and by which conditions:',
    ...formatTable(head, body),
    ...otherwise.map(({ tally, topology, otherwise: runs }) => {
      const times = formatCount(runs, 'run');
      return `${tally} in ${topology}: in ${times} only by conditions not expected of it`;
    }),
    '',
  ];
}

/** `18/20 90 % [70, 97]` */
function share({ count: caught, n, low, high }: Proportion): string {
  const percent = (value: number) => Math.round(value * 100);
  return `${caught}/${n} ${percent(caught / n)} % [${percent(low)}, ${percent(high)}]`;
}

function cannotLines({ plan }: SelfTestResult): string[] {
  const cannot = plan.combinations.filter((one) => !one.isHonest && one.expected === 'ok');
  if (cannot.length === 0) return [];
  return [
    '* cannot show there:',
    ...formatTable(
      [],
      cannot.map(({ tally, topology, why }) => [tally, topology, why ?? '']),
    ),
    '',
  ];
}
