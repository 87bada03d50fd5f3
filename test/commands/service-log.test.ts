// The log of a service: what a client sends forges no line, and neither a full disk nor a reader that stalls
// costs more than lines. The lines that are lost are counted.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { createLog } from '../../src/commands/service-log.js';
import { untilMeasured } from '../support/http-metrics.js';
import { withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const LONG_ERROR = fileURLToPath(new URL('../../../test/fixtures/scorers/long-error.mjs', import.meta.url));
const FORGED = 'TX1\u001b[31m\n00:00:00 info  closed\u0085\u009b2J\u202e';

const test = suite('the log of a service');
test.timeout(60_000);

for (const isJson of [false, true]) {
  test(`a line holds nothing unprintable (${isJson ? 'JSON' : 'plain'})`, () => {
    const lines: string[] = [];
    const log = createLog('info', isJson, (line) => void lines.push(line));
    log('scoring-failed', FORGED, { code: FORGED, error: new Error(FORGED) });
    log('scoring-failed', 'a value that is no error', { error: FORGED });
    for (const line of lines) assert.not.match(line.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
    // A stack has lines of its own; the message of an error adds one for its line break.
    const starts = lines
      .join('')
      .split('\n')
      .filter((line) => /^(\{|\d\d:\d\d:\d\d)/.test(line));
    assert.is(starts.length, isJson ? 2 : 3);
    if (isJson) assert.is(JSON.parse(lines[1] ?? '').cause, FORGED);
  });
}

test('lost lines are counted one by one, and the next line that can be written says how many', () => {
  const lines: string[] = [];
  let isFull = true;
  let lost = 0;
  const log = createLog('info', true, (line) => {
    if (isFull) throw new Error('planted: no space left');
    lines.push(line);
  });
  log.onLost = () => {
    lost += 1;
  };
  for (let at = 0; at < 3; at += 1) log('draining', 'lost', { reason: 'test' });
  isFull = false;
  log('draining', 'written', { reason: 'test' });
  log('draining', 'written', { reason: 'test' });
  const events = lines.map((line) => JSON.parse(line)).map((line) => [line.event, line.lost]);
  assert.equal(
    [lost, events],
    [
      3,
      [
        ['log-lines-lost', 3],
        ['draining', undefined],
        ['draining', undefined],
      ],
    ],
  );
});

async function readLost(url: string): Promise<number> {
  const metrics = await untilMeasured(async () => (await fetch(`${url}/metrics`)).text());
  return metrics.value('two_callers_log_lines_lost_total', {}) ?? 0;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const full = (topology: string) =>
  `${topology}: a full disk under the log costs lines, and the service goes on`;
for (const topology of ['inline', 'cluster']) {
  if (!existsSync('/dev/full')) {
    test.unavailable(full(topology), 'needs /dev/full', { installable: false });
    continue;
  }
  test(full(topology), async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    const disk = openSync('/dev/full', 'w');
    const words = [CLI, 'serve', '--port', new URL(url).port, '--topology', topology, '--threads', '2'];
    const child = spawn(process.execPath, words, { stdio: ['ignore', disk, 'pipe'] });
    closeSync(disk);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const exited = once(child, 'exit');
    const isReady = async () => (await fetch(`${url}/ready`).catch(() => undefined))?.status === 200;
    while (child.exitCode === null && !(await isReady()));
    assert.ok((await readLost(url)) >= 1);
    child.kill('SIGTERM');
    assert.equal(await exited, [0, null]);
    assert.is(said.match(/lines of the log are lost/g)?.length, 1, said);
  });
}

for (const topology of ['inline', 'batched', 'cluster']) {
  test(`${topology}: a reader of the log that stalls costs lines, and the service goes on`, async () => {
    const words = ['--topology', topology, '--threads', '2', '--scorer', LONG_ERROR];
    await withServiceProcess(words, async ({ url, child, ended }) => {
      child.stdout?.pause();
      const headers = { 'content-type': 'application/json' };
      while ((await readLost(url)) === 0) {
        const request = () => fetch(`${url}/score`, { method: 'POST', headers, body: '{"amount":1}' });
        const answers = await Promise.all(Array.from({ length: 64 }, request));
        assert.ok(answers.every(({ status }) => status === 500));
        await Promise.all(answers.map((answer) => answer.text()));
      }
      assert.is((await fetch(`${url}/health`)).status, 200);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      assert.equal(await exited, [0, null]);
      child.stdout?.resume();
      await ended;
    });
  });
}

test.run();
