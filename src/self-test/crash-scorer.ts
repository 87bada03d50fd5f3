// The transaction that makes the crash scorer end its thread, and the path of that scorer: no signal
// can kill a single thread from outside, so `check --chaos` sends this transaction. Constants only.

import { fileURLToPath } from 'node:url';

export const CRASH_TX_ID = 'CHAOS-ENDS-ITS-THREAD';

export const CRASH_BODY = JSON.stringify({ tx_id: CRASH_TX_ID, amount: 1 });

export const CRASH_SCORER = fileURLToPath(new URL('./crash-scorer.worker.js', import.meta.url));
