// The mark of a transaction that ends the thread it is scored on, with the scorer that obeys it:
// from outside nobody can kill a thread, so `check --chaos` asks one to end. Constants only.

import { fileURLToPath } from 'node:url';

export const CRASH_TX_ID = 'CHAOS-ENDS-ITS-THREAD';

export const CRASH_BODY = JSON.stringify({ tx_id: CRASH_TX_ID, amount: 1 });

export const CRASH_SCORER = fileURLToPath(new URL('./crash-scorer.worker.js', import.meta.url));
