// The test's side of the gate at which the scorer `behaving` holds transactions: it sees who has
// come and lets them pass. Main thread; it waits for arrivals, never for time.

import { BroadcastChannel } from 'node:worker_threads';
import type { Arrival, Opening } from '../fixtures/scorers/behaving.js';

export interface Gate {
  /** The `?gate=` of the scorer's URL. */
  readonly name: string;
  /** Everybody who has come, in order, those let in already too. */
  readonly arrivals: readonly Arrival[];
  /** Resolves when so many have come in all. */
  arrived(count: number): Promise<readonly Arrival[]>;
  open(txId: string): void;
  /** From now on nobody is held. */
  openForAll(): void;
  close(): void;
}

let gates = 0;

export function createGate(): Gate {
  gates += 1;
  const name = `gate.${process.pid}.${gates}`;
  const channel = new BroadcastChannel(name);
  const arrivals: Arrival[] = [];
  const waiters = new Set<() => void>();
  let isOpen = false;

  const open = (txId: string): void => channel.postMessage({ open: txId } satisfies Opening);

  channel.onmessage = (event) => {
    const arrival = (event as { data: Partial<Arrival> }).data;
    if (arrival.arrived === undefined) return;
    arrivals.push(arrival as Arrival);
    if (isOpen) open(arrival.arrived);
    for (const wake of waiters) wake();
  };

  return {
    name,
    arrivals,
    arrived: (count) =>
      new Promise((resolve) => {
        const wake = () => {
          if (arrivals.length < count) return;
          waiters.delete(wake);
          resolve(arrivals);
        };
        waiters.add(wake);
        wake();
      }),
    open,
    openForAll() {
      isOpen = true;
      for (const { arrived } of arrivals) open(arrived);
    },
    close: () => channel.close(),
  };
}
