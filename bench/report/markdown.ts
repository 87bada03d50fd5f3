// A report as Markdown, for the description of a pull request or a comment: no images, and short
// enough for GitHub, which takes 65,536 characters. What does not fit is left out, in an order of
// its own, and that is said. Pure.

import { formatCount, formatNumber } from '../../src/present/text.js';
import { codeLines, code as codeOf, escaped, inElement, tableLines } from './markdown-text.js';
import type { Section, Table } from './model.js';
import type { OutcomeCell, OutcomeLine, OutcomeTable } from './outcomes.js';
import { percentOf } from './percent.js';
import type { Report } from './report.js';
import type { SelfTestTable } from './self-tests.js';

const CHARS_MAX = 60_000;
const VOIDS_MAX = 20;
const TEXT_COLUMNS = 1_000;

/** What is told of a section; each next one tells less, so that the whole fits. */
interface Amount {
  readonly isMoreTables: boolean;
  readonly isHow: boolean;
  readonly rowsMax: number;
  /** What is missing then, in words. */
  readonly lacks: string;
}

const AMOUNTS: readonly Amount[] = [
  { isMoreTables: true, isHow: true, rowsMax: 200, lacks: '' },
  { isMoreTables: false, isHow: true, rowsMax: 200, lacks: 'secondary tables' },
  {
    ...{ isMoreTables: false, isHow: false, rowsMax: 24 },
    lacks: 'secondary tables, longer tables beyond 24 rows, and how it was measured',
  },
  {
    ...{ isMoreTables: false, isHow: false, rowsMax: 0 },
    lacks: 'tables, and how it was measured',
  },
];
const WHERE = 'The page of `two-callers report --html` has them.';

export function markdownOf(report: Report): string {
  let text = '';
  for (const amount of AMOUNTS) {
    text = written(report, amount);
    if (text.length <= CHARS_MAX) return text;
  }
  return cut(text);
}

/** The last of all: whole lines, as many as fit. In the least amount nothing is folded. */
function cut(text: string): string {
  const kept = text.slice(0, text.lastIndexOf('\n', CHARS_MAX - 200));
  return `${kept}\n\n*The rest is left out: it is too long for a comment. ${WHERE}*\n`;
}

function written(report: Report, amount: Amount): string {
  const { question, headline, answer, notices, outcomes, selfTests, sections } = report;
  const texts = answer.map((sentence) => escaped(sentence, TEXT_COLUMNS));
  const lacks = `*Left out, so that this fits a comment: ${amount.lacks}. ${WHERE}*`;
  const lines = [
    `# ${escaped(question)}`,
    '',
    `**${escaped(headline.join(' '), TEXT_COLUMNS)}**`,
    ...texts.flatMap((text) => ['', text]),
    ...notices.flatMap(({ kind, says }) => flagLines(kind, says)),
    ...(amount.lacks === '' ? [] : ['', lacks]),
    ...(outcomes === null ? [] : outcomeLines(outcomes)),
    ...selfTests.flatMap(selfTestLines),
    ...sections.flatMap((section) => sectionLines(section, amount)),
    ...environmentLines(report),
  ];
  return `${lines.join('\n')}\n`;
}

function flagLines(word: string, says: string): string[] {
  return says === '' ? [] : ['', `> **${word}:** ${escaped(says, TEXT_COLUMNS)}`];
}

function outcomeLines({ columns, outcomes, atRest }: OutcomeTable): string[] {
  const head = ['saw', ...columns.map(({ name }) => escaped(name)), 'verdict', 'which means'];
  const numeric = columns.map((_, at) => at + 1);
  const all = ['**in all**', ...columns.map(({ verdict }) => `**${verdict}**`), '', ''];
  const rows = [...outcomes, ...atRest].map(outcomeRow);
  const wrong = columns.filter(({ verdict, partial }) => verdict !== 'ok' || partial !== '');
  return [
    ...['', '## What two callers saw', '', ...tableLines(head, [...rows, all], numeric)],
    ...wrong.flatMap(({ name, verdict, answer, isPlanted, partial }) => {
      const planted = isPlanted ? ' (broken on purpose)' : '';
      const made = partial === '' ? '' : `; partial: ${partial}`;
      return flagLines(verdict, `${name}${planted}: ${answer}${made}`);
    }),
  ];
}

function outcomeRow({ seen, meaning, grade, cells }: OutcomeLine): string[] {
  return [codeOf(seen), ...cells.map(outcomeCell), grade, escaped(meaning)];
}

