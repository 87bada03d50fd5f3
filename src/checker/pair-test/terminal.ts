// What asking came to, for people: the verdict first, then the table of outcomes, the evidence, and how well
// the two met. Makes lines and prints nothing; rows of what the service says are safe to print already.

import type { Colors, Paint } from '../../present/colours.js';
import { formatTable, type TableColumn } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Ticket, TimeSpan } from '../history.js';
import { pickPaint } from '../report/terminal.js';
import type { QuiescentFinding } from './baselines.js';
import type { Grade, OutcomeRow } from './outcome-table.js';
import type { Known, ObservationMode, Pair, PairCall } from './pair-outcome.js';
import type { PairTestResult } from './result.js';

/** The meaning wraps to no less than this width. */
const MEANING_COLUMNS_MIN = 24;

export function formatPairTest(asked: PairTestResult, columns: number, colors: Colors): string[] {
  const { verdict, answer, partial, outcomes, atRest, broken, pairs } = asked;
  const paint = pickPaint(verdict, colors);
  const stopped = broken === null ? 'stopped' : `the test could not continue: ${sanitize(broken, 200)}`;
  const made = `${formatNumber(pairs)} of ${formatCount(asked.asked, 'pair')} made`;
  return [
    paint(`${verdict}: ${answer}`),
    ...(partial ? [colors.yellow(`partial: ${made}; ${stopped}`)] : []),
    '',
    ...tableLines('saw', 'samples', outcomes, columns, colors),
    '',
    ...tableLines('at rest', 'reads', atRest, columns, colors),
    '',
    ...formatEvidence([...outcomes, ...atRest], colors),
    ...overlapLines(asked),
    ...releaseLines(asked),
    ...remarkLines(asked),
    didLine(asked),
  ];
}

/** A row for each outcome; the meaning wraps on a narrow terminal. */
function tableLines(
  saw: string,
  samples: string,
  rows: readonly OutcomeRow[],
  columns: number,
  colors: Colors,
): string[] {
  const total = rows.reduce((sum, row) => sum + row.samples, 0);
  const cells = rows.map((row) => [
    row.seen,
    formatNumber(row.samples),
    `${formatNumber(total === 0 ? 0 : (100 * row.samples) / total, 2)} %`,
    row.grade,
    row.meaning,
  ]);
  const titles: TableColumn[] = [
    { title: saw },
    { title: samples, align: 'right' },
    { title: 'share', align: 'right' },
    { title: 'verdict' },
    { title: 'meaning', widthMin: MEANING_COLUMNS_MIN, wraps: true },
  ];
  return formatTable(titles, cells, {
    width: columns,
    paintTitles: colors.bold,
    paintRow: (line, at) => pickRowPaint(rows[at], colors)(line),
  });
}

const PAINT: Readonly<Record<Grade, 'green' | 'cyan' | 'yellow' | 'red'>> = {
  acceptable: 'green',
  interesting: 'cyan',
  unknown: 'yellow',
  forbidden: 'red',
};

function pickRowPaint(row: OutcomeRow | undefined, colors: Colors): Paint {
  return row === undefined || row.samples === 0 ? colors.dim : colors[PAINT[row.grade]];
}

/** The first samples of each wrong kind. */
function formatEvidence(rows: readonly OutcomeRow[], colors: Colors): string[] {
  const kinds = new Set(rows.filter((row) => row.evidence.length > 0).map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind && row.samples > 0);
    const evidence = ofKind.flatMap((row) => row.evidence);
    const samples = ofKind.reduce((sum, row) => sum + row.samples, 0);
    const like = ofKind.length > 1 ? ' and similar' : '';
    const first = samples > evidence.length ? `the first ${evidence.length} of ` : '';
    const all = formatCount(samples, kind.startsWith('rest-') ? 'read' : 'pair');
    const title = `${ofKind[0]?.seen}${like}, ${first}${all}:`;
    return [colors.bold(title), ...evidence.map((text) => `  ${text}`), ''];
  });
}

function percent(part: number, whole: number): string {
  return `${formatNumber((100 * part) / Math.max(1, whole), 1)} %`;
}

/** The calls inside the service are not visible from here, only which one was counted first. */
function overlapLines({ overlap, outcomes }: PairTestResult): string[] {
  const isRaced = outcomes.some(({ kind, samples }) => kind === 'same' && samples > 0);
  const { pairs, overlapping, byHalf, aligned, ordered, overtaken, overlapUs, gapUs } = overlap;
  if (pairs === 0 || overlapUs === null || gapUs === null) return [];
  const all = `${formatNumber(overlapping)} of ${formatCount(pairs, 'pair')}`;
  const half = `${formatNumber(byHalf)} for at least half of the shorter one`;
  return [
    'Overlap, as seen from outside:',
    `  ${all} were in flight together, ${half}`,
    `  medians: ${formatNumber(overlapUs)} µs in flight together, begun ${formatNumber(gapUs)} µs apart`,
    `  in ${percent(aligned, pairs)} the middle of the longer call was inside the shorter one`,
    ...(ordered === 0 || (overtaken === 0 && isRaced) ? [] : [`  ${formatOvertaken(overtaken, ordered)}`]),
  ];
}

