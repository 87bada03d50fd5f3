// The port of a cluster: probed and reserved before its processes ask for it, and another one when
// somebody took a free one in between. Main thread. It binds nothing for longer than a look.

import { isTaken, probe, takenError } from './listen.js';
import type { ServeOptions } from './options.js';

/** How often a free port is looked for, before it is taken for granted that there is none. */
const TRIES_MAX = 10;

/**
 * node:cluster lets whoever asks for the same address within one process share it. So an address is
 * reserved here, and probed, before it is asked for.
 */
const reserved = new Set<string>();

/**
 * Starts something on the port of these options; whoever started it gives the port back at its end.
 * A free port is free only when it is looked at, and is bound later: when another program has it by
 * then, the start is made again on another one. A port that was asked for by number is tried once.
 * @throws what `start` and `look` throw, and Error with one line when the address is taken
 */
export async function startOnPort<T>(
  options: ServeOptions,
  start: (port: number, giveBack: () => void) => Promise<T>,
  look = probe,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const isLast = options.port !== 0 || tries === TRIES_MAX;
    const address = { host: options.host, port: await look(options) };
    const key = `${address.host} ${address.port}`;
    if (!reserved.has(key)) {
      reserved.add(key);
      const giveBack = () => void reserved.delete(key);
      try {
        return await start(address.port, giveBack);
      } catch (error) {
        giveBack();
        if (isLast || !isTaken(error, address)) throw error;
      }
    } else if (isLast) throw takenError(address);
  }
}
