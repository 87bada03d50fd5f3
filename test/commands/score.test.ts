// `two-callers score` as a user runs it, against services of our own and against one
// that loses counts: what they print, and what their exit codes say.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { readStats } from '../support/count-oracle.js';
import { runCli, startCli, withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';
import { withoutProgress } from './without-progress.js';

const FAULTY = new URL('../../../test/fixtures/scorers/faulty.mjs', import.meta.url).pathname;

const test = suite('score');
test.timeout(120_000);

test('score shows a row a transaction, the totals, and that the count is right', async () => {
  await withServiceProcess([], async ({ url }) => {
    const { code, stdout, stderr } = await runCli(['score', url]);
    assert.is(code, 0, stderr);
    const lines = stdout.split('\n');
    assert.match(lines[0] ?? '', /^tx_id +amount +category +hour +score +level +rules$/);
    assert.is(lines.filter((line) => line.startsWith('TX')).length, 10);
    assert.match(stdout, /10 transactions: 10 answered, /);
    assert.match(stdout, /requests\/s, p50 .* ms, p99 .* ms \(n = 10\)/);
    assert.match(stdout, /^ok: 10 acknowledged requests/m);
    assert.not.ok(stdout.includes('\u001b'), 'no colours into a pipe');
    assert.is(withoutProgress(stderr), '');
  });
});

test('score --json prints one JSON document', async () => {
  await withServiceProcess(['--topology', 'inline'], async ({ url }) => {
    const { code, stdout } = await runCli(['score', url, '--json', '--count', '25']);
    assert.is(code, 0);
    const { items, account } = JSON.parse(stdout);
    assert.is(items.length, 25);
    assert.is(account.verdict, 'ok');
  });
});

test('without --count a short file is posted whole', async () => {
  await withServiceProcess([], async ({ url }) => {
    const file = new URL('../../../test/fixtures/transactions/one-bad.jsonl', import.meta.url);
    const { stdout } = await runCli(['score', url, '--file', file.pathname]);
    assert.match(stdout, /3 transactions: 2 answered, 1 refused/);
  });
});

test('a reader that has seen enough, as `head` has, is no error', async () => {
  await withServiceProcess([], async ({ url }) => {
    const { child, ended } = startCli(['score', url, '--count', '5000', '--concurrency', '64']);
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    assert.is(code, 0);
    assert.not.match(stderr, /Error|EPIPE|\n\s+at /);
  });
});

test('a transaction that fails is named with its line, and the exit code is 1', async () => {
  await withServiceProcess(['--scorer', FAULTY], async ({ url }) => {
    const file = new URL('../../../test/fixtures/transactions/one-bad.jsonl', import.meta.url);
    const words = ['score', url, '--file', file.pathname, '--count', '3'];
    const { code, stdout } = await runCli(words);
    assert.is(code, 1);
    assert.match(stdout, /line 2 TX2: 400 .* 'amount'/);
    assert.match(stdout, /: 2 answered, 1 refused, 0 /);
  });
});

test('a service that loses a count is refuted, and the exit code is 1', async () => {
  let posts = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') {
      posts++;
      const assessment = { score: 0, risk_level: 'LOW', triggered_rules: [] };
      response.end(JSON.stringify({ ...assessment, tx_id: `TX0000${posts}` }));
    } else {
      const LOW = Math.max(0, posts - 1); // the seeded fault
      const levels = { LOW, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
      response.end(JSON.stringify({ total: LOW, high: 0, levels, rejected: 0 }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // One caller: the answers name the transactions in the order in which they come.
  const words = ['score', `127.0.0.1:${port}`, '--count', '5', '--concurrency', '1'];
  const { code, stdout } = await runCli(words);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.is(code, 1);
  assert.match(stdout, /violated: .*1 .*lost/);
});

test('Ctrl-C shows what was done so far, marked partial', async () => {
  await withServiceProcess(['--work-us', '2000'], async ({ url }) => {
    const { child, ended } = startCli(['score', url, '--count', '10000']);
    while ((await readStats(url)).total < 10);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.is(code, 130);
    assert.match(stdout, /partial: stopped/);
  });
});

test.run();
