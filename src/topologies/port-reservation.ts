// The port of a cluster. It is probed and reserved before the processes bind it; a free port that
// another program takes in between is replaced by another one. Main thread.

import { isTaken, probe, takenError } from './listen.js';
import type { ServeOptions } from './options.js';

/** Free ports that are tried before the start fails. */
const TRIES_MAX = 10;

/**
 * node:cluster shares one address among all who ask for it within one process. So this process
 * reserves an address, and probes it, before a cluster asks for it.
 */
const reserved = new Set<string>();

/**
 * Starts something on the port of these options, which releases the port when it ends. A free port
 * was free at the probe and is bound later: if another program has it by then, the start is made
 * again on another port. A port that the user named is tried once.
 * @throws what `start` and `findPort` throw, and Error with one line when the address is taken
 */
export async function startOnPort<T>(
  options: ServeOptions,
  start: (port: number, release: () => void) => Promise<T>,
  findPort: (options: ServeOptions) => Promise<number> = probe,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const isLast = options.port !== 0 || tries === TRIES_MAX;
    const address = { host: options.host, port: await findPort(options) };
    const key = `${address.host} ${address.port}`;
    if (!reserved.has(key)) {
      reserved.add(key);
      const release = () => void reserved.delete(key);
      try {
        return await start(address.port, release);
      } catch (error) {
        release();
        if (isLast || !isTaken(error, address)) throw error;
      }
    } else if (isLast) throw takenError(address);
  }
}
