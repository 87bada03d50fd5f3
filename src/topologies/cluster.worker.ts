// One process of a cluster: answers the connections that the primary deals out to it, scores on its
// own event loop, and counts in memory of its own, whose every count it hands over before it
// acknowledges (word.ts). Reached by URL only.

import cluster from 'node:cluster';
import type { Measured } from '../http/metrics.js';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { isUnshared } from '../tally/faults/seeded-faults.js';
import type { Snapshot } from '../tally/tally.js';
import { runMember } from './member.js';
import {
  type Command,
  PROCESS_DATA,
  type ProcessCommand,
  type ProcessData,
  type ProcessSaid,
  type Said,
} from './messages.js';
import { type BuiltService, buildService, createCounting } from './service.js';
import { giveWordFirst } from './word.js';

const { kind, options } = JSON.parse(process.env[PROCESS_DATA] ?? '') as ProcessData;
delete process.env[PROCESS_DATA];

// A terminal's Ctrl-C reaches every process, and a supervisor's signal may too; the primary says
// when to end. Without it node:cluster ends this process by itself.
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
for (const signal of SIGNALS) process.on(signal, () => {});

function send(said: Said | ProcessSaid, written: (error: Error | null) => void): void {
  process.send?.(said, undefined, {}, written);
}

/** Resolves when the pipe has it, whether or not somebody still reads. */
function say(said: Said | ProcessSaid): Promise<void> {
  return new Promise((resolve) => send(said, () => resolve()));
}

/** A planted fault: this process knows of no other, and hands nothing over. */
const isApart = isUnshared(options.tally);
const names = isApart
  ? COUNTER_NAMES
  : COUNTER_NAMES.map((name) => `${name}@${cluster.worker?.id}`);
const counting = createCounting(options, 1, names);
const word = giveWordFirst(counting.tally, (counts, written) => {
  send({ is: 'counts', counts }, written);
});

const asked = new Map<number, (value: unknown) => void>();
let questions = 0;

/** Asks the primary, which knows all processes; without one this process is about to end. */
function ask(about: 'snapshot' | 'measured'): Promise<unknown> {
  questions += 1;
  const id = questions;
  return new Promise((resolve) => {
    asked.set(id, resolve);
    void say({ is: 'ask', id, about });
  });
}

let service: BuiltService | undefined;
let mayListen = () => {};
let obey: (command: Command) => void = () => {};

process.on('message', async (command: Command | ProcessCommand) => {
  switch (command.is) {
    case 'listen':
      return mayListen();
    case 'hold':
      return say({ is: 'held', round: command.round, counts: await word.hold(command.round) });
    case 'release':
      return word.release(command.round);
    case 'measure': {
      const measured = (await service?.measured()) ?? [];
      return say({ is: 'measured', round: command.round, measured });
    }
    case 'answer':
      asked.get(command.id)?.(command.value);
      return asked.delete(command.id);
    default:
      return obey(command);
  }
});

await runMember({
  options,
  sharing: 'cluster',
  say,
  async build(log) {
    const everybody = {
      snapshot: isApart ? counting.tally.snapshot : () => ask('snapshot') as Promise<Snapshot>,
      measured: () => ask('measured') as Promise<readonly Measured[]>,
    };
    const told = isApart ? counting : { ...counting, tally: word.tally };
    service = await buildService({ kind, options, log, counting: told, listener: 0, everybody });
    return service;
  },
  mayListen: () => {
    return new Promise((resolve) => {
      mayListen = resolve;
      void say({ is: 'loaded' });
    });
  },
  onCommand: (listener) => {
    obey = listener;
  },
  end: () => process.exit(0),
});
