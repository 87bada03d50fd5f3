// The counters of a cluster in /metrics never fall, whether a process is busy or dies. Prometheus takes a
// counter that falls for a restart, and would count again what it shows afterwards.

import * as assert from 'uvu/assert';
import { sumCounters } from '../../src/http/metrics.js';
import { readMetrics } from '../support/http-metrics.js';
import { withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

const test = suite('the counters of a cluster');
test.timeout(60_000);

/** A connection that was dealt to a stopped process gets no answer: the next one goes to another. */
async function fetchPatiently(url: string, init: RequestInit = {}): Promise<string> {
  for (;;) {
    const request = fetch(url, { ...init, signal: AbortSignal.timeout(2_000), keepalive: false });
    const text = await request.then((response) => response.text()).catch(() => undefined);
    if (text !== undefined) return text;
  }
}

async function countAnswers(url: string): Promise<number> {
  const metrics = readMetrics(await fetchPatiently(`${url}/metrics`));
  return metrics.value('two_callers_requests_total', { route: 'POST /score', status: '200' }) ?? 0;
}

test('they do not fall while a process stands still, nor after it is killed and replaced', async () => {
  const words = ['--topology', 'cluster', '--threads', '2', '--json'];
  await withServiceProcess(words, async ({ url, child, pids }) => {
    const [pid = 0] = pids;
    const headers = { 'content-type': 'application/json', connection: 'close' };
    for (let sent = 0; sent < 40; sent += 1) {
      await fetchPatiently(`${url}/score`, { method: 'POST', headers, body: '{"amount":1}' });
    }
    const seen = [await countAnswers(url)];
    process.kill(pid, 'SIGSTOP');
    seen.push(await countAnswers(url));
    const replaced = new Promise<void>((resolve) => {
      child.stdout?.on('data', (text) => String(text).includes('listener-replaced') && resolve());
    });
    process.kill(pid, 'SIGKILL');
    seen.push(await countAnswers(url));
    await replaced;
    seen.push(await countAnswers(url));
    assert.equal(seen, [40, 40, 40, 40]);
  });
});

test('sums keep counters and histograms by name and labels, and no gauge', () => {
  const metric = (type: string, value: number, labels = {}) => {
    return { name: type, help: '', type, aggregator: 'sum', values: [{ value, labels }] };
  };
  const one = [metric('counter', 1), metric('histogram', 2, { le: 1 })] as never;
  const other = [metric('counter', 10), metric('histogram', 20, { le: 2 }), metric('gauge', 5)] as never;
  const sums = sumCounters(sumCounters([], one), other);
  assert.equal(
    sums.map(({ name, values }) => [name, values]),
    [
      ['counter', [{ value: 11, labels: {} }]],
      [
        'histogram',
        [
          { value: 2, labels: { le: 1 } },
          { value: 20, labels: { le: 2 } },
        ],
      ],
    ],
  );
});

test.run();
