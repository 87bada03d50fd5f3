// One process of a cluster: answers the connections that the primary deals out to it, scores on its
// own event loop, and counts in its own memory. It hands each count to the primary before it
// acknowledges the request (count-replication.ts). Reached by URL only.

import cluster from 'node:cluster';
import type { Measured } from '../http/metrics.js';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { isUnshared } from '../tally/faults/seeded-faults.js';
import type { Snapshot } from '../tally/tally.js';
import { replicateBeforeAck } from './count-replication.js';
import {
  type ClusterQuery,
  type ListenerCommand,
  type ListenerEvent,
  PROCESS_DATA,
  type ProcessCommand,
  type ProcessData,
  type ProcessEvent,
  runListener,
} from './listener.js';
import { guardAgainstOrphaning } from './orphan-guard.js';
import { createCounterMemory, createService, type ServiceInstance } from './service.js';

const { kind, options } = JSON.parse(process.env[PROCESS_DATA] ?? '') as ProcessData;
delete process.env[PROCESS_DATA];

/** Without a primary node:cluster ends a process at once, unless a scorer blocks its event loop. */
const ORPHAN_GRACE_MS = 1_000;

// A terminal's Ctrl-C reaches every process, and a supervisor's signal may too. The primary decides
// when to end; without a primary node:cluster ends this process.
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
for (const signal of SIGNALS) process.on(signal, () => {});

guardAgainstOrphaning(ORPHAN_GRACE_MS);

type Event = ListenerEvent | ProcessEvent;

function write(event: Event, written: (error: Error | null) => void): void {
  process.send?.(event, undefined, {}, written);
}

/** Resolves when the pipe has it, or when the primary is gone. */
function send(event: Event): Promise<void> {
  return new Promise((resolve) => write(event, () => resolve()));
}

/** With this seeded fault the process knows of no other process and replicates nothing. */
const isApart = isUnshared(options.tally);
const names = isApart ? COUNTER_NAMES : COUNTER_NAMES.map((name) => `${name}@${cluster.worker?.id}`);
const own = createCounterMemory(options, 1, names);
const barrier = replicateBeforeAck(own.tally, (counts, written) => {
  write({ type: 'counts', counts }, written);
});

const pending = new Map<number, (value: unknown) => void>();
let queries = 0;

/** Asks the primary, which knows all processes. Without a primary this process ends soon. */
function query(about: ClusterQuery): Promise<unknown> {
  queries += 1;
  const id = queries;
  return new Promise((resolve) => {
    pending.set(id, resolve);
    void send({ type: 'query', id, about });
  });
}

let service: ServiceInstance | undefined;
let permitListening = () => {};
let handleCommand: (command: ListenerCommand) => void = () => {};

process.on('message', async (command: ListenerCommand | ProcessCommand) => {
  switch (command.type) {
    case 'listen':
      return permitListening();
    case 'hold': {
      const { round } = command;
      return send({ type: 'held', round, counts: await barrier.hold(round) });
    }
    case 'release':
      return barrier.release(command.round);
    case 'measure': {
      const measured = (await service?.measured()) ?? [];
      return send({ type: 'measured', round: command.round, measured });
    }
    case 'reply':
      pending.get(command.id)?.(command.value);
      return pending.delete(command.id);
    default:
      return handleCommand(command);
  }
});

await runListener({
  options,
  kind: 'cluster',
  send,
  async build(log, onProgress) {
    const wholeService = {
      snapshot: isApart ? own.tally.snapshot : () => query('snapshot') as Promise<Snapshot>,
      measured: () => query('measured') as Promise<readonly Measured[]>,
    };
    const memory = isApart ? own : { ...own, tally: barrier.tally };
    service = await createService({ kind, options, log, memory, listener: 0, wholeService, onProgress });
    return service;
  },
  waitForPermission: () => {
    return new Promise((resolve) => {
      permitListening = resolve;
      void send({ type: 'loaded' });
    });
  },
  onCommand: (handle) => {
    handleCommand = handle;
  },
  exit: () => process.exit(0),
});
