// Latches hold scorings for as long as a test needs: the scorer reports that it began and waits until
// the test opens the latch. So a test knows who runs and who waits, and never sleeps. A thread latch
// reaches the threads of this process at once; a process latch reaches every process, over TCP.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BroadcastChannel } from 'node:worker_threads';
import type { Arrival, Opening } from '../fixtures/scorers/behaving.js';

/** `A` is what the test learns of each scoring that arrives. */
interface Latch<A> {
  /** Resolves with all arrivals, in order, once there are `count`. */
  arrived(count: number): Promise<readonly A[]>;
  /** Lets go everything that waits and everything that comes later. */
  openForAll(): void;
}

class Arrivals<A> {
  readonly all: A[] = [];
  readonly #waiters = new Set<() => void>();

  add(arrival: A): void {
    this.all.push(arrival);
    for (const wake of this.#waiters) wake();
  }

  reach(count: number): Promise<readonly A[]> {
    return new Promise((resolve) => {
      const wake = () => {
        if (this.all.length < count) return;
        this.#waiters.delete(wake);
        resolve([...this.all]);
      };
      this.#waiters.add(wake);
      wake();
    });
  }
}

export interface ThreadLatch extends Latch<Arrival> {
  /** The `?latch=` of the URL of the scorer `behaving`. */
  readonly name: string;
  readonly arrivals: readonly Arrival[];
  open(txId: string): void;
  close(): void;
}

let latchCount = 0;

/** The latch of the scorers `behaving` and `unstable`. A thread that spins can still report to it. */
export function createThreadLatch(): ThreadLatch {
  latchCount += 1;
  const name = `latch.${process.pid}.${latchCount}`;
  const channel = new BroadcastChannel(name);
  const arrivals = new Arrivals<Arrival>();
  let isOpen = false;
  const open = (txId: string): void => channel.postMessage({ open: txId } satisfies Opening);
  channel.onmessage = (event) => {
    const arrival = (event as { data: Partial<Arrival> }).data;
    if (arrival.arrived === undefined) return;
    arrivals.add(arrival as Arrival);
    if (isOpen) open(arrival.arrived);
  };
  return {
    name,
    arrivals: arrivals.all,
    arrived: (count) => arrivals.reach(count),
    open,
    openForAll() {
      isOpen = true;
      for (const { arrived } of arrivals.all) open(arrived);
    },
    close: () => channel.close(),
  };
}

/** The scorer of a service under a process latch. */
export const LATCHED_SCORER = new URL('../../../test/fixtures/scorers/latched.mjs', import.meta.url).href;

/** The arrivals are the `tx_id`s. */
export interface ProcessLatch extends Latch<string> {
  /** A transaction that waits at this latch; its score is `score`. */
  transaction(txId: string, score?: number): Readonly<Record<string, unknown>>;
}

/** A latch for the time of `body`. Afterwards it is open, whatever happens. */
export async function withLatch<T>(body: (latch: ProcessLatch) => Promise<T>): Promise<T> {
  const arrivals = new Arrivals<string>();
  const waiting = new Set<Socket>();
  let isOpen = false;
  const letGo = (socket: Socket) => socket.end('open');
  const server = createServer((socket) => {
    let name = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      name += text;
      if (!name.endsWith('\n')) return;
      if (isOpen) letGo(socket);
      else waiting.add(socket);
      arrivals.add(name.slice(0, -1));
    });
    socket.on('error', () => {}); // its process was killed
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const openForAll = () => {
    isOpen = true;
    waiting.forEach(letGo);
    waiting.clear();
  };
  try {
    return await body({
      transaction: (txId, score = 0) => ({ amount: 1, tx_id: txId, latch: port, score }),
      arrived: (count) => arrivals.reach(count),
      openForAll,
    });
  } finally {
    openForAll();
    server.close();
  }
}
