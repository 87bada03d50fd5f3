// How long a request may take before it is given up: the service's own deadline, or a shorter one
// that its client asks for. It starts no timer.

import { ProblemError } from './problems.js';
import type { Call, Service } from './route.js';

const HEADER = 'request-timeout-ms';
/** What setTimeout can count. */
const DEADLINE_MS_MAX = 2 ** 31 - 1;

/**
 * Milliseconds that are left, counted from the arrival of its head; undefined without a deadline.
 * @throws ProblemError invalid-header
 */
export function deadlineOf(call: Call, service: Service): number | undefined {
  const asked = call.headers[HEADER];
  const spentMs = performance.now() - call.arrivedAt;
  if (asked === undefined) {
    return service.deadlineMs === 0 ? undefined : service.deadlineMs - spentMs;
  }
  const ms = Number(asked);
  if (!/^\d{1,10}$/.test(String(asked)) || ms < 1 || ms > DEADLINE_MS_MAX) {
    const range = `a whole number of milliseconds from 1 to ${DEADLINE_MS_MAX}`;
    throw new ProblemError('invalid-header', `Request-Timeout-Ms must be ${range}`);
  }
  return (service.deadlineMs === 0 ? ms : Math.min(ms, service.deadlineMs)) - spentMs;
}
