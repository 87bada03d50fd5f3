// Malformed conversations over raw sockets, seeded: spoilt heads, tricks with chunks, pipelines, bodies in
// chunks of one byte, huge headers, wrong JSON. Each knows how many transactions it could make count.

import type { TopologyName } from '../../src/topologies/topology.js';
import { chunk, head, LAST_CHUNK, post } from '../support/http-raw.js';
import { attackService, type Outcome, type Scale } from './attack.js';
import { converse, type OpenLedger, readAcknowledged } from './clients.js';

interface Conversation {
  readonly bytes: Buffer;
  readonly requests: number;
  /** No more transactions than these can be counted. */
  readonly transactions: number;
  readonly isHead?: boolean;
}

/** A number from 0 up to `below`, whole. */
type Dice = (below: number) => number;

/** Mulberry32: 32 bits of state, enough to repeat a fuzz. */
export function seedDice(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function pick<T>(dice: Dice, values: readonly T[]): T {
  return values[dice(values.length)] as T;
}

const JSON_FIELD = 'Content-Type: application/json';
const BODIES = [
  ...['{"amount":1}', '{"amount":4000,"hour":3}', '{"amount":2000,"category":"electronics"}'],
  ...['{"amount":-1}', '{"amount":1e999}', '{"amount":null}', '{"amount":"1"}', '{"amount":1,"hour":24}'],
  ...[
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '{"__proto__":{"amount":1}}',
    `${'['.repeat(5_000)}`,
    '\ufeff{}',
    '{"amount":1}x',
  ],
] as const;
const PATHS = [
  '/',
  '/hello?name=%00',
  '/status',
  '/health',
  '/stats',
  '/none',
  '/..//score',
  '/%ff',
  '/transaction/x',
];

function scoreRequest(dice: Dice): string {
  return post('/score', pick(dice, BODIES));
}

function many(dice: Dice, most: number, make: () => string): { text: string; count: number } {
  const count = 1 + dice(most);
  return { text: Array.from({ length: count }, make).join(''), count };
}

/** A body in chunks of random sizes; of one byte, when `size` is one. */
function inChunks(dice: Dice, body: string, size: number): string {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const bytes = 1 + dice(size);
    text += chunk(body.slice(at, at + bytes));
    at += bytes;
  }
  return head('POST /score', JSON_FIELD, 'Transfer-Encoding: chunked') + text + LAST_CHUNK;
}

const CHUNK_TRICKS = [
  ...[
    'ffffffffffffffff\r\n',
    '-1\r\nx\r\n',
    '0x5\r\nhello\r\n',
    '5 ;a=b\r\nhello\r\n',
    '5\nhello\n',
    'g\r\n',
    '\r\n',
  ],
  ...[
    `1;${'e'.repeat(20_000)}\r\n[\r\n`,
    '0\r\nX: y\r\nContent-Length: 3\r\n\r\n',
    '0\r\n\r\nGET / HTTP/1.1\r\n',
    '3\r\nabcd\r\n',
  ],
];
const FRAMINGS = [
  ...[
    ['Content-Length: 3', 'Content-Length: 12'],
    ['Content-Length: 12', 'Transfer-Encoding: chunked'],
  ],
  ...[['Transfer-Encoding: gzip, chunked'], ['Transfer-Encoding: chunked, chunked'], ['Content-Length: +12']],
  ...[['Transfer-Encoding : chunked'], ['Content-Length: 12, 12'], ['Content-Length: 99999999999999999999']],
  ...[
    ['Expect: 100-continue', 'Content-Length: 12'],
    ['Expect: 100-continue, foo', 'Content-Length: 12'],
  ],
  ...[
    ['Host: evil.example', 'Content-Length: 12'],
    ['Upgrade: h2c', 'Connection: upgrade', 'Content-Length: 12'],
  ],
  ...[
    ['Content-Encoding: gzip', 'Content-Length: 12'],
    ['Connection: close', 'Content-Length: 12'],
  ],
];
const METHODS = [
  'CONNECT x:1',
  'TRACE /',
  'DELETE /score',
  'PRI *',
  'OPTIONS *',
  'PUT /stats',
  'BREW /pot',
  'GET',
];

function spoil(dice: Dice, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  for (let left = 1 + dice(4); left > 0; left -= 1) bytes[dice(bytes.length)] = dice(256);
  return bytes;
}

function hugeHead(dice: Dice): string {
  const fields = [
    [`X: ${'h'.repeat(1 + dice(40_000))}`],
    Array.from({ length: 500 + dice(2_500) }, (_, at) => `x${at}: ${at}`),
  ];
  return head(`GET /health?${'q'.repeat(dice(20_000))}`, ...pick(dice, fields));
}

type Make = (dice: Dice) => Conversation;

