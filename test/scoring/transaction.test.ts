// The parser from unknown data to a transaction: by example, and as properties over any parser so
// that each can be seen to refute a wrong one. Pure.

import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import * as assert from 'uvu/assert';
import { scoreByRules } from '../../src/scoring/rules.js';
import {
  HOUR_DEFAULT,
  type Parsed,
  parseTransaction,
  TX_ID_DEFAULT,
} from '../../src/scoring/transaction.js';
import { TransactionSchema } from '../../src/scoring/transaction-schema.js';
import { suite } from '../support/suite.js';
import { claim } from './claims.js';
import { extras, nearlyTransactions, transactions } from './transactions.js';

type Parse = (data: unknown) => Parsed;

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
    'noon',
    '',
    5,
    null,
    '2026-01-31',
    '2026-01-31 24:00:00',
    '2026-01-31 12:60:00',
    '2026-01-31 12:00:61',
    '2026-13-01 12:00:00',
    '2026-00-01 12:00:00',
    '2026-01-32 12:00:00',
    '2026-01-00 12:00:00',
    '26-01-31 12:00:00',
    '2026-01-31_12:00:00',
    '2026-01-31 12',
    '2026-01-31 5:00',
    '2026-01-31 12:00:00\n',
    ' 2026-01-31 12:00:00',
    '2026-01-31 12:00:00 CET',
    '2026-01-31T12:00:00.1234567890',
  ],
  tx_id: [5, null, {}, 'x'.repeat(257)],
};

for (const [field, values] of Object.entries(INVALID)) {
  for (const value of values) {
    const shown = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'undefined');
    example(
      `${field} ${shown.slice(0, 40)} (${typeof value}) is invalid, there and only there`,
      () => {
        assert.equal(refused({ amount: 1, [field]: value }), [`/${field} invalid`]);
      },
    );
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
    errors: [{ pointer: '/amount', code: 'missing', detail: "Missing required field 'amount'" }],
  });
});

example('every wrong field is told, each once', () => {
  assert.equal(refused({ hour: 24, amount: -1, tx_id: 5, category: 5, timestamp: 'noon' }), [
    '/amount invalid',
    '/category invalid',
    '/hour invalid',
    '/timestamp invalid',
    '/tx_id invalid',
  ]);
  assert.equal(refused({ hour: 24 }), ['/amount missing', '/hour invalid']);
});

example('what is no object is refused as a whole', () => {
  for (const data of [null, undefined, 5, 'text', true, [], [{ amount: 1 }], () => 1, 5n]) {
    assert.equal(refused(data), [' invalid']);
  }
});

example('a name like __proto__ is data: it pollutes nothing and stands for nothing', () => {
  const texts = [
    '{"__proto__":{"amount":5,"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ];
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

const CLAIMS = {
  'whatever is given, it throws nothing, and answers a complete transaction or errors': (
    parse: Parse,
  ) =>
    claim(fc.property(fc.oneof(fc.anything(), nearlyTransactions), (data) => isSound(parse(data)))),

  'mending exactly what the pointers name makes it valid': (parse: Parse) =>
    claim(
      fc.property(nearlyTransactions, (data) => {
        const parsed = parse({ ...data });
        if (parsed.ok) return true;
        const mended = Object.fromEntries(
          parsed.errors.map(({ pointer }) => [pointer.slice(1), FIXES[pointer]]),
        );
        return parse({ ...data, ...mended }).ok;
      }),
    ),

  'no pointer names a field that was right': (parse: Parse) =>
    claim(
      fc.property(transactions, fc.constantFrom('amount', 'hour', 'tx_id'), (tx, field) => {
        const parsed = parse({ ...tx, [field]: null });
        return !parsed.ok && parsed.errors.map(({ pointer }) => pointer).join() === `/${field}`;
      }),
    ),

  'the hour is the one that stands in the timestamp, whatever its zone': (parse: Parse) =>
    claim(
      fc.property(timestamps, ({ text, hour }) => {
        const parsed = parse({ amount: 1, timestamp: text });
        return parsed.ok && parsed.transaction.hour === hour;
      }),
    ),

  'unknown fields are kept and change nothing else': (parse: Parse) =>
    claim(
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
  'it takes exactly what the schema of the description takes': (parse: Parse) =>
    claim(
      fc.property(fc.oneof(nearlyTransactions, fc.jsonValue()), (data) => {
        const fits = schema.Check(data);
        return parse(data).ok === fits;
      }),
    ),
};

const schema = Compile(TransactionSchema);

function isSound(parsed: Parsed): boolean {
  if (!parsed.ok) {
    const pointers = parsed.errors.map(({ pointer }) => pointer);
    const known = pointers.every((pointer) => pointer === '' || pointer in FIXES);
    return known && pointers.length > 0 && new Set(pointers).size === pointers.length;
  }
  const { amount, hour, tx_id } = parsed.transaction;
  const inRange = Number.isInteger(hour) && hour >= 0 && hour <= 23;
  return Number.isFinite(amount) && amount >= 0 && inRange && typeof tx_id === 'string';
}

const promise = suite('the parser promises');
for (const [title, claimOf] of Object.entries(CLAIMS)) {
  promise(title, () => claimOf(parseTransaction).holds());
}
promise('any JSON text gets an answer', () => {
  fc.assert(
    fc.property(fc.json(), (text) => isSound(parseTransaction(JSON.parse(text)))),
    { numRuns: 500 },
  );
});
promise.run();

function withTransaction(data: unknown, change: (hour: number) => number): Parsed {
  const parsed = parseTransaction(data);
  if (!parsed.ok) return parsed;
  return {
    ok: true,
    transaction: { ...parsed.transaction, hour: change(parsed.transaction.hour) },
  };
}

const MUTANTS: Readonly<Record<string, readonly [keyof typeof CLAIMS, Parse]>> = {
  'a parser that leaves the hour out': [
    'whatever is given, it throws nothing, and answers a complete transaction or errors',
    (data) => withTransaction(data, () => Number.NaN),
  ],
  'a parser that names only the first error': [
    'mending exactly what the pointers name makes it valid',
    (data) => {
      const parsed = parseTransaction(data);
      return parsed.ok ? parsed : { ok: false, errors: parsed.errors.slice(0, 1) };
    },
  ],
  'a parser that blames every field': [
    'no pointer names a field that was right',
    (data) => {
      const all = Object.keys(FIXES).map((pointer) => ({ pointer, code: 'invalid', detail: '' }));
      return parseTransaction(data).ok ? parseTransaction(data) : { ok: false, errors: all as [] };
    },
  ],
  'a parser that takes texts of 257 characters': [
    'it takes exactly what the schema of the description takes',
    (data) => {
      const { category, ...rest } = Object(data);
      return typeof category === 'string' ? parseTransaction(rest) : parseTransaction(data);
    },
  ],
  'an hour converted to another clock': [
    'the hour is the one that stands in the timestamp, whatever its zone',
    (data) => withTransaction(data, (hour) => (hour + 1) % 24),
  ],
  'a parser that drops what it does not know': [
    'unknown fields are kept and change nothing else',
    (data) => {
      const { amount, category, hour, tx_id } = data as Record<string, unknown>;
      return parseTransaction({ amount, hour, tx_id, ...(category !== undefined && { category }) });
    },
  ],
};

const planted = suite('a wrong parser is refuted');
for (const [what, [title, wrong]] of Object.entries(MUTANTS)) {
  planted(what, () => assert.ok(CLAIMS[title](wrong).isRefuted()));
}
planted.run();
