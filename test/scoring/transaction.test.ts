// The parser from unknown data to a transaction: by example, and as properties over any parser so
// that each can be seen to refute a wrong one. Pure.

import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import * as assert from 'uvu/assert';
import { scoreByRules } from '../../src/scoring/rules.js';
import { TransactionSchema } from '../../src/scoring/schemas.js';
import { HOUR_DEFAULT, parseTransaction, TX_ID_DEFAULT } from '../../src/scoring/transaction.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';
import { extras, nearlyTransactions, transactions } from './transactions.js';

type Parse = typeof parseTransaction;
type ParseResult = ReturnType<Parse>;

const MISSING = "Missing required field 'amount'";

function accepted(data: unknown, parse: Parse = parseTransaction) {
  const parsed = parse(data);
  if (!parsed.ok) throw new Error(`refused: ${JSON.stringify(parsed.errors)}`);
  return parsed.transaction;
}

function refused(data: unknown) {
  const parsed = parseTransaction(data);
  return parsed.ok ? [] : parsed.errors.map(({ pointer, code }) => `${pointer} ${code}`);
}

const example = suite('parsing a transaction');

example('what is absent is completed: noon, and the name unknown', () => {
  assert.equal(accepted({ amount: 1 }), { amount: 1, hour: 12, tx_id: 'unknown' });
  assert.equal([HOUR_DEFAULT, TX_ID_DEFAULT], [12, 'unknown']);
});

example('the hour is taken from the timestamp, unless it is given itself', () => {
  assert.is(accepted({ amount: 1, timestamp: '2026-01-31 03:59:00' }).hour, 3);
  assert.is(accepted({ amount: 1, timestamp: '2026-01-31 03:59:00', hour: 0 }).hour, 0);
});

const INVALID: Readonly<Record<string, readonly unknown[]>> = {
  amount: [-0.01, Number.NaN, Infinity, -Infinity, '5', null, true, [], {}, 5n],
  category: [5, null, [], 'x'.repeat(257)],
  hour: [-1, 24, 5.5, '5', null, Number.NaN],
  timestamp: [
    ...['noon', '', 5, null, '2026-01-31', '03:00:00', '31.01.2026 03:00:00', '+2026-01-31T03:00:00'],
    ...['2026-01-31 24:00:00', '2026-01-31 12:60:00', '2026-01-31 12:00:61', '2026-13-01 12:00:00'],
    ...['2026-00-01 12:00:00', '2026-01-32 12:00:00', '2026-01-00 12:00:00', '26-01-31 12:00:00'],
    ...['2026-01-31_12:00:00', '2026-01-31 12', '2026-01-31 5:00', '2026-01-31 12:00:00\n'],
    ...[' 2026-01-31 12:00:00', '2026-01-31 12:00:00 CET', '2026-01-31T12:00:00.1234567890'],
    '2026-01-31T03:00:00+1',
  ],
  tx_id: [5, null, {}, 'x'.repeat(257)],
};

for (const [field, values] of Object.entries(INVALID)) {
  for (const value of values) {
    const shown = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'undefined');
    example(`${field} ${shown.slice(0, 40)} (${typeof value}) is invalid, there and only there`, () => {
      assert.equal(refused({ amount: 1, [field]: value }), [`/${field} invalid`]);
    });
  }
}

example('a string of 256 characters is allowed', () => {
  const long = 'x'.repeat(256);
  assert.is(accepted({ amount: 1, category: long, tx_id: long }).tx_id, long);
});

example('an amount that is absent is missing, not invalid, and its error says its name', () => {
  const parsed = parseTransaction({ hour: 3 });
  assert.equal(parsed, {
    ok: false,
    code: 'INVALID',
    detail: MISSING,
    errors: [{ pointer: '/amount', code: 'missing', detail: MISSING }],
  });
});

example('every wrong field is told, each once', () => {
  const found = refused({ hour: 24, amount: -1, tx_id: 5, category: 5, timestamp: 'noon' });
  assert.equal(
    found,
    ['amount', 'category', 'hour', 'timestamp', 'tx_id'].map((field) => `/${field} invalid`),
  );
  assert.equal(refused({ hour: 24 }), ['/amount missing', '/hour invalid']);
});

example('what is no object is refused as a whole', () => {
  for (const data of [null, undefined, 5, 'text', true, [], [{ amount: 1 }], () => 1, 5n]) {
    assert.equal(refused(data), [' invalid']);
  }
});

example('a name like __proto__ is data: it pollutes nothing and stands for nothing', () => {
  const texts = ['{"__proto__":{"amount":5,"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'];
  for (const text of texts) assert.equal(refused(JSON.parse(text)), ['/amount missing']);
  const kept = accepted(JSON.parse('{"amount":1,"__proto__":{"hour":3,"tx_id":"evil"}}'));
  assert.equal([kept.hour, kept.tx_id], [12, 'unknown']);
  assert.is(Object.getPrototypeOf(kept), Object.prototype);
  assert.not('polluted' in {});
  assert.is(scoreByRules(kept).score, 0);
});

example('the object given is the one given back, completed in place', () => {
  const data = { amount: 1 };
  assert.is(accepted(data), data);
});
example.run();

const twoDigits = (min: number, max: number) =>
  fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));

