// The scorer of `coordinated-omission`, loaded by the service as a user's module: the rules, and every
// 1,300 ms about 200 ms of CPU work hold its thread, as a garbage collection would.

import { calibrateWork, doWork } from '../../src/execution/work.js';

export { scoreByRules as score } from '../../src/scoring/rules.js';

/** Not a whole second: autocannon sends one burst per second, which would meet all stalls or none. */
const STALL_EVERY_MS = 1_300;
const STALL_US = 200_000;

const iterations = calibrateWork(STALL_US);
// The timer does not keep an idle process alive.
setInterval(() => doWork(iterations), STALL_EVERY_MS).unref();
