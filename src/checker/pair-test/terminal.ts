// What asking came to, for people: the verdict first, then the table of outcomes, the evidence, and
// how well the two met. Makes lines and prints nothing; rows of what the service says are safe to
// print already.

import type { Colors, Paint } from '../../present/colours.js';
import { formatTable, type TableColumn } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Ticket, TimeSpan } from '../history.js';
import { pickPaint } from '../report/terminal.js';
import type { QuiescentFinding } from './baselines.js';
import type { Grade, OutcomeRow } from './outcome-table.js';
import type { Call, Known, ObservationMode, Pair } from './pair-outcome.js';
import type { PairTestResult } from './result.js';

/** Narrower than this the meaning is not broken into lines any more. */
const MEANING_COLUMNS_MIN = 24;

export function formatPairTest(asked: PairTestResult, columns: number, colors: Colors): string[] {
  const { verdict, answer, partial, outcomes, atRest, broken, pairs } = asked;
  const paint = pickPaint(verdict, colors);
  const stopped = broken === null ? 'stopped' : `it could not go on: ${sanitize(broken, 200)}`;
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

/** A row for each outcome; the meaning goes on in the next line where the terminal is narrow. */
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
    paintRow: (line, at) => painterOfRow(rows[at], colors)(line),
  });
}

const PAINT: Readonly<Record<Grade, 'green' | 'cyan' | 'yellow' | 'red'>> = {
  acceptable: 'green',
  interesting: 'cyan',
  unknown: 'yellow',
  forbidden: 'red',
};

function painterOfRow(row: OutcomeRow | undefined, colors: Colors): Paint {
  return row === undefined || row.samples === 0 ? colors.dim : colors[PAINT[row.grade]];
}

/** The first samples of each kind of what is wrong. */
function formatEvidence(rows: readonly OutcomeRow[], colors: Colors): string[] {
  const kinds = new Set(rows.filter((row) => row.evidence.length > 0).map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind && row.samples > 0);
    const evidence = ofKind.flatMap((row) => row.evidence);
    const samples = ofKind.reduce((sum, row) => sum + row.samples, 0);
    const like = ofKind.length > 1 ? ' and the like' : '';
    const first = samples > evidence.length ? `the first ${evidence.length} of ` : '';
    const all = formatCount(samples, kind.startsWith('rest-') ? 'read' : 'pair');
    const title = `${ofKind[0]?.seen}${like}, ${first}${all}:`;
    return [colors.bold(title), ...evidence.map((text) => `  ${text}`), ''];
  });
}

function percent(part: number, whole: number): string {
  return `${formatNumber((100 * part) / Math.max(1, whole), 1)} %`;
}

/** What two calls did inside the service nobody sees from here: only who was counted first. */
function overlapLines({ overlap, outcomes }: PairTestResult): string[] {
  const isRaced = outcomes.some(({ kind, samples }) => kind === 'same' && samples > 0);
  const { pairs, overlapping, byHalf, aligned, ordered, overtaken, overlapUs, gapUs } = overlap;
  if (pairs === 0 || overlapUs === null || gapUs === null) return [];
  const all = `${formatNumber(overlapping)} of ${formatCount(pairs, 'pair')}`;
  const half = `${formatNumber(byHalf)} for at least half of the shorter one`;
  return [
    'Overlap, as it is seen from outside:',
    `  ${all} were on their way together, ${half}`,
    `  together for ${formatNumber(overlapUs)} us, begun ${formatNumber(gapUs)} us apart (medians)`,
    `  in ${percent(aligned, pairs)} the middle of the longer call lay in the shorter one`,
    ...(ordered === 0 || (overtaken === 0 && isRaced)
      ? []
      : [`  ${overtakenText(overtaken, ordered)}`]),
  ];
}

function overtakenText(overtaken: number, ordered: number): string {
  if (overtaken === 0) {
    return 'who was released first was always counted first: it may take one at a time';
  }
  const times = `${formatNumber(overtaken)} of ${formatNumber(ordered)}`;
  const share = percent(overtaken, ordered);
  return `in ${times} (${share}) who was released second was counted first: the order was open`;
}