function outcomeCell(cell: OutcomeCell | null): string {
  if (cell === null) return '–';
  return cell.samples === 0 ? 'never' : `${percentOf(cell.share)} (${formatNumber(cell.samples)})`;
}

function selfTestLines({ verdict, says, wrong, partial, unavailable }: SelfTestTable): string[] {
  return [
    ...['', '## Would a lost count have been noticed?', ''],
    `**${verdict}:** ${escaped(says.join(' '), TEXT_COLUMNS)}`,
    ...flagLines('partial', partial),
    ...unavailable.flatMap((reason) => flagLines('unavailable', reason)),
    ...(wrong.length === 0 ? [] : ['', ...wrong.map((line) => `- ${escaped(line, TEXT_COLUMNS)}`)]),
  ];
}

function sectionLines(section: Section, amount: Amount): string[] {
  const { scenario, title, says, tables, unavailable, voids, partial } = section;
  const [main, ...more] = tables;
  const isMain = main !== undefined && amount.rowsMax > 0;
  return [
    ...['', `## ${escaped(title)} (${codeOf(scenario)})`],
    ...says.flatMap((sentence) => ['', escaped(sentence, TEXT_COLUMNS)]),
    ...flagLines('partial', partial),
    ...unavailable.flatMap((reason) => flagLines('unavailable', reason)),
    ...(isMain ? ['', `**${escaped(main.caption)}**`, '', ...ownTable(main, amount)] : []),
    ...voidLines(voids, amount),
    ...(amount.isMoreTables
      ? more.flatMap((table) => folded(table.caption, ownTable(table, amount)))
      : []),
    ...(amount.isHow ? howLines(section) : []),
  ];
}

/** All of it, without its caption. */
export function sectionTable(table: Table): string[] {
  return ownTable(table, { rowsMax: Number.POSITIVE_INFINITY });
}

function ownTable({ head, rows, numeric }: Table, { rowsMax }: Pick<Amount, 'rowsMax'>): string[] {
  const shown = rows.slice(0, rowsMax);
  const more = rows.length - shown.length;
  const cells = (row: readonly string[]) => row.map((cell) => escaped(cell));
  return [
    ...tableLines(cells(head), shown.map(cells), numeric),
    ...(more === 0 ? [] : ['', `and ${formatCount(more, 'more row')}`]),
  ];
}

function voidLines(voids: readonly string[], { rowsMax }: Amount): string[] {
  if (voids.length === 0) return [];
  const shown = voids.slice(0, Math.min(VOIDS_MAX, rowsMax));
  const more = voids.length - shown.length;
  return [
    ...flagLines('void', 'some runs do not count, and are in no table.'),
    ...shown.map((reason) => `> - ${escaped(reason, TEXT_COLUMNS)}`),
    ...(more === 0 || shown.length === 0 ? [] : [`> - and ${formatCount(more, 'more reason')}`]),
  ];
}

function howLines({ how, changes, command }: Section): string[] {
  return folded('How it was measured, what would change it, and how to repeat it', [
    ...[escaped(how, TEXT_COLUMNS), '', `What would change it: ${escaped(changes, TEXT_COLUMNS)}`],
    ...['', ...codeLines(command)],
  ]);
}

/** GitHub reads Markdown inside, when blank lines stand around it. */
function folded(summary: string, lines: readonly string[]): string[] {
  const head = `<details><summary>${inElement(summary)}</summary>`;
  return ['', head, '', ...lines, '', '</details>'];
}

function environmentLines({ environments, sessions, seed }: Report): string[] {
  const isChanged = environments.some(({ commit }) => commit.endsWith('+'));
  const began = sessions.map(({ startedAt }) => startedAt).sort();
  const days = [...new Set([began[0], began.at(-1)])].filter((day) => day !== undefined);
  const rows = environments.map(({ cpu, cores, node, os, commit, versions, scenarios }) => {
    const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    const cells = [cpu, String(cores), node, os, packages.join(', '), commit];
    return [...cells, scenarios.join(', ')].map((cell) => escaped(cell));
  });
  const head = ['machine', 'cores', 'Node.js', 'system', 'packages', 'commit', 'measured there'];
  const changed = 'A commit with a + : files differed from it.';
  const when = days.length === 0 ? '' : `Begun ${days.map((day) => escaped(day)).join(' to ')}. `;
  return [
    ...['', '## Where it was measured', '', ...tableLines(head, rows, [1])],
    ...['', `${when}${isChanged ? `${changed} ` : ''}Intervals are drawn with seed ${seed}.`],
  ];
}
