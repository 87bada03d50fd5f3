// Several processes on one port (node:cluster, round robin), each with its own memory. This process, the
// primary, accepts and deals out connections, supervises, keeps the latest counts of each process, and
// answers queries about all of them. It scores nothing. cluster.worker.ts is the other side.

import type { ChildProcess } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecutorKind } from '../execution/executor.js';
import { type Measured, measurePrimary, type PrimaryCounts, sumCounters } from '../http/metrics.js';
import type { Log } from '../log-events.js';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import { createServiceHandle, probe, type ServiceHandle, startOnPort } from './listen.js';
import {
  type ClusterQuery,
  type ListenerCommand,
  type ListenerEvent,
  PROCESS_DATA,
  type ProcessCommand,
  type ProcessData,
  type ProcessEvent,
} from './listener.js';
import type { ServeOptions } from './options.js';
import { createSnapshotBarrier, ScatterGather, type SnapshotBarrier } from './snapshot-barrier.js';
import { type LaunchEvents, type ListenerHandle, Supervisor } from './supervisor.js';

/** A process that lost its channel and has not ended within this time is killed. */
const DISCONNECTED_MS_MAX = 1_000;
/** Between two checks of the channel of a process that has exited. */
const CHANNEL_CHECK_MS = 5;
const MEASURED_MS_MAX = 500;
const OUTPUT_WAITING_BYTES_MAX = 1024 * 1024;

/** All that the primary knows of its processes. */
interface Primary {
  readonly log: Log;
  readonly snapshots: SnapshotBarrier;
  readonly measurements: ScatterGather<Measured>;
  /** What each process last said of itself: a busy one may not reply in time. */
  readonly lastMeasured: Map<number, Measured>;
  /** The counters of all processes that have ended: for Prometheus a counter that falls is a restart. */
  ended: Measured;
  /** The processes that reply to queries: all but those that are starting. */
  readonly queryable: Map<number, Send>;
  readonly counted: PrimaryCounts;
}

type Send = (command: ListenerCommand | ProcessCommand) => void;

/**
 * `findPort` finds the port, which another program may have taken by the time it is bound.
 * @throws Error with one line when the address, the scorer or a process fails to start
 */
export function startCluster(
  kind: ExecutorKind,
  options: ServeOptions,
  log: Log,
  findPort = probe,
): Promise<ServiceHandle> {
  const startOn = (port: number, release: () => void) =>
    startProcesses({ kind, options: { ...options, port } }, log, release);
  return startOnPort(options, startOn, findPort);
}

async function startProcesses(data: ProcessData, log: Log, releasePort: () => void): Promise<ServiceHandle> {
  const { options } = data;
  const primary: Primary = {
    log,
    lastMeasured: new Map(),
    ended: [],
    snapshots: createSnapshotBarrier(COUNTER_NAMES.length),
    measurements: new ScatterGather(MEASURED_MS_MAX),
    queryable: new Map(),
    counted: { logLineLost: 0, scorerHung: 0 },
  };
  log.onLost = () => {
    primary.counted.logLineLost += 1;
  };
  const supervisor = new Supervisor({
    count: options.threads,
    log,
    limits: options,
    onHung: () => {
      primary.counted.scorerHung += 1;
    },
    launch: (_index, _port, events) => launchProcess(data, primary, events),
  });
  // However this process ends, a process whose scorer blocks it must not outlive it.
  const killAll = () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const url = await supervisor.start(options.port);
  const describe = () => ({
    processes: [...primary.queryable.keys()].map((id) => cluster.workers?.[id]?.process.pid),
    processStartMs: supervisor.startMs(),
  });
  const close = () => {
    return supervisor.close(options).finally(() => {
      process.off('exit', killAll);
      releasePort();
    });
  };
  return createServiceHandle(url, close, describe);
}

function launchProcess(data: ProcessData, primary: Primary, events: LaunchEvents): ListenerHandle {
  // These settings are global to this process, and another user of node:cluster may change them.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const exec = fileURLToPath(new URL('./cluster.worker.js', import.meta.url));
  // An inherited pipe would become blocking for this process too, and a stalled reader would stop it.
  const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
  cluster.setupPrimary({ exec, args: [], serialization: 'json', stdio: [...stdio] });
  const worker = cluster.fork({ [PROCESS_DATA]: JSON.stringify(data) });
  forwardOutput(worker.process.stdout, process.stdout);
  forwardOutput(worker.process.stderr, process.stderr);
  const send: Send = (command) => {
    if (worker.isConnected()) worker.send(command, () => {}); // `exit` reports a dying process
  };
  worker.on('message', (event: ListenerEvent | ProcessEvent) => {
    handleEvent(primary, worker.id, event, send, events);
  });
  worker.on('error', () => {}); // of sending; `exit` and `disconnect` report what matters
  watchExit(worker, (how) => {
    primary.queryable.delete(worker.id);
    primary.snapshots.drop(worker.id);
    primary.measurements.drop(worker.id);
    primary.ended = sumCounters(primary.ended, primary.lastMeasured.get(worker.id) ?? []);
    primary.lastMeasured.delete(worker.id);
    events.onExit(how);
  });
  return {
    listener: 'process',
    id: worker.process.pid ?? 0,
    send,
    kill: () => void worker.process.kill('SIGKILL'),
  };
}

