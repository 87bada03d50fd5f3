// The committed transactions against their generator, their README and the rules, which are
// written out here once more so that the data do not depend on the service.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { GENERATE_DEFAULTS, generate, parseCommandLine } from '../../bench/data/generate.js';
import { suite } from '../support/suite.js';

const test = suite('bench: data');

/** The data stand in the source tree; this runs as dist/test/bench/data.test.js. */
const DATA = new URL('../../../bench/data/', import.meta.url);
const committed = readFileSync(new URL('transactions.jsonl', DATA), 'utf8');
const GENERATOR = fileURLToPath(new URL('../../bench/data/generate.js', import.meta.url));

/** The first line, from 1, in which the texts differ; null when they are equal byte for byte. */
function firstDifference(text: string, other: string): number | null {
  if (text === other) return null;
  const lines = text.split('\n');
  const others = other.split('\n');
  return lines.findIndex((line, at) => line !== others[at]) + 1 || lines.length + 1;
}

const generated = [...generate(GENERATE_DEFAULTS)].join('');

test('the committed file is byte for byte what its seed makes', () => {
  assert.is(firstDifference(committed, generated), null);
});

test('a planted change of one digit, and a missing last line, are noticed', () => {
  const at = committed.indexOf('"amount":', committed.length / 2) + '"amount":'.length;
  const digit = committed[at] === '1' ? '2' : '1';
  const changed = committed.slice(0, at) + digit + committed.slice(at + 1);
  const line = committed.slice(0, at).split('\n').length;
  assert.is(firstDifference(changed, generated), line);
  assert.is(firstDifference(committed.slice(0, -1), generated), 10_001);
});

test('another seed makes other transactions, and the same seed the same', () => {
  const made = (seed: number): string => [...generate({ seed, count: 50 })].join('');
  assert.is(made(7), made(7));
  assert.is.not(made(7), made(8));
  assert.is(made(7).trim().split('\n').length, 50);
});

type Row = Readonly<Record<'tx_id' | 'user_id' | 'store' | 'category' | 'timestamp', string>> & {
  readonly amount: number;
};

const rows = committed
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);
const readHour = (row: Row): number => Number(row.timestamp.slice(11, 13));

const FIELDS = ['tx_id', 'user_id', 'amount', 'store', 'category', 'timestamp'];
const TIME = /^2025-02-(0[1-9]|1\d|2[0-8]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

test('every line is a valid transaction, in the order of time', () => {
  assert.is(rows.length, 10_000);
  let earlier = '';
  for (const [index, row] of rows.entries()) {
    assert.equal(Object.keys(row), FIELDS);
    assert.is(row.tx_id, `TX${String(index + 1).padStart(5, '0')}`);
    assert.match(row.user_id, /^U\d{4}$/);
    assert.ok(row.amount > 0 && row.amount < 1e6, row.tx_id);
    assert.is(Math.round(row.amount * 100) / 100, row.amount);
    assert.match(row.timestamp, TIME);
    assert.ok(row.timestamp >= earlier, row.tx_id);
    earlier = row.timestamp;
  }
});

/** The rules as design and README state them, written out apart from src/score. */
function classifyScore(row: Row): string {
  const r1 = row.amount > 3000 ? 3 : 0;
  const r2 = row.category === 'electronics' && row.amount > 1500 ? 2 : 0;
  const r3 = readHour(row) < 6 ? 2 : 0;
  const score = r1 + r2 + r3;
  if (score >= 5) return 'CRITICAL';
  if (score >= 3) return 'HIGH';
  return score >= 1 ? 'MEDIUM' : 'LOW';
}

const NAMED: Readonly<Record<string, (row: Row) => boolean>> = {
  'amount > 1500': (row) => row.amount > 1500,
  'amount > 3000 (R1)': (row) => row.amount > 3000,
  'electronics > 1500 (R2)': (row) => row.category === 'electronics' && row.amount > 1500,
  'hour < 6 (R3)': (row) => readHour(row) < 6,
};

test('the counts and shares in the README are those of the file', () => {
  const readme = readFileSync(new URL('README.md', DATA), 'utf8');
  const stated = [...readme.matchAll(/^\| ([^|`]+) \| ([\d,]+) \| ([\d.]+) % \|$/gm)];
  assert.is(stated.length, 16);
  for (const [, name = '', count = '', share] of stated) {
    const isOf = NAMED[name] ?? ((row) => [classifyScore(row), row.store, row.category].includes(name));
    const actual = rows.filter(isOf).length;
    assert.is(Number(count.replaceAll(',', '')), actual, name);
    assert.is(share, ((100 * actual) / rows.length).toFixed(1), name);
  }
});

test('every level occurs, and the large amounts are a believable share', () => {
  assert.equal(new Set(rows.map(classifyScore)), new Set(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']));
  const large = rows.filter((row) => row.amount > 3000).length / rows.length;
  assert.ok(large > 0.05 && large < 0.15);
});

const REFUSED: Readonly<Record<string, RegExp>> = {
  '--sed 3': /Did you mean --seed\?/,
  '--cuont=3': /Did you mean --count\?/,
  '7': /too many arguments/,
  '--out': /--out <file>.* missing/,
  '--seed -1': /--seed.* 0 to 4294967295\.$/,
  '--count 0': /--count.* 1 to 1000000\.$/,
  '--count 1e3': /--count.* 1 to 1000000\.$/,
};

test('an option that is not known is refused with the nearest one', () => {
  for (const [words, message] of Object.entries(REFUSED)) {
    assert.throws(() => parseCommandLine(words.split(' ')), message);
  }
  const given = parseCommandLine(['--seed=5', '--count', '3', '--out', 'x']);
  assert.equal(given, { seed: 5, count: 3, out: 'x' });
});

test('as a program it writes to standard output, and exits 2 when asked wrongly', () => {
  const run = (...words: string[]) => {
    return spawnSync(process.execPath, [GENERATOR, ...words], { encoding: 'utf8' });
  };
  const good = run('--seed', '7', '--count', '3');
  assert.equal([good.status, good.stderr], [0, '']);
  assert.is(good.stdout, [...generate({ seed: 7, count: 3 })].join(''));
  const bad = run('--sede', '7');
  assert.equal([bad.status, bad.stdout], [2, '']);
  assert.match(bad.stderr, /^generate: .*'--sede' \(Did you mean --seed\?\)\n$/);
});

test.run();
