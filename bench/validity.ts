// When a run does not count. Pure: what was sent, answered and counted in; the reason, or nothing,
// out. A figure from a run that lost or invented counts would measure a different service.

/** The level of the one transaction that all benchmarks send. */
export const LEVEL = 'CRITICAL';

/**
 * Why a run does not count. Its end cuts off at most one request a connection, which may have been
 * counted without an answer; and so may those that the warm-up had left behind.
 */
export function voidReason(
  level: string | undefined,
  failed: number,
  ok: number,
  counted: number,
  connections: number,
): string | undefined {
  if (level !== LEVEL) return `wrong answer: ${level}`;
  if (failed > 0) return `${failed} requests failed`;
  if (ok === 0) return 'nothing was answered';
  if (counted < ok) return `${ok - counted} answered requests were not counted`;
  if (counted > ok + 2 * connections) return `${counted - ok} counted without an answer`;
  return undefined;
}
