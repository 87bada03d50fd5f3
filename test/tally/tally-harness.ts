// A test harness for one tally: its region with the control words beside it, the tally of the main
// thread (role `owner`), and the threads hired to add and to read. `close` ends all of it.

import { Worker } from 'node:worker_threads';
import type { CounterStrategy } from '../../src/tally/counter-strategy.js';
import { createRegion, type Region } from '../../src/tally/region.js';
import type { Snapshot } from '../../src/tally/tally.js';
import { createSoundOrFaulty, planOf, type TallyName } from '../fixtures/tally/faults.js';
import { CONTROL, type Job, type Said, type Task } from '../fixtures/tally/job.js';
import type { suite } from '../support/suite.js';

export const NAMES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

const ADDER = new URL('../fixtures/tally/adder.worker.js', import.meta.url);

export interface Hired {
  readonly threadId: number;
  /** Said after some adds, by a thread that adds until stopped. */
  readonly running: Promise<unknown>;
  readonly tickets: Promise<Readonly<Record<string, readonly number[]>>>;
  readonly snapshots: Promise<readonly Snapshot[]>;
  /** Resolves when the thread has ended; it may have been anywhere in its code. */
  kill(): Promise<void>;
}

export interface TallyHarness {
  readonly region: Region;
  readonly tally: CounterStrategy;
  /** One thread for each task; they start together, when all of them are there. */
  crew(tasks: readonly Task[]): Hired[];
  /** A thread that runs another file, and does not wait for others. */
  hire(file: URL): Hired;
  stop(): void;
  /** One number for each seat. */
  acknowledged(): number[];
  count(): Promise<readonly number[]>;
  close(): Promise<void>;
}

let standsOpened = 0;

interface TallyHarnessOptions {
  readonly start?: readonly number[];
  /** Left out, the main thread's tally is the owner. */
  readonly role?: 'owner' | 'member';
}

export function openHarness(tallyName: TallyName, options: TallyHarnessOptions = {}): TallyHarness {
  standsOpened += 1;
  const channel = `test.${standsOpened}`;
  const region = createRegion({ ...planOf(tallyName, NAMES), ...CONTROL });
  const acknowledged = region.slice('control.acknowledged');
  const common = { names: NAMES, region, channel };
  const tally = createSoundOrFaulty(tallyName, { role: 'owner', ...common, ...options });
  const workers: Worker[] = [];
  let seats = 0;

  function start(file: URL, job: Pick<Job, 'seat' | 'parties' | 'task'>): Hired {
    const workerData: Job = { handle: region.handle, tally: tallyName, names: NAMES, channel, ...job };
    const worker = new Worker(file, { workerData });
    workers.push(worker);
    return hired(worker);
  }

  return {
    region,
    tally,
    crew(tasks) {
      const first = seats;
      seats += tasks.length;
      // The barrier counts on from one crew to the next, so it opens at the number of all seats.
      return tasks.map((task, index) => start(ADDER, { seat: first + index, parties: seats, task }));
    },
    hire: (file) => start(file, { seat: 0, parties: 1, task: { is: 'adds', adds: 0, work: 0 } }),
    stop: () => region.slice('control.stop').store(0, 1n),
    acknowledged: () => {
      return Array.from({ length: acknowledged.length }, (_, seat) => Number(acknowledged.load(seat)));
    },
    count: async () => (await tally.snapshot()).counts,
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
      tally.close();
    },
  };
}

/** Adds tests that have a harness each, which is closed however the test ends. */
export function onHarness(test: ReturnType<typeof suite>, tallyName: TallyName, start?: readonly number[]) {
  return (title: string, body: (harness: TallyHarness) => Promise<void>) =>
    test(title, async () => {
      const harness = openHarness(tallyName, start === undefined ? {} : { start });
      try {
        await body(harness);
      } finally {
        await harness.close();
      }
    });
}

function hired(worker: Worker): Hired {
  const running = hear(worker, 'running');
  const added = hear(worker, 'added');
  const read = hear(worker, 'read');
  return {
    threadId: worker.threadId,
    running,
    tickets: quiet(added.then(({ tickets }) => tickets)),
    snapshots: quiet(read.then(({ snapshots }) => snapshots)),
    async kill() {
      await worker.terminate();
    },
  };
}

type Heard<Is extends Said['is']> = Extract<Said, { is: Is }>;

/** Rejects when the thread fails, or ends without having said it. */
function hear<Is extends Said['is']>(worker: Worker, is: Is): Promise<Heard<Is>> {
  const heard = new Promise<Heard<Is>>((resolve, reject) => {
    worker.on('message', (said: Said) => {
      if (said.is === is) resolve(said as Heard<Is>);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`the thread ended and never said '${is}'`)));
  });
  return quiet(heard);
}

/** Most threads say only one of the things that can be listened for: the others reject unheard. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
