// Kills one of those that score or listen for a service of this process, whatever it is doing: a
// process by SIGKILL, a thread by ending it. Create it before the service is started.

import type { Worker } from 'node:worker_threads';
import type { ServiceHandle } from '../../src/topologies/listen.js';

export interface ChaosMonkey {
  killOne(running: ServiceHandle): void;
  /** How many it killed. */
  killed(): number;
}

export function createChaosMonkey(): ChaosMonkey {
  const threads = new Set<Worker>();
  const pids = new Set<number>();
  let killed = 0;
  const meet = (worker: Worker) => {
    threads.add(worker);
    worker.once('exit', () => threads.delete(worker));
  };
  process.on('worker', meet);

  function kill(running: ServiceHandle): boolean {
    const { processes } = running.describe() as { processes?: readonly number[] };
    if (processes !== undefined) {
      const pid = processes.find((each) => !pids.has(each)); // the last one may still be dying
      if (pid === undefined) return false;
      pids.add(pid);
      return process.kill(pid, 'SIGKILL');
    }
    const [thread] = threads;
    if (thread === undefined) return false;
    threads.delete(thread);
    void thread.terminate();
    return true;
  }

  return {
    killOne(running) {
      if (kill(running)) killed += 1;
    },
    killed: () => killed,
  };
}
