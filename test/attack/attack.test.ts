// `npm run attack` in small, and that each of its judges fires: a count that is lost or too high, a service
// that is dead or leaves a process, memory that grows without bound.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import type { Ledger, Stats } from '../support/count-oracle.js';
import { suite } from '../support/suite.js';
import { discard, launch, scorerFile } from './attacked-service.js';
import { judgeAnswers, seedDice } from './fuzz.js';
import { judgeCount, judgeEnd, judgeGone, judgeHealth, judgeMemory } from './judges.js';

const RUN = fileURLToPath(new URL('run.js', import.meta.url));
const NEVER = new AbortController().signal;

const test = suite('attacks');
test.timeout(60_000);

const stats = (low: number): Stats => {
  return { total: low, high: 0, levels: { LOW: low, MEDIUM: 0, HIGH: 0, CRITICAL: 0 } };
};
const ledger = (acknowledged: number, unknown: number): Ledger => {
  const answer = { level: 'LOW', ticket: null } as const;
  return { acknowledged: Array.from({ length: acknowledged }, () => answer), refused: 0, unknown };
};
const kindsOf = (faults: readonly string[]) => faults.map((fault) => fault.split(':')[0]);

test('the judge of the count allows acknowledged ≤ counted ≤ attempted, and nothing else', () => {
  assert.equal(judgeCount(stats(5), stats(8), ledger(3, 0)), []);
  assert.equal(judgeCount(stats(5), stats(10), ledger(3, 2)), []);
  assert.equal(kindsOf(judgeCount(stats(5), stats(7), ledger(3, 2))), ['count']);
  assert.equal(kindsOf(judgeCount(stats(5), stats(11), ledger(3, 2))), ['count']);
});

test('the judge of memory fires above its limit', () => {
  assert.equal(judgeMemory(100, 190, 100), []);
  assert.equal(kindsOf(judgeMemory(100, 201, 100)), ['memory']);
});

test('the judge of answers fires at errors of the service', () => {
  assert.equal(judgeAnswers([200, 400, 431, 501, 503]), []);
  assert.equal(kindsOf(judgeAnswers([200, 500])), ['answer']);
});

test('a seed repeats a fuzz', () => {
  const [one, same, other] = [7, 7, 8].map((seed) => {
    const dice = seedDice(seed);
    return Array.from({ length: 50 }, () => dice(1_000));
  });
  assert.equal(one, same);
  assert.not.equal(one, other);
});

test('the judges of a service fire when it is dead, blocked, or does not end', async () => {
  const words = ['--scorer', scorerFile('hangs.mjs')];
  const service = await launch({ topology: 'inline', signal: NEVER, words });
  try {
    assert.ok((service.peakMb() ?? 1) > 0);
    assert.equal(await judgeHealth(service.url, 5_000), []);
    service.child.kill('SIGSTOP');
    assert.equal(kindsOf(await judgeHealth(service.url, 1)), ['dead', 'dead']);
    assert.is(await service.untilGone(1), false);
    service.child.kill('SIGCONT');
    service.child.kill('SIGKILL');
    assert.equal(await judgeGone(service), []);
    assert.equal(kindsOf(await judgeHealth(service.url, 1)), ['dead', 'dead']);
    assert.equal(kindsOf(await judgeEnd(service)), ['end']);
  } finally {
    await discard(service);
  }
});

async function runAttack(words: readonly string[]) {
  const child = spawn(process.execPath, [RUN, '--json', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code, results: stdout === '' ? [] : JSON.parse(stdout).results };
}

const SMALL = ['--topology', 'inline', '--requests', '400'];

test('a correct service holds', async () => {
  const { code, results } = await runAttack([...SMALL, '--only', 'fuzz,hosts']);
  assert.equal([code, results.flatMap(({ faults }: { faults: string[] }) => faults)], [0, []]);
});

test('a service that loses counts does not hold', async () => {
  const { code, results } = await runAttack([...SMALL, '--only', 'fuzz', '--tally', 'await-race']);
  assert.is(code, 1);
  assert.is(results[0].state, 'broken');
  assert.ok(results[0].faults.some((fault: string) => fault.startsWith('count: lost')));
});

test('what cannot be tried is told apart from what holds', async () => {
  const blocked = await runAttack([...SMALL, '--only', 'hung-loop']);
  assert.equal([blocked.code, blocked.results[0].state], [2, 'unavailable']);
  assert.is((await runAttack(['--topology', 'none'])).code, 2);
});

test.run();