/** Every form that is accepted, with the hour that stands in it. */
const timestamps = fc
  .record({
    year: fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0')),
    month: twoDigits(1, 12),
    day: twoDigits(1, 31),
    between: fc.constantFrom(' ', 'T'),
    hour: twoDigits(0, 23),
    minute: twoDigits(0, 59),
    seconds: fc.oneof(
      fc.constant(''),
      twoDigits(0, 60).map((second) => `:${second}`),
      fc.constantFrom(':00.1', ':59.999', ':60,5', ':07.123456789'),
    ),
    zone: fc.constantFrom('', 'Z', '+02', '-0330', '+05:45', '-12:00'),
  })
  .map(({ year, month, day, between, hour, minute, seconds, zone }) => ({
    text: `${year}-${month}-${day}${between}${hour}:${minute}${seconds}${zone}`,
    hour: Number(hour),
  }));

const FIXES: Readonly<Record<string, unknown>> = {
  '/amount': 1,
  '/category': 'food',
  '/hour': 3,
  '/timestamp': '2026-01-31 03:00:00',
  '/tx_id': 'TX1',
};

const PROPERTIES = {
  'never throws': (parse: Parse) =>
    propertyTest(fc.property(fc.oneof(fc.anything(), nearlyTransactions), (data) => isSound(parse(data)))),

  'pointers are complete': (parse: Parse) =>
    propertyTest(
      fc.property(nearlyTransactions, (data) => {
        const parsed = parse({ ...data });
        if (parsed.ok) return true;
        const mended = Object.fromEntries(
          parsed.errors.map(({ pointer }) => [pointer.slice(1), FIXES[pointer]]),
        );
        return parse({ ...data, ...mended }).ok;
      }),
    ),

  'pointers are precise': (parse: Parse) =>
    propertyTest(
      fc.property(transactions, fc.constantFrom('amount', 'hour', 'tx_id'), (tx, field) => {
        const parsed = parse({ ...tx, [field]: null });
        return !parsed.ok && parsed.errors.map(({ pointer }) => pointer).join() === `/${field}`;
      }),
    ),

  'hour of timestamp': (parse: Parse) =>
    propertyTest(
      fc.property(timestamps, ({ text, hour }) => {
        const parsed = parse({ amount: 1, timestamp: text });
        return parsed.ok && parsed.transaction.hour === hour;
      }),
    ),

  'keeps unknown fields': (parse: Parse) =>
    propertyTest(
      fc.property(transactions, extras, (tx, more) => {
        const [plain, rich] = [parse({ ...tx }), parse({ ...more, ...tx })];
        if (!plain.ok || !rich.ok) return false;
        const keeps = Object.entries(more).every(([name, value]) =>
          Object.is(Reflect.get(rich.transaction, name), value),
        );
        const [one, other] = [scoreByRules(plain.transaction), scoreByRules(rich.transaction)];
        return keeps && JSON.stringify(one) === JSON.stringify(other);
      }),
    ),
  'agrees with the schema': (parse: Parse) =>
    propertyTest(
      fc.property(fc.oneof(nearlyTransactions, fc.jsonValue()), (data) => {
        const fits = schema.Check(data);
        return parse(data).ok === fits;
      }),
    ),
};

const schema = Compile(TransactionSchema);

function isSound(parsed: ParseResult): boolean {
  if (!parsed.ok) {
    const pointers = parsed.errors.map(({ pointer }) => pointer);
    const known = pointers.every((pointer) => pointer === '' || pointer in FIXES);
    return known && pointers.length > 0 && new Set(pointers).size === pointers.length;
  }
  const { amount, hour, tx_id } = parsed.transaction;
  const inRange = Number.isInteger(hour) && hour >= 0 && hour <= 23;
  return Number.isFinite(amount) && amount >= 0 && inRange && typeof tx_id === 'string';
}

const promise = suite('the parser: property');
for (const [title, create] of Object.entries(PROPERTIES)) {
  promise(title, () => create(parseTransaction).holds());
}
promise('any JSON text gets an answer', () => {
  fc.assert(
    fc.property(fc.json(), (text) => isSound(parseTransaction(JSON.parse(text)))),
    { numRuns: 500 },
  );
});
promise.run();

function withTransaction(data: unknown, change: (hour: number) => number): ParseResult {
  const parsed = parseTransaction(data);
  if (!parsed.ok) return parsed;
  return { ok: true, transaction: { ...parsed.transaction, hour: change(parsed.transaction.hour) } };
}

const MUTANTS: Readonly<Record<string, readonly [keyof typeof PROPERTIES, Parse]>> = {
  'no hour': ['never throws', (data) => withTransaction(data, () => Number.NaN)],
  'first error only': [
    'pointers are complete',
    (data) => {
      const parsed = parseTransaction(data);
      return parsed.ok ? parsed : { ...parsed, errors: parsed.errors.slice(0, 1) };
    },
  ],
  'blames every field': [
    'pointers are precise',
    (data) => {
      const all = Object.keys(FIXES).map((pointer) => ({ pointer, code: 'invalid', detail: '' }));
      const parsed = parseTransaction(data);
      return parsed.ok ? parsed : { ...parsed, errors: all as [] };
    },
  ],
  '257 characters': [
    'agrees with the schema',
    (data) => {
      const { category, ...rest } = Object(data);
      return typeof category === 'string' ? parseTransaction(rest) : parseTransaction(data);
    },
  ],
  'another time zone': ['hour of timestamp', (data) => withTransaction(data, (hour) => (hour + 1) % 24)],
  'drops unknown fields': [
    'keeps unknown fields',
    (data) => {
      const { amount, category, hour, tx_id } = data as Record<string, unknown>;
      return parseTransaction({ amount, hour, tx_id, ...(category !== undefined && { category }) });
    },
  ],
};

const mutant = suite('a wrong parser is refuted');
for (const [what, [title, wrong]] of Object.entries(MUTANTS)) {
  mutant(what, () => assert.ok(PROPERTIES[title](wrong).isRefuted()));
}
mutant.run();
