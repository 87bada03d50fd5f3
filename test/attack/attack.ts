// What an attack is, and the frame that most share: a service starts, it is attacked, and then it must still
// count, serve, be small and end in order.

import type { TopologyName } from '../../src/topologies/topology.js';
import { readStats } from '../support/count-oracle.js';
import { type AttackedService, discard, launch } from './attacked-service.js';
import { type OpenLedger, openLedger, scoreOne } from './clients.js';
import { judgeCount, judgeEnd, judgeHealth, judgeMemory } from './judges.js';

export interface Scale {
  /** Fuzzed requests for one topology. */
  readonly requests: number;
  readonly kills: number;
  readonly seed: number;
  /** Further options of `serve`, such as a tally that counts wrong. */
  readonly words: readonly string[];
  /** Aborted by Ctrl-C, or when the time is over. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface Outcome {
  readonly sent: string;
  readonly seen: string;
  /** In words; none when all held. */
  readonly faults: readonly string[];
}

export interface Attack {
  readonly name: string;
  /** Why it cannot be tried here. */
  readonly unavailable?: (topology: TopologyName) => string | undefined;
  readonly run: (topology: TopologyName, scale: Scale) => Promise<Outcome>;
}

interface Target {
  readonly words?: readonly string[];
  readonly logTo?: number;
  /** How much the largest process may grow. */
  readonly growthMb?: number;
  /** What it may end with after SIGTERM. */
  readonly codes?: readonly number[];
}

const GROWTH_MB = 200;
/** Scored before and after: the first lets the service load everything, the last shows that it goes on. */
const ORDINARY = 40;

export async function attackService(
  topology: TopologyName,
  { words, signal }: Scale,
  target: Target,
  attack: (service: AttackedService, ledger: OpenLedger) => Promise<Outcome>,
): Promise<Outcome> {
  const all = [...words, ...(target.words ?? [])];
  const logTo = target.logTo === undefined ? {} : { logTo: target.logTo };
  const service = await launch({ topology, words: all, signal, ...logTo });
  try {
    const { url } = service;
    const ledger = openLedger();
    const before = await readStats(url);
    await scoreOrdinary(url, ledger);
    const beforeMb = service.peakMb();
    const { sent, seen, faults } = await attack(service, ledger);
    const health = await judgeHealth(url);
    // What nobody else can do any more needs no further judges.
    if (health.length > 0) return { sent, seen, faults: [...faults, ...health] };
    const refused = await scoreOrdinary(url, ledger);
    const count = judgeCount(before, await readStats(url), ledger);
    const peakMb = service.peakMb();
    const memory = judgeMemory(beforeMb, peakMb, target.growthMb ?? GROWTH_MB);
    const grown = Math.max(0, Math.round((peakMb ?? 0) - (beforeMb ?? 0)));
    const end = await judgeEnd(service, target.codes);
    const all = [...faults, ...refused, ...count, ...memory, ...end];
    return { sent, seen: `${seen}; +${grown} MB`, faults: all };
  } finally {
    await discard(service);
  }
}

async function scoreOrdinary(url: string, ledger: OpenLedger): Promise<string[]> {
  const statuses: number[] = [];
  for (let at = 0; at < ORDINARY; at += 1) statuses.push(await scoreOne(url, { amount: at * 100 }, ledger));
  const bad = statuses.filter((status) => status !== 200);
  return bad.length === 0 ? [] : [`dead: ${bad.length} of ${ORDINARY} ordinary requests got ${bad[0]}`];
}
