// Closed-loop load by autocannon, in its own process. Its totals over-count requests in flight and its
// latencies are whole milliseconds, so both come from its `response` events. Forked by generator.ts.

import type { EventEmitter } from 'node:events';
import autocannon from 'autocannon';
import type { AutocannonJob, AutocannonLoad } from './generator.js';
import { ANSWER_MS_MAX, createClosedLoopRecord, serveJobs } from './load-child.js';

/** How often autocannon checks whether it must end. */
const SAMPLE_MS = 50;

async function load(job: AutocannonJob): Promise<AutocannonLoad> {
  const { until, connections, url, body, perSecond, isUncorrected } = job;
  // On a connection that is about to close it sends its next request, and times it from there.
  if (job.connectsAnew === true) throw new Error('autocannon cannot load a server that closes');
  const record = createClosedLoopRecord(job);
  // It replaces a connection that the server closes, and reports nothing of the request on it.
  let unanswered = 0;
  let last = { status: 0, ms: 0, at: record.startedAt };
  // Autocannon calls it right after the `response` event of the same answer.
  const verifyBody = (answer: unknown) =>
    last.status !== 200 || record.answer(String(answer), last.ms, last.at);
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = {
      url,
      method: 'POST' as const,
      headers: { 'content-type': 'application/json' },
      body,
      connections,
      timeout: ANSWER_MS_MAX / 1000,
      sampleInt: SAMPLE_MS,
      verifyBody,
      setupClient: (client: EventEmitter) => void client.on('request', () => unanswered++),
      ...('seconds' in until ? { duration: until.seconds } : { amount: until.requests }),
      ...(perSecond === undefined ? {} : { overallRate: perSecond }),
      ignoreCoordinatedOmission: isUncorrected === true,
    };
    const run = autocannon(options, (error, ended) => (error ? reject(error) : resolve(ended)));
    run.on('response', (_client, status, _bytes, ms) => {
      unanswered--;
      last = { status, ms, at: performance.now() };
      if (status !== 200) record.fail(`status ${status}`);
    });
    run.on('reqError', (error) => {
      unanswered--;
      record.fail(String(error));
    });
  });
  const cutOff = 'seconds' in until ? connections : 0;
  if (unanswered > cutOff) record.fail(`${unanswered - cutOff} requests lost their connection`);
  const seconds = 'seconds' in until ? until.seconds : (last.at - record.startedAt) / 1000;
  return { ...record.read(seconds), printed: readPrinted(result) };
}

/** A field that @types/autocannon lacks. */
interface UntypedLatency {
  readonly totalCount: number;
}

function readPrinted({ latency }: autocannon.Result): AutocannonLoad['printed'] {
  const { average, p50, p99, p99_9, max, totalCount } = latency as typeof latency & UntypedLatency;
  return { samples: totalCount, meanMs: average, p50Ms: p50, p99Ms: p99, p999Ms: p99_9, maxMs: max };
}

serveJobs(load);
