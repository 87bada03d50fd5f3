// Several processes on one port (node:cluster, round robin), each with memory of its own. This one,
// the primary, accepts and deals out, supervises, keeps the last word of each process, and answers
// what is asked about all of them. It scores nothing. What a process does: cluster.worker.ts.

import type { ChildProcess } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { ExecutorKind } from '../execution/executor.js';
import type { Measured } from '../http/metrics.js';
import type { Log } from '../log-events.js';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import { startOnPort } from './free-port.js';
import { probe } from './listen.js';
import {
  type Command,
  PROCESS_DATA,
  type ProcessCommand,
  type ProcessData,
  type ProcessSaid,
  type Said,
} from './messages.js';
import type { ServeOptions } from './options.js';
import { createQuestion, type Question } from './question.js';
import { type Running, running } from './running.js';
import { createSnapshots, type Snapshots } from './snapshots.js';
import { type Events, type Member, supervise } from './supervise.js';

/** A process that lost its channel and does not end by itself within this. */
const DISCONNECTED_MS_MAX = 1_000;
/** Between two looks at the channel of a process that has exited. */
const LOOK_MS = 5;

/** All that the primary knows of its processes. */
interface Primary {
  readonly log: Log;
  readonly snapshots: Snapshots;
  readonly measuring: Question<Measured>;
  /** Those that answer questions: not the ones that are starting. */
  readonly askable: Map<number, Tell>;
}

type Tell = (command: Command | ProcessCommand) => void;

/**
 * `look` finds the port, which another program may have taken by the time it is bound.
 * @throws Error with one line when the address, the scorer or a process cannot be had
 */
export function startCluster(
  kind: ExecutorKind,
  options: ServeOptions,
  log: Log,
  look = probe,
): Promise<Running> {
  const startOn = (port: number, giveBack: () => void) =>
    startProcesses({ kind, options: { ...options, port } }, log, giveBack);
  return startOnPort(options, startOn, look);
}

async function startProcesses(data: ProcessData, log: Log, giveBack: () => void): Promise<Running> {
  const { options } = data;
  const primary: Primary = {
    log,
    snapshots: createSnapshots(COUNTER_NAMES.length),
    measuring: createQuestion(),
    askable: new Map(),
  };
  const supervisor = supervise({
    count: options.threads,
    log,
    launch: (_place, _port, events) => launchProcess(data, primary, events),
  });
  const url = await supervisor.start(options.port);
  const describe = () => ({
    processes: [...primary.askable.keys()].map((id) => cluster.workers?.[id]?.process.pid),
    processStartMs: supervisor.startMs(),
  });
  return running(url, () => supervisor.close(options).finally(giveBack), describe);
}

function launchProcess(data: ProcessData, primary: Primary, events: Events): Member {
  // Global to this process, and so said again each time: others may fork too.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const exec = fileURLToPath(new URL('./cluster.worker.js', import.meta.url));
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  cluster.setupPrimary({ exec, args: [], serialization: 'json', stdio: [...stdio] });
  const worker = cluster.fork({ [PROCESS_DATA]: JSON.stringify(data) });
  const tell: Tell = (command) => {
    if (worker.isConnected()) worker.send(command, () => {}); // it may be dying: `ended` tells
  };
  worker.on('message', (said: Said | ProcessSaid) => {
    hear(primary, worker.id, said, tell, events);
  });
  worker.on('error', () => {}); // of sending; `exit` and `disconnect` say what there is to know
  watchEnd(worker, (how) => {
    primary.askable.delete(worker.id);
    primary.snapshots.left(worker.id);
    primary.measuring.left(worker.id);
    events.ended(how);
  });
  return {
    listener: 'process',
    id: worker.process.pid ?? 0,
    tell,
    end: () => void worker.process.kill('SIGKILL'),
  };
}

/**
 * Ended is a process when it has exited and its channel is read to the end: the exit may be seen
 * first, with words of it still in the pipe. That the channel is at its end shows in `connected`;
 * the event `disconnect` never comes when a connection was on its way to the process.
 */
function watchEnd({ process: child }: Worker, ended: (how: string) => void): void {
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
    const lookForEnd = () => {
      if (child.connected) return void setTimeout(lookForEnd, LOOK_MS);
      closeDealt();
      // node:cluster waits for it too, and would go on dealing to the dead.
      if (!isDisconnected) child.emit('disconnect');
      ended(signal === null ? `exit code ${code}` : `signal ${signal}`);
    };
    lookForEnd();
  });
}

/**
 * node:cluster forgets the connection that it was dealing to a process when that died: nobody would
 * close it, and its client would wait for ever. There is at most one.
 */
function rememberDealt(child: ChildProcess): () => void {
  const send = child.send.bind(child) as (...args: readonly unknown[]) => boolean;
  let dealt: { close?(): void } | undefined;
  child.send = (...args: readonly unknown[]) => {
    const [, handle] = args; // where messages of ours have their callback
    if (typeof handle === 'object' && handle !== null) dealt = handle;
    return send(...args);
  };
  return () => dealt?.close?.(); // closing twice is closing once
}

function hear(
  primary: Primary,
  id: number,
  said: Said | ProcessSaid,
  tell: Tell,
  events: Events,
): void {
  const { snapshots, measuring, log } = primary;
  if (said.is === 'loaded') void admit(primary, id, tell);
  else if (said.is === 'counts') snapshots.heard(id, said.counts);
  else if (said.is === 'held') snapshots.heard(id, said.counts, said.round);
  else if (said.is === 'measured') measuring.heard(id, said.round, said.measured);
  else if (said.is !== 'ask') events.said(said);
  else {
    answerTo(primary, said.about)
      .catch((error: unknown) => {
        const { about } = said;
        log('processes-unanswered', 'a question to all processes failed', { about, error });
      })
      .then((value) => tell({ is: 'answer', id: said.id, value }));
  }
}

/** It may be asked from now on, and so it may accept. */
async function admit({ snapshots, askable }: Primary, id: number, tell: Tell): Promise<void> {
  await snapshots.join(id, {
    hold: (round) => tell({ is: 'hold', round }),
    release: (round) => tell({ is: 'release', round }),
  });
  askable.set(id, tell);
  tell({ is: 'listen' });
}

async function answerTo(
  { snapshots, measuring, askable }: Primary,
  about: 'snapshot' | 'measured',
) {
  if (about === 'snapshot') return snapshots.read();
  return measuring.ask([...askable.keys()], (id, round) => {
    askable.get(id)?.({ is: 'measure', round });
  });
}
