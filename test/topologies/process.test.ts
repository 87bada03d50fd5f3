// The service as a process: signals, and what is left when it, its client or a connection is
// killed in the middle. Each test starts and ends its own processes.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { SCORE_DEFAULTS, scoreTransactions } from '../../src/checker/driver/score-run.js';
import { readTransactions } from '../../src/checker/driver/transactions.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { keepLedger, readStats, splitTicket } from '../support/count-oracle.js';
import { untilMeasured } from '../support/http-metrics.js';
import { dial, head } from '../support/http-raw.js';
import { startCli, untilRefused, withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

const CALLERS = 32;
const NEVER = new URL('../../../test/fixtures/scorers/never.mjs', import.meta.url).pathname;

const test = suite('service process');
test.timeout(60_000);

async function metric(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const metrics = await untilMeasured(async () => (await fetch(`${url}/metrics`)).text());
  return metrics.value(`two_callers_${name}`, labels);
}

/** Asks until the metric fits; the runner's time limit bounds it. */
async function untilMetric(url: string, name: string, fits: (value: number) => boolean) {
  while (!fits((await metric(url, name)) ?? Number.NaN));
}

/** Many callers, until the service is gone or all is sent. */
async function loadOn(url: string, onProgress: (done: number) => void) {
  const transactions = await readTransactions();
  const { signal } = new AbortController();
  const options = { ...SCORE_DEFAULTS, url, transactions, signal, onProgress };
  return scoreTransactions({ ...options, concurrency: CALLERS });
}

function promiseKills(topology: TopologyName): void {
  test(`${topology}: SIGTERM under load answers what was accepted and exits with 0`, async () => {
    await withServiceProcess(['--topology', topology], async ({ url, child, ended }) => {
      const result = await loadOn(url, (done) => {
        if (done === 500) child.kill('SIGTERM');
      });
      const ledger = keepLedger(result.items);
      assert.ok(ledger.acknowledged.length >= 500);
      assert.is(ledger.refused, 0);
      assert.is((await ended).code, 0);
      // Requests that met the closing port may be unknown to their client, but tickets that skip
      // none in their cell say that every add that happened was told to somebody, or nearly so.
      const cells = new Map<string, number[]>();
      for (const { ticket } of ledger.acknowledged) {
        const { cell = '', value = 0 } = splitTicket(ticket) ?? {};
        cells.set(cell, [...(cells.get(cell) ?? []), value]);
      }
      let skipped = 0;
      for (const [cell, values] of cells) {
        assert.is(new Set(values).size, values.length, `tickets of ${cell} are distinct`);
        skipped += Math.max(...values) - values.length;
      }
      assert.ok(skipped <= ledger.unknown, `${skipped} tickets are missing`);
    });
  });

  test(`${topology}: killed under load, it leaves no wrong number in its client`, async () => {
    await withServiceProcess(['--topology', topology], async ({ url, child }) => {
      let counted = 0;
      const result = await loadOn(url, (done) => {
        if (done !== 1_000) return;
        child.kill('SIGKILL');
      });
      const ledger = keepLedger(result.items);
      for (const { ticket } of ledger.acknowledged) counted += ticket === null ? 0 : 1;
      assert.is(counted, ledger.acknowledged.length, 'every answer brought its ticket');
      assert.is(ledger.refused, 0, 'a connection that breaks is never taken for a refusal');
      // One on its way, and perhaps one that the kernel had accepted for the dying process.
      assert.ok(ledger.unknown <= 2 * CALLERS, `${ledger.unknown} unknown of ${CALLERS} callers`);
      assert.ok(result.partial);
    });
  });

  test(`${topology}: a client killed under load leaves counters that add up`, async () => {
    // So slow that the client is never done before it is killed.
    const slow = ['--topology', topology, '--work-us', '2000'];
    await withServiceProcess(slow, async ({ url }) => {
      const words = ['score', url, '--count', '10000', '--concurrency', '64', '--json'];
      const client = startCli(words);
      await untilMetric(url, 'connections', (open) => open > 32);
      while ((await readStats(url)).total < 200);
      client.child.kill('SIGKILL');
      assert.is((await client.ended).signal, 'SIGKILL');
      await untilMetric(url, 'connections', (open) => open <= 2);
      await untilMetric(url, 'queue_depth', (depth) => depth === 0);
      await untilMetric(url, 'busy_jobs', (busy) => busy === 0);
      const { total } = await readStats(url);
      const answered = await answeredScores(url);
      assert.ok(total >= answered, `${answered} answered, ${total} counted`);
      assert.ok(total <= answered + 64, 'at most one a caller was counted without an answer');
    });
  });
}

for (const topology of TOPOLOGY_NAMES) {
  const reason = unavailable(topology);
  if (reason === undefined) promiseKills(topology);
  else test.unavailable(`${topology}: kills under load`, reason, { installable: false });
}

test('cluster: when its first process is killed, the others end too', async () => {
  await withServiceProcess(['--topology', 'cluster', '--threads', '2'], async ({ url, child }) => {
    await dial(url, (first) =>
      dial(url, async (second) => {
        // One connection goes to each, in turn.
        for (const connection of [first, second]) {
          await connection.send(head('GET /health'));
          await connection.answers(1);
        }
        child.kill('SIGKILL');
        await Promise.all([first.gone(), second.gone()]);
      }),
    );
  });
});

test('cluster: Ctrl-C, which a terminal sends to every process, answers what is open', async () => {
  const words = ['--topology', 'cluster', '--threads', '2', '--json'];
  await withServiceProcess(words, async ({ url, child, ended, pids }) => {
    const result = await loadOn(url, (done) => {
      if (done === 500) for (const pid of [...pids, child.pid ?? 0]) process.kill(pid, 'SIGINT');
    });
    assert.is(keepLedger(result.items).refused, 0);
    assert.ok(keepLedger(result.items).acknowledged.length >= 500);
    const { code, stdout } = await ended;
    assert.is(code, 0, stdout);
  });
});

test('when nobody who should listen can be started any more, the service ends with 1', async () => {
  await withFailingReplacements(async (scorer) => {
    const words = ['--topology', 'cluster', '--threads', '1', '--json', '--scorer', scorer];
    await withServiceProcess(words, async ({ ended, pids }) => {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      const { code, stdout } = await ended;
      assert.match(stdout, /"event":"replacing-stopped"/);
      assert.is(code, 1);
    });
  });
});

/** A scorer whose module can be loaded until a process that has loaded it is killed. */
async function withFailingReplacements(body: (scorer: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-'));
  const [scorer, mark] = ['scorer.mjs', 'mark'].map((name) => join(folder, name));
  const text = `
    import { existsSync, writeFileSync } from 'node:fs';
    const mark = ${JSON.stringify(mark)};
    if (existsSync(mark)) throw new Error('planted: it loads once');
    writeFileSync(mark, '');
    export const score = () => ({ score: 0 });
  `;
  try {
    await writeFile(scorer ?? '', text);
    await body(scorer ?? '');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function answeredScores(url: string): Promise<number> {
  const labels = { route: 'POST /score', status: '200' };
  return (await metric(url, 'requests_total', labels)) ?? 0;
}

/** A request to a scorer that never ends, once it is being scored. */
async function askForever(url: string) {
  const outcome = fetch(`${url}/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"amount":1}',
  }).catch(() => 'cut off');
  await untilMetric(url, 'busy_jobs', (busy) => busy === 1);
  return { outcome };
}

test('a second signal ends at once what the first one waits for', async () => {
  await withServiceProcess(['--scorer', NEVER], async ({ url, child, ended }) => {
    const asked = await askForever(url);
    child.kill('SIGTERM');
    await untilRefused(url);
    child.kill('SIGTERM');
    assert.is((await ended).code, 1);
    assert.is(await asked.outcome, 'cut off');
  });
});

test('a scorer that never ends cannot keep the process past its deadline', async () => {
  const words = ['--scorer', NEVER, '--close-deadline-ms', '200', '--json'];
  await withServiceProcess(words, async ({ url, child, ended }) => {
    const asked = await askForever(url);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.is(code, 1, 'not everything that was accepted was answered');
    assert.match(stdout, /"event":"requests-cut-off","cutOff":1/);
    assert.is(await asked.outcome, 'cut off');
  });
});

for (const form of [['--json'], []]) {
  test(`nobody reads its log (${form.join('') || 'plain'}): it ends in order`, async () => {
    await withServiceProcess(form, async ({ url, child, ended }) => {
      child.stdout?.destroy();
      assert.is((await fetch(`${url}/health`)).status, 200);
      child.kill('SIGTERM');
      const { code, signal, stderr } = await ended;
      assert.equal([code, signal, stderr], [0, null, '']);
    });
  });
}

/** Nobody may be there to take note of its end: then it stays as a zombie. */
async function isGone(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || /\) Z [^)]*$/.test(stat);
}

const orphan = 'a service that another process started ends when that one is killed';
if (!existsSync('/proc/self/task')) {
  test.unavailable(orphan, 'needs /proc to find it', { installable: false });
} else {
  test(orphan, async () => {
    const starter = startCli(['check', '--self-test', '--seeds', '1']);
    const children = `/proc/${starter.child.pid}/task/${starter.child.pid}/children`;
    const service = async () => (await readFile(children, 'utf8')).trim().split(' ')[0];
    let pid: string | undefined;
    while (!pid) pid = await service();
    starter.child.kill('SIGKILL');
    await starter.ended;
    while (!(await isGone(pid))); // the runner's time limit bounds it
  });
}

test.run();
