// The mark of a transaction that ends the thread it is scored on, with the scorer that obeys it:
// from outside nobody can kill a thread, so `check --chaos` asks one to end. Constants only.

import { fileURLToPath } from 'node:url';

export const DEADLY_TX_ID = 'CHAOS-ENDS-ITS-THREAD';

export const DEADLY_BODY = JSON.stringify({ tx_id: DEADLY_TX_ID, amount: 1 });

export const DEADLY_SCORER = fileURLToPath(new URL('./crash-scorer.worker.js', import.meta.url));
