// The scorer of the scenario `exhibit`, given to the service as a user's module: the rules, and
// every 1,300 ms its thread is held by about 200 ms of CPU work, whoever asks and how often, as by
// a garbage collection or a report that somebody wants. The work is counted in iterations, as
// everywhere.

import { calibrateWork, doWork } from '../../src/execution/work.js';

export { scoreByRules as score } from '../../src/scoring/rules.js';

/** Not a whole second: autocannon sends a burst a second, which would meet all stalls or none. */
const STALL_EVERY_MS = 1_300;
const STALL_US = 200_000;

const iterations = calibrateWork(STALL_US);
// It keeps no process alive that has nothing else to do.
setInterval(() => doWork(iterations), STALL_EVERY_MS).unref();
