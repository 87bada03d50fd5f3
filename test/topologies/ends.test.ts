// How the process of a service ends: by a crash, while it loads, or with a scorer that blocks it. Nothing
// that it started outlives it. Each test starts and ends its own processes.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { TOPOLOGY_NAMES, unavailable } from '../../src/topologies/topology.js';
import { runCli, startCli, withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

const FIXTURES = new URL('../../../test/fixtures/scorers/', import.meta.url);
const [BLOCKS, FAULTY, LOADS_FOR_EVER] = ['blocks', 'faulty', 'loads-for-ever'].map((name) => {
  return fileURLToPath(new URL(`${name}.mjs`, FIXTURES));
}) as [string, string, string];
const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const CRASHES = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

const test = suite('the end of a process');
test.timeout(60_000);

for (const signal of CRASHES) {
  test(`${signal} ends the process at once, with this signal as its status`, async () => {
    await withServiceProcess(['--topology', 'inline'], async ({ child, ended }) => {
      child.kill(signal);
      assert.is((await ended).signal, signal);
    });
  });
}

const crash = 'a task worker that cannot get memory ends the process, and not in an endless loop';
if (process.platform === 'linux') {
  test(crash, async () => {
    const line = `ulimit -v 1500000; exec "$0" "$1" serve --port 0 --topology batched --threads 1`;
    const child = spawn('bash', ['-c', line, process.execPath, CLI], { stdio: 'ignore' });
    const [code, signal] = await once(child, 'exit');
    assert.ok(code !== 0 || signal !== null);
  });
} else test.unavailable(crash, 'needs ulimit -v', { installable: false });

for (const topology of TOPOLOGY_NAMES) {
  const title = `${topology}: SIGTERM while the scorer loads ends at once with 0`;
  const reason = unavailable(topology);
  if (reason !== undefined) test.unavailable(title, reason, { installable: false });
  else {
    test(title, async () => {
      // The seeded fault makes it log before it loads the scorer.
      const fault = ['--tally', 'local', '--json'];
      const { child, ended } = startCli([
        ...['serve', '--port', '0', '--topology', topology, '--scorer', LOADS_FOR_EVER],
        ...fault,
      ]);
      child.stdout?.once('data', () => child.kill('SIGTERM'));
      const { code, stderr } = await ended;
      assert.equal([code, stderr], [0, '']);
    });
  }
}

/** Runs two processes whose event loops a scorer blocks, and resolves when `end` has ended all three. */
async function blockCluster(end: (first: ChildProcess) => Promise<unknown>): Promise<void> {
  const words = ['--topology', 'cluster', '--threads', '2', '--json', '--scorer', BLOCKS];
  await withServiceProcess(words, async ({ url, child, ended, pids }) => {
    assert.is(pids.length, 2);
    const asked = pids.map(() => {
      const headers = { 'content-type': 'application/json' };
      return fetch(`${url}/score`, { method: 'POST', headers, body: '{"amount":1}' }).catch(() => {});
    });
    await Promise.all(pids.map(untilBlocked));
    await end(child);
    await ended;
    await Promise.all(asked);
    for (const pid of pids) while (!(await isGone(pid)));
  });
}

/** Atomics.wait sleeps in a futex on the main thread; an idle event loop waits in epoll. */
async function untilBlocked(pid: number): Promise<void> {
  while (!(await readFile(`/proc/${pid}/wchan`, 'utf8').catch(() => '')).includes('futex'));
}

async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || /\) Z [^)]*$/.test(stat);
}

const ENDS = {
  'after a second SIGTERM': async (child: ChildProcess) => {
    const draining = once(child.stdout as Readable, 'data');
    child.kill('SIGTERM');
    assert.match(String(await draining), /"event":"draining"/);
    child.kill('SIGTERM');
  },
  'after a SIGKILL of the first process': async (child: ChildProcess) => child.kill('SIGKILL'),
};
for (const [when, end] of Object.entries(ENDS)) {
  const title = `cluster: no process that its scorer blocks is left ${when}`;
  if (existsSync('/proc/self/wchan')) test(title, () => blockCluster(end));
  else test.unavailable(title, 'needs /proc to find the processes', { installable: false });
}

test('inline: a scorer that calls process.exit(0) ends the service with 1, and a line says so', async () => {
  await withServiceProcess(['--topology', 'inline', '--scorer', FAULTY], async ({ url, ended }) => {
    const headers = { 'content-type': 'application/json' };
    const body = '{"amount":1,"fault":"ends its process"}';
    await fetch(`${url}/score`, { method: 'POST', headers, body }).catch(() => {});
    const { code, stderr } = await ended;
    assert.is(code, 1);
    assert.match(stderr, /^two-callers serve: .*process\.exit\(0\)/);
  });
});

test('an address that comes from the environment is named with its variable', async () => {
  const { code, stderr } = await runCli(['serve', '--port', '0'], { HOST: 'x86_64-conda-linux-gnu' });
  assert.is(code, 2);
  assert.match(stderr, /environment variable HOST/);
});

test('an empty HOST, --host or PORT means the default', async () => {
  for (const [words, env] of [
    [['--port', '0'], { HOST: '' }],
    [['--port', '0', '--host', ''], {}],
  ] as const) {
    const { child, ended } = startCli(['serve', ...words], env);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    assert.match((await ended).stdout, /listening on http:\/\/127\.0\.0\.1:/);
  }
  const taken = await runCli(['serve', '--host', '192.0.2.1'], { PORT: '' });
  assert.is(taken.code, 2);
});

test('HOST and PORT do not reach the services of a self-test', async () => {
  const words = ['check', '--self-test', '--seeds', '1', '--topology', 'inline', '--tally', 'atomic'];
  const { code, stdout } = await runCli(words, { HOST: 'x86_64-conda-linux-gnu', PORT: '1' });
  assert.is(code, 0, stdout);
});

test.run();
