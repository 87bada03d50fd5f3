// What is judged after each attack: the count, whether the service still serves, its memory, its end. Each
// judge returns the faults it sees, in words; none when all is well. judges.test.ts shows each fire.

import { findMiscounts, type Ledger, type Stats } from '../support/count-oracle.js';
import { type AttackedService, isAnswered, until } from './attacked-service.js';

const HEALTHY_WITHIN_MS = 15_000;
const GONE_WITHIN_MS = 5_000;
const ENDED_WITHIN_MS = 30_000;

/** Acknowledged ≤ counted ≤ attempted, level by level, and every ticket distinct. */
export function judgeCount(before: Stats, after: Stats, ledger: Ledger): string[] {
  return findMiscounts(before, after, ledger, true)
    .filter(({ verdict }) => verdict === 'violated')
    .map(({ fault, text }) => `count: ${fault} ${text}`);
}

/** It answers `/health`, and `/ready` within a generous time. */
export async function judgeHealth(url: string, limitMs = HEALTHY_WITHIN_MS): Promise<string[]> {
  const faults: string[] = [];
  for (const path of ['/health', '/ready']) {
    const isWell = await until(() => isAnswered(`${url}${path}`), limitMs);
    if (!isWell) faults.push(`dead: no 200 from ${path}`);
  }
  return faults;
}

export function judgeMemory(
  beforeMb: number | undefined,
  peakMb: number | undefined,
  limitMb: number,
): string[] {
  const grownMb = Math.round((peakMb ?? 0) - (beforeMb ?? 0));
  return grownMb > limitMb ? [`memory: grew by ${grownMb} MB, over ${limitMb}`] : [];
}

/** Sends SIGTERM: it must end with 0, and leave no process. */
export async function judgeEnd(service: AttackedService, codes: readonly number[] = [0]): Promise<string[]> {
  service.child.kill('SIGTERM');
  const end = await service.endsWithin(ENDED_WITHIN_MS);
  const isInOrder = end !== undefined && codes.includes(end.code ?? Number.NaN);
  const how = end === undefined ? 'still runs' : (end.signal ?? end.code);
  const ended = isInOrder ? [] : [`end: ${how}, not ${codes.join(' or ')}`];
  return [...ended, ...(await judgeGone(service))];
}

/** No process of it is left. */
export async function judgeGone(service: AttackedService): Promise<string[]> {
  return (await service.untilGone(GONE_WITHIN_MS)) ? [] : ['end: a process is left'];
}
