// `two-callers ask` as a user runs it: against this project's own service in every topology, and
// against small counters with a planted fault: what it prints, and what its exit code says.

import * as assert from 'uvu/assert';
import { TOPOLOGY_NAMES, unavailable } from '../../src/topologies/topology.js';
import {
  type CountingService,
  correct,
  startCounting,
  turns,
  type Way,
} from '../checker/pair-test/counting-service.js';
import { runCli, startCli, withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

const test = suite('the verb ask');
test.timeout(60_000);

const FOREIGN = ['--do', 'POST /add', '--count', 'GET /count', '--field', 'total'];
const BY_TICKETS = [...FOREIGN, '--ticket-field', 'n'];

/** Reads, awaits, and writes. */
const racy: Way = async (counter) => {
  const number = counter.total + 1;
  await turns(50);
  counter.total = number;
  return { number };
};

async function withCounting<T>(way: Way, body: (service: CountingService) => Promise<T>): Promise<T> {
  const service = await startCounting(way);
  try {
    return await body(service);
  } finally {
    await service.close();
  }
}

for (const topology of TOPOLOGY_NAMES) {
  const missing = unavailable(topology);
  if (missing !== undefined) {
    test.unavailable(`${topology} is ok`, missing, { installable: false });
    continue;
  }
  test(`${topology} is ok, and both calls were in flight together`, async () => {
    await withServiceProcess(['--topology', topology, '--threads', '2'], async ({ url }) => {
      const { code, stdout, stderr } = await runCli(['ask', url, '--pairs', '200', '--alone']);
      assert.is(code, 0, stdout + stderr);
      const lines = stdout.split('\n');
      assert.match(lines[0] ?? '', /^ok: .* 200 times; /);
      assert.match(stdout, /^saw +samples +share +verdict +meaning$/m);
      assert.match(stdout, /^1,1 +0 +0\.00 % +forbidden/m);
      assert.match(stdout, /^fewer +0 +0\.00 % +forbidden/m);
      // Once a caller is held back, a pair can miss each other; before that, none can.
      const [, since = '201'] = /from pair (\d+) on/.exec(stdout) ?? [];
      const [, together] = /^ {2}(\d+) of 200 pairs were/m.exec(stdout) ?? [];
      assert.ok(Number(together) >= Number(since) - 1, stdout);
      assert.match(stdout, /401 acknowledged, .* tickets/);
      assert.not.ok(stdout.includes('\u001b'), 'no colours into a pipe');
      assert.ok(lines.every((line) => line.length <= 120));
    });
  });
}

test('two callers with one number: exit code 1, and the pairs with their times', async () => {
  await withCounting(racy, async ({ url }) => {
    const { code, stdout } = await runCli(['ask', url, ...BY_TICKETS, '--pairs', '200']);
    assert.is(code, 1, stdout);
    assert.match(stdout, /^violated: .* saw 1,1: /);
    assert.match(stdout, /^ {2}pair \d+: .* A .* ms 200, ticket \d+; .* B/m);
    assert.match(stdout, /^ {2}after pair 100: 200 /m);
  });
});

test('somebody else who counts: exit code 2; with --alone exit code 1', async () => {
  const crowded: Way = (counter) => {
    if (counter.adds % 5 === 0) counter.total++;
    return { number: ++counter.total };
  };
  await withCounting(crowded, async ({ url }) => {
    const words = ['ask', url, ...FOREIGN, '--pairs', '50'];
    const { code, stdout } = await runCli(words);
    assert.is(code, 2, stdout);
    assert.match(stdout, /^unknown: .*--alone.*\n/);
    assert.is((await runCli([...words, '--alone'])).code, 1);
  });
});

test('--json prints one JSON document, without the header fields that were sent', async () => {
  await withCounting(correct, async ({ url }) => {
    const words = ['ask', url, ...FOREIGN, '--pairs', '30', '--header', 'X-Key: hidden', '--json'];
    const { code, stdout } = await runCli(words);
    assert.is(code, 0);
    assert.not.match(stdout, /hidden/);
    const { verdict, way, pairs, outcomes, overlap, target } = JSON.parse(stdout);
    assert.equal([verdict, way, pairs, overlap.pairs], ['ok', 'reads', 30, 30]);
    assert.is(target.add.path, '/add');
    const samples = outcomes.map((row: { samples: number }) => row.samples);
    assert.is(
      samples.reduce((sum: number, count: number) => sum + count, 0),
      30,
    );
  });
});

test('colours on request, and none with NO_COLOR', async () => {
  await withCounting(correct, async ({ url }) => {
    const words = ['ask', url, ...FOREIGN, '--pairs', '10'];
    const painted = await runCli(words, { FORCE_COLOR: '1', NO_COLOR: undefined });
    assert.match(painted.stdout, '\u001b[32mok: ');
    const plain = await runCli(words, { FORCE_COLOR: '1', NO_COLOR: '1' });
    assert.not.ok(plain.stdout.includes('\u001b'));
  });
});

test('Ctrl-C prints the table so far, marked partial', async () => {
  await withCounting(correct, async (service) => {
    const { child, ended } = startCli(['ask', service.url, ...BY_TICKETS, '--pairs', '1000000']);
    while (service.counter.adds < 400) await turns(1);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.is(code, 130, stdout);
    assert.match(stdout, /^partial: [\d,]+ of 1,000,000 .*stopped$/m);
    assert.match(stdout, /^1,2 +\d+/m);
  });
});

const MISTAKES: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no pairs', ['--pairs', '0'], /--pairs.* from 1 to 1000000/],
  ['too many pairs', ['--pairs', '1000001'], /--pairs.* from 1 to 1000000/],
  ['a port without a service', [], /cannot read GET .*\/stats: /],
];

for (const [title, words, says] of MISTAKES) {
  test(`${title}: one clear line, and exit code 2`, async () => {
    const { code, stdout, stderr } = await runCli(['ask', 'http://127.0.0.1:1', ...words]);
    assert.equal([code, stdout], [2, '']);
    assert.match(stderr, says);
    assert.match(stderr, /^two-callers: [^\n]+\n$/);
  });
}

test.run();
