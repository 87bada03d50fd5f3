// Closed-loop load by autocannon, in a process of its own. It is a driver only: what was answered
// is counted from its `response` events, never from its totals, which over-count what is still in
// flight; and latencies are those of the events, in fractions of a millisecond. What it prints
// itself is handed over beside them, for the scenario that shows what it is worth. Forked by
// generator.ts.

import type { EventEmitter } from 'node:events';
import autocannon from 'autocannon';
import { createLatencyRecord, createOutcomes, serveJobs, watchCpu } from './load-child.js';
import { ANSWER_MS_MAX, type AutocannonJob, type AutocannonLoad } from './load-job.js';

/** autocannon looks this often whether it is to end. */
const SAMPLE_MS = 50;

async function load(job: AutocannonJob): Promise<AutocannonLoad> {
  const { until, connections, url, body, expect, perSecond, isUncorrected } = job;
  // On a connection that is about to close it sends its next request, and times it from there.
  if (job.connectsAnew === true) throw new Error('autocannon cannot load a server that closes');
  const { counts, failed, fault } = createOutcomes();
  const latency = createLatencyRecord();
  const cpuShare = watchCpu();
  const startedAt = performance.now();
  const endsAt = 'seconds' in until ? startedAt + until.seconds * 1000 : Number.POSITIVE_INFINITY;
  let inTime = 0;
  // It makes a connection that the server closes anew, and says nothing of the request on it.
  let unanswered = 0;
  let last = { status: 0, ms: 0, at: startedAt };
  // autocannon calls it right after the `response` event of the same answer.
  const verifyBody = (answer: unknown) => {
    if (last.status !== 200) return true;
    const isRight = String(answer).includes(expect);
    if (!isRight) counts.wrong++;
    else {
      counts.ok++;
      latency.add(last.ms);
      if (last.at < endsAt) inTime++;
    }
    return isRight;
  };
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
      if (status !== 200) failed(`status ${status}`);
    });
    run.on('reqError', (error) => {
      unanswered--;
      failed(String(error));
    });
  });
  const cutOff = 'seconds' in until ? connections : 0;
  if (unanswered > cutOff) failed(`${unanswered - cutOff} requests lost their connection`);
  const seconds = 'seconds' in until ? until.seconds : (last.at - startedAt) / 1000;
  return {
    ...counts,
    fault: fault(),
    seconds,
    perSecond: inTime / seconds,
    latency: latency.read(),
    cpuShare: cpuShare(),
    printed: printedOf(result),
  };
}

/** What @types/autocannon does not know of. */
interface Counted {
  readonly totalCount: number;
}

function printedOf({ latency }: autocannon.Result): AutocannonLoad['printed'] {
  const { average, p50, p99, p99_9, max, totalCount } = latency as typeof latency & Counted;
  return {
    samples: totalCount,
    meanMs: average,
    p50Ms: p50,
    p99Ms: p99,
    p999Ms: p99_9,
    maxMs: max,
  };
}

serveJobs(load);
