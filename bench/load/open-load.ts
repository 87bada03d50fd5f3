// An open loop on undici, in its own process: requests start when they are due, and latency counts from then,
// so a slow service cannot hide by slowing its callers. Forked by generator.ts.

import { Pool } from 'undici';
import type { OpenJob, OpenLoad } from './generator.js';
import { ANSWER_MS_MAX, createLatencyRecord, createOutcomes, serveJobs, watchCpu } from './load-child.js';
import { createSchedule, type Schedule } from './schedule.js';

/** One generator loads one server: its connections stay open from job to job. */
let held: Pool | undefined;

async function open(job: OpenJob): Promise<Pool> {
  const { origin } = new URL(job.url);
  const pool = new Pool(origin, {
    connections: job.connections,
    pipelining: 1,
    headersTimeout: ANSWER_MS_MAX,
    bodyTimeout: ANSWER_MS_MAX,
  });
  const { opener } = job;
  if (opener === null) return pool;
  const ask = async () => {
    const { body } = await pool.request({ path: opener, method: 'GET' });
    await body.dump();
  };
  await Promise.all(Array.from({ length: job.connections }, ask));
  return pool;
}

async function load(job: OpenJob): Promise<OpenLoad> {
  held ??= await open(job);
  const pool = held;
  const { pathname: path } = new URL(job.url);
  const headers = { 'content-type': 'application/json' };
  const options =
    job.body === null
      ? { path, method: 'GET' as const }
      : { path, method: 'POST' as const, headers, body: job.body };
  return run(job, async () => {
    const { statusCode, body } = await pool.request(options);
    return { status: statusCode, text: await body.text() };
  });
}

type RequestOnce = () => Promise<{ readonly status: number; readonly text: string }>;

async function run(job: OpenJob, request: RequestOnce): Promise<OpenLoad> {
  const schedule = createSchedule(job, job.arrivals);
  const { counts, fail, readFault } = createOutcomes();
  const latency = createLatencyRecord();
  const service = createLatencyRecord();
  const lateness = createLatencyRecord();
  const ownLateness = createLatencyRecord();
  const inFlight = createInFlightRecord();
  const cpuShare = watchCpu();
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  let inTime = 0;
  let shed = 0;
  let otherMs = 0;

  async function one(intendedMs: number, hasWaited: boolean): Promise<void> {
    const beganMs = elapsedMs();
    lateness.add(beganMs - intendedMs);
    if (!hasWaited) ownLateness.add(beganMs - intendedMs);
    inFlight.add(1, beganMs);
    const isRight = await judge(request());
    const endedMs = elapsedMs();
    inFlight.add(-1, endedMs);
    if (!isRight) {
      otherMs += endedMs - beganMs;
      return;
    }
    counts.ok++;
    latency.add(endedMs - intendedMs);
    service.add(endedMs - beganMs);
    if (endedMs < job.seconds * 1000) inTime++;
  }

  /** Counts every other outcome. */
  async function judge(answer: ReturnType<RequestOnce>): Promise<boolean> {
    try {
      const { status, text } = await answer;
      const isRight = status === 200 && text.includes(job.expect);
      if (status === 503) shed++;
      else if (status !== 200) fail(`status ${status}`);
      else if (!isRight) counts.wrong++;
      return isRight;
    } catch (error) {
      fail(String(error));
      return false;
    }
  }

  await startAll(schedule, job.connections, elapsedMs, one);
  return {
    due: schedule.count,
    ...counts,
    shed,
    fault: readFault(),
    perSecond: inTime / job.seconds,
    latency: latency.read(),
    service: service.read(),
    lateness: lateness.read(),
    ownLateness: ownLateness.read(),
    otherMs,
    ...inFlight.read(),
    cpuShare: cpuShare(),
  };
}

/** Counts requests in flight without looking at latencies, so Little's law can check them. */
function createInFlightRecord() {
  let count = 0;
  let sinceMs = 0;
  let areaMs = 0;
  return {
    add(change: number, nowMs: number): void {
      areaMs += count * (nowMs - sinceMs);
      count += change;
      sinceMs = nowMs;
    },
    read: () => ({ inFlight: areaMs / sinceMs, tookSeconds: sinceMs / 1000 }),
  };
}

/** Starts each when it is due and there is a place; resolves when the last one has ended. */
function startAll(
  schedule: Schedule,
  places: number,
  elapsedMs: () => number,
  one: (intendedMs: number, hasWaited: boolean) => Promise<void>,
): Promise<void> {
  return new Promise((resolve) => {
    let started = 0;
    let inFlight = 0;
    let lastFullMs = -1;
    const ended = () => {
      if (inFlight === places) lastFullMs = elapsedMs();
      inFlight--;
      startDue();
      if (started === schedule.count && inFlight === 0) resolve();
    };
    const startDue = () => {
      const due = schedule.dueAt(elapsedMs());
      for (; started < due && inFlight < places; started++) {
        inFlight++;
        const intendedMs = schedule.intendedMs(started);
        void one(intendedMs, intendedMs <= lastFullMs).then(ended);
      }
    };
    const tick = () => {
      startDue();
      if (schedule.count === 0) return resolve(); // by chance, nobody came
      if (started === schedule.count) return;
      // While every place is taken, the end of a request starts the next one.
      const waitMs = schedule.intendedMs(started) - elapsedMs();
      setTimeout(tick, Math.max(1, waitMs));
    };
    tick();
  });
}

serveJobs(load);
