// Attacks that end something: task workers, listeners and processes under load, and the service itself by a
// crash signal, while it loads or without memory. Nothing acknowledged is lost, and no process is left.

import { TOPOLOGIES, type TopologyName } from '../../src/topologies/topology.js';
import { startCli } from '../support/process.js';
import { attackService, type Outcome, type Scale } from './attack.js';
import { type AttackedService, discard, launch, STILL_RUNS, scorerFile, until } from './attacked-service.js';
import { openLedger, scoreOne, startLoad } from './clients.js';
import { judgeGone } from './judges.js';

const CALLERS = 32;
const BETWEEN_KILLS = 64;
const LIMIT_MS = 30_000;
/** Kills task workers and listening threads by a scorer that exits, processes by SIGKILL. */
export function kills(topology: TopologyName, scale: Scale): Promise<Outcome> {
  if (topology === 'inline') return killServices(topology, scale);
  const target = { words: ['--scorer', scorerFile('faulty.mjs')] };
  return attackService(topology, scale, target, async (service, ledger) => {
    const load = startLoad(service.url, CALLERS, ledger);
    const faults: string[] = [];
    for (let killed = 0; killed < scale.kills && faults.length === 0 && !scale.signal.aborted; killed += 1) {
      const goal = load.answered() + BETWEEN_KILLS;
      if (!(await until(() => load.answered() >= goal, LIMIT_MS))) faults.push('dead: no answers under load');
      else if (!(await killOne(service, topology, killed))) faults.push('dead: nobody took the place');
      scale.onProgress(killed + 1, scale.kills);
    }
    await load.stop();
    ledger.unknown += scale.kills; // the transactions that killed
    const seen = `${ledger.acknowledged.length} acknowledged, ${ledger.unknown} unknown`;
    return { sent: `${scale.kills} deaths among ${CALLERS} callers`, seen, faults };
  });
}

/** False when it is not replaced in time. */
async function killOne({ url, log }: AttackedService, topology: TopologyName, before: number) {
  if (topology !== 'cluster') {
    await scoreOne(url, { amount: 1, fault: 'ends its thread' }, openLedger());
    if (TOPOLOGIES[topology].listener === 'single') return true;
  } else {
    const pid = log?.processes()[before % 2];
    if (pid === undefined) return false;
    process.kill(pid, 'SIGKILL');
  }
  await log?.untilReplaced(before + 1, AbortSignal.timeout(LIMIT_MS));
  return (log?.replaced() ?? 0) > before;
}

/** Its counters die with it, but the tickets that clients hold must be distinct, and no answer half. */
async function killServices(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const faults: string[] = [];
  let acknowledged = 0;
  for (let killed = 0; killed < scale.kills && !scale.signal.aborted; killed += 1) {
    const service = await launch({ topology, words: scale.words, signal: scale.signal });
    const ledger = openLedger();
    const load = startLoad(service.url, CALLERS, ledger);
    await until(() => load.answered() >= BETWEEN_KILLS, LIMIT_MS);
    service.kill();
    await load.stop();
    acknowledged += ledger.acknowledged.length;
    faults.push(...judgeTickets(ledger.acknowledged), ...(await judgeGone(service)));
    await discard(service);
    scale.onProgress(killed + 1, scale.kills);
  }
  const sent = `SIGKILL of ${scale.kills} services under load`;
  return { sent, seen: `${acknowledged} acknowledged, each with a ticket that no other has`, faults };
}

function judgeTickets(acknowledged: readonly { readonly ticket: string | null }[]): string[] {
  const tickets = new Set(acknowledged.map(({ ticket }) => ticket));
  const isDistinct = tickets.size === acknowledged.length && !tickets.has(null);
  return isDistinct ? [] : [`count: ${acknowledged.length} answers, ${tickets.size} tickets`];
}

const CRASHES = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

export async function crashSignals(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const faults: string[] = [];
  for (const signal of CRASHES) {
    const service = await launch({ topology, words: scale.words, signal: scale.signal });
    service.child.kill(signal);
    const end = await service.endsWithin(LIMIT_MS);
    if (end?.signal !== signal) faults.push(`end: ${signal} ended it with ${end?.signal ?? end?.code}`);
    faults.push(...(await judgeGone(service)));
    await discard(service);
  }
  const ended = CRASHES.length - faults.length;
  return { sent: CRASHES.join(', '), seen: `${ended} of ${CRASHES.length} ended it at once`, faults };
}

/** So little that some topologies cannot start, and others run out of it. */
const MEMORY_KIB = 1_500_000;

/** It may serve or end, but neither spin nor leave a process. */
export async function noMemory(topology: TopologyName, { words, signal }: Scale): Promise<Outcome> {
  const sent = `serve under ulimit -v ${MEMORY_KIB}`;
  try {
    const service = await launch({ topology, words, signal, memoryKib: MEMORY_KIB });
    const ledger = openLedger();
    const load = startLoad(service.url, CALLERS, ledger);
    await until(() => load.answered() >= BETWEEN_KILLS, 5_000);
    service.child.kill('SIGTERM');
    const end = await service.endsWithin(LIMIT_MS);
    await load.stop();
    const faults = end === undefined ? ['end: still runs after SIGTERM'] : await judgeGone(service);
    await discard(service);
    return { sent, seen: `served ${ledger.acknowledged.length}, then ended`, faults };
  } catch (error) {
    const isRunning = String(error).includes(STILL_RUNS);
    return { sent, seen: 'did not start', faults: isRunning ? ['end: it neither serves nor ends'] : [] };
  }
}

/** SIGTERM while a scorer loads ends it at once, with 0. */
export async function sigtermLoading(topology: TopologyName, { words }: Scale): Promise<Outcome> {
  const scorer = ['--scorer', scorerFile('loads-for-ever.mjs')];
  // A tally that counts wrong makes it log before it loads the scorer.
  const log = ['--tally', 'local', '--json'];
  const serve = ['serve', '--port', '0', '--topology', topology, ...words, ...scorer, ...log];
  const { child, ended } = startCli(serve);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  const overdue = AbortSignal.timeout(LIMIT_MS);
  overdue.addEventListener('abort', () => child.kill('SIGKILL'));
  const { code, signal } = await ended;
  const faults = code === 0 ? [] : [`end: ${signal ?? code}, not 0`];
  return { sent: 'SIGTERM while the scorer loads', seen: `ended with ${signal ?? code}`, faults };
}
