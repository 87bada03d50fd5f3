// The peers of the benchmarks: each answers what our service answers, counts what it was sent, and
// leaves nothing behind. Planted: a wrong rule and counts that do not agree make a run void; what
// is not installed is unavailable, with the reason.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  describePeer,
  explainUnavailable,
  FINDERS,
  type Finders,
  PEERS,
  type Peer,
  remembering,
  startPeer,
} from '../../bench/peers/peers.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { startServer } from '../../bench/runner/server.js';
import { missingPeers, peerRow, peers } from '../../bench/scenarios/peers.js';
import { LEVELS, type RiskLevel } from '../../src/scoring/rules.js';
import type { Fault } from '../fixtures/peers/peer.js';
import { makeSeededPeer } from '../fixtures/peers/seeded-peer.js';
import { readStats } from '../support/count-oracle.js';
import { untilRefused } from '../support/process.js';
import { suite } from '../support/suite.js';

const DATA = fileURLToPath(new URL('../../../bench/data/transactions.jsonl', import.meta.url));

const test = suite('bench: peers');
test.timeout(60_000);

/** Real ones, spread over the month, and made-up ones around every bound of the rules. */
function transactions(): readonly string[] {
  const lines = readFileSync(DATA, 'utf8').split('\n');
  const real = Array.from({ length: 36 }, (_, at) => lines[at * 277] ?? '');
  const made = fc.record(
    {
      amount: fc.constantFrom(0, 1, 1500, 1500.01, 3000, 3000.01, 1e9),
      category: fc.constantFrom('electronics', 'elektronika', 'food', ''),
      hour: fc.constantFrom(0, 5, 6, 12, 23),
      timestamp: fc.constantFrom('2025-02-01 05:59:59', '2025-02-01T06:00:00Z'),
      tx_id: fc.constantFrom('TX1', 'zażółć', ''),
    },
    { requiredKeys: ['amount'] },
  );
  const seeded = fc.sample(made, { numRuns: 48, seed: 7 });
  return [...real, ...seeded.map((transaction) => JSON.stringify(transaction))];
}

interface Answered {
  readonly risk_level: RiskLevel;
}

async function askAll(url: string, bodies: readonly string[]): Promise<readonly Answered[]> {
  const headers = { 'content-type': 'application/json' };
  return Promise.all(
    bodies.map(async (body) => {
      const answer = await fetch(`${url}/score`, { method: 'POST', headers, body });
      assert.is(answer.status, 200, body);
      return (await answer.json()) as Answered;
    }),
  );
}

/** What our own service answers. */
async function askOurs(bodies: readonly string[]): Promise<readonly Answered[]> {
  const service = await startServer({ topology: 'inline', threads: 0, workUs: 0, flags: [] });
  try {
    return await askAll(service.url, bodies);
  } finally {
    await service.stop();
  }
}

let ours: Promise<readonly Answered[]> | undefined;

/** Of a group of processes: those that run; undefined where the system does not tell. */
function listRunning(group: number): readonly string[] | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(itsGroup) === group && state !== 'Z';
    } catch {
      return false; // it ended meanwhile
    }
  });
}

for (const peer of PEERS) {
  const title = `${peer.name}: it answers as the service does, counts, and leaves no process`;
  const reason = explainUnavailable(peer);
  if (reason !== undefined) {
    test.unavailable(title, reason);
    continue;
  }
  test(title, async () => {
    const bodies = transactions();
    ours ??= askOurs(bodies);
    const right = await ours;
    const { url, pid, counted, stop } = await startPeer(peer, 0);
    try {
      assert.equal(await askAll(url, bodies), right);
      const levels = right.map(({ risk_level: level }) => level);
      const count = (level: RiskLevel) => levels.filter((one) => one === level).length;
      for (const level of LEVELS) assert.ok(count(level) > 0, `no ${level} among them`);
      const isKnown = !peer.countsApart;
      assert.is(await counted(), isKnown ? count('CRITICAL') : undefined);
      const stats = await readStats(url);
      if (isKnown) {
        assert.equal([stats.total, stats.high], [bodies.length, count('HIGH') + count('CRITICAL')]);
        for (const level of LEVELS) assert.is(stats.levels[level], count(level));
      }
    } finally {
      await stop();
    }
    await untilRefused(url);
    while (listRunning(pid)?.length) await nextTurn(); // the runner's time limit bounds it
  });
}

/** Of a few requests, one after the other: the best of several times. */
async function bestMs(peer: Peer, workUs: number): Promise<number> {
  const { url, stop } = await startPeer(peer, workUs);
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let time = 0; time < 5; time++) {
      const startedAt = performance.now();
      await askAll(url, transactions().slice(0, 2));
      best = Math.min(best, performance.now() - startedAt);
    }
    return best;
  } finally {
    await stop();
  }
}

for (const peer of PEERS.filter((one) => one.canWork && explainUnavailable(one) === undefined)) {
  test(`${peer.name}: the added work is done`, async () => {
    const [none, much] = [await bestMs(peer, 0), await bestMs(peer, 50_000)];
    assert.ok(much > none, `${much} against ${none}`);
  });
}

