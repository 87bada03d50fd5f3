// Ends this process when its parent has ended and it does not follow by itself: an event loop that a scorer
// blocks sees no disconnected channel. A thread with one timer, reached by URL only.

import { workerData } from 'node:worker_threads';
import type { GuardData } from './orphan-guard.js';

const CHECK_INTERVAL_MS = 250;

const { parentPid, graceMs } = workerData as GuardData;
let checksLeft = Math.ceil(graceMs / CHECK_INTERVAL_MS);
// The system gives an orphan another parent. Checks are counted, since the machine may stand still.
setInterval(() => {
  if (process.ppid === parentPid) return;
  checksLeft -= 1;
  if (checksLeft < 0) process.kill(process.pid, 'SIGKILL');
}, CHECK_INTERVAL_MS);
