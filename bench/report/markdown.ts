// A report as Markdown for a pull request, within GitHub's 65,536 characters: less important parts go first,
// and the text names them. Text from a file cannot mention accounts or add links. Pure.

import { formatCount, formatNumber, formatShare, sanitize } from '../../src/present/text.js';
import type { OutcomeCell, OutcomeLine, OutcomeTable, SelfTestTable } from './evidence-tables.js';
import type { Section, Table } from './model.js';
import type { Report } from './report.js';

const CHARS_MAX = 60_000;
const DISCARDED_MAX = 20;
const TEXT_COLUMNS = 1_000;

interface Detail {
  readonly hasMoreTables: boolean;
  readonly hasMethod: boolean;
  readonly rowsMax: number;
  /** In words; empty where nothing is left out. */
  readonly leftOut: string;
}

/** From all to the least; the first that fits is used. */
const DETAILS: readonly Detail[] = [
  { hasMoreTables: true, hasMethod: true, rowsMax: 200, leftOut: '' },
  { hasMoreTables: false, hasMethod: true, rowsMax: 200, leftOut: 'secondary tables' },
  {
    ...{ hasMoreTables: false, hasMethod: false, rowsMax: 24 },
    leftOut: 'secondary tables, table rows beyond 24, and methods',
  },
  { hasMoreTables: false, hasMethod: false, rowsMax: 0, leftOut: 'tables and methods' },
];
const WHERE = 'The page of `npx two-callers report --html` has them.';

export function renderMarkdown(report: Report): string {
  let text = '';
  for (const detail of DETAILS) {
    text = formatReport(report, detail);
    if (text.length <= CHARS_MAX) return text;
  }
  // Whole lines, as many as fit; the least detail folds nothing, so no element stays open.
  const kept = text.slice(0, text.lastIndexOf('\n', CHARS_MAX - 200));
  return `${kept}\n\n*The rest is left out, because a comment has no room for it. ${WHERE}*\n`;
}

function formatReport(report: Report, detail: Detail): string {
  const { question, headline, answer, notices, outcomes, selfTests, sections } = report;
  const leftOut = `*Left out, so that this fits a comment: ${detail.leftOut}. ${WHERE}*`;
  const lines = [
    `# ${escapeMarkdown(question)}`,
    '',
    `**${escapeMarkdown(headline.join(' '), TEXT_COLUMNS)}**`,
    ...answer.flatMap((text) => ['', escapeMarkdown(text, TEXT_COLUMNS)]),
    ...notices.flatMap(({ kind, says }) => formatFlag(kind, says)),
    ...(detail.leftOut === '' ? [] : ['', leftOut]),
    ...(outcomes === null ? [] : formatOutcomes(outcomes)),
    ...selfTests.flatMap(formatSelfTest),
    ...sections.flatMap((section) => formatSection(section, detail)),
    ...formatEnvironments(report),
  ];
  return `${lines.join('\n')}\n`;
}

function formatFlag(kind: string, text: string): string[] {
  return text === '' ? [] : ['', `> **${kind}:** ${escapeMarkdown(text, TEXT_COLUMNS)}`];
}

function formatOutcomes({ columns, outcomes, atRest }: OutcomeTable): string[] {
  const names = columns.map(({ name }) => escapeMarkdown(name));
  const numeric = columns.map((_, at) => at + 1);
  const verdicts = columns.map(({ verdict }) => `**${verdict}**`);
  const rows = [...[...outcomes, ...atRest].map(formatOutcome), ['**verdict**', ...verdicts, '', '']];
  const failures = columns.filter(({ verdict, partial }) => verdict !== 'ok' || partial !== '');
  const table = formatTable(['outcome', ...names, 'grade', 'meaning'], rows, numeric);
  return [
    ...['', '## What two callers saw', '', ...table],
    ...failures.flatMap(({ name, verdict, answer, hasSeededFault, partial }) => {
      const fault = hasSeededFault ? ' (seeded fault)' : '';
      const made = partial === '' ? '' : `; partial: ${partial}`;
      return formatFlag(verdict, `${name}${fault}: ${answer}${made}`);
    }),
  ];
}

function formatOutcome({ seen, meaning, grade, cells }: OutcomeLine): string[] {
  return [formatCode(seen), ...cells.map(formatOutcomeCell), grade, escapeMarkdown(meaning)];
}

function formatOutcomeCell(cell: OutcomeCell | null): string {
  if (cell === null) return '–';
  const { samples, share } = cell;
  return samples === 0 ? 'never' : `${formatShare(share)} (${formatNumber(samples)})`;
}

function formatSelfTest({ verdict, says, wrong, partial, unavailable }: SelfTestTable): string[] {
  const list = wrong.map((line) => `- ${escapeMarkdown(line, TEXT_COLUMNS)}`);
  return [
    ...['', '## Would the checker notice a lost count?', ''],
    `**${verdict}:** ${escapeMarkdown(says.join(' '), TEXT_COLUMNS)}`,
    ...formatFlag('partial', partial),
    ...unavailable.flatMap((reason) => formatFlag('unavailable', reason)),
    ...(list.length === 0 ? [] : ['', ...list]),
  ];
}