test('what cannot do the added work has no row with any', () => {
  const made = peers.variants(PLAN_DEFAULTS).filter(({ peer }) => peer !== undefined);
  assert.ok(made.length >= 1);
  for (const { peer, workUs } of made) assert.ok(workUs === 0 || peer?.canWork === true);
  assert.ok(made.some(({ workUs }) => workUs === 500));
});

const never = new AbortController().signal;

async function measured(peer: Peer, connections = PLAN_SMOKE.connections) {
  const plan = { ...PLAN_SMOKE, connections };
  return peers.measure(peerRow(peer, 0), { plan, signal: never, tell: () => {} }, 1);
}

const FAULTS: readonly (readonly [Fault, RegExp])[] = [
  ['wrong rule', /^wrong answer: HIGH$/],
  ['sometimes wrong', /^\d+ wrong answers$/],
  ['loses counts', /\d+ .* not counted$/],
  ['counts twice', /\d+ counted without/],
  ['closes', /server closes the connection/],
];

for (const [fault, says] of FAULTS) {
  test(`planted: ${fault}: the run is void`, async () => {
    // What is cut off may be counted, too: two a connection. So few of them, and it shows at once.
    const connections = fault === 'counts twice' ? 4 : undefined;
    assert.match((await measured(makeSeededPeer(fault), connections)).discardReason ?? 'valid', says);
  });
}

const VALID: Readonly<Record<string, Peer>> = {
  'a right peer': makeSeededPeer('none'),
  'one that closes, and is known to': makeSeededPeer('closes', { closesConnections: true }),
  'one whose count cannot be known': makeSeededPeer('loses counts', { countsApart: true }),
};

for (const [what, peer] of Object.entries(VALID)) {
  test(`${what} gives a valid run, and a note that says how it was loaded`, async () => {
    const { discardReason: reason, values, notes = [] } = await measured(peer);
    assert.is(reason, undefined);
    // 0 where a held-up machine let the time pass before the first answer was read.
    assert.ok(Number.isFinite(values.perSecond) && (values.perSecond ?? -1) >= 0);
    assert.is(notes.length, 1);
    assert.match(notes[0] ?? '', /^loaded by the raw generator; Node v/);
    assert.is(/closes each connection/.test(notes[0] ?? ''), peer.closesConnections);
    assert.is(/counts for itself/.test(notes[0] ?? ''), peer.countsApart);
  });
}

const modules = { flask: '3.0', gunicorn: '22.0', fastapi: '0.1', uvicorn: '0.2' };
const ALL: Finders = { python: () => ({ version: '3.12.0', modules }), node: () => '5.0.0' };

test('where everything is installed nothing is unavailable, and versions are told', () => {
  assert.equal(missingPeers(ALL), []);
  const uvicorn = PEERS.find(({ name }) => name === 'uvicorn, fastapi');
  const note = uvicorn === undefined ? '' : describePeer(uvicorn, ALL);
  assert.is(note, 'Python 3.12.0, fastapi 0.1, uvicorn 0.2, uvloop missing, httptools missing');
});

/** What an interpreter has without these modules. */
const without = (...names: readonly string[]) => {
  const rest = Object.entries(modules).filter(([name]) => !names.includes(name));
  return { version: '3', modules: Object.fromEntries(rest) };
};
const PYTHON = ['flask', 'gunicorn', 'uvicorn'];

const MISSING: Readonly<Record<string, readonly [Partial<Finders>, readonly string[], RegExp]>> = {
  'no Python': [{ python: () => undefined }, PYTHON, /^there is no python3 /],
  'a Python that did not answer in time': [
    { python: (path) => `${path} did not answer` },
    PYTHON,
    /^\/usr\/bin\/python3 did not/,
  ],
  'no gunicorn': [
    { python: () => without('gunicorn') },
    ['gunicorn'],
    /^python3 has no gunicorn \(.*: apt-get install python3-flask gunicorn\)$/,
  ],
  'two modules in two interpreters': [
    { python: (path) => without(path === 'python3' ? 'fastapi' : 'uvicorn') },
    ['uvicorn'],
    /no uvicorn \(/,
  ],
  'no Fastify': [{ node: () => undefined }, ['fastify'], /^fastify: not installed/],
};

for (const [what, [change, kinds, says]] of Object.entries(MISSING)) {
  test(`${what}: those that need it are unavailable, and the others are not`, () => {
    const missing = missingPeers({ ...FINDERS, ...ALL, ...change });
    const isNeeding = (name: string) => kinds.some((kind) => name.startsWith(kind));
    const found = missing.map(([name]) => name);
    assert.equal(found, PEERS.map(({ name }) => name).filter(isNeeding));
    for (const [, reason] of missing) assert.match(reason, says);
  });
}

test('an interpreter is asked once, and again where it was only too slow to answer', () => {
  const said = ['no answer', { version: '3.12.0', modules }, undefined];
  const asked = remembering(() => said.shift());
  assert.is(asked('python3'), 'no answer');
  assert.equal([asked('python3'), asked('python3')], Array(2).fill({ version: '3.12.0', modules }));
  assert.equal([asked('other'), said.length], [undefined, 0]);
});

test.run();
