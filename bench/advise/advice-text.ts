// The advice as text, the answer before its evidence, and as a JSON document with the same numbers. Pure.

import { formatTable } from '../../src/present/table.js';
import { formatCount, formatInterval, formatNumber, formatPercent, wrap } from '../../src/present/text.js';
import { formatTimes, joinNames } from '../report/wording.js';
import { formatEnvironment } from '../runner/environment.js';
import { ROUNDS_MIN } from '../stats/statistics.js';
import type { Met } from '../stats/verdicts.js';
import type { Advice } from './advice.js';
import { type BreakEven, breakEvenChart, breakEvenJson, breakEvenText, curveLines } from './break-even.js';
import { findPlaceOnCurve, listCaveats } from './caveats.js';
import type { Measurements } from './measure-advice.js';
import { formatMicroseconds } from './scorer-profile.js';
import type { Targets, TopologyRow } from './topology-rows.js';

const COLUMNS = 112;
const FEW =
  `With fewer than ${ROUNDS_MIN} rounds an interval shows little more than the extremes of the` +
  ' runs, and is too narrow.';

export function adviceLines(advice: Advice, breakEven: BreakEven | undefined, found: Measurements): string[] {
  const { profile, plan, environment } = found;
  const us = findPlaceOnCurve(profile);
  const caveats = listCaveats(advice, found);
  return [
    ...answerLines(advice, found.targets).flatMap((line) => wrapped(line)),
    '',
    ...formatTable(
      formatHead(found.targets),
      advice.rows.map((row) => formatRow(row, found.targets)),
    ),
    '',
    ...formatProfile(found),
    ...(breakEven === undefined ? [] : ['', ...curveLines(breakEven, us)]),
    '',
    ...caveats.flatMap(({ text }) => wrapped(`- ${text}`, '  ')),
    '',
    `${plan.rounds} rounds of ${plan.seconds} s in random order, a fresh process each,` +
      ` ${plan.connections} callers at a time, seed ${plan.seed}; 95 % bootstrap intervals.`,
    ...(plan.rounds < ROUNDS_MIN ? [FEW] : []),
    formatEnvironment(environment),
  ];
}

/** All lines but the first are indented. */
export function wrapped(text: string, indent = ''): string[] {
  const lines = wrap(text, COLUMNS - indent.length);
  return lines.map((line, at) => (at === 0 ? line : indent + line));
}

export function answerLines(advice: Advice, targets: Targets): string[] {
  const { outcome, choice, margin, alike, why } = advice;
  const left = leftOutLines(advice);
  const others = left.length === 0 ? [] : ['Left out:', ...left];
  if (outcome === 'too noisy') {
    return [`No advice: an interval spans more than 2× (${why}). ${AGAIN}`, ...others];
  }
  if (choice === undefined) return ['Nothing can be advised: no run counts.'];
  const asked = targetsText(targets);
  if (outcome === 'none meets') {
    return [`No topology meets ${asked} on this machine. The nearest is ${choice.name}.`, ...left];
  }
  const isSure = choice.meetsP99 !== 'unclear' && choice.meetsRate !== 'unclear';
  const met = isSure
    ? ` It meets ${asked}.`
    : ` Whether it meets ${asked} is unclear: measure more --rounds.`;
  const end = asked === '' ? '' : met;
  const times = margin && formatTimes(margin.ratio, `the requests of ${margin.over}`);
  const reason = outcome === 'clear' && times !== undefined ? `it serves ${times}` : why;
  const use = `${choice.name}${reason === '' ? '' : `: ${reason}`}.${end}`;
  if (outcome === 'clear') return [`Use ${use}`, ...others];
  const close = `Too close to call between ${joinNames(alike)}: ${margin?.of} serves ${times}.`;
  return [close, `By default use ${use}`, ...others];
}

const AGAIN = 'Measure on a quieter machine, or with more --rounds.';

function leftOutLines({ leftOut }: Advice): string[] {
  return leftOut.map(({ name, isFaster, why }) => `  ${name}${isFaster ? ' (faster)' : ''}: ${why}`);
}

