// GET /health asked at a steady rate over connections that are open already, while something else
// loads the service: what is asked, and why the answers may not count. Pure.

import { summarizeOpenLoad } from '../runner/readings.js';
import { checkOpenLoop, type Limits } from '../runner/validity.js';
import type { OpenJob, OpenLoad } from './load-job.js';

/** `connections`: enough for an event loop that is busy; else the probe itself would be late. */
export function createHealthJob(
  url: string,
  perSecond: number,
  connections: number,
): Omit<Extract<OpenJob, { perSecond: number }>, 'seconds'> {
  return {
    url: `${url}/health`,
    body: null,
    expect: '"status":"ok"',
    perSecond,
    connections,
    opener: '/health',
  };
}

export function checkHealthProbes(health: OpenLoad, limits: Limits): string | undefined {
  const { wrong, failed, shed, fault } = health;
  const bad = wrong + failed + shed;
  if (bad === 0) return checkOpenLoop(summarizeOpenLoad(health), limits);
  return `${bad} probes of /health failed: ${fault ?? 'an answer other than 200'}`;
}
