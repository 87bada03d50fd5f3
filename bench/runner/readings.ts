// From what a load generator says to what is judged and shown of it: the values of a closed loop,
// and the rate, latency and number in flight that Little's law ties together. Pure.

import type { Latency, Load, OpenLoad } from '../load/load-job.js';
import { supported } from '../stats/percentiles.js';
import type { Readings } from './scenario.js';
import type { Limits, LittleTerms, OpenLoopCourse } from './validity.js';

/** What most scenarios say of a closed loop. */
export function summarizeLoad(
  { perSecond, latency, cpuShare }: Load,
  limits: Limits,
): Required<Readings> {
  const { samples, meanMs, p50Ms, p99Ms } = latency;
  const values = { perSecond, meanMs, p50Ms, p99Ms, generatorCpu: cpuShare };
  return supported(values, { p50Ms: 50, p99Ms: 99 }, samples, limits);
}

/** Every connection of a closed loop has a request in flight, but for what `edge` is. */
export function describeClosedLoop(load: Load, connections: number): LittleTerms {
  const { latency, perSecond, seconds, cpuShare } = load;
  const { meanMs, maxMs } = latency;
  const edge = maxMs / 1000 / seconds + cpuShare / connections;
  return { inFlight: connections, perSecond, meanMs, edge };
}

/** `lateness`: of the starts that the generator is to answer for. */
export function summarizeOpenLoad(
  load: OpenLoad,
  lateness: Latency = load.lateness,
): OpenLoopCourse {
  const { due, ok, shed, wrong, failed, cpuShare } = load;
  const ended = ok + shed + wrong + failed;
  return {
    due,
    ended,
    latenessP99Ms: lateness.p99Ms,
    cpuShare,
    terms: describeOpenLoop(load, ended),
  };
}

/** An open loop is over when its last request has ended, so nothing is cut off. */
function describeOpenLoop(load: OpenLoad, ended: number): LittleTerms {
  const { service, otherMs, inFlight, tookSeconds } = load;
  const rightMs = service.samples === 0 ? 0 : service.samples * service.meanMs;
  const meanMs = (rightMs + otherMs) / ended;
  return { inFlight, perSecond: ended / tookSeconds, meanMs, edge: 0 };
}