function targetsText({ p99Ms, perSecond }: Targets): string {
  const rate = perSecond === undefined ? '' : `${formatNumber(perSecond)} requests/s`;
  const wait = p99Ms === undefined ? '' : `a p99 of ${p99Ms} ms`;
  return [rate, wait].filter((part) => part !== '').join(' with ');
}

const MARKS: Readonly<Record<Met, string>> = { yes: '✓', no: '✗', unclear: '?', 'no target': '' };

function formatHead({ p99Ms, perSecond }: Targets): string[] {
  return [
    'topology',
    'requests/s [95 %]',
    'p99, ms',
    'GET /health p99, ms',
    ...(perSecond === undefined ? [] : [`p99 at ${perSecond}/s, ms`, 'keeps up']),
    ...(p99Ms === undefined ? [] : [`p99 <= ${p99Ms} ms`]),
    'n',
  ];
}

function formatRow(row: TopologyRow, { p99Ms, perSecond }: Targets): string[] {
  const { meetsP99, meetsRate, atRateP99Ms, keptUp } = row;
  const rate = [formatInterval(atRateP99Ms, 1), `${MARKS[meetsRate]} ${formatShare(keptUp.median)}`];
  return [
    row.name,
    formatInterval(row.perSecond, 0),
    formatInterval(row.p99Ms, 1),
    formatInterval(row.healthP99Ms, 1),
    ...(perSecond === undefined ? [] : rate),
    ...(p99Ms === undefined ? [] : [MARKS[meetsP99]]),
    `${row.perSecond.n}`,
  ];
}

function formatShare(share: number): string {
  return Number.isNaN(share) ? 'unknown' : formatPercent(share);
}

function formatProfile({ scorer, profile, roundTrip, threads }: Measurements): string[] {
  const { n, cpuShare, isAsync, bodyBytes, answerBytes } = profile;
  const format = formatMicroseconds;
  const middle = `median ${format(profile.medianUs)}, mean ${format(profile.meanUs)}`;
  const spread = `p99 ${format(profile.p99Us)}, standard deviation ${format(profile.sdUs)}`;
  const kind = isAsync ? 'asynchronous' : 'synchronous';
  const share = `${formatShare(Math.min(1, cpuShare))} of it CPU time`;
  const texts = `parsing takes ${format(profile.readUs.median)}, printing ${format(profile.printUs.median)}`;
  const trip = `to a task worker and back ${format(roundTrip.p50Us)}, p99 ${format(roundTrip.p99Us)}`;
  return formatTable(
    [],
    [
      [`scorer ${scorer}`, `${middle}, ${spread}`],
      ['', `(n = ${formatNumber(n)} calls on one thread, ${kind}, ${share})`],
      ['transaction', `${bodyBytes} bytes in, ${answerBytes} out; ${texts}`],
      ['message', `${trip} (n = ${formatNumber(roundTrip.n)}); ${formatCount(threads, 'thread')}`],
    ],
  );
}

const ADVICE_SCHEMA = 1;

/** JSON has no NaN: an unknown number is null. */
export function adviceJson(advice: Advice, breakEven: BreakEven | undefined, found: Measurements): object {
  const { scorer, targets, threads, environment, profile, roundTrip, plan, unavailable } = found;
  const { rounds, seconds, connections, seed, scale } = plan;
  const { choice, ...rest } = advice;
  const us = findPlaceOnCurve(profile);
  const described = breakEven && {
    says: breakEvenText(breakEven),
    ...breakEvenJson(breakEven),
    scorerUs: us ?? null,
    chart: breakEvenChart(breakEven, us),
  };
  return {
    schema: ADVICE_SCHEMA,
    answer: answerLines(advice, targets),
    choice: choice === undefined ? null : { topology: choice.topology, threads: choice.threads },
    ...rest,
    shortfalls:
      advice.outcome === 'none meets' ? advice.leftOut.map(({ name, why }) => `${name}: ${why}`) : [],
    notes: listCaveats(advice, found).map(({ text }) => text),
    targets,
    scorer: { name: scorer, ...profile },
    message: roundTrip,
    breakEven: described ?? null,
    plan: { rounds, seconds, connections, threads, seed, scale },
    unavailable,
    environment,
  };
}