/** What a scorer prints. Beyond the bound it is dropped, so that a stalled reader stops nobody. */
function forwardOutput(from: Readable | null, to: Writable): void {
  from?.on('data', (chunk: Buffer) => {
    if (to.writableLength < OUTPUT_WAITING_BYTES_MAX) to.write(chunk);
  });
}

/**
 * Calls `onExit` when the process has exited and its channel is read to the end: Node may report the
 * exit first, with messages still in the pipe. `connected` shows the end of the channel; the event
 * `disconnect` never comes when a connection was on its way to the process.
 */
function watchExit({ process: child }: Worker, onExit: (how: string) => void): void {
  const closeDealt = rememberDealt(child);
  let overdue: StallTolerantTimeout | undefined;
  let isDisconnected = false;
  child.once('disconnect', () => {
    isDisconnected = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    overdue = new StallTolerantTimeout(DISCONNECTED_MS_MAX, () => child.kill('SIGKILL'));
  });
  child.once('exit', (code: number | null, signal: string | null) => {
    overdue?.cancel();
    const awaitChannelEnd = () => {
      if (child.connected) return void setTimeout(awaitChannelEnd, CHANNEL_CHECK_MS);
      closeDealt();
      // node:cluster waits for this event too, and would go on dealing to the dead process.
      if (!isDisconnected) child.emit('disconnect');
      onExit(signal === null ? `exit code ${code}` : `signal ${signal}`);
    };
    awaitChannelEnd();
  });
}

/**
 * node:cluster forgets the connection that it was dealing to a process when the process dies. It
 * would stay open, and its client would wait for ever. There is at most one.
 */
function rememberDealt(child: ChildProcess): () => void {
  const send = child.send.bind(child) as (...args: readonly unknown[]) => boolean;
  let dealt: { close?(): void } | undefined;
  child.send = (...args: readonly unknown[]) => {
    const [, handle] = args; // our own messages have their callback here
    if (typeof handle === 'object' && handle !== null) dealt = handle;
    return send(...args);
  };
  return () => dealt?.close?.(); // closing twice does nothing
}

function handleEvent(
  primary: Primary,
  id: number,
  event: ListenerEvent | ProcessEvent,
  send: Send,
  { onEvent }: LaunchEvents,
): void {
  const { snapshots, measurements } = primary;
  if (event.type === 'loaded') void admit(primary, id, send);
  else if (event.type === 'counts') snapshots.record(id, event.counts);
  else if (event.type === 'held') snapshots.record(id, event.counts, event.round);
  else if (event.type === 'measured') {
    primary.lastMeasured.set(id, event.measured);
    measurements.receive(id, event.round, event.measured);
  } else if (event.type === 'query') void reply(primary, event.id, event.about, send);
  else onEvent(event);
}

/** From now on queries reach the process, and so it may accept connections. */
async function admit({ snapshots, queryable }: Primary, id: number, send: Send): Promise<void> {
  await snapshots.join(id, {
    hold: (round) => send({ type: 'hold', round }),
    release: (round) => send({ type: 'release', round }),
  });
  queryable.set(id, send);
  send({ type: 'listen' });
}

async function reply(primary: Primary, id: number, about: ClusterQuery, send: Send): Promise<void> {
  let value: unknown;
  try {
    value = await (about === 'snapshot' ? primary.snapshots.read() : gatherMeasurements(primary));
  } catch (error) {
    primary.log('processes-unanswered', 'a query to all processes failed', { about, error });
  }
  send({ type: 'reply', id, value });
}

async function gatherMeasurements(primary: Primary): Promise<readonly Measured[]> {
  const { measurements, queryable } = primary;
  await measurements.gather([...queryable.keys()], (id, round) => {
    queryable.get(id)?.({ type: 'measure', round });
  });
  const own = await measurePrimary(primary.counted);
  return [...primary.lastMeasured.values(), primary.ended, own];
}
