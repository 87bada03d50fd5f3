// Attacks on what must not hold the service up: scorers that never return, a full disk under its log, and a
// reader of the log that stalls.

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TopologyName } from '../../src/topologies/topology.js';
import { attackService, type Outcome, type Scale } from './attack.js';
import { discard, launch, scorerFile, until } from './attacked-service.js';
import { openLedger, scoreOne } from './clients.js';
import { judgeGone } from './judges.js';

const TIMES = ['--deadline-ms', '500', '--scorer-timeout-ms', '300', '--close-deadline-ms', '2000'];
const HUNG = 4;
const HEALED_WITHIN_MS = 30_000;
const IN_A_ROW = 8;

export type Hang = 'loop' | 'promise';

/** As many hung requests as can hold every thread, twice; then it must score again. */
export async function hungScorers(hang: Hang, topology: TopologyName, scale: Scale): Promise<Outcome> {
  const words = ['--scorer', scorerFile('hangs.mjs'), ...TIMES];
  const outcome = await attackService(topology, scale, { words, codes: [0, 1] }, async ({ url }, ledger) => {
    const asked = Array.from({ length: HUNG }, () => scoreOne(url, { amount: 1, hang }, ledger));
    const statuses = await Promise.all(asked);
    let inARow = 0;
    const isHealed = async () => {
      inARow = (await scoreOne(url, { amount: 1 }, ledger)) === 200 ? inARow + 1 : 0;
      return inARow >= IN_A_ROW;
    };
    const faults = (await until(isHealed, HEALED_WITHIN_MS)) ? [] : ['dead: it never scored again'];
    // A broken connection is one whose listener was replaced.
    return {
      sent: `${HUNG} scorers that hang`,
      seen: `answered ${statuses.join(' ')}, then scored again`,
      faults,
    };
  });
  return { ...outcome, faults: [...outcome.faults, ...(await killWhileHung(hang, topology, scale, words))] };
}

/** SIGKILL of the first process: no other one, blocked or not, may be left. */
async function killWhileHung(
  hang: Hang,
  topology: TopologyName,
  { signal }: Scale,
  words: readonly string[],
): Promise<string[]> {
  const service = await launch({ topology, signal, words });
  const asked = Array.from({ length: HUNG }, () => scoreOne(service.url, { amount: 1, hang }, openLedger()));
  service.child.kill('SIGKILL');
  const left = await judgeGone(service);
  await discard(service);
  await Promise.all(asked);
  return left;
}

const LOGGED = 200;

/** A log that cannot be written, while every other request makes a line of it. */
async function logTo(file: string, topology: TopologyName, scale: Scale): Promise<Outcome> {
  const descriptor = openSync(file, 'a');
  const words = ['--scorer', scorerFile('faulty.mjs')];
  try {
    return await attackService(topology, scale, { words, logTo: descriptor }, async (service, ledger) => {
      for (let at = 0; at < LOGGED; at += 1)
        await scoreOne(service.url, { amount: 1, fault: 'throws' }, ledger);
      const words = service.stderr().match(/lines of the log are lost/g)?.length ?? 0;
      const faults = words === 1 ? [] : [`log: stderr says ${words} times that lines are lost`];
      return { sent: `${LOGGED} lines to a full disk`, seen: 'said once on stderr', faults };
    });
  } finally {
    closeSync(descriptor);
  }
}

export function logOnDevFull(topology: TopologyName, scale: Scale): Promise<Outcome> {
  return logTo('/dev/full', topology, scale);
}

export function explainNoDevFull(): string | undefined {
  return existsSync('/dev/full') ? undefined : 'needs /dev/full';
}

export function explainNoMount(): string | undefined {
  return process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'needs root to mount a tmpfs';
}

/** A tmpfs of 32 KiB that is full already. */
export async function logOnTmpfs(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-attack-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', folder]);
  if (mounted.status !== 0) {
    await rm(folder, { recursive: true });
    return { sent: 'nothing', seen: 'mount of a tmpfs is not allowed here', faults: [] };
  }
  try {
    const file = join(folder, 'log');
    fill(file);
    return await logTo(file, topology, scale);
  } finally {
    spawnSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true });
  }
}

function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(1_024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}

const AT_ONCE = 32;
const STALLED_REQUESTS = 4_000;

/** Nobody reads the log: lines are lost and counted, memory stays bounded, and the service serves. */
export function stalledLog(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const words = ['--scorer', scorerFile('faulty.mjs')];
  return attackService(topology, scale, { words, growthMb: 150 }, async ({ url, child }, ledger) => {
    child.stdout?.pause();
    let sent = 0;
    const fault = { amount: 1, fault: 'throws at length' };
    const isLost = async () => {
      await Promise.all(Array.from({ length: AT_ONCE }, () => scoreOne(url, fault, ledger)));
      sent += AT_ONCE;
      return (await readMetric(url, 'log_lines_lost_total')) > 0;
    };
    while (!(await isLost()) && sent < STALLED_REQUESTS && !scale.signal.aborted);
    const lost = await readMetric(url, 'log_lines_lost_total');
    const faults = lost > 0 ? [] : ['log: no line is counted as lost'];
    return { sent: `${sent} lines that nobody reads`, seen: `${lost} lost and counted`, faults };
  });
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^two_callers_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
