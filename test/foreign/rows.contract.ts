// The checker on services that are not this project's: wrong ones are refuted with evidence, right
// ones pass. Each row starts a service in processes of its own, and asks that service afterwards,
// without the checker, whether what the checker said can be so.

import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import { type Asked, ask, optionOf, titleOf } from './ask.js';
import { ROWS, type Row } from './rows.js';
import { unavailable } from './services.js';

const EXIT_CODES = { ok: 0, violated: 1, unknown: 2, unavailable: 2 } as const;

/**
 * Every condition that failed has evidence, and none failed that cannot. A finding that is
 * `unknown` accuses nobody: beside a violation it says what else does not fit.
 */
function checkEvidence(row: Row, { report }: Asked): void {
  const possible = [...row.surely, ...row.perhaps];
  for (const { condition, verdict, text, adds, reads, count, operations } of report.findings) {
    assert.ok(verdict === 'unknown' || possible.includes(condition), `${condition}: ${text}`);
    assert.ok(count >= 1, text);
    assert.ok(/\d/.test(text), `no number in: ${text}`);
    if (condition === 'duplicate-ticket') {
      assert.is(new Set(adds).size, 2, 'the two that collided');
      const tickets = operations.map(({ ticket }) => ticket?.value);
      assert.is(tickets[0], tickets[1], text);
    }
    if (condition === 'non-monotonic-read') assert.is(new Set(reads).size, 2, 'the two reads');
    if (condition === 'stale-read') assert.ok(reads.length >= 1, 'the read');
    if (condition === 'snapshot-sum') assert.ok(reads.length >= 1, 'the read');
  }
  const violated = report.findings.filter(({ verdict }) => verdict === 'violated');
  const found = new Set(violated.map(({ condition }) => condition));
  for (const condition of row.surely) {
    assert.ok(found.has(condition), `${condition} is not among ${[...found]}`);
    assert.ok((report.failures[condition] ?? 0) >= 1, condition);
  }
}

/** What the service itself says at the end agrees with what the checker concluded. */
function checkAgainstService(row: Row, { report, counted }: Asked): void {
  const { acknowledged } = report.facts;
  // Of several processes the one that is asked here may by chance have counted them all.
  const isOneMemory = !row.service.includes('2 processes');
  if (row.surely.includes('lost-update') && isOneMemory) assert.ok(counted < acknowledged, `${counted}`);
  if (report.verdict === 'ok') assert.is(counted, acknowledged);
}

function checkRow(row: Row, asked: Asked): void {
  const { report, code } = asked;
  const { verdict, facts, answer } = report;
  if (row.expect !== 'luck') assert.is(verdict, row.expect, answer);
  else assert.ok(['ok', 'violated'].includes(verdict), answer);
  assert.is(code, EXIT_CODES[verdict]);
  assert.is(report.findings.length > 0, verdict === 'violated');
  assert.is(report.partial, false);
  const attempts = facts.acknowledged + facts.failed + facts.unknown;
  assert.is(attempts, Number(optionOf(row, '--requests')));
  assert.ok(facts.acknowledged > 0.95 * attempts, answer);
  assert.is(facts.ticketed, row.options.includes('--ticket-field') ? facts.acknowledged : 0);
  assert.ok(answer.length > 0);
  checkEvidence(row, asked);
  checkAgainstService(row, asked);
}

const PROMISES = { ok: 'passes', violated: 'is refuted', luck: 'is judged by what happened' };

/** A suite of the rows whose service has such a name. */
export function testRows(names: RegExp): void {
  const test = suite(`foreign services: ${names.source}`);
  test.timeout(60_000);
  for (const row of ROWS.filter(({ service }) => names.test(service))) {
    const title = `${titleOf(row)}: ${PROMISES[row.expect]}`;
    const reason = unavailable(row.service);
    if (reason !== undefined) test.unavailable(title, reason);
    else test(title, async () => checkRow(row, await ask(row)));
  }
  test.run();
}
