// A listening thread: accepts connections on the shared port, answers them, scores on its own event
// loop, and counts in the memory that all listening threads share. Reached by URL only.

import { parentPort, workerData } from 'node:worker_threads';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { attachRegion } from '../tally/region.js';
import { createTally } from '../tally/tally.js';
import { runListener } from './listener.js';
import { createService } from './service.js';
import type { ThreadData } from './threads.js';

const { kind, options, channel, listener, ...data } = workerData as ThreadData;
const region = attachRegion(data.region);
const tally = createTally({ kind: options.tally, names: COUNTER_NAMES, region, role: 'member', channel });

await runListener({
  options,
  kind: 'threads',
  // A message to another thread of this process has arrived as soon as it is sent.
  send: async (event) => parentPort?.postMessage(event),
  build: (log, onProgress) =>
    createService({ kind, options, log, memory: { region, channel, tally }, listener, onProgress }),
  onCommand: (handle) => parentPort?.on('message', handle),
  exit: () => process.exit(0),
});