function formatOvertaken(overtaken: number, ordered: number): string {
  if (overtaken === 0) {
    return 'the call released first was always counted first: the service may serialise calls';
  }
  const times = `${formatNumber(overtaken)} of ${formatNumber(ordered)}`;
  const share = percent(overtaken, ordered);
  return `in ${times} (${share}) the call released second was counted first: the order was open`;
}

/** How the callers were released where the middles met too rarely. */
function releaseLines({ release }: PairTestResult): string[] {
  const { held, since, differenceMs, alignedBefore, alignedSince } = release;
  if (since === null) return [];
  const from = `from pair ${formatNumber(since)} on`;
  const [before, after] = [alignedBefore, alignedSince].map((share) => percent(share ?? 0, 1));
  const rose = `the middles met in ${before} before, in ${after} after`;
  if (held === null) return [`  ${from} the faster caller was held back for some pairs: ${rose}`];
  const slower = held === 'A' ? 'B' : 'A';
  const byMs = formatNumber(differenceMs, 2);
  return [
    `  caller ${slower} is ${byMs} ms slower, so ${from} caller ${held} was held back,`,
    `  by half of that time or a random part of it: ${rose}`,
  ];
}

function remarkLines({ closed, acknowledged, way, target }: PairTestResult): string[] {
  const remarks: string[] = [];
  if (closed > acknowledged / 2) {
    remarks.push('The service closes each connection: every call includes connecting.');
  }
  if (way === 'reads' && target.ticket !== null) {
    remarks.push('The answers have no ticket, so each caller read the counter after its add.');
  }
  return remarks;
}

function didLine({ target, acknowledged, failed, unknown, durationMs, seed, way }: PairTestResult): string {
  const { origin, add } = target;
  const request = sanitize(`${add.method} ${origin}${add.path}`, 120);
  const counts =
    `${formatNumber(acknowledged)} acknowledged, ${formatNumber(failed)} failed, ` +
    `${formatNumber(unknown)} unknown`;
  const source = way === 'tickets' ? 'numbers from tickets' : 'numbers from reads';
  return `${request} in ${formatNumber(durationMs / 1000, 2)} s, seed ${seed}: ${counts}; ${source}`;
}

const CELL_COLUMNS_MAX = 40;

/** One wrong sample: the baseline, then the times, status and number of each call. Pairs count from 1. */
export function formatPair(number: number, { a, b }: Pair, known: Known, way: ObservationMode): string {
  const before = formatBaseline(a, b, known);
  const calls = `caller A ${formatCall(a, way)}; caller B ${formatCall(b, way)}`;
  return `pair ${formatNumber(number)}: ${before}${calls}`;
}

function formatBaseline(a: PairCall, b: PairCall, { bases }: Known): string {
  const cells = new Set([a, b].flatMap(({ observed }) => (observed === null ? [] : [observed.cell])));
  const known = [...cells].flatMap((cell) => {
    const base = bases.get(cell);
    if (base === undefined) return [];
    const name = cell === '' ? 'the counter' : shorten(cell);
    return [`${name} was ${base.isExact ? '' : 'at least '}${base.value}`];
  });
  return known.length === 0 ? '' : `${known.join(' and ')}; `;
}

function formatCall(
  { outcome, status, error, observed, observedDuring, ...add }: PairCall,
  way: ObservationMode,
): string {
  const answered = `${formatSpan(add)} ${status ?? 'no answer'}`;
  if (outcome !== 'ok') return `${answered} (${error ?? outcome})`;
  if (observed === null) return `${answered} without a number`;
  if (way === 'tickets') return `${answered}, ticket ${formatTicket(observed)}`;
  return `${answered}, read ${observed.value} at ${formatSpan(observedDuring)}`;
}

function formatTicket({ cell, value }: Ticket): string {
  return cell === '' ? String(value) : `${shorten(cell)}:${value}`;
}

function shorten(text: string): string {
  return sanitize(text, CELL_COLUMNS_MAX);
}

function formatSpan({ beginMs, endMs }: TimeSpan): string {
  return `${formatNumber(beginMs, 3)}–${formatNumber(endMs, 3)} ms`;
}

/** One wrong read at rest, after this many pairs. */
export function formatQuiescent(pairs: number, { acknowledged, from, to }: QuiescentFinding): string {
  const moved = `the counter went from ${formatNumber(from)} to ${formatNumber(to)}`;
  return `after pair ${formatNumber(pairs)}: ${formatNumber(acknowledged)} acknowledged, ${moved}`;
}
