// Prints the table of docs/questions/which-counters-lose.md as measured now:
//   node dist/test/foreign/table.js
// It starts each foreign service in turn and has it checked. It is no test and asserts nothing.

import type { Condition } from '../../src/checker/judgement.js';
import { ask, type Report, titleOf } from './ask.js';
import { ROWS } from './rows.js';
import { unavailable } from './services.js';

/** What shows best how the counter is wrong comes first. */
const TELLING: readonly Condition[] = [
  'duplicate-ticket',
  'snapshot-sum',
  'non-monotonic-read',
  'lost-update',
];

function accusations({ findings }: Report): Report['findings'] {
  return findings.filter(({ verdict }) => verdict === 'violated');
}

function evidenceOf(report: Report): string {
  const found = accusations(report);
  const rank = TELLING.map((condition) => found.find((one) => one.condition === condition));
  return rank.find((one) => one !== undefined)?.text ?? '';
}

/** Each condition that failed, and how often where that is more than once. */
function conditionsOf(report: Report): string {
  const failed = new Set(accusations(report).map(({ condition }) => condition));
  const times = (condition: Condition) => {
    const count = report.failures[condition] ?? 0;
    return count > 1 ? ` ${count}` : '';
  };
  return [...failed].map((each) => `\`${each}\`${times(each)}`).join(', ');
}

function lostOf(report: Report): string {
  const lost = accusations(report).filter(({ condition }) => condition === 'lost-update');
  const count = lost.reduce((sum, one) => sum + one.count, 0);
  const format = new Intl.NumberFormat('en');
  return `${format.format(count)} of ${format.format(report.facts.acknowledged)}`;
}

console.log('| counter | verdict | lost | what failed, how often | evidence |');
console.log('| --- | --- | --- | --- | --- |');
for (const row of ROWS) {
  const reason = unavailable(row.service);
  if (reason !== undefined) {
    console.log(`| ${titleOf(row)} | **unavailable** | | | ${reason} |`);
    continue;
  }
  const { report } = await ask(row);
  const cells = [lostOf(report), conditionsOf(report), evidenceOf(report)];
  console.log(`| ${[titleOf(row), `**${report.verdict}**`, ...cells].join(' | ')} |`);
}
