// A listening thread: accepts connections on the shared port, answers them, scores on its own
// event loop, and counts in the memory that all listening threads share. Reached by URL only.

import { parentPort, workerData } from 'node:worker_threads';
import { COUNTER_NAMES } from '../scoring/rules.js';
import { attachRegion } from '../tally/region.js';
import { createTally } from '../tally/tally.js';
import { runMember } from './member.js';
import { buildService } from './service.js';
import type { ThreadData } from './threads.js';

const { kind, options, channel, listener, ...data } = workerData as ThreadData;
const region = attachRegion(data.region);
const tally = createTally({
  kind: options.tally,
  names: COUNTER_NAMES,
  region,
  role: 'member',
  channel,
});

await runMember({
  options,
  sharing: 'threads',
  // A message to another thread of the process is there as soon as it is sent.
  say: async (said) => parentPort?.postMessage(said),
  build: (log) => {
    return buildService({ kind, options, log, counting: { region, channel, tally }, listener });
  },
  onCommand: (obey) => parentPort?.on('message', obey),
  end: () => process.exit(0),
});
