// What people read after a run: widths, colours and words, on results made by hand. Nothing is posted.

import pc from 'picocolors';
import * as assert from 'uvu/assert';
import type { AnsweredLevel } from '../../../src/checker/driver/assessment.js';
import type { ScoredItem } from '../../../src/checker/driver/score-run.js';
import {
  errorLines,
  percentile,
  readHour,
  summaryLines,
  tableLines,
} from '../../../src/checker/report/score-text.js';
import { displayWidth } from '../../../src/present/text.js';
import { suite } from '../../support/suite.js';

const test = suite('report: score table and summary');

const plain = pc.createColors(false);
const bright = pc.createColors(true);

function itemOf(
  index: number,
  value: Record<string, unknown>,
  level: AnsweredLevel,
  rules: readonly string[],
): ScoredItem {
  const transaction = { line: index + 1, text: '', value };
  const score = { LOW: 0, MEDIUM: 2, HIGH: 3, CRITICAL: 7 }[level];
  const assessment = { score, risk_level: level, triggered_rules: rules, tx_id: `${value.tx_id}` };
  const judged = { outcome: 'ok', status: 200, ticket: null, error: null, malformed: false } as const;
  return { ...judged, assessment, index, transaction, startMs: 0, latencyMs: index + 1 };
}

const CRITICAL_RULES = ['R1: amount > 3000', 'R2: electronics > 1500', 'R3: night hour'];
const ITEMS = [
  itemOf(0, { tx_id: 'TX1', amount: 12, category: 'food' }, 'LOW', []),
  itemOf(
    1,
    { tx_id: 'TX2', amount: 10800.25, category: 'electronics', timestamp: '2025-02-01 03:07:36' },
    'CRITICAL',
    CRITICAL_RULES,
  ),
  itemOf(2, { tx_id: '取引3', amount: 1600, category: 'electronics', hour: 9 }, 'MEDIUM', ['R2']),
];

test('the table is aligned, with numbers to the right and wide characters counted', () => {
  assert.equal(tableLines(ITEMS, Infinity, plain), [
    'tx_id     amount  category     hour  score  level     rules',
    'TX1        12.00  food           12      0  LOW',
    `TX2    10,800.25  electronics     3      7  CRITICAL  ${CRITICAL_RULES.join(', ')}`,
    '取引3   1,600.00  electronics     9      2  MEDIUM    R2',
  ]);
});

test('on a narrow terminal the rules are cut, then left out, and no line is too wide', () => {
  const at = (columns: number): string[] => tableLines(ITEMS, columns, plain);
  assert.ok(at(80)[2]?.endsWith('CRITICAL  R1: amount > 3000, R2: el…'));
  assert.is(at(55)[2], 'TX2    10,800.25  electronics     3      7  CRITICAL');
  assert.is(at(50)[2], 'TX2    10,800.25  electron…     3      7  CRITICAL');
  for (let columns = 49; columns < 140; columns++) {
    for (const line of at(columns)) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
  }
});

test('a level has its colour, and without colours there is no escape at all', () => {
  const coloured = tableLines(ITEMS, Infinity, bright);
  assert.ok(coloured[2]?.includes(bright.bold(bright.red('CRITICAL'))));
  assert.ok(coloured[1]?.includes(bright.green('LOW')));
  const bare = tableLines(ITEMS, Infinity, plain).join('');
  assert.not.match(bare, '\u001b');
});

test('what the service sends cannot move the cursor', () => {
  const item = itemOf(0, { tx_id: 'a\u001b[2Jb\n', amount: 1 }, 'LOW', ['\u202eevil']);
  const [, row] = tableLines([item], Infinity, plain);
  assert.match(row ?? '', /^a\ufffd\[2Jb\ufffd .*\ufffdevil$/);
});

test('a failed transaction has no row', () => {
  assert.equal(tableLines(FAILED, Infinity, plain), []);
});

test('the hour is the field, else the clock of the timestamp, else noon', () => {
  const hour = (value: Record<string, unknown>): number => readHour({ line: 1, text: '', value });
  assert.is(hour({ hour: 0, timestamp: '2025-02-01 03:07:36' }), 0);
  assert.is(hour({ timestamp: '2025-02-01 03:07:36' }), 3);
  assert.is(hour({ timestamp: '2025-02-01T23:07:36+02:00' }), 23);
  assert.is(hour({ timestamp: 'yesterday' }), 12);
  assert.is(hour({}), 12);
});

function failedItem(index: number, outcome: ScoredItem['outcome'], error: string): ScoredItem {
  const value = { tx_id: `TX${String(index + 1).padStart(5, '0')}` };
  const transaction = { line: index + 1, text: '', value };
  const judged = { outcome, status: null, assessment: null, ticket: null, error, malformed: false };
  return { ...judged, index, transaction, startMs: 0, latencyMs: 1 };
}

const FAILED = [
  failedItem(16, 'refused', '400 no amount'),
  failedItem(17, 'unknown', 'no answer'),
  failedItem(18, 'unsent', 'no connection'),
];

test('a failed transaction has a line that says what it means for the counter', () => {
  const [refused, unknown, unsent] = errorLines([...ITEMS, ...FAILED], 10);
  assert.is(refused, 'line 17 TX00017: 400 no amount');
  assert.match(unknown ?? '', /^line 18 TX00018: no answer \(counted at most once\)$/);
  assert.match(unsent ?? '', /^line 19 TX00019: no connection \(never counted\)$/);
  assert.is(errorLines(FAILED, 1).at(-1), '… and 2 more failed');
});

test('the summary adds up, and says n and the unit of every figure', () => {
  const done = {
    items: [...ITEMS, ...FAILED],
    total: 6,
    durationMs: 1500,
    partial: false,
    stopReason: null,
  } as const;
  assert.equal(summaryLines(done, plain), [
    '6 transactions: 3 answered, 1 refused, 1 unknown, 1 never sent',
    'LOW 1, MEDIUM 1, HIGH 0, CRITICAL 1',
    '1.50 s, 2 requests/s, p50 2.00 ms, p99 3.00 ms (n = 3)',
  ]);
  const half = { ...done, total: 1200, partial: true, stopReason: 'stopped' } as const;
  assert.match(summaryLines(half, plain)[1] ?? '', /^partial: stopped, .* 1,194 of 1,200/);
  const none = { ...done, items: FAILED };
  assert.equal(summaryLines(none, plain), ['3 transactions: 0 answered, 1 refused, 1 unknown, 1 never sent']);
});

test('a percentile is the nearest rank', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  assert.equal([percentile(hundred, 50), percentile(hundred, 99)], [50, 99]);
  assert.is(percentile(hundred.subarray(0, 1), 99), 1);
});

test.run();
