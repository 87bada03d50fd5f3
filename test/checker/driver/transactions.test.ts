// Reading JSON Lines files, good ones and every kind of bad one, from a directory of its own that
// is removed at the end.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { isClientError } from '../../../src/checker/driver/target.js';
import {
  DEFAULT_TRANSACTIONS_PATH,
  describeTransaction,
  FILE_BYTES_MAX,
  LINE_BYTES_MAX,
  readTransactions,
  type SourceTransaction,
} from '../../../src/checker/driver/transactions.js';
import { suite } from '../../support/suite.js';

const test = suite('client: transactions');

let directory = '';
test.before(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'two-callers-'));
});
test.after(() => rm(directory, { recursive: true }));

async function read(content: string | Uint8Array): Promise<SourceTransaction[]> {
  const file = path.join(directory, 'given.jsonl');
  await writeFile(file, content);
  return readTransactions(file);
}

test('the file of the package is the default and holds 10,000 transactions', async () => {
  const transactions = await readTransactions();
  assert.is(transactions.length, 10_000);
  assert.is(path.basename(DEFAULT_TRANSACTIONS_PATH), 'transactions.jsonl');
  const last = transactions.at(-1);
  assert.ok(last !== undefined);
  assert.is(describeTransaction(last), 'line 10000 TX10000');
});

test('blank lines are skipped and still counted, and a line is kept as it stands', async () => {
  const transactions = await read('\ufeff{"tx_id":"A","amount":1e400}\r\n\r\n  \n{"amount":2}');
  assert.equal(transactions.map(describeTransaction), ['line 1 A', 'line 4']);
  assert.is(transactions[0]?.text, '{"tx_id":"A","amount":1e400}');
  assert.equal(transactions[1]?.value, { amount: 2 });
});

test('a transaction that the service should refuse is read all the same', async () => {
  const [transaction] = await read('{"tx_id":7,"amount":"much"}');
  assert.equal(transaction?.value, { tx_id: 7, amount: 'much' });
});

const BAD_LINES: readonly [string | Uint8Array, line: number, RegExp][] = [
  ['{}\n\n{"a":}\n', 3, /^given\.jsonl:3: not JSON/],
  ['[\n{"a":1}\n]\n', 1, /^given\.jsonl:1: not JSON: .*; write/],
  ['[{"a":1}]', 1, /^given\.jsonl:1: an array/],
  ['{}\n7', 2, /^given\.jsonl:2: not a JSON/],
  ['{}\nnull', 2, /^given\.jsonl:2: not a JSON/],
  [Uint8Array.from([0x7b, 0x7d, 0x0a, 0xff]), 2, /^given\.jsonl:2: not UTF-8/],
  ['{}\n'.concat('x'.repeat(LINE_BYTES_MAX + 1)), 2, /^given\.jsonl:2: longer than 65,536 bytes/],
  ['{}\n\u001b[31m', 2, /^given\.jsonl:2: not JSON/],
];

test('a bad line is refused by file, line and what to mend, in one line', async () => {
  for (const [content, line, message] of BAD_LINES) {
    const error: unknown = await read(content).catch((thrown: unknown) => thrown);
    assert.ok(isClientError(error), String(error));
    assert.equal([error.code, error.line], ['bad-line', line]);
    assert.match(error.message, message);
    assert.not.match(error.message, '\n');
    assert.not.match(error.message, '\u001b');
  }
});

test('a line of the greatest length is read', async () => {
  const text = JSON.stringify({ note: 'x'.repeat(LINE_BYTES_MAX - 11) });
  assert.is(text.length, LINE_BYTES_MAX);
  assert.is((await read(text)).length, 1);
});

test('a file that is empty, too large, a directory or not there is refused', async () => {
  const failed = (error: unknown): unknown => error;
  const cases: readonly [() => Promise<unknown>, RegExp][] = [
    [() => read('\n \n'), /^given\.jsonl has no transaction/],
    [() => readTransactions(directory), /^cannot read .* a folder/],
    [() => readTransactions(path.join(directory, 'no')), /no such file/],
  ];
  for (const [reading, message] of cases) {
    const error = await reading().catch(failed);
    assert.ok(isClientError(error) && error.code === 'bad-file', String(error));
    assert.match((error as Error).message, message);
  }
  const large = await read(Buffer.alloc(FILE_BYTES_MAX + 1, '\n')).catch(failed);
  assert.ok(isClientError(large));
  assert.match((large as Error).message, /larger than 64 MiB/);
});

test.run();