function talk(text: string | Buffer, requests: number, transactions = requests): Conversation {
  return { bytes: Buffer.from(text as string), requests, transactions };
}

const KINDS: Readonly<Record<string, Make>> = {
  pipelined(dice) {
    const { text, count } = many(dice, 40, () => scoreRequest(dice));
    return talk(text, count);
  },
  mixed(dice) {
    const next = () => (dice(2) === 0 ? scoreRequest(dice) : head(`GET ${pick(dice, PATHS)}`));
    const { text, count } = many(dice, 30, next);
    return talk(text, count);
  },
  batches(dice) {
    const items = many(dice, 50, () => `${pick(dice, ['{"amount":1}', '{"amount":-1}', '{}', '7'])},`);
    const { text, count } = many(dice, 4, () => post('/score/batch', `[${items.text.slice(0, -1)}]`));
    return talk(text, count, count * items.count);
  },
  chunked(dice) {
    const { text, count } = many(dice, 20, () => inChunks(dice, pick(dice, BODIES), 1 + 30 * dice(2)));
    return talk(text, count);
  },
  'tricks with chunks'(dice) {
    const first = many(dice, 3, () => scoreRequest(dice));
    const trick = head('POST /score', JSON_FIELD, 'Transfer-Encoding: chunked') + pick(dice, CHUNK_TRICKS);
    return talk(first.text + trick + scoreRequest(dice), first.count + 2);
  },
  'tricks with lengths'(dice) {
    const first = many(dice, 3, () => scoreRequest(dice));
    const trick = `${head('POST /score', JSON_FIELD, ...pick(dice, FRAMINGS))}{"amount":1}`;
    return talk(first.text + trick + scoreRequest(dice), first.count + 2);
  },
  'spoilt bytes'(dice) {
    const { text, count } = many(dice, 12, () =>
      dice(2) === 0 ? scoreRequest(dice) : head('OPTIONS /score'),
    );
    return talk(spoil(dice, text), count);
  },
  'cut off'(dice) {
    const { text, count } = many(dice, 12, () => scoreRequest(dice));
    return talk(text.slice(0, dice(text.length)), count);
  },
  noise(dice) {
    const bytes = Buffer.from(Array.from({ length: 1 + dice(600) }, () => dice(256)));
    return talk(bytes, 1, 0);
  },
  'huge headers'(dice) {
    return talk(scoreRequest(dice) + hugeHead(dice) + scoreRequest(dice), 3, 2);
  },
  methods(dice) {
    const first = many(dice, 5, () => scoreRequest(dice));
    return talk(first.text + head(pick(dice, METHODS)) + scoreRequest(dice), first.count + 2);
  },
  heads(dice) {
    const { text, count } = many(dice, 20, () => head(`HEAD ${pick(dice, PATHS)}`));
    return { ...talk(text + head('HEAD /', 'Connection: close'), count, 0), isHead: true };
  },
};

const AT_ONCE = 64;

/** What is wrong with these answers, whatever was sent. */
export function judgeAnswers(statuses: readonly number[]): string[] {
  return statuses.filter((status) => status === 500 || status === 504).map((status) => `answer: ${status}`);
}

async function tryOne(url: string, made: Conversation, ledger: OpenLedger): Promise<readonly string[]> {
  const { answers, isBroken, fault } = await converse(url, made.bytes, made.isHead);
  const acknowledged = readAcknowledged(answers);
  ledger.acknowledged.push(...acknowledged);
  if (isBroken) ledger.unknown += Math.max(0, made.transactions - acknowledged.length);
  return [...(fault === undefined ? [] : [fault]), ...judgeAnswers(answers.map(({ status }) => status))];
}

export function fuzz(topology: TopologyName, scale: Scale): Promise<Outcome> {
  return attackService(topology, scale, {}, async ({ url }, ledger) => {
    const dice = seedDice(scale.seed);
    const kinds = Object.entries(KINDS);
    const faults: string[] = [];
    const sent = { requests: 0, conversations: 0, broken: 0 };
    const converseOn = async () => {
      while (sent.requests < scale.requests && !scale.signal.aborted) {
        const [name, make] = pick(dice, kinds);
        const made = make(dice);
        sent.requests += made.requests;
        sent.conversations += 1;
        const unknown = ledger.unknown;
        for (const fault of await tryOne(url, made, ledger)) faults.push(`${name}: ${fault}`);
        if (ledger.unknown > unknown) sent.broken += 1;
        scale.onProgress(sent.requests, scale.requests);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, converseOn));
    return {
      sent: `${sent.requests} requests on ${sent.conversations} connections`,
      seen: `${ledger.acknowledged.length} acknowledged, ${ledger.unknown} unknown`,
      faults: [...new Set(faults)].slice(0, 10),
    };
  });
}