/** What was done where the middles met too rarely. */
function releaseLines({ release }: PairTestResult): string[] {
  const { held, since, differenceMs, alignedBefore, alignedSince } = release;
  if (since === null) return [];
  const from = `from pair ${formatNumber(since)} on`;
  const [before, after] = [alignedBefore, alignedSince].map((share) => percent(share ?? 0, 1));
  const rose = `the middles met in ${before} before that, in ${after} since`;
  if (held === null) return [`  ${from} the faster caller was held back for a while: ${rose}`];
  const slower = held === 'A' ? 'B' : 'A';
  const byMs = formatNumber(differenceMs, 2);
  return [
    `  caller ${slower} is answered ${byMs} ms later, so ${from} caller ${held} was held back,`,
    `  by half of that or by a random part of it: ${rose}`,
  ];
}

function remarkLines({ closed, acknowledged, way, target }: PairTestResult): string[] {
  const remarks: string[] = [];
  if (closed > acknowledged / 2) {
    remarks.push('The service closes each connection: every call includes connecting.');
  }
  if (way === 'reads' && target.ticket !== null) {
    remarks.push('Its answers have no ticket: each caller read the counter after its add instead.');
  }
  return remarks;
}

function didLine({
  target,
  acknowledged,
  failed,
  unknown,
  durationMs,
  seed,
  way,
}: PairTestResult): string {
  const { origin, add } = target;
  const asked = sanitize(`${add.method} ${origin}${add.path}`, 120);
  const counts =
    `${formatNumber(acknowledged)} acknowledged, ${formatNumber(failed)} failed, ` +
    `${formatNumber(unknown)} unknown`;
  const told = way === 'tickets' ? 'told by tickets' : 'told by reads';
  return `${asked} in ${formatNumber(durationMs / 1000, 2)} s, seed ${seed}: ${counts}; ${told}`;
}

// One sample of what is not allowed, as a sentence: the pair, what was known before it, and each
// caller's times, status and number. Pure; what came from the service is made printable.

const CELL_COLUMNS_MAX = 40;

/** `number` counts pairs from 1; `known` is what was known before it. */
export function pairText(
  number: number,
  { a, b }: Pair,
  known: Known,
  way: ObservationMode,
): string {
  const before = beforeText(a, b, known);
  const calls = `caller A ${callText(a, way)}; caller B ${callText(b, way)}`;
  return `pair ${formatNumber(number)}: ${before}${calls}`;
}

function beforeText(a: Call, b: Call, { bases }: Known): string {
  const cells = new Set(
    [a, b].flatMap(({ observed }) => (observed === null ? [] : [observed.cell])),
  );
  const known = [...cells].flatMap((cell) => {
    const base = bases.get(cell);
    if (base === undefined) return [];
    const name = cell === '' ? 'the counter' : shown(cell);
    return [`${name} was ${base.isExact ? '' : 'at least '}${base.value}`];
  });
  return known.length === 0 ? '' : `${known.join(' and ')}; `;
}

function callText(
  { outcome, status, error, observed, observedDuring, ...add }: Call,
  way: ObservationMode,
): string {
  const answered = `${interval(add)} ${status ?? 'no answer'}`;
  if (outcome !== 'ok') return `${answered} (${error ?? outcome})`;
  if (observed === null) return `${answered} without a number`;
  if (way === 'tickets') return `${answered}, ticket ${shownTicket(observed)}`;
  return `${answered}, read ${observed.value} at ${interval(observedDuring)}`;
}

function shownTicket({ cell, value }: Ticket): string {
  return cell === '' ? String(value) : `${shown(cell)}:${value}`;
}

function shown(text: string): string {
  return sanitize(text, CELL_COLUMNS_MAX);
}

function interval({ beginMs, endMs }: TimeSpan): string {
  return `${formatNumber(beginMs, 3)}–${formatNumber(endMs, 3)} ms`;
}

/** `pairs`: how many there had been. */
export function restText(pairs: number, { acknowledged, from, to }: QuiescentFinding): string {
  const moved = `the counter went from ${formatNumber(from)} to ${formatNumber(to)}`;
  return `after pair ${formatNumber(pairs)}: ${formatNumber(acknowledged)} acknowledged, ${moved}`;
}