function formatSection(section: Section, detail: Detail): string[] {
  const { scenario, title, says, tables, unavailable, voids, partial } = section;
  const [main, ...more] = tables;
  const rows = (table: Table) => formatRows(table, detail.rowsMax);
  return [
    ...['', `## ${escapeMarkdown(title)} (${formatCode(scenario)})`],
    ...says.flatMap((sentence) => ['', escapeMarkdown(sentence, TEXT_COLUMNS)]),
    ...formatFlag('partial', partial),
    ...unavailable.flatMap((reason) => formatFlag('unavailable', reason)),
    ...(main !== undefined && detail.rowsMax > 0
      ? ['', `**${escapeMarkdown(main.caption)}**`, '', ...rows(main)]
      : []),
    ...formatDiscarded(voids, detail.rowsMax),
    ...(detail.hasMoreTables ? more.flatMap((table) => fold(table.caption, rows(table))) : []),
    ...(detail.hasMethod ? formatMethod(section) : []),
  ];
}

/** A table without its caption. */
export function formatRows(table: Table, rowsMax = Number.POSITIVE_INFINITY): string[] {
  const { head, rows, numeric } = table;
  const shown = rows.slice(0, rowsMax);
  const more = rows.length - shown.length;
  const escapeCells = (row: readonly string[]) => row.map((cell) => escapeMarkdown(cell));
  return [
    ...formatTable(escapeCells(head), shown.map(escapeCells), numeric),
    ...(more === 0 ? [] : ['', `and ${formatCount(more, 'more row')}`]),
  ];
}

function formatDiscarded(reasons: readonly string[], rowsMax: number): string[] {
  if (reasons.length === 0) return [];
  const shown = reasons.slice(0, Math.min(DISCARDED_MAX, rowsMax));
  const more = reasons.length - shown.length;
  return [
    ...formatFlag('discarded', 'no table includes these runs.'),
    ...shown.map((reason) => `> - ${escapeMarkdown(reason, TEXT_COLUMNS)}`),
    ...(more === 0 || shown.length === 0 ? [] : [`> - and ${formatCount(more, 'more reason')}`]),
  ];
}

function formatMethod({ how, changes, command }: Section): string[] {
  const limits = `What would change the result: ${escapeMarkdown(changes, TEXT_COLUMNS)}`;
  const lines = [escapeMarkdown(how, TEXT_COLUMNS), '', limits, '', ...formatCodeBlock(command)];
  return fold('Method, limits, and the command that repeats it', lines);
}

/** GitHub reads Markdown inside the element when blank lines surround it. */
function fold(summary: string, lines: readonly string[]): string[] {
  const head = `<details><summary>${inElement(summary)}</summary>`;
  return ['', head, '', ...lines, '', '</details>'];
}

function formatEnvironments({ environments, sessions, seed }: Report): string[] {
  const isChanged = environments.some(({ commit }) => commit.endsWith('+'));
  const dates = sessions.map(({ startedAt }) => startedAt).sort();
  const days = [...new Set([dates[0], dates.at(-1)])].filter((day) => day !== undefined);
  const rows = environments.map(({ cpu, cores, node, os, commit, versions, scenarios }) => {
    const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    const cells = [cpu, String(cores), node, os, packages.join(', '), commit];
    return [...cells, scenarios.join(', ')].map((cell) => escapeMarkdown(cell));
  });
  const head = ['machine', 'cores', 'Node.js', 'system', 'packages', 'commit', 'scenarios'];
  const notes = [
    ...(days.length === 0 ? [] : [`Measured ${days.map((day) => escapeMarkdown(day)).join(' to ')}.`]),
    ...(isChanged ? ['A + after a commit: the files had changes that were not committed.'] : []),
    `The bootstrap intervals use seed ${seed}.`,
  ];
  return ['', '## Where it was measured', '', ...formatTable(head, rows, [1]), '', notes.join(' ')];
}

const CELL_COLUMNS = 300;
/** An invisible space: GitHub then reads no mention and no address. */
const ZERO_WIDTH_SPACE = '&#8203;';

/** The start of a link or a footnote; an interval such as `[0.64, 0.71]` is neither. */
const BRACKET = /\[(?![-\d., ]*\d\](?![([:]))/g;

/** For the inside of an element, where GitHub reads no Markdown: no markup, no mention, no link. */
export function inElement(text: string, columns = CELL_COLUMNS): string {
  return separateLinks(escapeEntities(sanitize(text, columns)));
}

/** One line without markup, mention or link. */
export function escapeMarkdown(text: string, columns = CELL_COLUMNS): string {
  const plain = escapeEntities(sanitize(text, columns))
    .replace(/[\\`*_|~$#]/g, '\\$&')
    .replace(BRACKET, '\\[')
    .replace(/^([-+=])/, '\\$1');
  return separateLinks(plain);
}

function escapeEntities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function separateLinks(text: string): string {
  return text
    .replace(/@(?=[\w-])/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/:\/\//g, `:${ZERO_WIDTH_SPACE}//`)
    .replace(/\bwww\./gi, (word) => `${word.slice(0, -1)}${ZERO_WIDTH_SPACE}.`);
}

const PLAIN = /^[\w ,;:.?|+<>=/-]+$/;

/** Inline code; a cell of a table needs an escaped `|` even there. */
export function formatCode(text: string): string {
  return PLAIN.test(text) && text.length <= CELL_COLUMNS
    ? `\`${text.replaceAll('|', '\\|')}\``
    : escapeMarkdown(text);
}

/** A command as a code block, which no line of the command can end. */
export function formatCodeBlock(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...text.split('\n'), fence];
}

/** Cells are Markdown already. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (numeric.includes(at) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)];
}
